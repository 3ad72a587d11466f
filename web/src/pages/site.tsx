/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A data center: what stands in it, hall by hall, and how its load moves. */
import '../i18n/places';
import type { SitePage } from '../lib/api';
import { celsius, int, watts } from '../lib/format';
import { name_of, t } from '../lib/i18n';
import { use_api } from '../lib/query';
import { crumbs_to, Head } from '../parts/frame';
import { kpi_columns, KpiHead } from '../parts/kpi';
import { Show } from '../parts/state';
import { Table } from '../parts/table';
import { RangePicker, Trend } from '../parts/trend';

/* Power, the hottest inlet, and how many feeds those sums know: for a site or a hall. */
export function PlaceCharts({ entity }: { entity: string }) {
	return (
		<section class="card" aria-label={t('charts')}>
			<div class="bar-head"><h2>{t('charts')}</h2><RangePicker /></div>
			<div class="charts">
				<Trend title={t('power')} unit="W" fmt={watts} zero least={1} hint={t('chart.sum')} lines={[
					{ label: t('power'), color: 'verified', band: true, want: { entity, metric: 'power_w' } },
				]} />
				<Trend title={t('max_temperature')} unit="°C" fmt={celsius} least={0.5}
					limits={[{ value: 27, label: t('limit.recommended', { v: 27 }), tone: 'warn' }]} lines={[
						{ label: t('max_temperature'), color: 'probe-1', want: { entity, metric: 'temperature_c' } },
					]} />
				<Trend title={t('known_feeds')} unit={t('feeds_unit')} fmt={int} zero whole lines={[
					{ label: t('expected'), color: 'ink-3', dash: true, want: { entity, metric: 'expected' } },
					{ label: t('known'), color: 'verified', want: { entity, metric: 'known' } },
				]} />
			</div>
		</section>
	);
}

export function Site({ id }: { id: string }) {
	const state = use_api<SitePage>('/sites/' + encodeURIComponent(id));
	const crumbs = crumbs_to(state.data?.area ?? null);
	return (
		<Show of={state} lines={12} title={id}>{(s) => (
			<>
				<Head crumbs={crumbs} title={name_of(s.name, s.id)}
					sub={<><code>{s.id}</code>{s.operator !== null && <span>{s.operator}</span>}</>} />
				<KpiHead kpi={s} query={{ site: s.id }} />
				<section class="card">
					<h2>{t('halls')}</h2>
					<Table rows={s.halls} columns={kpi_columns('hall')} label={t('halls')}
						file={'halls-' + s.id} sort={{ id: 'name', down: false }} empty={t('empty.halls')} />
				</section>
				<PlaceCharts entity={'site:' + s.id} />
			</>
		)}</Show>
	);
}
