/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A style sheet imported as text (see i18n/plan.ts). */
declare module '*.css' {
	const text: string;
	export default text;
}
