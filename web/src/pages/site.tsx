/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A data center: what stands in it, hall by hall, and how its load moves. */
import '../i18n/places';
import type { List } from '../lib/api';
import type { DeepKpi, DeepSite, OperatorItem } from '../lib/api_ledger';
import { celsius, int, watts } from '../lib/format';
import { name_of, t } from '../lib/i18n';
import { use_api } from '../lib/query';
import { link } from '../lib/url';
import { alarm_column } from '../parts/alarm';
import { AlertsHere } from '../parts/alertshere';
import { risk_column } from '../parts/areas';
import { DeepFacts } from '../parts/deep';
import { FeedTree } from '../parts/feedtree';
import { crumbs_to, Head } from '../parts/frame';
import { Growth } from '../parts/growth';
import { kpi_columns, KpiHead } from '../parts/kpi';
import { Empty, Show } from '../parts/state';
import { Int } from '../parts/num';
import { Table, type Column } from '../parts/table';
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

/* What a table of halls has room for. */
const LATE = ['standard', 'coverage', 'age'];

function hall_columns(): Column<DeepKpi>[] {
	const all = kpi_columns<DeepKpi>('hall').map((c): Column<DeepKpi> => (LATE.includes(c.id) ? { ...c, late: true } : c));
	const at = all.findIndex((c) => c.id === 'temp');
	return [...all.slice(0, at), risk_column<DeepKpi>(), alarm_column<DeepKpi>('hall'), {
		id: 'fits', head: t('col.fits'), num: true, minor: true, value: (k) => k.deployable?.n ?? null,
		show: (k) => <Int n={k.deployable?.n} />,
	}, ...all.slice(at)];
}

function OperatorLink({ id }: { id: string }) {
	const list = use_api<List<OperatorItem>>('/operators');
	return <a href={link('/sites', { operator: id })}>{name_of(list.data?.items.find((o) => o.id === id)?.name, id)}</a>;
}

export function Site({ id }: { id: string }) {
	const state = use_api<DeepSite>('/sites/' + encodeURIComponent(id));
	const crumbs = crumbs_to(state.data?.area ?? null);
	return (
		<Show of={state} lines={12} title={id}>{(s) => (
			<>
				<Head crumbs={crumbs} title={name_of(s.name, s.id)}
					sub={<><code>{s.id}</code>{s.operator !== null && <OperatorLink id={s.operator} />}</>} />
				<KpiHead kpi={s} query={{ site: s.id }} />
				<AlertsHere at={'site:' + s.id} />
				<section class="card">
					<h2>{t('halls')}</h2>
					<Table rows={s.halls} columns={hall_columns()} label={t('halls')}
						file={'halls-' + s.id} sort={{ id: 'name', down: false }} empty={t('empty.halls')} />
				</section>
				<section class="card"><h2>{t('deep')}</h2><DeepFacts kpi={s} query={{ site: s.id }} /></section>
				<section class="card">
					<h2>{t('tree')}</h2>
					{s.tree && s.tree.length > 0 ? <FeedTree nodes={s.tree} /> : <Empty>{t('tree.none')}</Empty>}
				</section>
				<PlaceCharts entity={'site:' + s.id} />
				<section class="card"><Growth place={'site:' + s.id} /></section>
			</>
		)}</Show>
	);
}
