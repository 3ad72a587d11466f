/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alerts, one under the other or in groups: what, of which thing, how much, since when, and what to do. */
import '../i18n/alerts';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { grouped, type Alert, type GroupBy } from '../lib/api_alerts';
import { int } from '../lib/format';
import { t } from '../lib/i18n';
import { link } from '../lib/url';
import { may } from '../lib/who';
import { Acts, Doings, type Doing } from './alertacts';
import { amount, Begun, has_value, Lasted, SeverityBadge, Signs, summary_of, Thing, value_of } from './alertmark';
import { Time } from './num';

export type Shape = { over: boolean; counts: boolean; acts: boolean; values: boolean; member: boolean };

function Row({ a, shape, on }: { a: Alert; shape: Shape; on: (d: Doing) => void }) {
	return (
		<tr class={`alert-row sev-${a.severity}`} data-id={a.id} data-state={a.state}>
			<td class="a-sev"><SeverityBadge s={a.severity} /></td>
			<th scope="row" class="a-what">
				<a href={link('/alerts/' + a.id)}>{summary_of(a)}</a>
				<span class="a-more"><Thing a={a} /><a class="a-rule" href={link('/rules', { rule: a.rule })}>{a.rule}</a><Signs a={a} member={shape.member} /></span>
			</th>
			{shape.values && <td class="a-value num">{has_value(a) && <span class="val" data-v={a.value ?? a.word}>{value_of(a)}</span>}
				{has_value(a) && a.limit !== null && a.word === null && <span class="hint">{t('alert.limit', { v: amount(a.limit, a.unit) })}</span>}</td>}
			<td class="a-since wide">{shape.over ? <Time at={a.resolved} /> : <Begun at={a.since} />}{shape.over && <span class="hint"><Lasted a={a} /></span>}</td>
			{shape.counts && <td class="a-count num">{a.count > 0 && <span title={t('alert.count_of', { n: int(a.count) })}>+{int(a.count)}<span class="sr"> {t('alert.count')}</span></span>}</td>}
			{shape.acts && <td class="a-acts"><Acts a={a} on={on} /></td>}
		</tr>
	);
}

export type Titled = { key: string; title: ComponentChildren | null; items: Alert[] };

export function AlertTable({ groups, label, over = false, brief = false }: { groups: Titled[]; label: string; over?: boolean; brief?: boolean }) {
	const [doing, set_doing] = useState<Doing>(null);
	const shape: Shape = {
		over, counts: groups.some((g) => g.items.some((a) => a.count > 0)), acts: !over && !brief && may('operator'),
		values: groups.some((g) => g.items.some(has_value)), member: brief,
	};
	const n = 3 + Number(shape.values) + Number(shape.counts) + Number(shape.acts);
	return (
		<>
			<div class="alert-box" role="region" aria-label={label}>
				<table class="alert-table">
					<caption class="sr">{label}</caption>
					<thead class={brief ? 'sr' : undefined}>
						<tr>
							<th scope="col" class="a-sev">{t('alert.severity')}</th><th scope="col" class="a-what">{t('alert.what')}</th>
							{shape.values && <th scope="col" class="a-value num">{t('alert.value')}</th>}
							<th scope="col" class="a-since">{t(over ? 'alert.ended' : 'alert.since')}</th>
							{shape.counts && <th scope="col" class="a-count num">{t('alert.count')}</th>}
							{shape.acts && <th scope="col" class="a-acts">{t('acts')}</th>}
						</tr>
					</thead>
					{groups.map((g) => (
						<tbody key={g.key}>
							{g.title !== null && <tr class="a-group"><th scope="rowgroup" colSpan={n}>{g.title} <span class="hint">{int(g.items.length)}</span></th></tr>}
							{g.items.map((a) => <Row key={a.id} a={a} shape={shape} on={set_doing} />)}
						</tbody>
					))}
				</table>
			</div>
			<Doings doing={doing} on_close={() => set_doing(null)} />
		</>
	);
}

/* All in one, or by what they have in common. */
export const groups_of = (items: Alert[], by: GroupBy | null, title: (key: string | null) => ComponentChildren): Titled[] => by === null
	? [{ key: 'all', title: null, items }]
	: grouped(items, by).map((g) => ({ key: g.key ?? '', title: title(g.key), items: g.items }));
