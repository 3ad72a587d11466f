/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reader chose, kept in this browser; storage may be refused, then it is not kept. */

const PREFIX = 'collectord.';

export function recall(key: string): string | null {
	try {
		return globalThis.localStorage?.getItem(PREFIX + key) ?? null;
	} catch {
		return null;
	}
}

export function keep(key: string, value: string): void {
	try {
		localStorage.setItem(PREFIX + key, value);
	} catch {
		/* private window: the address still carries the choice */
	}
}
