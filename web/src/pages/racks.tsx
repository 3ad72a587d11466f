/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Racks, narrowed by where they stand, what state they are in and how they are proven. */
import '../i18n/racks';
import type { HallPage, List, RackItem, SiteItem, SitePage } from '../lib/api';
import { name_of, t, word } from '../lib/i18n';
import { use_api, use_province } from '../lib/query';
import { link, params, set_params, with_query } from '../lib/url';
import { EVIDENCE } from '../parts/bar';
import { AreaSelect, Pager, Select, TextFilter, type Option } from '../parts/filter';
import { crumbs_to, Head } from '../parts/frame';
import { Badge } from '../parts/icon';
import { kw } from '../parts/kpi';
import { age_text, AtLeast, Pct, Val } from '../parts/num';
import { reason_text } from '../parts/reason';
import { Show } from '../parts/state';
import { Table, type Column } from '../parts/table';

const LIMIT = '50';
const FILTERS = ['area', 'site', 'hall', 'row', 'state', 'evidence', 'failover', 'q'];
const STATES = ['planned', 'installed', 'energized', 'in_service', 'decommissioning', 'decommissioned'];
const RISKS = ['ok', 'at_risk', 'no_redundancy', 'single', 'unknown'];
/* What the daemon can sort by. */
const SORTS = ['id', 'power_w', 'evidence', 'age_s'];

function PlaceFilters() {
	const get = (key: string): string | null => params.value.get(key);
	const sites = use_api<List<SiteItem>>(with_query('/sites', { area: get('area'), limit: '1000' }), true);
	const site = use_api<SitePage>(get('site') ? '/sites/' + encodeURIComponent(get('site') ?? '') : null);
	const hall = use_api<HallPage>(get('hall') ? '/halls/' + encodeURIComponent(get('hall') ?? '') : null);
	const named = (x: { id: string; name: SiteItem['name'] }): Option => [x.id, name_of(x.name, x.id)];
	return (
		<>
			<AreaSelect clears={['site', 'hall', 'row']} />
			<Select name="site" label={t('kind.site')} clears={['hall', 'row']}
				options={(sites.data?.items ?? []).map(named)} />
			{(get('site') !== null || get('hall') !== null) && (
				<Select name="hall" label={t('kind.hall')} clears={['row']}
					options={(site.data?.halls ?? []).map(named)} />
			)}
			{(get('hall') !== null || get('row') !== null) && (
				<Select name="row" label={t('kind.row')} options={(hall.data?.rows ?? []).map(named)} />
			)}
		</>
	);
}

function columns(place: (r: RackItem) => string): Column<RackItem>[] {
	return [
		{ id: 'id', head: t('kind.rack'), value: (r) => r.id, wide: true, show: (r) => <a href={link('/racks/' + r.id)}>{r.id}</a> },
		{ id: 'place', head: t('kind.area'), value: place, fixed: true, wide: true, minor: true },
		{
			id: 'evidence', head: t('evidence'), value: (r) => r.evidence, wide: true,
			show: (r) => <Badge code={r.evidence} tone={r.evidence === null ? 'off' : undefined}>{word('evidence', r.evidence ?? 'none')}</Badge>,
		},
		{ id: 'reason', head: t('reason'), value: (r) => reason_text(r.evidence_reason), fixed: true, minor: true },
		{ id: 'state', head: t('state'), value: (r) => word('state', r.state), fixed: true, wide: true, minor: true },
		{
			id: 'power_w', head: t('power_kw'), num: true, value: (r) => (r.power_w === null ? null : r.power_w / 1000),
			show: (r) => <AtLeast raw={r.power_w} partial={r.partial} text={kw(r.power_w ?? 0)} />,
		},
		{ id: 'power_source', head: t('source'), value: (r) => r.power_source, fixed: true, minor: true, late: true, show: (r) => word('power_source', r.power_source) },
		{ id: 'coverage', head: t('col.coverage'), num: true, fixed: true, minor: true, value: (r) => r.coverage, show: (r) => <Pct r={r.coverage} /> },
		{ id: 'age_s', head: t('col.age'), num: true, value: (r) => r.age_s, show: (r) => <Val raw={r.age_s} text={age_text(r.age_s)} /> },
		{ id: 'devices', head: t('devices'), num: true, fixed: true, minor: true, value: (r) => r.devices },
	];
}

export function Racks() {
	const p = params.value;
	const cap = use_province();
	const crumbs = crumbs_to(p.get('area'));
	const query: Record<string, string | null> = {};
	for (const key of FILTERS) {
		query[key] = p.get(key);
	}
	const asked = p.get('sort') ?? 'id';
	const sort = { id: asked.replace(/^-/, ''), down: asked.startsWith('-') };
	const state = use_api<List<RackItem>>(with_query('/racks', {
		...query, sort: asked === 'id' ? null : asked, limit: LIMIT, cursor: p.get('cursor'),
	}), true);
	const filtered = FILTERS.some((k) => query[k] !== null);
	const area_name = (r: RackItem): string =>
		name_of(cap?.areas.find((a) => a.id === r.area)?.name, r.area);
	return (
		<>
			<Head crumbs={crumbs} title={t('racks')} />
			<div class="filters">
				<TextFilter name="q" label={t('filter.q')} hint={t('filter.q_rack')} />
				<PlaceFilters />
				<Select name="evidence" label={t('evidence')} options={EVIDENCE.map((e): Option => [e, word('evidence', e)])} />
				<Select name="state" label={t('state')} options={STATES.map((s): Option => [s, word('state', s)])} />
				<Select name="failover" label={t('risk')} options={RISKS.map((r): Option => [r, word('risk', r)])} />
				{filtered && <button onClick={() => set_params(
					{ ...Object.fromEntries(FILTERS.map((k) => [k, null])), cursor: null }, true)}>{t('filter.clear')}</button>}
			</div>
			<Show of={state} lines={14}>{(list) => (
				<section class="card list">
					<Table rows={list.items} columns={columns(area_name).map((c) =>
						({ ...c, fixed: !SORTS.includes(c.id) }))} label={t('racks')} file="racks"
						sort={sort} empty={t(filtered ? 'empty.filtered' : 'empty.racks')}
						on_sort={(s) => set_params({ sort: s.id === 'id' && !s.down ? null : (s.down ? '-' : '') + s.id, cursor: null }, true)} />
					{list.items.length > 0 && <Pager next={list.next} shown={list.items.length} />}
				</section>
			)}</Show>
		</>
	);
}
