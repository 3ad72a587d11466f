/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hand a file to the reader; it is made here, nothing is sent anywhere. */

export function save_blob(name: string, blob: Blob): void {
	const url = URL.createObjectURL(blob);
	const a = document.createElement('a');
	a.href = url;
	a.download = name.replace(/[^\w.-]+/g, '_');
	a.click();
	setTimeout(() => URL.revokeObjectURL(url), 10000);
}

export function save_text(name: string, text: string): void {
	/* the byte order mark makes spreadsheets read Chinese as UTF-8 */
	save_blob(name, new Blob(['\ufeff' + text], { type: 'text/csv;charset=utf-8' }));
}
