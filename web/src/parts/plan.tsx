/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The floor plan: rows as strips of rack cells, one layer at a time, moved through by arrow keys. */
import { useRef, useState } from 'preact/hooks';
import type { Cell, Row } from '../lib/api';
import { DASH, int, THIN } from '../lib/format';
import { name_of, t, word } from '../lib/i18n';
import { go, link } from '../lib/url';
import { Mark, tone_of } from './icon';

export type Layer = 'power' | 'temperature' | 'evidence' | 'state';
export const LAYERS: Layer[] = ['power', 'temperature', 'evidence', 'state'];

const STEPS = 9;
/* Inlet: ASHRAE recommended up to 27 °C, class A1 allowable up to 32 °C. */
const WARM = 27;
const HOT = 32;
const COOL = 15;

export type Scale = { low: number; high: number; digits: number; unit: string; value: (c: Cell) => number | null };

/* Round up to 1, 2, 3, 4, 5, 6, 8 or 10 times a power of ten. */
function nice(v: number): number {
	const p = 10 ** Math.floor(Math.log10(Math.max(v, 1e-6)));
	return ([1, 2, 3, 4, 5, 6, 8, 10].find((m) => m * p >= v) ?? 10) * p;
}

export function scale_of(layer: Layer, rows: Row[]): Scale | null {
	if (layer === 'power') {
		const kw = (c: Cell) => (c.power_w === null ? null : c.power_w / 1000);
		const most = Math.max(0, ...rows.flatMap((r) => r.racks_list.map((c) => kw(c) ?? 0)));
		return { low: 0, high: nice(most || 1), digits: 1, unit: 'kW', value: kw };
	}
	if (layer === 'temperature') {
		return { low: COOL, high: 35, digits: 0, unit: '°C', value: (c) => c.temperature_c };
	}
	return null;
}

const step_of = (v: number, s: Scale): number =>
	Math.max(0, Math.min(STEPS - 1, Math.floor((v - s.low) / (s.high - s.low) * STEPS)));

/* 40 W are 0.04 kW: little is not nothing. */
const digits_of = (v: number, layer: Layer, s: Scale): number =>
	layer === 'temperature' ? 1 : v > 0 && v < 0.95 ? 2 : s.digits;

export function cell_text(c: Cell, layer: Layer, s: Scale | null): string {
	if (s !== null) {
		const v = s.value(c);
		if (v === null) {
			return absent(c, s) ? word('state', c.state) : t('unknown');
		}
		const text = v.toFixed(digits_of(v, layer, s)) + THIN + s.unit;
		return layer === 'power' && c.partial ? t('at_least', { value: text }) : text;
	}
	return layer === 'evidence' ? word('evidence', c.evidence ?? 'none') : word('state', c.state);
}

function limit_class(layer: Layer, v: number | null): string {
	return layer !== 'temperature' || v === null ? '' : v > HOT ? ' over' : v > WARM ? ' high' : '';
}

/* What the eye takes from colour, unit or mark, for the ear. */
const Spoken = ({ text }: { text: string }) => <span class="sr"> {text}</span>;

function Face({ c, layer, s }: { c: Cell; layer: Layer; s: Scale | null }) {
	if (s !== null) {
		const v = s.value(c);
		return absent(c, s) ? <b>{word('state.short', c.state)}<Spoken text={word('state', c.state)} /></b> : v === null ? <b>{DASH}<Spoken text={t('unknown')} /></b>
			: <b>{layer === 'power' && c.partial && '≥'}{v.toFixed(layer === 'temperature' ? s.digits : digits_of(v, layer, s))}<Spoken text={s.unit} /></b>;
	}
	if (layer === 'evidence') {
		return <><Mark tone={c.evidence === null ? 'off' : tone_of(c.evidence)} /><Spoken text={cell_text(c, layer, s)} /></>;
	}
	return <b>{word('state.short', c.state)}<Spoken text={cell_text(c, layer, s)} /></b>;
}

/* What does not stand yet, or no longer, is not unknown. */
const absent = (c: Cell, s: Scale): boolean => c.evidence === null && s.value(c) === null;

function face_class(c: Cell, layer: Layer, s: Scale | null): string {
	if (s !== null) {
		if (absent(c, s)) {
			return 'cell s-planned';
		}
		const v = s.value(c);
		return (v === null ? 'cell unknown-fill' : 'cell heat-' + step_of(v, s)) + limit_class(layer, v);
	}
	if (layer === 'evidence') {
		return 'cell e-' + (c.evidence ?? 'none');
	}
	return 'cell s-' + c.state;
}

export function Plan({ rows, layer, chosen, on_choose }: {
	rows: Row[];
	layer: Layer;
	chosen: string | null;
	on_choose: (id: string) => void;
}) {
	const box = useRef<HTMLDivElement>(null);
	const [focus, set_focus] = useState<string | null>(null);
	const s = scale_of(layer, rows);
	const widest = Math.max(1, ...rows.map((r) => r.racks_list.length));
	const columns = { gridTemplateColumns: `repeat(${widest}, minmax(2.1rem, 3.5rem))` };
	const home = focus ?? chosen ?? rows[0]?.racks_list[0]?.id;
	const move = (e: KeyboardEvent, r: number, i: number): void => {
		const by: Record<string, [number, number]> = {
			ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0],
			Home: [0, -999], End: [0, 999],
		};
		const d = by[e.key];
		if (d === undefined || e.ctrlKey || e.metaKey || e.altKey) {
			return;
		}
		e.preventDefault();
		const row = rows[Math.max(0, Math.min(rows.length - 1, r + d[0]))];
		const next = row?.racks_list[Math.max(0, Math.min(row.racks_list.length - 1, i + d[1]))];
		if (next) {
			set_focus(next.id);
			box.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(next.id)}"]`)?.focus();
		}
	};
	return (
		<div class="plan" ref={box} role="group" aria-label={t('plan.label', { layer: t(`layer.${layer}`) })}>
			{rows.map((row, r) => (
				<div class="strip" key={row.id}>
					<a class="strip-name" href={link('/racks', { row: row.id })}>{name_of(row.name, row.id)}</a>
					<ol class="cells" style={columns}>
						{row.racks_list.map((c, i) => (
							<li key={c.id}>
								<a href={link('/racks/' + c.id)} data-id={c.id} class={face_class(c, layer, s)}
									tabIndex={c.id === home ? 0 : -1}
									aria-current={c.id === chosen ? 'true' : undefined}
									title={`${c.label}: ${cell_text(c, layer, s)}`}
									onFocus={() => set_focus(c.id)} onKeyDown={(e) => move(e, r, i)}
									onClick={(e) => {
										if (e.metaKey || e.ctrlKey || e.shiftKey) {
											return;
										}
										e.preventDefault();
										if (c.id === chosen) {
											go(link('/racks/' + c.id));
										} else {
											on_choose(c.id);
										}
									}}>
									<small>{c.label}</small>{' '}<Face c={c} layer={layer} s={s} />
								</a>
							</li>
						))}
					</ol>
				</div>
			))}
		</div>
	);
}

/* What the colours mean, how many racks have each, and where the limits are. */
export function PlanLegend({ rows, layer }: { rows: Row[]; layer: Layer }) {
	const cells = rows.flatMap((r) => r.racks_list);
	const s = scale_of(layer, rows);
	if (s === null) {
		const key = (c: Cell) => (layer === 'evidence' ? c.evidence ?? 'none' : c.state);
		const order = layer === 'evidence'
			? ['verified', 'contradicted', 'stale', 'unmonitored', 'none']
			: ['planned', 'installed', 'energized', 'in_service', 'decommissioning', 'decommissioned'];
		return (
			<ul class="legend plan-keys">
				{order.map((k) => {
					const n = cells.filter((c) => key(c) === k).length;
					return n > 0 && (
						<li key={k}>
							<i class={'cell-key cell ' + (layer === 'evidence' ? 'e-' : 's-') + k}>
								{layer === 'evidence' ? <Mark tone={k === 'none' ? 'off' : tone_of(k)} /> : word('state.short', k)}</i>
							{word(layer === 'evidence' ? 'evidence' : 'state', k)} <b>{int(n)}</b>
						</li>
					);
				})}
			</ul>
		);
	}
	const bins = new Array<number>(STEPS).fill(0);
	let unknown = 0;
	const gone = new Set<string>();
	for (const c of cells) {
		const v = s.value(c);
		if (absent(c, s)) {
			gone.add(c.state);
		} else if (v === null) {
			unknown++;
		} else {
			bins[step_of(v, s)]++;
		}
	}
	if (bins.every((n) => n === 0)) {
		return <p class="legend plan-keys"><span><i class="cell-key cell unknown-fill">{DASH}</i> {t('unknown')} <b>{int(unknown)}</b></span></p>;
	}
	const most = Math.max(1, ...bins);
	const width = (s.high - s.low) / STEPS;
	const edge = (i: number): string => (s.low + i * width).toFixed(width >= 2 ? 0 : 1);
	return (
		<div class="ramp">
			<ol aria-label={t('plan.legend', { unit: s.unit })}>
				{bins.map((n, i) => (
					<li key={i} title={`${edge(i)}–${edge(i + 1)} ${s.unit}: ${n}`}>
						<span class="sr">{edge(i)}–{edge(i + 1)} {s.unit}: {n}</span>
						<i class="bin" style={{ height: `${Math.round(n / most * 24)}px` }} />
						<i class={'bin-key heat-' + i} />
						<small aria-hidden="true">{edge(i)}</small>
					</li>
				))}
			</ol>
			<span class="hint">{s.unit}</span>
			<span class="legend"><span><i class="cell-key cell unknown-fill">{DASH}</i>{t('unknown')} <b>{int(unknown)}</b></span>
				{[...gone].map((k) => <span key={k}><i class="cell-key cell s-planned">{word('state.short', k)}</i>{word('state', k)}</span>)}
				{layer === 'temperature' && <>
					<span><i class="cell-key cell high" />{t('plan.above', { v: WARM })}</span>
					<span><i class="cell-key cell over" />{t('plan.above', { v: HOT })}</span></>}
			</span>
		</div>
	);
}
