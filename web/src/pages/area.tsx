/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A city: its racks and the sites they stand in. */
import '../i18n/places';
import type { AreaPage } from '../lib/api';
import { name_of, t } from '../lib/i18n';
import { use_api } from '../lib/query';
import { crumbs_to, Head } from '../parts/frame';
import { kpi_columns, KpiHead } from '../parts/kpi';
import { Show } from '../parts/state';
import { Table } from '../parts/table';

export function AreaView({ id }: { id: string }) {
	const state = use_api<AreaPage>('/areas/' + encodeURIComponent(id));
	const crumbs = crumbs_to(null);
	return (
		<Show of={state} lines={12} title={id}>{(a) => (
			<>
				<Head crumbs={crumbs} title={name_of(a.name, a.id)} sub={<code>{a.id}</code>} />
				<KpiHead kpi={a} query={{ area: a.id }} />
				<section class="card">
					<h2>{t('sites')}</h2>
					<Table rows={a.sites} columns={kpi_columns('site')} label={t('sites')}
						file={'sites-' + a.id} sort={{ id: 'racks', down: true }} empty={t('empty.sites')} />
				</section>
			</>
		)}</Show>
	);
}
