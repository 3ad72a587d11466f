/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One alert: what, how much against which limit, what to do, what happened, who was told and why not. */
import '../i18n/alerts';
import { useState } from 'preact/hooks';
import type { List } from '../lib/api';
import type { AlertChange, AlertPage } from '../lib/api_alerts';
import type { ExplainAlert, Rule } from '../lib/api_rules';
import { int } from '../lib/format';
import { name_of, t, word } from '../lib/i18n';
import { now_ms, use_api } from '../lib/query';
import { link } from '../lib/url';
import { Acts, Doings, type Doing } from '../parts/alertacts';
import { AlertChart } from '../parts/alertchart';
import { AlertTable } from '../parts/alertlist';
import { amount, has_value, SeverityBadge, Signs, summary_of, Thing, value_of } from '../parts/alertmark';
import { AlertNav } from '../parts/alertnav';
import { crumbs_to, Head } from '../parts/frame';
import { Badge, Mark, type Tone } from '../parts/icon';
import { Fact } from '../parts/kpi';
import { span_text, Time } from '../parts/num';
import { limit_text } from '../parts/rulewords';
import { Empty, Show } from '../parts/state';
import { Table } from '../parts/table';
import { delivery_columns } from './deliveries';

const MEMBERS = 1000;
const SOME = 12;
const STATES: Record<string, Tone> = { acknowledged: 'ok', stale: 'none', resolved: 'off' };

function StateWord({ a }: { a: AlertPage }) {
	const text = <span data-k="state" data-v={a.state}>{word('alert_state', a.state)}</span>;
	return STATES[a.state] === undefined ? text : <Badge code={a.state} tone={STATES[a.state]}>{text}</Badge>;
}

function Members({ a }: { a: AlertPage }) {
	const [all, set_all] = useState(false);
	const shown = all ? a.members : a.members.slice(0, SOME);
	return (
		<section class="card">
			<h2>{t('alert.members')} <span class="hint" data-k="members" data-v={a.members.length}>{int(a.members.length)}</span></h2>
			<AlertTable label={t('alert.members')} brief groups={[{ key: 'all', title: null, items: shown }]} />
			{shown.length < a.members.length && <p class="acts"><button onClick={() => set_all(true)}>{t('alert.members_all', { n: int(a.members.length) })}</button></p>}
			{a.members.length >= MEMBERS && <p class="hint">{t('alert.members_some', { n: int(MEMBERS) })}</p>}
		</section>
	);
}

function Facts({ a, r }: { a: AlertPage; r: Rule | null }) {
	const begun = Date.parse(a.since ?? a.fired ?? '');
	const over = a.resolved === null ? now_ms() : Date.parse(a.resolved);
	return (
		<dl class="facts alert-facts">
			{has_value(a) && <Fact label={t('alert.value')} under={a.limit !== null && a.word === null ? t('alert.limit', { v: amount(a.limit, a.unit) }) : undefined}>
				<span class={a.state === 'stale' ? 'unknown' : 'mid'} data-k="value" data-v={a.value ?? a.word}>{value_of(a)}</span></Fact>}
			<Fact label={t('alert.since')} under={<>{t(a.resolved === null ? 'alert.lasting' : 'alert.lasted', { time: '' })} {span_text(Math.max(0, (over - begun) / 1000))}</>}><Time at={a.since} /></Fact>
			{a.resolved !== null && <Fact label={t('alert.ended')} under={word('alert_end', a.end)}><Time at={a.resolved} /></Fact>}
			{a.count > 0 && <Fact label={t('alert.count')}><span data-k="count" data-v={a.count}>{int(a.count)}</span></Fact>}
			<Fact label={t('alert.rule')} under={r === null ? undefined : limit_text(r, r.fire)}><a href={link('/rules', { rule: a.rule })}><code>{a.rule}</code></a></Fact>
		</dl>
	);
}

function change_text(c: AlertChange): string {
	return word('change', c.kind).replace('{n}', int(c.count));
}

/* Values are those of the moment. */
function Course({ a }: { a: AlertPage }) {
	return (
		<ol class="course" data-k="course">
			{[...a.changes].reverse().map((c) => (
				<li key={c.seq} data-kind={c.kind}>
					<Time at={c.at} />
					<span><b>{change_text(c)}</b>{c.by !== null && ' ' + t('change.by', { by: c.by })}
						{c.value !== null && has_value(a) && a.word === null && <span class="hint"> {amount(c.value, a.unit)}</span>}
						{c.note !== null && c.note !== '' && <span class="hint block">{c.note}</span>}</span>
				</li>
			))}
		</ol>
	);
}

const UNTOLD: Record<string, (id: string) => string> = { alert: (id) => '/alerts/' + id, silence: () => '/silences' };

/* Nothing here means that nothing holds it back. */
function Untold({ a }: { a: AlertPage }) {
	const { data } = use_api<ExplainAlert>(a.state === 'resolved' ? null : '/explain/alert/' + encodeURIComponent(a.id));
	return data === null || data.untold.length === 0 ? null : (
		<section class="card">
			<h2>{t('alert.untold')}</h2>
			<ul class="why-not" data-k="untold">
				{data.untold.map((u) => {
					const [key, id] = Object.entries(u.params ?? {})[0] ?? [];
					const to = key !== undefined && UNTOLD[key] !== undefined ? link(UNTOLD[key](String(id)), key === 'silence' ? { show: String(id) } : {}) : null;
					const text = word('untold', u.code);
					return <li key={u.code} data-code={u.code}><Mark tone="off" />{to === null ? text : <a href={to}>{text}</a>}</li>;
				})}
			</ul>
		</section>
	);
}

function Deliveries({ a }: { a: AlertPage }) {
	return (
		<section class="card">
			<h2>{t('alert.deliveries')}</h2>
			<Table rows={a.deliveries} columns={delivery_columns(null)} label={t('alert.deliveries')} empty={t('alert.told_none')} />
			{a.deliveries.length > 0 && <p><a class="quiet-link" href={link('/deliveries', { alert: a.id })}>{t('alert.link_all')}</a></p>}
		</section>
	);
}

function One({ a }: { a: AlertPage }) {
	const rules = use_api<List<Rule>>('/rules');
	const [doing, set_doing] = useState<Doing>(null);
	const r = rules.data?.items.find((x) => x.id === a.rule) ?? null;
	const advice = name_of(a.advice, '');
	return (
		<>
			<Head crumbs={[...crumbs_to(null), { label: t('alerts'), href: link('/alerts') }]} title={summary_of(a)} sub={<>
				<SeverityBadge s={a.severity} /><StateWord a={a} />
				<span><Thing a={a} /></span><Signs a={a} /></>}><AlertNav /></Head>
			<p class="acts above no-print"><Acts a={a} on={set_doing} plain /></p>
			<div class="alert-grid">
				<div>
					<section class="card" aria-label={t('alert.value')}><Facts a={a} r={r} /></section>
					{advice !== '' && <section class="card"><h2>{t('alert.advice')}</h2><p class="advice">{advice}</p></section>}
					<section class="card"><h2>{t('alert.chart')}</h2>{rules.data !== null && <AlertChart a={a} r={r} />}</section>
					{a.members.length > 0 && <Members a={a} />}
				</div>
				<div>
					{a.changes.length > 0 ? <section class="card"><h2>{t('alert.course')}</h2><Course a={a} /></section> : <Empty>—</Empty>}
					<Untold a={a} />
					<Deliveries a={a} />
				</div>
			</div>
			<Doings doing={doing} on_close={() => set_doing(null)} />
		</>
	);
}

export function AlertView({ id }: { id: string }) {
	const state = use_api<AlertPage>('/alerts/' + encodeURIComponent(id));
	return <Show of={state} lines={12} title={t('alert_page', { id })}>{(a) => <One a={a} />}</Show>;
}
