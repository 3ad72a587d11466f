/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The floor of a hall as it stands: aisles, rows, one link per rack, moved through by arrow keys. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Num } from '../lib/api';
import type { FloorCell, FloorHall } from '../lib/api_floor';
import { DASH } from '../lib/format';
import { layout_of, next_spot, type Layout, type RowMark, type Spot } from '../lib/floor';
import { name_of, t, word } from '../lib/i18n';
import { beyond, step_of, value_text, with_unit, type Layer, type Scale } from '../lib/layers';
import { go, link } from '../lib/url';
import { severity_tone } from './alarm';
import { tone_of, type Tone } from './icon';

/* Drawn in centimetres. */
const CM = 100;
/* Pixels of a metre: readable, and not a poster; below the least, numbers go. */
const LEAST = 34;
const LEAST_MANY = 20;
const MANY = 800;
const MOST = 76;
const WELL = 54;
const READABLE = 30;

/* What a rack shows now, or showed at the moment that the reader has chosen. */
export type Reading = { scale: Scale | null; value: (c: FloorCell) => Num; past: boolean };

/* What does not stand yet, or no longer, is not unknown. */
export const absent = (c: FloorCell, v: Num): boolean => c.evidence === null && v === null;

export function cell_text(c: FloorCell, l: Layer, r: Reading): string {
	if (r.scale === null) {
		if (l === 'alarms') {
			return c.alarm === null ? t('plan.quiet') : word('severity', c.alarm);
		}
		const said = l === 'evidence' ? word('evidence', c.evidence ?? 'none') : word('state', c.state);
		const more = [c.reserved && t('plan.reserved'), c.maintenance && t('plan.maintenance'), c.discrepancy && t('plan.discrepancy')];
		return [said, ...more.filter((x) => x !== false)].join(t('list.join'));
	}
	const v = r.value(c);
	if (v === null) {
		return absent(c, v) ? word('state', c.state)
			: l === 'failover' && c.failover === 'single' ? t('failover.single') : t('unknown');
	}
	const text = with_unit(v, l, r.scale);
	return l === 'power' && c.partial && !r.past ? t('at_least', { value: text }) : text;
}

function face_class(c: FloorCell, l: Layer, r: Reading): string {
	if (r.scale === null) {
		return 'face ' + (l === 'alarms' ? c.evidence === null ? 's-planned' : 'al-' + (c.alarm ?? 'none') : l === 'evidence' ? 'e-' + (c.evidence ?? 'none') : 's-' + c.state);
	}
	const v = r.value(c);
	if (v === null) {
		return absent(c, v) ? 'face s-planned' : l === 'failover' && c.failover === 'single' ? 'face single' : 'face unknown';
	}
	return `face heat-${step_of(v, r.scale)} ${beyond(c, l, v)}`;
}

function face_text(c: FloorCell, l: Layer, r: Reading): string {
	if (r.scale === null) {
		return l === 'evidence' || l === 'alarms' ? '' : word('state.short', c.state);
	}
	const v = r.value(c);
	if (v === null) {
		return absent(c, v) ? word('state.short', c.state) : l === 'failover' && c.failover === 'single' ? '1N' : DASH;
	}
	return (l === 'power' && c.partial && !r.past ? '≥' : '') + value_text(v, l, true);
}

/* Dot, triangle, octagon, square, dashed ring, crossed ring: as in icon.tsx, around a point. */
function Sign({ tone, x, y }: { tone: Tone; x: number; y: number }) {
	const d = tone === 'warn' ? `M${x} ${y - 12}l13 22h-26z`
		: tone === 'crit' ? `M${x - 5} ${y - 12}h10l7 7v10l-7 7h-10l-7 -7v-10z`
		: tone === 'info' ? `M${x - 9} ${y - 9}h18v18h-18z`
		: tone === 'off' ? `M${x - 9} ${y + 9}l18 -18` : '';
	return (
		<g class={'sign sign-' + tone}>
			{d === '' || tone === 'off' ? <circle cx={x} cy={y} r="10" /> : null}
			{d !== '' && <path d={d} />}
		</g>
	);
}

function Rack({ s, l, r, home, chosen }: { s: Spot; l: Layer; r: Reading; home: boolean; chosen: boolean }) {
	const { cell: c, box } = s;
	const [x, y, w, h] = [box.x_m, box.y_m, box.width_m, box.depth_m].map((v) => v * CM);
	const [cx, cy] = [x + w / 2, y + h / 2];
	const text = face_text(c, l, r);
	const marks = l !== 'state' ? '' : c.discrepancy ? '!' : c.maintenance ? t('plan.short_maintenance') : c.reserved ? t('plan.short_reserved') : '';
	const small = text.length > 4 ? ' tiny' : text.length > 3 || w < 55 ? ' small' : '';
	const said = cell_text(c, l, r);
	/* what the eye reads first, then what it takes from colour and mark */
	const brief = [c.label, text, marks].filter((x) => x !== '').join(' ');
	const loud = l !== 'alarms' && c.alarm !== null ? t('list.join') + t('plan.alarm', { severity: word('severity', c.alarm) }) : '';
	const spoken = r.value(c) !== null && r.scale !== null && !text.startsWith('≥') ? `${brief} ${r.scale.unit}` : `${brief}${t('colon')}${said}`;
	/* the frame stands inside, so that neighbours do not hide it */
	const inset = 3.5;
	return (
		<a class={`cell${chosen ? ' chosen' : ''}`} href={link('/racks/' + c.id)} data-id={c.id} data-v={r.value(c) ?? 'null'}
			tabindex={home ? 0 : -1} aria-current={chosen ? 'true' : undefined}
			aria-label={spoken + loud} data-alarm={c.alarm ?? 'none'}>
			<title>{`${c.label}${t('colon')}${said}${loud}`}</title>
			<rect class={face_class(c, l, r)} x={x + inset} y={y + inset} width={w - 2 * inset} height={h - 2 * inset} rx="4" />
			<g class={'ink ' + face_class(c, l, r).replace('face ', '')}>
				<text class={c.label.length > 4 ? 'no small' : 'no'} x={cx} y={cy - 6}>{c.label}</text>{' '}
				{l === 'alarms' ? c.alarm !== null && <Sign tone={severity_tone(c.alarm)} x={cx} y={cy + 16} />
					: l === 'evidence' ? <Sign tone={c.evidence === null ? 'off' : tone_of(c.evidence)} x={cx} y={cy + 16} />
					: <text class={'at' + small} x={cx} y={cy + 21}>{text}</text>}
			</g>{' '}
			{l !== 'alarms' && c.alarm !== null && <g class="corner" transform={`translate(${x + w - 14} ${y + 15}) scale(0.62)`}><Sign tone={severity_tone(c.alarm)} x={0} y={0} /></g>}
			{marks !== '' && <text class="overlay" x={cx} y={cy + 44}>{marks}</text>}
		</a>
	);
}

function AisleBox({ a }: { a: Layout['aisles'][number] }) {
	const [x, y, w, h] = [a.box.x_m, a.box.y_m, a.box.width_m, a.box.depth_m].map((v) => v * CM);
	const upright = h > w;
	const own = name_of(a.name, '');
	const said = word('aisle', a.kind);
	/* "Cold aisle 2" says it already; "2" does not */
	const label = own === '' ? said : own.toLowerCase().includes(said.toLowerCase()) ? own : `${said} ${own}`;
	const [cx, cy] = [x + w / 2, y + h / 2];
	return (
		<g class={`aisle ${a.kind}${a.contained ? ' contained' : ''}`}>
			<rect x={x} y={y} width={w} height={h} rx="4"><title>{label + (a.contained ? t('aisle.contained') : '')}</title></rect>
			<text x={cx} y={cy + 9} transform={upright ? `rotate(-90 ${cx} ${cy})` : undefined}>{label}</text>
		</g>
	);
}

const short = (name: string): string => (name.length > 9 ? name.slice(0, 8) + '…' : name);

function RowName({ m }: { m: RowMark }) {
	const name = name_of(m.row.name, m.row.id);
	return (
		<>
			{m.line !== null && <line class="front" x1={m.line[0] * CM} y1={m.line[1] * CM} x2={m.line[2] * CM} y2={m.line[3] * CM} />}
			<a class="row-name" href={link('/racks', { row: m.row.id })} aria-label={t('plan.row', { name })}>
				<title>{name}</title>
				<text x={m.x * CM} y={m.y * CM + (m.upright ? 0 : 9)} class={m.upright ? 'mid' : 'end'}>{short(name)}</text>
			</a>
		</>
	);
}

/* Pixels that a metre gets in the width at hand. */
function use_scale(layout: Layout, n: number): { box: (el: HTMLDivElement | null) => void; px: number } {
	const el = useRef<HTMLDivElement | null>(null);
	const [room, set_room] = useState(0);
	useLayoutEffect(() => {
		const measure = (): void => set_room(el.current?.clientWidth ?? 0);
		measure();
		const seen = new ResizeObserver(measure);
		if (el.current) {
			seen.observe(el.current);
		}
		return () => seen.disconnect();
	}, []);
	const rem = typeof document === 'undefined' ? 1 : parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
	/* the width, and as far as that stays readable the height of the window */
	const tall = typeof innerHeight === 'number' ? innerHeight * 0.68 / layout.view.depth_m : MOST;
	const fit = Math.min(room / layout.view.width_m, Math.max(tall, WELL * rem));
	const px = Math.min(MOST * rem, Math.max((n > MANY ? LEAST_MANY : LEAST) * rem, fit));
	return { box: (x) => {
		el.current = x;
	}, px: Math.floor(px * 100) / 100 };
}

export function FloorPlan({ hall, layer, reading, chosen, on_choose }: {
	hall: FloorHall;
	layer: Layer;
	reading: Reading;
	chosen: string | null;
	on_choose: (id: string) => void;
}) {
	const svg = useRef<SVGSVGElement>(null);
	const layout = useMemo(() => layout_of(hall), [hall]);
	const [focus, set_focus] = useState<string | null>(null);
	const { box, px } = use_scale(layout, layout.spots.length);
	const is_here = (id: string | null): boolean => id !== null && layout.spots.some((s) => s.cell.id === id);
	const home = is_here(focus) ? focus : is_here(chosen) ? chosen : layout.spots[0]?.cell.id;
	useEffect(() => set_focus(null), [chosen]);

	const id_of = (e: Event): string | null => (e.target as Element).closest<SVGElement>('.cell')?.dataset.id ?? null;
	const move = (e: KeyboardEvent): void => {
		const id = id_of(e);
		if (id === null || e.ctrlKey || e.metaKey || e.altKey) {
			return;
		}
		const next = next_spot(layout.spots, id, e.key);
		if (next === null) {
			if (/^Arrow/.test(e.key)) {
				e.preventDefault();
			}
			return;
		}
		e.preventDefault();
		set_focus(next);
		svg.current?.querySelector<SVGElement>(`[data-id="${CSS.escape(next)}"]`)?.focus();
	};
	const choose = (e: MouseEvent): void => {
		const id = id_of(e);
		if (id === null || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey || e.button !== 0) {
			return;
		}
		e.preventDefault();
		if (id === chosen) {
			go(link('/racks/' + id));
		} else {
			set_focus(id);
			on_choose(id);
		}
	};
	const v = layout.view;
	return (
		<div class={layout.spots.length > MANY ? 'floor-box many' : 'floor-box'} ref={box}>
			<svg ref={svg} class={px < READABLE ? 'plan floor bare' : 'plan floor'} role="group"
				aria-label={t('plan.label', { layer: word('layer', layer) })}
				width={Math.round(v.width_m * px)} height={Math.round(v.depth_m * px)}
				viewBox={`${v.x_m * CM} ${v.y_m * CM} ${v.width_m * CM} ${v.depth_m * CM}`}
				onKeyDown={move} onClick={choose} onFocusIn={(e) => set_focus((was) => id_of(e) ?? was)}>
				<defs><pattern id="hatch" width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
					<rect width="12" height="12" class="hatch-ground" /><rect width="12" height="3" class="hatch-line" /></pattern></defs>
				{layout.room !== null && <rect class="room" x={layout.room.x_m * CM} y={layout.room.y_m * CM}
					width={layout.room.width_m * CM} height={layout.room.depth_m * CM} />}
				{layout.aisles.map((a) => <AisleBox key={a.id} a={a} />)}
				{layout.spots.map((s) => <Rack key={s.cell.id} s={s} l={layer} r={reading}
					home={s.cell.id === home} chosen={s.cell.id === chosen} />)}
				{layout.marks.map((m) => <RowName key={m.row.id} m={m} />)}
			</svg>
		</div>
	);
}

