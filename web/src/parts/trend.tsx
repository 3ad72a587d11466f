/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chart of series from the daemon over the page's range; several on a page share the cursor. */
import { useEffect, useMemo } from 'preact/hooks';
import type { Series } from '../lib/api';
import { t } from '../lib/i18n';
import { use_all } from '../lib/query';
import { align, fit_range, range, RANGES, series_path, set_range, unzoom, zoom, type Want } from '../lib/range';
import { Chart } from './chart';
import type { Limit, Line } from './plot';

export type TrendLine = Line & { want: Want };

export function Trend({ title, unit, lines, fmt, zero, whole, least, limits, hint, scale = 1 }: {
	title: string;
	unit: string;
	lines: TrendLine[];
	fmt: (v: number) => string;
	zero?: boolean;
	whole?: boolean;
	/* no smaller steps on the axis */
	least?: number;
	limits?: Limit[];
	hint?: string;
	/* what the daemon's base unit is multiplied with */
	scale?: number;
}) {
	const r = range();
	const { data, done } = use_all<Series>(lines.map((l) => series_path(l.want, r)));
	const stamp = data.map((d) => (d === null ? '-' : `${d.as_of}/${d.t.length}/${d.t[0]}`)).join();
	const columns = useMemo(() => {
		const c = align(data);
		return scale === 1 ? c : {
			t: c.t,
			cols: c.cols.map((col) => col.map((v) => (typeof v === 'number' ? v * scale : v))),
		};
	}, [stamp, scale]);
	const oldest = columns.t.find((_, i) => columns.cols.some((c) => typeof c[i] === 'number')) ?? null;
	useEffect(() => {
		if (done && oldest !== null) {
			fit_range(r, oldest);
		}
	}, [done, oldest, r.word]);
	const step = data.find((d) => d !== null)?.step_s ?? null;
	const empty = done && !columns.cols.some((c) => c.some((v) => typeof v === 'number'));
	return (
		<Chart title={title} unit={unit} lines={lines} data={columns} fmt={fmt}
			from={r.from} to={r.to} zero={zero} whole={whole} least={least} limits={limits} sync="page"
			on_zoom={zoom} on_reset={unzoom}
			note={empty ? t('chart.none') : step === null ? t('chart.wait') : t('chart.step', { n: step }) + (hint ? ' ' + hint : '')} />
	);
}

export function RangePicker() {
	const { word } = range();
	return (
		<div class="segments" role="group" aria-label={t('range.label')}>
			{RANGES.map((w) => (
				<button key={w} aria-pressed={w === word} onClick={() => set_range(w)}>
					{t(('range.' + w) as 'range.24h')}
				</button>
			))}
			{word === null && <button onClick={unzoom}>{t('range.reset')}</button>}
		</div>
	);
}
