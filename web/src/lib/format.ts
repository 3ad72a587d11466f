/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as people read them: grouping, units with a thin space, an em dash for unknown. */
import type { Num } from './api';

export const DASH = '—';
/* Narrow and not breaking: a number keeps its unit on its line. */
export const THIN = '\u202f';

const ints = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function int(n: Num | undefined): string {
	return n === null || n === undefined ? DASH : ints.format(n);
}

export function fixed(n: Num | undefined, digits: number): string {
	return n === null || n === undefined
		? DASH
		: n.toLocaleString('en-US', {
			minimumFractionDigits: digits, maximumFractionDigits: digits,
		});
}

/* Three significant figures or so, never an exponent. */
export function short(n: Num | undefined): string {
	if (n === null || n === undefined) {
		return DASH;
	}
	const size = Math.abs(n);
	return fixed(n, size >= 100 || Number.isInteger(n) ? 0 : size >= 10 ? 1 : 2);
}

export function unit(n: Num | undefined, name: string, digits?: number): string {
	if (n === null || n === undefined) {
		return DASH;
	}
	return (digits === undefined ? short(n) : fixed(n, digits)) + THIN + name;
}

export function scaled(n: Num | undefined, name: string): string {
	if (n === null || n === undefined) {
		return DASH;
	}
	const size = Math.abs(n);
	const [div, prefix] = size >= 1e9 ? [1e9, 'G'] : size >= 1e6 ? [1e6, 'M']
		: size >= 1e3 ? [1e3, 'k'] : [1, ''];
	const v = n / div;
	const digits = Math.abs(v) >= 100 || Number.isInteger(v) && div === 1 ? 0
		: Math.abs(v) >= 10 || div === 1 ? 1 : 2;
	return fixed(v, digits) + THIN + prefix + name;
}

/* On an axis: no zeros that say nothing (2 kW, not 2.00 kW). */
export const tidy = (text: string): string =>
	text.replace(/(\.\d*?)0+(?!\d)/, '$1').replace(/\.(?!\d)/, '');

export const watts = (n: Num | undefined): string => scaled(n, 'W');
export const amps = (n: Num | undefined): string => unit(n, 'A', 1);
export const celsius = (n: Num | undefined): string => unit(n, '°C', 1);

export function bytes(n: Num | undefined): string {
	if (n === null || n === undefined) {
		return DASH;
	}
	const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
	let i = 0;
	let v = n;
	while (v >= 1024 && i < names.length - 1) {
		v /= 1024;
		i++;
	}
	return fixed(v, i === 0 || v >= 100 ? 0 : 1) + THIN + names[i];
}

/* A ratio 0..1; never rounded up to 100 % nor down to 0 % from the inside. */
export function percent(r: Num | undefined, digits = 1): string {
	if (r === null || r === undefined) {
		return DASH;
	}
	const step = 10 ** -digits;
	let p = Number((r * 100).toFixed(digits));
	if (p >= 100 && r < 1) {
		p = 100 - step;
	} else if (p <= 0 && r > 0) {
		p = step;
	}
	return fixed(p, p === 0 || p === 100 ? 0 : digits) + THIN + '%';
}

/* Base units of the metric table, by the unit the API names. */
export function measure(value: number | string | null, name: string | null): string {
	if (value === null || typeof value === 'string') {
		return value ?? DASH;
	}
	switch (name) {
	case 'W': case 'VA': case 'var': case 'Wh':
		return scaled(value, name);
	case '°C': case 'C': case 'degC': case 'celsius':
		return celsius(value);
	case '%': case 'pct': case 'percent':
		return unit(value, '%', 1);
	case '': case null: case '1':
		return short(value);
	default:
		return unit(value, name, Number.isInteger(value) ? 0 : Math.abs(value) >= 100 ? 1 : 2);
	}
}

export function csv(rows: (string | number | null)[][]): string {
	const cell = (v: string | number | null): string => {
		const text = v === null ? '' : String(v);
		/* a leading sign or = would run as a formula in a spreadsheet */
		const safe = typeof v === 'string' && /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
		return /[",\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
	};
	return rows.map((r) => r.map(cell).join(',')).join('\r\n') + '\r\n';
}
