/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one chart: lines with bands, gaps and limits; read-out, table, CSV and picture below it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { csv, DASH } from '../lib/format';
import { t } from '../lib/i18n';
import { zone } from '../lib/query';
import { save_blob, save_text } from '../lib/save';
import { theme } from '../lib/theme';
import { em, moment, options, picture, type Limit, type Line } from './plot';

export type Columns = { t: number[]; cols: (number | null | undefined)[][] };

const TABLE_ROWS = 200;

type Props = {
	title: string;
	unit: string;
	lines: Line[];
	/* avg, min, max for each line, in that order */
	data: Columns;
	fmt: (v: number) => string;
	from: number;
	to: number;
	zero?: boolean;
	/* counts: no steps below one */
	whole?: boolean;
	/* no smaller steps on the axis than this */
	least?: number;
	limits?: Limit[];
	sync?: string;
	days?: boolean;
	height?: number;
	/* the axis goes at least up to here */
	reach?: number;
	note?: ComponentChildren;
	on_zoom?: (from: number, to: number) => void;
	on_reset?: () => void;
};

export function Chart(p: Props) {
	const box = useRef<HTMLDivElement>(null);
	const plot = useRef<uPlot | null>(null);
	const span = useRef<[number, number]>([p.from, p.to]);
	const [at, set_at] = useState<number | null>(null);
	const [open, set_open] = useState(false);
	const tz = zone();
	const limits = p.limits ?? [];
	span.current = [p.from, p.to];
	const shape = JSON.stringify([p.lines, limits, theme.value, tz, p.zero, p.unit, p.height, p.reach, p.least]);

	useEffect(() => {
		const el = box.current;
		if (el === null) {
			return undefined;
		}
		const size = () => ({ width: Math.max(200, el.clientWidth), height: (p.height ?? 200) * em() });
		const u = new uPlot(options({
			lines: p.lines, limits, zero: p.zero === true, zone: tz, fmt: p.fmt, size: size(),
			sync: p.sync, days: p.days, whole: p.whole, least: p.least, reach: p.reach, span: () => span.current,
			on_cursor: set_at, on_zoom: p.on_zoom, on_reset: p.on_reset,
		}), [p.data.t, ...p.data.cols] as uPlot.AlignedData, el);
		plot.current = u;
		const watch = new ResizeObserver(() => u.setSize(size()));
		watch.observe(el);
		return () => {
			watch.disconnect();
			u.destroy();
			plot.current = null;
		};
	}, [shape]);

	useEffect(() => {
		plot.current?.setData([p.data.t, ...p.data.cols] as uPlot.AlignedData);
	}, [p.data, p.from, p.to]);

	const key = (e: KeyboardEvent): void => {
		const u = plot.current;
		const n = p.data.t.length;
		if (e.key === 'Escape') {
			p.on_reset?.();
		} else if (u !== null && n > 0 && (e.key === 'ArrowLeft' || e.key === 'ArrowRight')) {
			e.preventDefault();
			const by = (e.key === 'ArrowLeft' ? -1 : 1) * (e.shiftKey ? 10 : 1);
			const i = Math.min(n - 1, Math.max(0, (at ?? n - 1) + by));
			u.setCursor({ left: u.valToPos(p.data.t[i], 'x'), top: 10 });
		}
	};
	const text = (v: number | null | undefined): string =>
		v === null || v === undefined ? DASH : p.fmt(v);
	const name = `${p.title} ${p.unit}`;
	const range = `${moment(p.from, tz, p.days === true)} – ${moment(p.to, tz, p.days === true)}`;
	const rows = (): (string | number | null)[][] => [
		[t('chart.time'), ...p.lines.flatMap((l) => l.band
			? [l.label, l.label + ' min', l.label + ' max'] : [l.label])],
		...p.data.t.map((s, i) => [moment(s, tz, p.days === true), ...p.lines.flatMap((l, j) =>
			(l.band ? [0, 1, 2] : [0]).map((k) => p.data.cols[j * 3 + k][i] ?? null))]),
	];

	return (
		<figure class="chart">
			<figcaption>
				<h3>{p.title} <span class="hint">{p.unit}</span></h3>
				<span class="tools">
					<button class="quiet" onClick={() => save_text(name + '.csv', csv(rows()))}>
						CSV<span class="sr"> {p.title}</span></button>
					<button class="quiet" onClick={async () => {
						const blob = plot.current && await picture(plot.current, p.title, `${range}  ${p.unit}`);
						if (blob) {
							save_blob(name + '.png', blob);
						}
					}}>PNG<span class="sr"> {p.title}</span></button>
				</span>
			</figcaption>
			{p.note !== undefined && <p class="hint">{p.note}</p>}
			<div class="plot" ref={box} tabIndex={0} role="group" onKeyDown={key}
				aria-label={t('chart.label', { title: name, range })} />
			<Readout {...p} at={at} text={text}
				when={at === null || p.data.t[at] === undefined ? null : moment(p.data.t[at], tz, p.days === true)} />
			<details class="behind" open={open} onToggle={(e) => set_open(e.currentTarget.open)}>
				<summary>{t('chart.table')}</summary>
				{open && <Behind rows={rows()} fmt={p.fmt} label={name} />}
			</details>
		</figure>
	);
}

/* The newest slots may still be on their way to the archive: a gap begins after three. */
const PENDING = 3;

function last_of(col: (number | null | undefined)[]): number | null | undefined {
	const newest = [...col].reverse().filter((v) => v !== undefined);
	return newest.slice(0, PENDING + 1).find((v) => v !== null) ?? newest[0];
}

function Readout(p: Props & {
	at: number | null;
	when: string | null;
	text: (v: number | null | undefined) => string;
}) {
	return (
		<table class="readout">
			<caption class="sr">{p.title}</caption>
			<thead>
				<tr>
					<th scope="col"><span class="when">{p.when ?? t('chart.latest')}</span></th>
					<th scope="col" class="num">{t(p.when === null ? 'chart.value' : 'chart.cursor')}</th>
					<th scope="col" class="num">{t('chart.min')}</th>
					<th scope="col" class="num">{t('chart.max')}</th>
				</tr>
			</thead>
			<tbody>
				{p.lines.map((l, j) => {
					const col = p.data.cols[j * 3] ?? [];
					const low = (l.band ? p.data.cols[j * 3 + 1] : col) ?? [];
					const high = (l.band ? p.data.cols[j * 3 + 2] : col) ?? [];
					const known = (c: (number | null | undefined)[]) =>
						c.filter((v): v is number => typeof v === 'number');
					const least = known(low).reduce((a, b) => Math.min(a, b), Infinity);
					const most = known(high).reduce((a, b) => Math.max(a, b), -Infinity);
					return (
						<tr key={l.label}>
							<th scope="row">
								<svg class={'swatch c-' + l.color + (l.dash ? ' dash' : '')} viewBox="0 0 16 4" aria-hidden="true">
									<path d="M0 2h16" /></svg>
								{l.label}
							</th>
							<td class="num">{p.text(p.at === null ? last_of(col) : col[p.at])}</td>
							<td class="num">{p.text(least === Infinity ? null : least)}</td>
							<td class="num">{p.text(most === -Infinity ? null : most)}</td>
						</tr>
					);
				})}
			</tbody>
		</table>
	);
}

function Behind({ rows, fmt, label }: {
	rows: (string | number | null)[][];
	fmt: (v: number) => string;
	label: string;
}) {
	const [head, ...all] = rows;
	const step = Math.max(1, Math.ceil(all.length / TABLE_ROWS));
	const shown = all.filter((_, i) => i % step === 0).reverse();
	return (
		<div class="scroll short" tabIndex={0} role="region" aria-label={label}>
			<table>
				<thead><tr>{head.map((h, i) =>
					<th key={i} scope="col" class={i > 0 ? 'num' : ''}>{h}</th>)}</tr></thead>
				<tbody>{shown.map((r) => (
					<tr key={String(r[0])}>{r.map((c, i) => i === 0
						? <th key={i} scope="row">{c}</th>
						: <td key={i} class="num">{typeof c === 'number' ? fmt(c) : DASH}</td>)}</tr>
				))}</tbody>
			</table>
			{step > 1 && <p class="hint">{t('chart.every', { n: step })}</p>}
		</div>
	);
}
