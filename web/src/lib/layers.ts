/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layers of a floor plan: what each shows of a rack, on which scale, and where its limits are. */
import type { Num } from './api';
import type { FloorCell, FrameLayer } from './api_floor';
import { THIN } from './format';

export type Layer = 'power' | 'failover' | 'inlet' | 'delta_t' | 'space' | 'evidence' | 'state' | 'alarms';
export const LAYERS: Layer[] = ['power', 'failover', 'inlet', 'delta_t', 'space', 'evidence', 'state', 'alarms'];
export const STEPS = 9;

/* A limit on the scale; beyond it a rack has a border: `high` dashed, `over` solid. */
export type Limit = { at: number; tone: 'high' | 'over' };
export type Scale = { low: number; high: number; unit: string; limits: Limit[] };

/*
 * Degrees Celsius at the inlet: recommended, then allowable.
 * Source: ASHRAE TC 9.9 thermal guidelines, 5th edition, classes A1 to A4 and H1.
 */
const BANDS: Record<string, [number, number, number, number]> = {
	a1: [18, 27, 15, 32], a2: [18, 27, 10, 35], a3: [18, 27, 5, 40], a4: [18, 27, 5, 45], h1: [18, 22, 15, 25],
};
export const band_of = (name: string | null): [number, number, number, number] =>
	BANDS[(name ?? 'a2').toLowerCase()] ?? BANDS.a2;

/* The address says "temperature" in links of older pages. */
export function layer_of(text: string | null): Layer {
	const asked = text === 'temperature' ? 'inlet' : text;
	return LAYERS.find((l) => l === asked) ?? 'power';
}

const FRAMED: Layer[] = ['power', 'failover', 'inlet', 'delta_t'];
export const framed = (l: Layer): l is FrameLayer => FRAMED.includes(l);

/* In the unit of the scale; null is unknown, undefined is not a magnitude. */
export function raw_of(c: FloorCell, l: Layer): Num | undefined {
	switch (l) {
	case 'power': return c.power_w;
	case 'failover': return c.failover_ratio;
	case 'inlet': return c.temperature_c;
	case 'delta_t': return c.delta_t_k;
	case 'space': return c.space;
	default: return undefined;
	}
}

const FACTOR: Partial<Record<Layer, number>> = { power: 1e-3, failover: 100, space: 100 };
export const scaled_value = (raw: Num | undefined, l: Layer): Num =>
	raw === null || raw === undefined ? null : raw * (FACTOR[l] ?? 1);

/* Round up to 1, 2, 3, 4, 5, 6, 8 or 10 times a power of ten. */
export function nice(v: number): number {
	const p = 10 ** Math.floor(Math.log10(Math.max(v, 1e-6)));
	return ([1, 2, 3, 4, 5, 6, 8, 10].find((m) => m * p >= v - 1e-9) ?? 10) * p;
}

/* Capacity is planned to 80 %; a feed beyond its breaker cannot carry. */
export function scale_of(l: Layer, cells: FloorCell[], most_seen = 0): Scale | null {
	const most = (): number => cells.reduce((m, c) => Math.max(m, scaled_value(raw_of(c, l), l) ?? 0), scaled_value(most_seen, l) ?? 0);
	switch (l) {
	case 'power': return { low: 0, high: nice(most() || 1), unit: 'kW', limits: [] };
	case 'failover': return { low: 0, high: 135, unit: '%', limits: [{ at: 80, tone: 'high' }, { at: 100, tone: 'over' }] };
	case 'inlet': {
		/* the strictest class that stands here */
		const bands = [...new Set(cells.map((c) => (c.class ?? 'a2').toLowerCase()))].map(band_of);
		const warm = Math.min(27, ...bands.map((b) => b[1]));
		const hot = Math.min(...bands.map((b) => b[3]), 45);
		return { low: 15, high: hot > 35 ? 42 : 36, unit: '°C', limits: [{ at: warm, tone: 'high' }, { at: hot, tone: 'over' }] };
	}
	case 'delta_t': return { low: 0, high: Math.max(18, nice(most())), unit: 'K', limits: [] };
	case 'space': return { low: 0, high: 100, unit: '%', limits: [{ at: 80, tone: 'high' }] };
	default: return null;
	}
}

export const step_of = (v: number, s: Scale): number =>
	Math.max(0, Math.min(STEPS - 1, Math.floor((v - s.low) / (s.high - s.low) * STEPS)));

/* What a rack itself may have: the border says so, not the fill. */
export function beyond(c: FloorCell, l: Layer, v: Num): '' | 'high' | 'over' {
	if (v === null) {
		return '';
	}
	switch (l) {
	case 'power': return c.design_w === null || c.design_w <= 0 ? '' : v * 1000 > c.design_w ? 'over' : v * 1000 > 0.8 * c.design_w ? 'high' : '';
	case 'failover': return v > 100 ? 'over' : v > 80 ? 'high' : '';
	case 'inlet': {
		const [low, high, least, most] = band_of(c.class);
		return v > most || v < least ? 'over' : v > high || v < low ? 'high' : '';
	}
	case 'space': return v > 80 ? 'high' : '';
	default: return '';
	}
}

/* 40 W are 0.04 kW: little is not nothing. */
export function value_text(v: number, l: Layer, brief = false): string {
	switch (l) {
	case 'power': return v.toFixed(v > 0 && v < 0.95 ? 2 : 1);
	case 'inlet': return v.toFixed(brief ? 0 : 1);
	case 'delta_t': return v.toFixed(brief && v >= 10 ? 0 : 1);
	/* 99.6 % of a limit is not all of it, nor is 100.4 % within it */
	default: return (v < 100 ? Math.floor(v) : Math.ceil(v)).toString();
	}
}

export const with_unit = (v: number, l: Layer, s: Scale): string => value_text(v, l) + THIN + s.unit;
