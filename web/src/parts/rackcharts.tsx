/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charts of a rack: power by feed and total, current by phase, temperature, humidity. */
import type { List, RackPage, SeriesName } from '../lib/api';
import { amps, celsius, unit, watts } from '../lib/format';
import { t, word } from '../lib/i18n';
import { use_api } from '../lib/query';
import type { Limit } from './plot';
import { Empty, Show } from './state';
import { RangePicker, Trend, type TrendLine } from './trend';

const SIX = 6;
const RECOMMENDED_C = 27;
const warm = (): Limit[] => [{
	value: RECOMMENDED_C, label: t('limit.recommended', { v: RECOMMENDED_C }), tone: 'warn',
}];
/* Probes have colours of their own: the pair of the feeds means feeds. */
const PROBES = ['probe-1', 'probe-2', 'probe-3'];

function lines_of(r: RackPage, names: SeriesName[]): Record<string, TrendLine[]> {
	const entity = 'rack:' + r.id;
	const feed_of = new Map(r.devices.map((d) => [d.role, d.feed]));
	const color = (s: SeriesName): string => {
		const feed = feed_of.get(s.role ?? '');
		return feed === 'A' ? 'feed-a' : feed === 'B' ? 'feed-b' : 'ink-2';
	};
	const label = (s: SeriesName): string => {
		const feed = feed_of.get(s.role ?? '');
		const what = s.instance === null || s.instance === '' ? '' : word('instance', s.instance);
		return feed ? (what === '' ? t('feed.name', { id: feed }) : `${feed} ${what}`)
			: [s.role, what].filter((x) => x).join(' ');
	};
	/* the air of the room before that of the servers */
	const servers = new Set(r.devices.filter((d) => d.kind === 'bmc').map((d) => d.role));
	const is_server = (s: SeriesName): boolean => servers.has(s.role ?? '');
	const probe = (s: SeriesName): string =>
		[s.role, s.instance && word('instance', s.instance)].filter((x) => x).join(' ');
	const want = (s: SeriesName) => ({ entity, metric: s.metric, role: s.role, instance: s.instance });
	const of_metric = (metric: string, pick: (s: SeriesName) => boolean): SeriesName[] =>
		names.filter((s) => s.metric === metric && pick(s));
	const by_probe = (metric: string): TrendLine[] =>
		of_metric(metric, (s) => s.role !== null).sort((a, b) => Number(is_server(a)) - Number(is_server(b))).slice(0, SIX).map((s, i) => ({
			label: probe(s), color: PROBES[i % PROBES.length], dash: i >= PROBES.length, want: want(s),
		}));
	const whole = { role: null, instance: null };
	const feeds = of_metric('power_w', (s) => s.role !== null && !!feed_of.get(s.role) && !s.instance);
	return {
		power: [
			...feeds.map((s) => ({ label: label(s), color: color(s), dash: feed_of.get(s.role ?? '') === 'B', want: want(s) })),
			...of_metric('power_w', (s) => s.role === null).map((): TrendLine =>
				({ label: t('total'), color: 'ink-2', band: true, want: { entity, metric: 'power_w', ...whole } })),
		],
		current: of_metric('current_a', (s) => s.role !== null && !!feed_of.get(s.role) &&
			/^L[123]$/.test(s.instance ?? '')).slice(0, SIX).map((s) => ({
			label: label(s), color: color(s), dash: feed_of.get(s.role ?? '') === 'B', want: want(s),
		})),
		temperature: by_probe('temperature_c'),
		humidity: by_probe('humidity_pct'),
	};
}

function Charts({ r, names }: { r: RackPage; names: SeriesName[] }) {
	const lines = lines_of(r, names);
	const breaker = r.feeds[0]?.breaker_a ?? null;
	const limits: Limit[] = breaker === null ? [] : [
		{ value: breaker * 0.8, label: t('limit.derated', { v: (breaker * 0.8).toFixed(1) }), tone: 'warn' },
		{ value: breaker, label: t('limit.breaker', { v: breaker }), tone: 'crit' },
	];
	return (
		<div class="charts">
			{lines.power.length > 0 && <Trend key="p" title={t('power')} unit="W" fmt={watts} zero least={1} lines={lines.power} />}
			{lines.current.length > 0 && <Trend key="c" title={t('current')} unit="A" fmt={amps} zero least={0.1} lines={lines.current} limits={limits} />}
			{lines.temperature.length > 0 && <Trend key="t" title={t('temperature')} unit="°C" fmt={celsius} least={0.5} lines={lines.temperature} limits={warm()} />}
			{lines.humidity.length > 0 && <Trend key="h" title={t('humidity')} unit="%" fmt={(v) => unit(v, '%', 0)} least={1} lines={lines.humidity} />}
		</div>
	);
}

export function RackCharts({ r }: { r: RackPage }) {
	const state = use_api<List<SeriesName>>('/series/list?entity=rack:' + encodeURIComponent(r.id));
	return (
		<section class="card" aria-label={t('charts')}>
			<div class="bar-head"><h2>{t('charts')}</h2><RangePicker /></div>
			<Show of={state} lines={6}>{(list) => list.items.length === 0
				? <Empty>{t('empty.series')}</Empty> : <Charts r={r} names={list.items} />}</Show>
			<p class="hint">{t('charts.hint')}</p>
		</section>
	);
}
