/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The time range of the charts on a page: a word (24h) or two moments, both in the address. */
import { signal } from '@preact/signals';
import type { Series } from './api';
import { now_ms } from './query';
import { span_s } from './time';
import { params, set_params, with_query } from './url';

export const RANGES = ['1h', '6h', '24h', '7d', '30d', '365d'];
const DEFAULT = '24h';
const POINTS = 600;

/* While data is younger than a day, a page begins with a shorter range. */
type Fit = { at: string; word: string | null; shrunk: boolean };
const fit = signal<Fit>({ at: '', word: null, shrunk: false });
const FITS: [string, number][] = [['1h', 3600], ['6h', 6 * 3600]];
const EDGE_S = 300;

export type Range = { from: number; to: number; word: string | null };

/* Unix seconds; word is null for a range that was cut out by hand. */
export function range(): Range {
	const from = Number(params.value.get('from'));
	const to = Number(params.value.get('to'));
	if (from > 0 && to > from) {
		return { from, to, word: null };
	}
	const fitted = fit.value.at === location.pathname ? fit.value.word : null;
	const asked = params.value.get('range') ?? fitted ?? DEFAULT;
	const span = span_s(asked) ?? 86400;
	const end = Math.floor(now_ms() / 1000);
	return { from: end - span, to: end, word: span_s(asked) === null ? DEFAULT : asked };
}

/*
 * Told when the oldest known value of a chart is: shrinks the range of the page
 * once, and widens it when older data turns up; never when a range was asked for.
 */
export function fit_range(r: Range, oldest: number): void {
	if (r.word === null || params.value.get('range') !== null) {
		return;
	}
	const at = location.pathname;
	const now = fit.peek().at === at ? fit.peek() : { at, word: null, shrunk: false };
	if (now.word !== null) {
		if (oldest <= r.from + EDGE_S) {
			fit.value = { ...now, word: now.word === '1h' ? '6h' : null };
		}
	} else if (!now.shrunk) {
		const word = FITS.find(([, span]) => oldest > r.to - span + EDGE_S)?.[0] ?? null;
		fit.value = { at, word, shrunk: true };
	}
}

export function zoom(from: number, to: number): void {
	set_params({ from: String(Math.floor(from)), to: String(Math.ceil(to)) }, true);
}

export function unzoom(): void {
	if (params.value.get('from') !== null) {
		set_params({ from: null, to: null }, true);
	}
}

export function set_range(text: string): void {
	set_params({ range: text, from: null, to: null }, true);
}

export type Want = {
	entity: string;
	metric: string;
	role?: string | null;
	instance?: string | null;
};

export function series_path(w: Want, r: Range): string {
	const span = Math.round((r.to - r.from) / 3600);
	return with_query('/series', {
		entity: w.entity,
		metric: w.metric,
		role: w.role,
		instance: w.instance,
		from: r.word === null ? String(r.from) : `-${Math.max(1, span)}h`,
		to: r.word === null ? String(r.to) : null,
		max_points: String(POINTS),
		cf: 'avg',
	});
}

/* Columns on one time axis: null is a gap, undefined only says "not on this step". */
export function align(list: (Series | null)[]): {
	t: number[];
	cols: (number | null | undefined)[][];
} {
	const known = list.filter((s): s is Series => s !== null);
	const all = new Set<number>();
	for (const s of known) {
		for (const at of s.t) {
			all.add(at);
		}
	}
	const t = [...all].sort((a, b) => a - b);
	const index = new Map(t.map((at, i) => [at, i]));
	const cols: (number | null | undefined)[][] = [];
	for (const s of list) {
		for (const part of ['avg', 'min', 'max'] as const) {
			const col = new Array<number | null | undefined>(t.length).fill(undefined);
			s?.t.forEach((at, i) => {
				col[index.get(at) as number] = s[part][i] ?? null;
			});
			cols.push(col);
		}
	}
	return { t, cols };
}
