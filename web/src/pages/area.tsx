/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A city: its racks, how they grew, and the sites they stand in. */
import '../i18n/places';
import type { DeepArea } from '../lib/api_ledger';
import { name_of, t } from '../lib/i18n';
import { use_api } from '../lib/query';
import { area_columns, use_change } from '../parts/areas';
import { DeepFacts } from '../parts/deep';
import { crumbs_to, Head } from '../parts/frame';
import { Growth } from '../parts/growth';
import { KpiHead } from '../parts/kpi';
import { Show } from '../parts/state';
import { Table } from '../parts/table';

function Sites({ a }: { a: DeepArea }) {
	const change = use_change(a.sites.map((s) => 'site:' + s.id));
	return <Table rows={a.sites} columns={area_columns(change, 'site')} label={t('sites')}
		file={'sites-' + a.id} sort={{ id: 'racks', down: true }} empty={t('empty.sites')} />;
}

export function AreaView({ id }: { id: string }) {
	const state = use_api<DeepArea>('/areas/' + encodeURIComponent(id));
	const crumbs = crumbs_to(null);
	return (
		<Show of={state} lines={12} title={id}>{(a) => (
			<>
				<Head crumbs={crumbs} title={name_of(a.name, a.id)} sub={<code>{a.id}</code>} />
				<KpiHead kpi={a} query={{ area: a.id }} />
				<section class="card">
					<h2>{t('sites')}</h2>
					<Sites a={a} />
				</section>
				<section class="card"><h2>{t('deep')}</h2><DeepFacts kpi={a} query={{ area: a.id }} /></section>
				<section class="card"><Growth place={'area:' + a.id} /></section>
			</>
		)}</Show>
	);
}
