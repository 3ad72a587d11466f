/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What uPlot is told: colours from the tokens, the province's clock, bands, thresholds. */
import uPlot from 'uplot';
import { tidy } from '../lib/format';
import { date_text, minute_text } from '../lib/time';

export type Line = {
	label: string;
	/* A token without its dashes, such as feed-a. */
	color: string;
	dash?: boolean;
	/* Draw min..max under the average. */
	band?: boolean;
};
export type Limit = { value: number; label: string; tone: 'warn' | 'crit' | 'line-strong' };
export type Setup = {
	lines: Line[];
	limits: Limit[];
	zero: boolean;
	zone: string;
	fmt: (v: number) => string;
	size: { width: number; height: number };
	sync?: string;
	days?: boolean;
	whole?: boolean;
	least?: number;
	reach?: number;
	span: () => [number, number];
	on_cursor: (i: number | null) => void;
	on_zoom?: (from: number, to: number) => void;
	on_reset?: () => void;
};

const COUNTS = Array.from({ length: 8 }, (_, i) => [1, 2, 2.5, 5].map((m) => m * 10 ** i))
	.flat().filter((v) => Number.isInteger(v));

/* 1, 2 and 5 times powers of ten, from `least` on. */
const steps_from = (least: number): number[] =>
	Array.from({ length: 14 }, (_, i) => [1, 2, 5].map((m) => m * 10 ** (i - 2)))
		.flat().filter((v) => v >= least);

/* The pages grow on very large screens: so do letters and strokes in a chart. */
export const em = (): number =>
	(parseFloat(getComputedStyle(document.documentElement).fontSize) || 16) / 16;

const FAMILY = 'system-ui, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const font = (px: number): string => `${Math.round(px * 10) / 10}px ${FAMILY}`;

export function token(name: string): string {
	return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
}

function time_labels(zone: string, days: boolean) {
	return (_u: uPlot, splits: number[], _axis: number, _space: number, step: number) => {
		let day = '';
		return splits.map((s) => {
			const text = minute_text(s * 1000, zone);
			const date = text.slice(0, 10);
			if (days || step >= 86400) {
				return step >= 27 * 86400 ? date.slice(0, 7) : date.slice(5);
			}
			const first = date !== day;
			day = date;
			return text.slice(11) + (first ? '\n' + date.slice(5) : '');
		});
	};
}

function draw_limits(u: uPlot, limits: Limit[]): void {
	const { ctx } = u;
	const ratio = devicePixelRatio;
	const { left, top, width, height } = u.bbox;
	ctx.save();
	ctx.font = font(11 * em() * ratio);
	ctx.textAlign = 'right';
	for (const l of limits) {
		const y = Math.round(u.valToPos(l.value, 'y', true)) + 0.5;
		if (y < top || y > top + height) {
			continue;
		}
		ctx.strokeStyle = ctx.fillStyle = token(l.tone === 'line-strong' ? 'ink-3' : l.tone);
		ctx.lineWidth = ratio;
		ctx.setLineDash([5 * ratio, 4 * ratio]);
		ctx.beginPath();
		ctx.moveTo(left, y);
		ctx.lineTo(left + width, y);
		ctx.stroke();
		ctx.textBaseline = y - top < 18 * ratio ? 'top' : 'bottom';
		ctx.fillText(l.label, left + width - 4 * ratio, y + (ctx.textBaseline === 'top' ? 3 : -3) * ratio);
	}
	ctx.restore();
}

/* Limits far beyond the data would flatten it: only near ones stretch the axis. */
function y_range(setup: Setup) {
	return (_u: uPlot, low: number | null, high: number | null): [number, number] => {
		let a = setup.zero ? 0 : low ?? 0;
		let b = Math.max(high ?? 1, setup.reach ?? -Infinity);
		for (const l of setup.limits) {
			const room = Math.max(b - a, Math.abs(b) * 0.1, 1);
			if (setup.zero ? l.value <= b * 2 : l.value <= b + room * 1.5 && l.value >= a - room * 1.5) {
				b = Math.max(b, l.value);
				a = Math.min(a, l.value);
			}
		}
		const pad = Math.max((b - a) * 0.08, setup.zero ? 0 : 0.5, 1e-9);
		return setup.zero ? [0, b + Math.max(pad, b === 0 ? 1 : 0)] : [a - pad, b + pad];
	};
}

/* An axis without any value has no numbers: they would be invented. */
const known = (u: uPlot): boolean =>
	u.data.slice(1).some((col) => (col as (number | null | undefined)[]).some((v) => typeof v === 'number'));

export function options(setup: Setup): uPlot.Options {
	const series: uPlot.Series[] = [{}];
	const bands: uPlot.Band[] = [];
	for (const l of setup.lines) {
		const stroke = token(l.color);
		series.push({
			label: l.label, stroke, width: 1.5 * em(), dash: l.dash ? [6, 4] : undefined,
			points: { show: false },
		});
		const hidden: uPlot.Series = {
			stroke: 'transparent', width: 0, points: { show: false }, show: l.band === true,
		};
		series.push({ ...hidden, label: 'min' }, { ...hidden, label: 'max' });
		if (l.band) {
			const at = series.length;
			bands.push({ series: [at - 1, at - 2], fill: stroke + '33' });
		}
	}
	const k = em();
	const axis: uPlot.Axis = {
		stroke: token('ink-2'), font: font(12 * k),
		grid: { stroke: token('line'), width: 1 }, ticks: { show: false },
	};
	return {
		...setup.size,
		series,
		bands,
		legend: { show: false },
		tzDate: (s) => uPlot.tzDate(new Date(s * 1000), setup.zone),
		padding: [8, 18 * em(), 0, 0],
		scales: {
			x: { time: true, range: () => setup.span() },
			y: { range: y_range(setup) },
		},
		axes: [
			{ ...axis, space: (setup.days ? 64 : 56) * k, size: (setup.days ? 32 : 46) * k, gap: 10 * k, values: time_labels(setup.zone, setup.days === true) },
			{
				...axis, space: 36 * k, ...(setup.whole ? { incrs: COUNTS } : setup.least ? { incrs: steps_from(setup.least) } : {}),
				size: (_u, values) => k * Math.max(40, ...(values ?? []).map((v) => v.length * 7 + 12)),
				values: (u, splits) => splits.map((v) => (known(u) ? tidy(setup.fmt(v)) : '')),
			},
		],
		cursor: {
			y: false,
			points: { size: 6 },
			drag: { x: setup.on_zoom !== undefined, y: false, setScale: false },
			sync: setup.sync ? { key: setup.sync, setSeries: false } : undefined,
			bind: { dblclick: () => () => { setup.on_reset?.(); return null; } },
		},
		hooks: {
			draw: [(u) => draw_limits(u, setup.limits)],
			setCursor: [(u) => setup.on_cursor(u.cursor.idx ?? null)],
			setSelect: [(u) => {
				const { left, width } = u.select;
				if (width > 4) {
					setup.on_zoom?.(u.posToVal(left, 'x'), u.posToVal(left + width, 'x'));
				}
				u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
			}],
		},
	};
}

/* The picture with what it needs to stand alone: title, range and unit. */
export function picture(u: uPlot, title: string, sub: string): Promise<Blob | null> {
	const ratio = devicePixelRatio;
	const src = u.ctx.canvas;
	const head = 44 * ratio;
	const out = document.createElement('canvas');
	out.width = src.width;
	out.height = src.height + head;
	const ctx = out.getContext('2d') as CanvasRenderingContext2D;
	ctx.fillStyle = token('paper');
	ctx.fillRect(0, 0, out.width, out.height);
	ctx.fillStyle = token('ink');
	ctx.font = '600 ' + font(14 * ratio);
	ctx.fillText(title, 8 * ratio, 18 * ratio);
	ctx.font = font(12 * ratio);
	ctx.fillStyle = token('ink-2');
	ctx.fillText(sub, 8 * ratio, 36 * ratio);
	ctx.drawImage(src, 0, head);
	return new Promise((done) => out.toBlob(done));
}

export const moment = (s: number, zone: string, days: boolean): string =>
	days ? date_text(s * 1000, zone) : minute_text(s * 1000, zone);
