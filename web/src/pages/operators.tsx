/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who runs the sites, and what stands in theirs. */
import '../i18n/places';
import type { List } from '../lib/api';
import type { OperatorItem } from '../lib/api_ledger';
import { int } from '../lib/format';
import { name_of, t } from '../lib/i18n';
import { use_api } from '../lib/query';
import { link } from '../lib/url';
import { area_columns, use_change } from '../parts/areas';
import { crumbs_to, Head } from '../parts/frame';
import { Show } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { SiteTabs } from './sites';

function Operated({ list }: { list: OperatorItem[] }) {
	const change = use_change(list.map((o) => 'operator:' + o.id));
	const [, ...rest] = area_columns<OperatorItem>(change, 'operator');
	const columns: Column<OperatorItem>[] = [
		{ id: 'name', head: t('operator'), value: (o) => name_of(o.name, o.id), wide: true },
		{
			id: 'sites', head: t('sites'), num: true, value: (o) => o.sites,
			show: (o) => <a class="num-link" href={link('/sites', { operator: o.id })}>{int(o.sites)}</a>,
		},
		/* racks cannot be listed by operator: its sites can */
		...rest.map((c) => (c.id === 'racks' ? { ...c, show: undefined } : c)),
	];
	return <Table rows={list} columns={columns} label={t('operators')} file="operators"
		sort={{ id: 'racks', down: true }} empty={t('empty.operators')} />;
}

export function Operators() {
	const state = use_api<List<OperatorItem>>('/operators');
	const crumbs = crumbs_to(null);
	return (
		<>
			<Head crumbs={crumbs} title={t('operators')}><SiteTabs at="operators" /></Head>
			<Show of={state} lines={8}>{(list) => (
				<section class="card list"><Operated list={list.items} /></section>
			)}</Show>
		</>
	);
}
