/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger day by day against the target: declared, verified, planned, and where pace and plans lead. */
import { useMemo } from 'preact/hooks';
import type { Num } from '../lib/api';
import type { DeepCapacity, DeepTarget, Fan, PlaceHistory } from '../lib/api_ledger';
import { int } from '../lib/format';
import { t } from '../lib/i18n';
import { use_api, zone } from '../lib/query';
import { date_text } from '../lib/time';
import { params, set_params } from '../lib/url';
import { Chart, type Columns } from './chart';
import type { Line } from './plot';
import { Show } from './state';

const DAY = 86400;
/* A forecast further away than the history is long would squeeze it. */
const FAR = 1.0;

const noon = (day: string): number => Date.parse(day.slice(0, 10) + 'T12:00:00Z') / 1000;

type Col = (number | null | undefined)[];
/* One line of the chart with its own days: average, least, most. */
type Part = { t: number[]; mid: Num[]; low?: Num[]; high?: Num[] };

/* The ledger's row of today may be minutes old: the snapshot on the page is newer. */
function with_today(h: PlaceHistory, cap: DeepCapacity): PlaceHistory {
	const today = date_text(Date.parse(cap.as_of), zone());
	const n = h.t.filter((day) => day.slice(0, 10) < today).length;
	const put = <T,>(col: T[], now: T): T[] => [...col.slice(0, n), now];
	return {
		...h, t: put(h.t, today), declared: put(h.declared, cap.racks.declared),
		verified: put(h.verified, cap.racks.verified), planned: put(h.planned, cap.racks.planned),
		standard: put(h.standard, cap.standard_racks.declared),
	};
}

/*
 * All lines on one axis of days. On days that are not its own a line has no
 * value (undefined, drawn through); null stays a gap.
 */
export function one_axis(parts: Part[]): Columns {
	const all = [...new Set(parts.flatMap((p) => p.t))].sort((a, b) => a - b);
	const spread = (p: Part, col: Num[]): Col => {
		const at = new Map(p.t.map((s, i) => [s, col[i] ?? null]));
		return all.map((s) => at.get(s));
	};
	return { t: all, cols: parts.flatMap((p) => [p.mid, p.low ?? p.mid, p.high ?? p.mid].map((c) => spread(p, c))) };
}

/* What lies ahead, from today on and no further than `limit`. */
function ahead(days: string[], cols: Num[][], from: number, now: number, limit: number): { t: number[]; cols: Num[][] } {
	const keep = days.map(noon).map((s, i) => [s, i] as const).filter(([s]) => s > from && s <= limit);
	return {
		t: [from, ...keep.map(([s]) => s)],
		cols: cols.map((c) => [now, ...keep.map(([, i]) => c[i] ?? null)]),
	};
}

/* Straight to the target's date when the daemon draws no fan. */
function straight(x: DeepTarget): NonNullable<Fan['fan']> | null {
	const f = x.forecast;
	return f.date === null ? null : { t: [f.date], low: [f.latest === null ? null : x.racks], mid: [x.racks], high: [x.racks] };
}

export function BurnUp({ cap, x }: { cap: DeepCapacity; x: DeepTarget | undefined }) {
	const state = use_api<PlaceHistory>('/capacity/history');
	const fan = use_api<Fan>(x === undefined || x.status === 'reached' ? null
		: `/capacity/forecast?target=${encodeURIComponent(x.id)}&of=declared`);
	return (
		<Show of={state} lines={8}>{(h) => <Drawn h={with_today(h, cap)} cap={cap} x={x} fan={fan.data} />}</Show>
	);
}

const some = (c: Num[]): boolean => c.slice(1).some((v) => v !== null);

function Drawn({ h, cap, x, fan }: { h: PlaceHistory; cap: DeepCapacity; x: DeepTarget | undefined; fan: Fan | null }) {
	const standard = x?.basis === 'standard';
	const main = standard ? h.standard : h.declared;
	const to_target = params.value.get('scale') === 'target';
	const made = useMemo(() => {
		const days = h.t.map(noon);
		const last = days.at(-1) ?? 0;
		const count = main.at(-1) ?? 0;
		const limit = last + Math.max(60 * DAY, (last - (days[0] ?? last)) * FAR);
		const lines: Line[] = [{ label: t(standard ? 'standard_racks' : 'declared'), color: 'declared-line' }];
		const parts: Part[] = [{ t: days, mid: main }];
		const add = (line: Line, part: Part): void => {
			lines.push(line);
			parts.push(part);
		};
		if (!standard) {
			add({ label: t('verified'), color: 'verified' }, { t: days, mid: h.verified });
		}
		add({ label: t('planned'), color: 'ink-3', dash: true }, { t: days, mid: h.planned });
		const f = fan?.fan ?? (x && x.status !== 'reached' ? straight(x) : null);
		if (f !== null && f !== undefined && x && count < x.racks) {
			const cut = ahead(f.t, [f.mid, f.low, f.high].map((c) => c.map((v) => v === null ? null : Math.min(v, x.racks * 1.02))), last, count, limit);
			if (some(cut.cols[0])) {
				add({ label: t('forecast'), color: 'declared-line', dash: true, band: true },
					{ t: cut.t, mid: cut.cols[0], low: cut.cols[1], high: cut.cols[2] });
			}
		}
		const p = fan?.pipeline;
		if (p && some([null, ...p.count])) {
			const cut = ahead(p.t, [p.count], last, count, limit);
			if (some(cut.cols[0])) {
				add({ label: t('outlook.pipeline'), color: 'feed-b', dash: true }, { t: cut.t, mid: cut.cols[0] });
			}
		}
		return { data: one_axis(parts), lines };
	}, [JSON.stringify([h.t, main.at(-1), h.verified.at(-1), h.planned.at(-1)]), x?.id, JSON.stringify(fan?.fan), fan?.pipeline?.t.length, standard, t('declared')]);
	const top = Math.max(1, ...made.data.cols.flatMap((c) => c.map((v) => v ?? 0)));
	const near = x !== undefined && (x.racks <= top * 2 || to_target);
	const limit = x && near
		? [{ value: x.racks, label: t('target.label', { n: int(x.racks) }), tone: 'line-strong' as const }] : [];
	const first = made.data.t[0] ?? Date.parse(cap.as_of) / 1000 - DAY;
	const note = h.t.length < 2 ? t('burnup.short')
		: x && x.racks > top * 2 ? <>{!near && t('burnup.far', { n: int(x.racks) })}{' '}
			<button class="text" aria-pressed={to_target}
				onClick={() => set_params({ scale: to_target ? null : 'target' })}>{t('burnup.scale')}</button></>
		: undefined;
	return (
		<Chart title={t('burnup')} unit={t('racks_unit')} lines={made.lines} data={made.data} days zero whole
			fmt={int} from={first} to={made.data.t.at(-1) ?? first + DAY} limits={limit} height={320}
			reach={to_target ? x?.racks : undefined} note={note} />
	);
}
