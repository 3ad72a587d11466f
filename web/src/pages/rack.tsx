/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rack: is it safe, on which leg, and why do we believe that it stands and runs? */
import '../i18n/racks';
import type { ExplainRack, RackPage } from '../lib/api';
import { celsius, measure, scaled, watts } from '../lib/format';
import { name_of, t, word } from '../lib/i18n';
import { use_api, zone } from '../lib/query';
import { date_text } from '../lib/time';
import { link } from '../lib/url';
import { Failover, FeedPair } from '../parts/feeds';
import { Head, type Crumb } from '../parts/frame';
import { Badge } from '../parts/icon';
import { Fact } from '../parts/kpi';
import { Age, age_text, AtLeast, Int, Pct, Since, span_text, Unknown, Val } from '../parts/num';
import { RackCharts } from '../parts/rackcharts';
import { error_text, reason_text } from '../parts/reason';
import { Empty, Show } from '../parts/state';
import { Table } from '../parts/table';
import { crumbs_to } from '../parts/frame';

type Env = RackPage['environment'][number];

/* Source: ASHRAE thermal guidelines, recommended envelope, degrees Celsius. */
const RECOMMENDED: [number, number] = [18, 27];
const [COLD, HOT] = [10, 45];

function EvidenceCard({ r }: { r: RackPage }) {
	const { data } = use_api<ExplainRack>('/explain/rack/' + encodeURIComponent(r.id));
	return (
		<section class="card evidence-card">
			<h2>{t('evidence')}</h2>
			<p class="verdict"><Badge code={r.evidence} tone={r.evidence === null ? 'off' : undefined}>
				<b data-k="evidence" data-v={r.evidence ?? 'null'}>{word('evidence', r.evidence ?? 'none')}</b></Badge></p>
			<p>{reason_text(r.evidence_reason)}</p>
			{data !== null && (
				<dl class="pairs">
					<dt>{t('explain.good')}</dt>
					<dd>{span_text(data.good_s)} <span class="hint">{t('explain.of', { n: span_text(data.window_s) })}</span></dd>
					<dt>{t('explain.power', { w: watts(data.min_power_w) })}</dt>
					<dd>{span_text(data.power_s)} <span class="hint">{t('explain.needs', { n: span_text(data.min_live_s) })}</span></dd>
					<dt>{t('explain.below')}</dt><dd>{span_text(data.below_s)}</dd>
					<dt>{t('explain.voltage')}</dt><dd>{span_text(data.voltage_s)}</dd>
				</dl>
			)}
			<h3>{t('ledger')}</h3>
			<Ledger r={r} />
		</section>
	);
}

/* The recommended band is of the air that goes in; what comes out may be warm. */
const leaves = (e: Env): boolean => /^(outlet|exhaust|rear|return)/.test(e.instance ?? '');

/* Where a temperature lies: the recommended band is marked on the scale. */
function Strip({ value, plain }: { value: number; plain: boolean }) {
	const at = (v: number): string => `${Math.min(100, Math.max(0, (v - COLD) / (HOT - COLD) * 100)).toFixed(1)}%`;
	return (
		<span class={'thermo' + (!plain && (value > RECOMMENDED[1] || value < RECOMMENDED[0]) ? ' off' : '')} aria-hidden="true">
			{!plain && <i class="band" style={{ left: at(RECOMMENDED[0]), right: `calc(100% - ${at(RECOMMENDED[1])})` }} />}
			<i class="at" style={{ left: at(value) }} />
		</span>
	);
}

/* Top of the rack first, as it stands. */
const HEIGHTS = ['top', 'middle', 'bottom'];
const height = (e: Env): number => HEIGHTS.indexOf(e.instance ?? '') >>> 0;

const role_of = (r: RackPage, e: Env): string => r.devices.find((d) => d.id === e.device)?.role ?? e.device;

function Environment({ r }: { r: RackPage }) {
	if (r.environment.length === 0) {
		return <Empty>{t('empty.environment')}</Empty>;
	}
	const all = [...r.environment].sort((a, b) => b.metric.localeCompare(a.metric) || height(a) - height(b));
	const twins = (e: Env): boolean => all.some((o) => o !== e && o.metric === e.metric && o.instance === e.instance);
	const hint = all.some((e) => e.metric === 'temperature_c' && typeof e.value === 'number');
	return (<>
		<table class="plain env">
			<caption class="sr">{t('environment')}</caption>
			<tbody>
				{all.map((e) => (
					<tr key={e.device + e.metric + e.instance}>
						<th scope="row">{word('metric', e.metric)} <span class="hint">{[
							e.instance === null ? '' : word('instance', e.instance), twins(e) ? role_of(r, e) : ''].join(' ')}</span></th>
						<td>{e.metric === 'temperature_c' && typeof e.value === 'number' && <Strip value={e.value} plain={leaves(e)} />}
							{e.quality !== 'good' && <Badge code={e.quality}>{word('quality', e.quality)}</Badge>}</td>
						<td class="num wide">{e.value === null ? <Unknown /> : measure(e.value, unit_of(e.metric))}</td>
						<td class="num wide hint">{age_text(e.age_s)}</td>
					</tr>
				))}
			</tbody>
		</table>
		{r.temperature_source === 'ipmi' && <p class="hint">{t('environment.by_bmc', { value: celsius(r.temperature_c) })}</p>}
		{hint && <p class="hint">{t('environment.band', { low: RECOMMENDED[0], high: RECOMMENDED[1] })}</p>}
	</>);
}

const unit_of = (metric: string): string =>
	metric.endsWith('_c') ? '°C' : metric.endsWith('_pct') ? '%' : metric.endsWith('_pa') ? 'Pa' : '';

function Devices({ r }: { r: RackPage }) {
	return (
		<Table rows={r.devices} label={t('devices')} empty={t('empty.devices')} columns={[
			{ id: 'role', head: t('device'), value: (d) => d.role, fixed: true, wide: true, show: (d) => <a href={link('/devices/' + d.id)}>{d.role}</a> },
			{
				id: 'status', head: t('status'), value: (d) => d.status, fixed: true, wide: true,
				show: (d) => <><Badge code={d.status}>{word('status', d.status)}</Badge>
					{d.error !== null && <div class="hint">{word('error', d.error.code, error_text(d.error))}</div>}</>,
			},
			{ id: 'age', head: t('col.age'), value: (d) => d.age_s, fixed: true, num: true, show: (d) => <Age s={d.age_s} /> },
		]} />
	);
}

function Ledger({ r }: { r: RackPage }) {
	return r.ledger.length === 0 ? <Empty>{t('empty.ledger')}</Empty> : (
		<ol class="ledger">
			{r.ledger.map((l) => (
				<li key={l.time + l.state}>
					<Since at={l.time} /> <b>{word('state', l.state)}</b>
					{l.reason ? <span> {l.reason}</span> : null}
					<span class="hint"> {word('actor', l.actor)}{l.source !== null && <> · <span title={l.source}>{l.source.replace(/^.*\//, '')}</span></>}</span>
				</li>
			))}
		</ol>
	);
}

function Energy({ r }: { r: RackPage }) {
	const known = r.energy_per_month.filter((m) => m.energy_wh !== null);
	return known.length === 0 ? null : (
		<section class="card">
			<h2>{t('energy')}</h2>
			<table class="plain">
				<tbody>{r.energy_per_month.map((m) => (
					<tr key={m.month}><th scope="row">{m.month}</th>
						<td class="num"><Val raw={m.energy_wh} text={scaled(m.energy_wh, 'Wh')} />
							<div class="hint"><Pct r={m.coverage} /> {t('coverage')}</div></td></tr>
				))}</tbody>
			</table>
		</section>
	);
}

/* What the PDUs say and what the servers say, side by side. */
function Sources({ r }: { r: RackPage }) {
	return r.power_sources.length < 2 ? null : (
		<dl class="facts tight sources">
			{r.power_sources.map((s) => (
				<Fact key={s.source} label={t(`power_source.${s.source}`)}
					under={t(s.source === 'ipmi' ? 'of_bmcs' : 'of_feeds', { known: s.known, expected: s.expected })}>
					<AtLeast raw={s.power_w} text={watts(s.power_w)} partial={s.known < s.expected} k={`by.${s.source}`} /></Fact>
			))}
			<Fact label={t('power_source.difference')} under={<Pct r={r.power_difference} />}>
				<Val raw={r.power_difference_w} text={watts(r.power_difference_w)} k="power_difference_w" /></Fact>
		</dl>
	);
}

function Summary({ r }: { r: RackPage }) {
	return (
		<section class="card rack-head" aria-label={t('power')}>
			<div class="rack-power">
				<p class="label">{t('power')}</p>
				<p class="headline"><span class="big2"><AtLeast raw={r.power_w} text={watts(r.power_w)} partial={r.power.partial} k="power_w" /></span></p>
				<p class="basis">
					{r.power_source === 'ipmi' && <span data-k="power_source" data-v="ipmi">{t('power_source.ipmi')}</span>}
					<span>{t(r.power_source === 'ipmi' ? 'of_bmcs' : 'of_feeds', { known: r.power.known, expected: r.power.expected })}</span>
					<span>{t('coverage')} <Pct r={r.coverage} k="coverage" /></span>
					<span>{t('age')} <Age s={r.age_s} k="age_s" /></span>
					<span>{t(r.live ? 'live.yes' : 'live.no')}</span>
				</p>
				<Sources r={r} />
				<dl class="facts tight">
					<Fact label={t('design')}><Val raw={r.design_w} text={watts(r.design_w)} /></Fact>
					<Fact label={t('units')}><Int n={r.units} /></Fact>
					<Fact label={t('units_used')}><Int n={r.space.used} /></Fact>
				</dl>
			</div>
			<div class="rack-feeds">
				<FeedPair feeds={r.feeds} />
				<Failover of={r} />
			</div>
		</section>
	);
}

export function Rack({ id }: { id: string }) {
	const state = use_api<RackPage>('/racks/' + encodeURIComponent(id));
	const first = crumbs_to(null);
	return (
		<Show of={state} lines={16} title={id}>{(r) => {
			const { area, site, hall, row } = r.place;
			const crumbs: Crumb[] = [
				...first,
				{ label: name_of(area.name, area.id), href: link('/areas/' + area.id) },
				{ label: name_of(site.name, site.id), href: link('/sites/' + site.id) },
				{ label: name_of(hall.name, hall.id), href: link('/halls/' + hall.id, { rack: r.id }) },
				{ label: name_of(row.name, row.id), href: link('/racks', { row: row.id }) },
			];
			return (
				<>
					<Head crumbs={crumbs} title={r.label} sub={<>
						<code>{r.id}</code><span>{word('state', r.state)}{r.since !== null && ' ' + t('since', { date: date_text(Date.parse(r.since), zone()) })}</span></>} />
					<Summary r={r} />
					<div class="three">
						<EvidenceCard r={r} />
						<section class="card"><h2>{t('environment')}</h2><Environment r={r} /></section>
						<section class="card"><h2>{t('devices')}</h2><Devices r={r} /></section>
						<Energy r={r} />
					</div>
					<RackCharts r={r} />
				</>
			);
		}}</Show>
	);
}
