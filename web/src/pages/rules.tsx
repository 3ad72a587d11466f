/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is watched: every rule with its limits in words, how much of it is open, and where it is written. */
import '../i18n/alerts';
import type { List } from '../lib/api';
import { SEVERITIES } from '../lib/api_alerts';
import type { Rule } from '../lib/api_rules';
import { int } from '../lib/format';
import { name_of, t, word } from '../lib/i18n';
import { use_api } from '../lib/query';
import { link, params, set_params } from '../lib/url';
import { SeverityBadge } from '../parts/alertmark';
import { AlertNav } from '../parts/alertnav';
import { TextFilter } from '../parts/filter';
import { crumbs_to, Head } from '../parts/frame';
import { span_text } from '../parts/num';
import { limit_text, where_text } from '../parts/rulewords';
import { Show } from '../parts/state';
import { Table, type Column } from '../parts/table';

const base = (file: string | null): string => (file ?? '').replace(/^.*\//, '');

/* The texts of a rule have places for values: the thing in front goes without saying, the others are said as such. */
const summary_of = (r: Rule): string => name_of(r.summary, r.id).replace(/^(\{\w+\}\s*)+[:：]?\s*/, '').replace(/\{(\w+)\}/g, '…');

/* What most rules have is not worth a line at each. */
function usual_stale(list: Rule[]): number | null {
	const n = new Map<number | null, number>();
	list.forEach((r) => n.set(r.stale_s, (n.get(r.stale_s) ?? 0) + 1));
	return [...n].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

function Fires({ r, usual }: { r: Rule; usual: number | null }) {
	const where = where_text(r);
	const more = [
		...(r.where.maintenance ? [t('where.maintenance')] : []),
		...(r.hold_s > 0 ? [t('rules.hold', { time: span_text(r.hold_s) })] : []), ...(r.stale_s === null || r.stale_s === usual ? [] : [t('rules.stale', { time: span_text(r.stale_s) })]),
		...(r.folds.length > 0 ? [t('rules.folds', { by: r.folds.map((f) => word('fold', f)).join(t('limit_is.or')) })] : []),
	];
	return (
		<span class="clamp">{limit_text(r, r.fire)}
			{where !== '' && <span class="hint"> {t('rules.only')} {where}</span>}
			{more.length > 0 && <span class="hint block">{more.join(t('list.join'))}</span>}</span>
	);
}

function columns(usual: number | null): Column<Rule>[] {
	return [
		{
			id: 'id', head: t('alert.rule'), value: (r) => r.id,
			show: (r) => <span class="clamp" data-rule={r.id}><code>{r.id}</code><span class="hint block">{summary_of(r)}</span></span>,
		},
		{ id: 'severity', head: t('alert.severity'), wide: true, value: (r) => SEVERITIES.indexOf(r.severity), show: (r) => <SeverityBadge s={r.severity} /> },
		{ id: 'on', head: t('rules.on'), minor: true, value: (r) => word('on', r.on) },
		{ id: 'fire', head: t('rules.fires'), fixed: true, value: (r) => limit_text(r, r.fire), show: (r) => <Fires r={r} usual={usual} /> },
		{ id: 'clear', head: t('rules.clears'), fixed: true, minor: true, value: (r) => limit_text(r, r.clear), show: (r) => <span class="clamp">{limit_text(r, r.clear)}</span> },
		{ id: 'open', head: t('rules.open'), num: true, value: (r) => r.open, show: (r) => r.open > 0 ? <a class="num-link" href={link('/alerts', { rule: r.id })} data-v={r.open}>{int(r.open)}</a> : <span class="hint">0</span> },
		{ id: 'where', head: t('rules.where'), minor: true, late: true, value: (r) => `${r.file}:${r.line}`, show: (r) => <code class="oid" title={r.file ?? undefined}>{base(r.file)}:{r.line}</code> },
	];
}

export function Rules() {
	const state = use_api<List<Rule>>('/rules');
	const one = params.value.get('rule');
	const find = (params.value.get('q') ?? '').toLowerCase();
	return (
		<>
			<Head crumbs={crumbs_to(null)} title={t('rules')} sub={t('rules.sub')}><AlertNav /></Head>
			<div class="filters">
				<TextFilter name="q" label={t('filter.q')} />
				{one !== null && <button onClick={() => set_params({ rule: null }, true)}>{t('rules.all')}</button>}
			</div>
			<Show of={state} lines={12}>{(list) => (
				<section class="card list">
					<Table rows={list.items.filter((r) => (one === null || r.id === one) && `${r.id} ${r.metric} ${r.on} ${r.summary.en} ${r.summary.zh}`.toLowerCase().includes(find))}
						columns={columns(usual_stale(list.items))} label={t('rules')} file="rules" empty={t(list.items.length === 0 ? 'rules.none' : 'empty.filtered')} />
				</section>
			)}</Show>
		</>
	);
}
