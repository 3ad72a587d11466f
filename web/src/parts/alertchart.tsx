/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The archived value of an alert around its firing, with the limits of its rule as dashed lines. */
import { useMemo } from 'preact/hooks';
import type { List, Series, SeriesName } from '../lib/api';
import { entity_of, type AlertPage } from '../lib/api_alerts';
import type { FullRack } from '../lib/api_floor';
import type { Rule, RuleLimit } from '../lib/api_rules';
import { t, word } from '../lib/i18n';
import { band_of } from '../lib/layers';
import { now_ms, use_all, use_api } from '../lib/query';
import { align, series_path, type Want } from '../lib/range';
import { Chart } from './chart';
import { amount } from './alertmark';
import { limit_brief, metric_text } from './rulewords';
import type { Limit } from './plot';
import { Empty } from './state';

const LINES = 6;
const COLORS = ['verified', 'probe-1', 'probe-2', 'probe-3', 'feed-b', 'ink-2'];
const BEFORE_S = 3600;
const AFTER_S = 3600;
const LONGEST_S = 8 * 86400;
/* Gauges that are another metric in the archive. */
const ARCHIVED: Record<string, string> = {
	inlet_c: 'temperature_c', inlet_over_k: 'temperature_c', inlet_under_k: 'temperature_c', inlet_beyond_k: 'temperature_c',
};
/* The degree that a difference counts from, of the bands of the rack's class. */
const ORIGIN: Record<string, number> = { inlet_over_k: 1, inlet_under_k: 0, inlet_beyond_k: 3 };
const PLACED = ['province', 'area', 'site', 'hall', 'row', 'rack', 'device'];

/* What the archive may know of the thing; a node of the feed tree has no series. */
const has_series = (a: AlertPage): boolean => {
	const { kind } = entity_of(a.entity);
	return PLACED.includes(kind) || kind === 'feed' && a.rack !== null;
};

function names_of(list: SeriesName[], metric: string, instance: string | null): SeriesName[] {
	const own = list.filter((s) => s.metric === metric);
	const exact = own.filter((s) => (s.instance ?? null) === instance);
	const whole = exact.filter((s) => s.role === null);
	return (whole.length > 0 ? whole : exact.length > 0 ? exact : own).slice(0, LINES);
}

const two = (l: RuleLimit): boolean => l.low !== null && l.high !== null;
const sign_of = (l: RuleLimit, sign: number): string => ((l.test === 'above') === sign > 0 ? '> ' : '< ');

function limits_of(r: Rule, origin: number, relative: boolean): Limit[] {
	const sign = r.metric === 'inlet_under_k' ? -1 : 1;
	const of = (l: RuleLimit, said: (limit: string) => string, tone: Limit['tone']): Limit[] => [l.low, l.high].flatMap((v) => (v === null || l.test === 'equals' ? []
		: [{ value: origin + sign * v, label: said(relative && !two(l) ? sign_of(l, sign) + amount(origin + sign * v, 'C') : limit_brief(r, l)), tone }]));
	const tone = r.severity === 'critical' ? 'crit' : r.severity === 'warning' ? 'warn' : 'line-strong';
	return [
		...of(r.fire, (limit) => t('alert.fires', { limit }), tone),
		...(r.clear.test === 'never' ? [] : of(r.clear, (limit) => t('alert.clears', { limit }), 'line-strong')),
	];
}

function Lines({ a, r, names, origin }: { a: AlertPage; r: Rule; names: SeriesName[]; origin: number }) {
	const begun = Date.parse(a.since ?? a.fired ?? '') / 1000;
	const now = now_ms() / 1000;
	const over = a.resolved === null ? now : Date.parse(a.resolved) / 1000;
	/* steps of a minute: the address stays the same while one looks */
	const to = Math.ceil(Math.min(now, over + AFTER_S, begun + LONGEST_S) / 60) * 60;
	const from = Math.floor((begun - Math.max(BEFORE_S, Math.min(to - begun, 86400))) / 60) * 60;
	const wants = names.map((s): Want => ({ entity: a.entity, metric: s.metric, role: entity_of(a.entity).kind === 'rack' ? s.role : null, instance: s.instance }));
	const { data, done } = use_all<Series>(wants.map((w) => series_path(w, { from, to, word: null })));
	const stamp = data.map((d) => (d === null ? '-' : `${d.as_of}/${d.t.length}`)).join();
	const columns = useMemo(() => align(data), [stamp]);
	const unit = names[0]?.unit ?? r.unit ?? '';
	const shown = unit === 'C' ? '°C' : unit;
	const none = done && !columns.cols.some((c) => c.some((v) => typeof v === 'number'));
	return (
		<Chart title={metric_text(names[0].metric)} unit={shown} data={columns} from={from} to={to} fmt={(v) => amount(v, unit)}
			lines={names.map((s, i) => ({ label: [s.role, s.instance && word('instance', s.instance)].filter((x) => x).join(' ') || metric_text(s.metric), color: COLORS[i], band: names.length === 1 }))}
			limits={limits_of(r, origin, ORIGIN[r.metric] !== undefined)} note={none ? t('chart.none') : undefined} />
	);
}

export function AlertChart({ a, r }: { a: AlertPage; r: Rule | null }) {
	const metric = r === null ? null : ARCHIVED[r.metric] ?? r.metric;
	const ask = metric !== null && has_series(a);
	const { data, error } = use_api<List<SeriesName>>(ask ? '/series/list?entity=' + encodeURIComponent(a.entity) : null);
	const relative = r !== null && ORIGIN[r.metric] !== undefined && a.rack !== null;
	const rack = use_api<FullRack>(relative ? '/racks/' + encodeURIComponent(a.rack ?? '') : null);
	const names = data === null || metric === null ? [] : names_of(data.items, metric, a.instance);
	if (r === null || !ask || error !== null || data !== null && names.length === 0) {
		return <Empty>{t('alert.chart_none')}</Empty>;
	}
	if (names.length === 0 || relative && rack.data === null) {
		return null;
	}
	return <Lines a={a} r={r} names={names} origin={relative ? band_of(rack.data?.class ?? null)[ORIGIN[r.metric]] : 0} />;
}
