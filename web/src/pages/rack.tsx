/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rack: is it safe, on which leg, and why do we believe that it stands and runs? */
import '../i18n/plan';
import { whole_rack } from '../lib/absent';
import type { ExplainRack } from '../lib/api';
import type { FullRack } from '../lib/api_floor';
import { scaled, watts } from '../lib/format';
import { name_of, t, word } from '../lib/i18n';
import { use_api, zone } from '../lib/query';
import { date_text } from '../lib/time';
import { link } from '../lib/url';
import { AlertsHere } from '../parts/alertshere';
import { Elevation } from '../parts/elevation';
import { Environment } from '../parts/environment';
import { Failover, FeedPair } from '../parts/feeds';
import { crumbs_to, Head, type Crumb } from '../parts/frame';
import { Badge } from '../parts/icon';
import { Fact } from '../parts/kpi';
import { Age, AtLeast, Pct, Since, span_text, Val } from '../parts/num';
import { RackCharts } from '../parts/rackcharts';
import { error_text } from '../parts/reason';
import { Empty, Show } from '../parts/state';
import { BudgetCard } from '../parts/stock';
import { Table } from '../parts/table';
import { plain_reason, Witness } from '../parts/witness';

function EvidenceCard({ r }: { r: FullRack }) {
	const { data } = use_api<ExplainRack>('/explain/rack/' + encodeURIComponent(r.id));
	return (
		<section class="card evidence-card">
			<h2>{t('evidence')}</h2>
			<p class="verdict"><Badge code={r.evidence} tone={r.evidence === null ? 'off' : undefined}>
				<b data-k="evidence" data-v={r.evidence ?? 'null'}>{word('evidence', r.evidence ?? 'none')}</b></Badge></p>
			<p>{plain_reason(r)}</p>
			<Witness r={r} />
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

function Devices({ r }: { r: FullRack }) {
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

function Ledger({ r }: { r: FullRack }) {
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

function Energy({ r }: { r: FullRack }) {
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
function Sources({ r }: { r: FullRack }) {
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

function Summary({ r }: { r: FullRack }) {
	return (
		<section class="card rack-power" aria-label={t('power')}>
			<p class="label">{t('power')}</p>
			<p class="headline"><span class="big2"><AtLeast raw={r.power_w} text={watts(r.power_w)} partial={r.power.partial} k="power_w" /></span>
				<span class="of">{t('design')} <Val raw={r.design_w} text={watts(r.design_w)} /></span></p>
			<p class="basis">
				{r.power_source === 'ipmi' && <span data-k="power_source" data-v="ipmi">{t('power_source.ipmi')}</span>}
				<span>{t(r.power_source === 'ipmi' ? 'of_bmcs' : 'of_feeds', { known: r.power.known, expected: r.power.expected })}</span>
				<span>{t('coverage')} <Pct r={r.coverage} k="coverage" /></span>
				<span>{t('age')} <Age s={r.age_s} k="age_s" /></span>
				<span>{t(r.live ? 'live.yes' : 'live.no')}</span>
			</p>
			<Sources r={r} />
			<FeedPair feeds={r.feeds} />
			<Failover of={r} />
		</section>
	);
}

/* What is laid over the state: kept for someone, being worked on, planned for a day. */
function Overlays({ r }: { r: FullRack }) {
	const day = (at: string | null): string => (at === null ? '' : at.slice(0, 10));
	return (
		<>
			{r.class !== null && <span>{t('rack.class', { class: r.class.toUpperCase() })}</span>}
			{r.tenant !== null && <span>{t('rack.tenant', { name: r.tenant })}</span>}
			{r.due !== null && <span>{t('rack.due', { date: day(r.due) })}</span>}
			{r.discrepancy && <Badge code="warning">{t('plan.discrepancy')}</Badge>}
			{r.reserved !== null && <Badge code="warning" tone="off">{t(r.reserved.until === null ? 'rack.reserved_open' : 'rack.reserved', {
				name: r.reserved.for ?? '—', date: day(r.reserved.until) })}</Badge>}
			{r.maintenance !== null && <Badge code="warning">{t(r.maintenance.until === null ? 'rack.maintenance_open' : 'rack.maintenance', { date: day(r.maintenance.until) })}</Badge>}
		</>
	);
}

function Whatif({ r }: { r: FullRack }) {
	return (
		<span class="actions">
			<a class="button" href={link('/whatif', { kind: 'lose_rack', id: r.id })}>{t('whatif.rack')}</a>
		</span>
	);
}

export function Rack({ id }: { id: string }) {
	const state = use_api<FullRack>('/racks/' + encodeURIComponent(id));
	const first = crumbs_to(null);
	return (
		<Show of={state} lines={16} title={id}>{(said) => {
			const r = whole_rack(said);
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
						<code>{r.id}</code><span>{word('state', r.state)}{r.since !== null && ' ' + t('since', { date: date_text(Date.parse(r.since), zone()) })}</span>
						<Overlays r={r} /></>}><Whatif r={r} /></Head>
					<div class="rack-grid">
						<Elevation r={r} />
						<div class="rack-mid">
							<AlertsHere at={'rack:' + r.id} />
							<Summary r={r} />
							<section class="card"><h2>{t('environment')}</h2><Environment r={r} /></section>
							<BudgetCard r={r} />
						</div>
						<div class="rack-side">
							<EvidenceCard r={r} />
							<section class="card"><h2>{t('devices')}</h2><Devices r={r} /></section>
							<Energy r={r} />
						</div>
					</div>
					<RackCharts r={r} />
				</>
			);
		}}</Show>
	);
}
