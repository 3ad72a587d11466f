/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The KPIs of a place beyond its counts: peaks, failover, air, room, what still fits, PUE, when it is full. */
import type { ComponentChildren } from 'preact';
import type { Num } from '../lib/api';
import type { DeepKpi, FailoverState, Peak, Resource } from '../lib/api_ledger';
import { celsius, fixed, int, percent, scaled, unit, watts } from '../lib/format';
import { t, word } from '../lib/i18n';
import { as_of } from '../lib/query';
import { link } from '../lib/url';
import { Badge } from './icon';
import { Fact, type RackQuery } from './kpi';
import { Int, Pct, span_text, ToRacks, Unknown, Val } from './num';
import { say } from './outlook';

const STATES: FailoverState[] = ['ok', 'at_risk', 'no_redundancy', 'single', 'unknown'];

function Group({ title, children, note }: { title: string; children: ComponentChildren; note?: ComponentChildren }) {
	return (
		<section class="deep">
			<h3>{title}</h3>
			{children}
			{note !== undefined && <p class="hint">{note}</p>}
		</section>
	);
}

/* Where a window is not covered well enough there is no peak, and it says so. */
function basis(p: Peak | undefined): string {
	return p === undefined ? '' : p.power_w === null
		? t('peak.short', { coverage: percent(p.coverage, 0) })
		: t('peak.basis', { span: span_text(p.basis_s), coverage: percent(p.coverage, 0) });
}

function Peaks({ kpi }: { kpi: DeepKpi }) {
	const { day, month } = kpi.peak ?? {};
	return (
		<Group title={t('deep.power')} note={t('peak.note')}>
			<dl class="facts">
				<Fact label={t('peak.day')} under={basis(day)}><Val raw={day?.power_w} text={watts(day?.power_w)} k="peak.day.power_w" /></Fact>
				<Fact label={t('peak.p95')} under={basis(month)}><Val raw={month?.p95_w} text={watts(month?.p95_w)} k="peak.month.p95_w" /></Fact>
				<Fact label={t('peak.month')}><Val raw={month?.power_w} text={watts(month?.power_w)} k="peak.month.power_w" /></Fact>
				<Fact label={t('peak.load_factor')}><Val raw={day?.load_factor} text={fixed(day?.load_factor, 2)} k="peak.day.load_factor" /></Fact>
				<Fact label={t('power_factor')}><Val raw={kpi.power_factor} text={fixed(kpi.power_factor, 3)} k="power_factor" /></Fact>
				<Fact label={t('imbalance')} under={kpi.imbalance?.feed ? <>{kpi.imbalance.feed} · {t('imbalance.over', { n: int(kpi.imbalance.over_20_pct) })}</> : undefined}>
					<Pct r={kpi.imbalance?.worst} k="imbalance.worst" />
				</Fact>
				<Fact label={t('load_equivalent')}><Val raw={kpi.load_equivalent_racks} text={int(kpi.load_equivalent_racks)} k="load_equivalent_racks" /></Fact>
			</dl>
		</Group>
	);
}

function Failover({ kpi, query }: { kpi: DeepKpi; query: RackQuery }) {
	const f = kpi.failover;
	if (f === null || f === undefined) {
		return <Group title={t('deep.failover')}><Unknown /></Group>;
	}
	const label = STATES.map((s) => `${word('risk', s)} ${int(f[s])}`).join(', ');
	return (
		<Group title={t('deep.failover')} note={t('risk.note')}>
			<div class="fo-bar" role="img" aria-label={label}>
				{STATES.map((s) => f[s] > 0 && <div key={s} class={'fo-' + s} style={{ flexGrow: f[s] }} />)}
			</div>
			<ul class="legend column">
				{STATES.map((s) => (
					<li key={s}>
						<ToRacks query={{ ...query, failover: s }}><Badge code={s} tone={s === 'unknown' ? 'none' : undefined}>{word('risk', s)} <b data-k={'failover.' + s} data-v={f[s]}>{int(f[s])}</b></Badge></ToRacks>
					</li>
				))}
			</ul>
			<p class="hint">
				{f.worst !== null && <>{t('risk.worst')} <a class="num-link" href={link('/racks/' + f.worst.rack)}>{f.worst.rack}</a> {percent(f.worst.ratio, 0)} · </>}
				{t('risk.arc', { n: int(f.negative_arc) })}
			</p>
		</Group>
	);
}

function Air({ kpi }: { kpi: DeepKpi }) {
	const e = kpi.environment;
	const dew = e?.dew_point_c;
	return (
		<Group title={t('deep.air')} note={e ? t('air.inlets', { known: int(e.inlets.known), expected: int(e.inlets.expected), span: span_text(e.in_range_s ?? 86400) }) : undefined}>
			<dl class="facts">
				<Fact label={t('air.in_range')}><Pct r={e?.in_range} k="environment.in_range" /></Fact>
				<Fact label={t('air.over')}><Val raw={e?.over_index_pct} text={unit(e?.over_index_pct, '%', 1)} k="environment.over_index_pct" /></Fact>
				<Fact label={t('air.under')}><Val raw={e?.under_index_pct} text={unit(e?.under_index_pct, '%', 1)} /></Fact>
				<Fact label={t('air.max')} under={e?.inlets.mean_c == null ? undefined : t('air.mean', { c: celsius(e.inlets.mean_c) })}>
					<Val raw={e?.inlets.max_c} text={celsius(e?.inlets.max_c)} /></Fact>
				<Fact label={t('air.delta')}><Val raw={e?.delta_t_k} text={unit(e?.delta_t_k, 'K', 1)} /></Fact>
				<Fact label={t('air.flow')}><Val raw={e?.airflow_m3h} text={unit(e?.airflow_m3h, 'm³/h', 0)} /></Fact>
				<Fact label={t('air.dew')}><Val raw={dew?.min} text={`${fixed(dew?.min, 1)} – ${celsius(dew?.max)}`} /></Fact>
			</dl>
		</Group>
	);
}

const stranded = (r: Resource, n: Num): string =>
	r === 'power_w' || r === 'cooling_w' ? scaled(n, 'W') : r === 'weight_kg' ? unit(n, 'kg', 0) : int(n);

/* How many reference servers still fit, what stops the next, and what lies idle then. */
function Room({ kpi }: { kpi: DeepKpi }) {
	const { space, budget, deployable: d } = kpi;
	const binds = Object.entries(d?.binding ?? {}).filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]);
	const idle = (Object.entries(d?.stranded ?? {}) as [Resource, Num][]).filter(([, n]) => n !== null);
	return (
		<Group title={t('deep.room')} note={d ? t('room.reference', {
			u: d.reference.u, w: watts(d.reference.power_w), kg: d.reference.kg, outlets: d.reference.outlets, ports: d.reference.ports,
		}) : t('room.unknown')}>
			<dl class="facts">
				<Fact label={t('room.deployable')}><Int n={d?.n} k="deployable.n" /></Fact>
				<Fact label={t('room.space')} under={space && space.units !== null
					? t('room.units', { n: int((space.occupied ?? 0) + (space.reserved ?? 0)), of: int(space.units) }) : undefined}>
					<Pct r={space?.ratio} k="space.ratio" /></Fact>
				<Fact label={t('room.available')} under={budget ? t('room.racks', { n: int(budget.racks_known) }) : undefined}>
					<Val raw={budget?.available_w} text={watts(budget?.available_w)} k="budget.available_w" /></Fact>
				<Fact label={t('room.committed')} under={budget?.reserved_w ? t('room.reserved', { w: watts(budget.reserved_w) }) : undefined}>
					<Val raw={budget?.committed_w} text={watts(budget?.committed_w)} k="budget.committed_w" /></Fact>
			</dl>
			{binds.length > 0 && <p class="room-line">{t('room.binding')} {binds.map(([code, n], i) =>
				<span key={code}>{i > 0 && ' · '}{word('room_of', code)} <b>{int(n)}</b></span>)}</p>}
			{idle.length > 0 && <p class="room-line">{t('room.stranded')} {idle.map(([code, n], i) =>
				<span key={code}>{i > 0 && ' · '}{word('room_of', code)} <b>{stranded(code, n)}</b></span>)}</p>}
		</Group>
	);
}

function Full({ kpi }: { kpi: DeepKpi }) {
	const saying = say(kpi.exhaustion, as_of.value ?? '');
	const p = kpi.pue;
	return (
		<Group title={t('deep.ahead')} note={kpi.exhaustion === undefined || kpi.exhaustion === null ? undefined : t('exhaustion.note')}>
			<dl class="facts broad">
				{kpi.exhaustion !== undefined && <Fact label={t('exhaustion')} under={saying.under}><span data-k="exhaustion">{saying.head}</span></Fact>}
				{kpi.pue !== null && (
					<Fact label={p ? t('pue.of', { kind: word('pue', p.kind) }) : t('pue')}
						under={p?.value == null ? t('pue.none') : p.grade !== null ? t('pue.grade', { n: p.grade }) : p.days !== null ? t('pue.days', { n: int(p.days) }) : undefined}>
						<Val raw={p?.value} text={fixed(p?.value, 2)} k="pue.value" />
					</Fact>
				)}
			</dl>
		</Group>
	);
}

export function DeepFacts({ kpi, query }: { kpi: DeepKpi; query: RackQuery }) {
	return (
		<div class="deeps">
			<Failover kpi={kpi} query={query} />
			<Peaks kpi={kpi} />
			<Room kpi={kpi} />
			<Air kpi={kpi} />
			{(kpi.kind === 'site' || kpi.kind === 'hall') && <Full kpi={kpi} />}
		</div>
	);
}
