/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where files, ledger and telemetry do not say the same: the list to work through. */
import '../i18n/places';
import type { Discrepancy, Reconcile } from '../lib/api_ledger';
import { int, watts } from '../lib/format';
import { fill, has_word, lang, t, word } from '../lib/i18n';
import { use_api, zone } from '../lib/query';
import { date_text, minute_text } from '../lib/time';
import { link, params, with_query } from '../lib/url';
import { Pager, Select, type Option } from '../parts/filter';
import { crumbs_to, Head } from '../parts/frame';
import { Badge, type Tone } from '../parts/icon';
import { Unknown } from '../parts/num';
import { Show } from '../parts/state';
import { Table, type Column } from '../parts/table';

type Line = Discrepancy & { id: string };

const LIMIT = '100';
const KINDS = ['silent', 'no_device', 'device_down', 'contradicted', 'planned_draws', 'decommissioned_draws', 'overdue', 'backwards'];
const TONE: Record<string, Tone> = { silent: 'none', no_device: 'off', device_down: 'warn', contradicted: 'warn', unknown_device: 'off' };
const STATES = ['ledger', 'inventory'];
const TIMES = ['since', 'written'];

/* A parameter as it is read: watts, a moment, a day, a state, a list of devices. */
function worded(key: string, value: unknown): string {
	if (value === null || value === undefined) {
		return t('differ.never');
	}
	if (Array.isArray(value)) {
		return value.join(lang.value === 'zh' ? '、' : ', ');
	}
	return key.endsWith('_w') ? watts(Number(value)) : TIMES.includes(key) ? minute_text(Date.parse(String(value)), zone())
		: key.endsWith('_since') ? date_text(Date.parse(String(value)), zone()) : STATES.includes(key) ? word('state', String(value))
		: typeof value === 'number' ? int(value) : String(value);
}

/* What is said of it, with its numbers; a kind without words shows its raw parameters. */
export function say(d: Discrepancy): string {
	const args = Object.fromEntries(Object.entries(d.params ?? {}).map(([k, v]) => [k, worded(k, v)]));
	const key = d.kind + (d.params?.since === null && has_word(`differ.${d.kind}.never`) ? '.never' : '');
	const text = has_word('differ.' + key) ? fill(word('differ', key), args) : '';
	/* a sentence with a hole is none */
	return text !== '' && !/\{\w+\}/.test(text) ? text : Object.entries(args).map(([k, v]) => `${k} ${v}`).join(', ');
}

export function Discrepancies() {
	const [kind, place, cursor] = ['kind', 'place', 'cursor'].map((k) => params.value.get(k));
	const state = use_api<Reconcile>(with_query('/reconcile', { kind, place, limit: LIMIT, cursor }), true);
	const crumbs = crumbs_to(null);
	const columns: Column<Line>[] = [
		{
			id: 'rack', head: t('kind.rack'), value: (d) => d.rack, wide: true, fixed: true,
			show: (d) => (d.rack === null ? <Unknown why={t('differ.nowhere')} /> : <a href={link('/racks/' + d.rack)}>{d.rack}</a>),
		},
		{
			id: 'kind', head: t('differ.what'), value: (d) => word('differ_kind', d.kind), fixed: true,
			show: (d) => <Badge code={d.kind} tone={TONE[d.kind] ?? 'warn'}>{word('differ_kind', d.kind)}</Badge>,
		},
		{ id: 'text', head: t('differ.detail'), value: say, fixed: true, minor: true },
		{ id: 'state', head: t('state'), value: (d) => (d.state ? word('state', d.state) : null), fixed: true, minor: true, wide: true },
	];
	return (
		<>
			<Head crumbs={crumbs} title={t('discrepancies')} />
			<p class="hint lead">{t('discrepancies.lead')}</p>
			<div class="filters">
				<Select name="kind" label={t('differ.what')} options={KINDS.map((k): Option => [k, word('differ_kind', k)])} />
				<p class="file-links"><a href={'/api/v1' + with_query('/reconcile', { kind, place, format: 'csv' })} download="discrepancies.csv">{t('differ.all')}</a></p>
			</div>
			<Show of={state} lines={12}>{(r) => (
				<section class="card list">
					<Table rows={r.items.map((d, i): Line => ({ ...d, id: `${d.kind} ${d.rack ?? i}` }))} columns={columns}
						label={t('discrepancies')} empty={t(kind === null ? 'discrepancies.none' : 'empty.filtered')} />
					{r.items.length > 0 && <Pager next={r.next ?? null} shown={r.items.length} />}
				</section>
			)}</Show>
		</>
	);
}
