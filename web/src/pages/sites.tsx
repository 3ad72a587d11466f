/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every data center of the province, or of one area (?area=). */
import '../i18n/places';
import type { List, SiteItem } from '../lib/api';
import type { OperatorItem } from '../lib/api_ledger';
import { name_of, t } from '../lib/i18n';
import { use_api, use_province } from '../lib/query';
import { link, params, with_query } from '../lib/url';
import { crumbs_to, Head } from '../parts/frame';
import { AreaSelect, Select, type Option } from '../parts/filter';
import { alarm_column } from '../parts/alarm';
import { kpi_columns } from '../parts/kpi';
import { Show } from '../parts/state';
import { Table, type Column } from '../parts/table';

/* What the site's own page shows anyway. */
const LATE = ['standard', 'design', 'by_count', 'coverage'];

export function SiteTabs({ at }: { at: 'sites' | 'operators' }) {
	return (
		<nav class="segments small" aria-label={t('sites')}>
			{(['sites', 'operators'] as const).map((p) => (
				<a key={p} href={link('/' + p)} aria-current={p === at ? 'page' : undefined}>{t(p)}</a>
			))}
		</nav>
	);
}

export function Sites() {
	const area = params.value.get('area');
	const operator = params.value.get('operator');
	const operators = use_api<List<OperatorItem>>('/operators');
	const named = (o: string | null): string | null => o === null ? null
		: name_of((operators.data?.items ?? []).find((x) => x.id === o)?.name, o);
	const runs = (s: SiteItem): boolean => operator === null || s.operator === operator || s.operator === named(operator)
		|| named(s.operator) === named(operator);
	const state = use_api<List<SiteItem>>(with_query('/sites', { area, limit: '1000' }), true);
	const cap = use_province();
	const crumbs = crumbs_to(null);
	const area_name = (id: string): string => name_of(cap?.areas.find((a) => a.id === id)?.name, id);
	const [first, ...rest] = kpi_columns<SiteItem>('site');
	const columns: Column<SiteItem>[] = [
		first,
		{
			id: 'area', head: t('kind.area'), value: (s) => area_name(s.area), wide: true,
			show: (s) => <a href={link('/areas/' + s.area)}>{area_name(s.area)}</a>,
		},
		...rest.map((c) => ({ ...c, late: LATE.includes(c.id) })), alarm_column<SiteItem>('site'),
		{ id: 'operator', head: t('operator'), value: (s) => named(s.operator), minor: true, wide: true, late: true },
	];
	return (
		<>
			<Head crumbs={crumbs} title={t('sites')}><SiteTabs at="sites" /></Head>
			<div class="filters"><AreaSelect />
				{(operators.data?.items ?? []).length > 0 && <Select name="operator" label={t('operator')}
					options={(operators.data?.items ?? []).map((o): Option => [o.id, name_of(o.name, o.id)])} />}</div>
			<Show of={state} lines={12}>{(list) => (
				<section class="card list">
					<Table rows={list.items.filter(runs)} columns={columns} label={t('sites')} file="sites"
						sort={{ id: 'racks', down: true }} empty={t('empty.sites')} />
				</section>
			)}</Show>
		</>
	);
}
