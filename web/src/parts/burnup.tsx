/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger day by day against the target: declared, verified, planned, and where the pace leads. */
import { useMemo } from 'preact/hooks';
import type { Capacity, History, Num, Target } from '../lib/api';
import { int } from '../lib/format';
import { t } from '../lib/i18n';
import { use_api, zone } from '../lib/query';
import { date_text } from '../lib/time';
import { params, set_params } from '../lib/url';
import { Chart } from './chart';
import type { Line } from './plot';
import { Show } from './state';

const DAY = 86400;
/* A forecast further away than the history is long would squeeze it. */
const FAR = 1.0;

const noon = (day: string): number => Date.parse(day.slice(0, 10) + 'T12:00:00Z') / 1000;

type Col = (number | null | undefined)[];

/* Three straight lines from today's count to the target: expected, early, late. */
function fan(x: Target, from: number, count: number, limit: number): { t: number[]; mid: Num[]; low: Num[]; high: Num[] } | null {
	const f = x.forecast;
	if (f.date === null || noon(f.date) > limit || noon(f.date) <= from) {
		return null;
	}
	const end = Math.min(limit, f.latest === null ? noon(f.date) : noon(f.latest));
	const reach = (when: string | null, at: number): Num => when === null ? null
		: Math.min(x.racks, count + (x.racks - count) * (at - from) / Math.max(DAY, noon(when) - from));
	const out = { t: [] as number[], mid: [] as Num[], low: [] as Num[], high: [] as Num[] };
	for (let at = from; at <= end; at += Math.max(DAY, (end - from) / 60)) {
		out.t.push(at);
		out.mid.push(reach(f.date, at));
		out.low.push(reach(f.latest ?? f.date, at));
		out.high.push(reach(f.earliest ?? f.date, at));
	}
	return out;
}

/* The ledger's row of today may be minutes old: the snapshot on the page is newer. */
function with_today(h: History, cap: Capacity): History {
	const today = date_text(Date.parse(cap.as_of), zone());
	const n = h.t.filter((day) => day.slice(0, 10) < today).length;
	const put = <T,>(col: T[], now: T): T[] => [...col.slice(0, n), now];
	return {
		...h, t: put(h.t, today), declared: put(h.declared, cap.racks.declared),
		verified: put(h.verified, cap.racks.verified), planned: put(h.planned, cap.racks.planned),
		standard: put(h.standard, cap.standard_racks.declared),
	};
}

export function BurnUp({ cap, x }: { cap: Capacity; x: Target | undefined }) {
	const state = use_api<History>('/capacity/history');
	return (
		<Show of={state} lines={8}>{(h) => <Drawn h={with_today(h, cap)} cap={cap} x={x} />}</Show>
	);
}

function Drawn({ h, cap, x }: { h: History; cap: Capacity; x: Target | undefined }) {
	const standard = x?.basis === 'standard';
	const main = standard ? h.standard : h.declared;
	const to_target = params.value.get('scale') === 'target';
	const made = useMemo(() => {
		const t0 = h.t.map(noon);
		const last = t0.at(-1) ?? 0;
		const count = main.at(-1) ?? 0;
		const f = x && count !== null ? fan(x, last, count, last + (last - (t0[0] ?? last)) * FAR) : null;
		const all = f === null ? t0 : [...t0, ...f.t.slice(1)];
		const pad = (c: Num[]): Col => [...c, ...all.slice(c.length).map(() => undefined)];
		const ahead = (c: Num[] | undefined): Col => f === null || c === undefined ? all.map(() => null)
			: [...t0.map((_, i) => (i === t0.length - 1 ? c[0] : null)), ...c.slice(1)];
		const line = (c: Num[]): Col[] => [pad(c), pad(c), pad(c)];
		return {
			data: {
				t: all,
				cols: [
					...line(main), ...(standard ? [] : line(h.verified)), ...line(h.planned),
					ahead(f?.mid), ahead(f?.low), ahead(f?.high),
				],
			},
			fan: f !== null,
		};
	}, [JSON.stringify([h.t, main.at(-1), h.verified.at(-1), h.planned.at(-1)]), x?.id, x?.forecast.date, standard]);
	const lines: Line[] = [
		{ label: t(standard ? 'standard_racks' : 'declared'), color: 'declared-line' },
		...(standard ? [] : [{ label: t('verified'), color: 'verified' }]),
		{ label: t('planned'), color: 'ink-3', dash: true },
		{ label: t('forecast'), color: 'verified', dash: true, band: made.fan },
	];
	const top = Math.max(1, ...main.map((v) => v ?? 0), ...h.planned.map((v) => v ?? 0));
	const near = x !== undefined && (x.racks <= top * 2 || to_target);
	const limit = x && near
		? [{ value: x.racks, label: t('target.label', { n: int(x.racks) }), tone: 'line-strong' as const }] : [];
	const first = made.data.t[0] ?? Date.parse(cap.as_of) / 1000 - DAY;
	const shown = made.fan ? lines : lines.slice(0, -1);
	const cols = made.fan ? made.data.cols : made.data.cols.slice(0, -3);
	const note = h.t.length < 2 ? t('burnup.short')
		: x && x.racks > top * 2 ? <>{!near && t('burnup.far', { n: int(x.racks) })}{' '}
			<button class="text" aria-pressed={to_target}
				onClick={() => set_params({ scale: to_target ? null : 'target' })}>{t('burnup.scale')}</button></>
		: undefined;
	return (
		<Chart title={t('burnup')} unit={t('racks_unit')} lines={shown} data={{ t: made.data.t, cols }} days zero whole
			fmt={int} from={first} to={made.data.t.at(-1) ?? first + DAY} limits={limit} height={320}
			reach={to_target ? x?.racks : undefined} note={note} />
	);
}
