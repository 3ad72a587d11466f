/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where files and telemetry do not say the same: the list to work through. */
import '../i18n/places';
import type { Discrepancy, Reconcile } from '../lib/api_ledger';
import { watts } from '../lib/format';
import { fill, has_word, t, word } from '../lib/i18n';
import { use_api, zone } from '../lib/query';
import { minute_text } from '../lib/time';
import { link, params } from '../lib/url';
import { Select, type Option } from '../parts/filter';
import { crumbs_to, Head } from '../parts/frame';
import { Badge, type Tone } from '../parts/icon';
import { Unknown } from '../parts/num';
import { Show } from '../parts/state';
import { Table, type Column } from '../parts/table';

type Line = Discrepancy & { id: string };

const TONE: Record<string, Tone> = { silent: 'none', contradicted: 'warn', planned_draws: 'warn', unknown_device: 'off' };

/* What is said of it, with its numbers; a kind without words shows its raw parameters. */
export function say(d: Discrepancy): string {
	const args: Record<string, string | number> = {};
	for (const [key, value] of Object.entries(d.params ?? {})) {
		args[key] = value === null ? '—' : key.endsWith('_w') ? watts(Number(value))
			: key === 'since' ? minute_text(Date.parse(String(value)), zone()) : value;
	}
	const text = has_word('differ.' + d.kind) ? fill(word('differ', d.kind), args) : '';
	/* a sentence with a hole is none */
	return text !== '' && !/\{\w+\}/.test(text) ? text
		: Object.entries(args).map(([k, v]) => `${k} ${v}`).join(', ');
}

export function Discrepancies() {
	const state = use_api<Reconcile>('/reconcile');
	const crumbs = crumbs_to(null);
	const kind = params.value.get('kind');
	const columns: Column<Line>[] = [
		{
			id: 'rack', head: t('kind.rack'), value: (d) => d.rack, wide: true,
			show: (d) => (d.rack === null ? <Unknown why={t('differ.nowhere')} /> : <a href={link('/racks/' + d.rack)}>{d.rack}</a>),
		},
		{
			id: 'kind', head: t('differ.what'), value: (d) => word('differ_kind', d.kind), wide: true,
			show: (d) => <Badge code={d.kind} tone={TONE[d.kind] ?? 'warn'}>{word('differ_kind', d.kind)}</Badge>,
		},
		{ id: 'text', head: t('differ.detail'), value: say, fixed: true, minor: true },
	];
	return (
		<>
			<Head crumbs={crumbs} title={t('discrepancies')} />
			<p class="hint lead">{t('discrepancies.lead')}</p>
			<Show of={state} lines={12}>{(r) => {
				const kinds = [...new Set(r.items.map((d) => d.kind))].sort();
				const rows = r.items.filter((d) => kind === null || d.kind === kind)
					.map((d, i): Line => ({ ...d, id: `${d.kind} ${d.rack ?? i}` }));
				return (
					<>
						<div class="filters"><Select name="kind" label={t('differ.what')}
							options={kinds.map((k): Option => [k, word('differ_kind', k)])} /></div>
						<section class="card list">
							<Table rows={rows} columns={columns} label={t('discrepancies')} file="discrepancies"
								sort={{ id: 'kind', down: false }} empty={t('discrepancies.none')} />
						</section>
					</>
				);
			}}</Show>
		</>
	);
}
