/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hall: where is it hot, overloaded or unproven? The plan, the same as a list, and its charts. */
import '../i18n/racks';
import type { Cell, HallPage, SitePage } from '../lib/api';
import { int } from '../lib/format';
import { name_of, t, word } from '../lib/i18n';
import { use_api } from '../lib/query';
import { link, params, set_params } from '../lib/url';
import { crumbs_to, Head } from '../parts/frame';
import { Badge, Icon } from '../parts/icon';
import { kpi_columns, kw, KpiHead } from '../parts/kpi';
import { AtLeast, Val } from '../parts/num';
import { LAYERS, Plan, PlanLegend, type Layer } from '../parts/plan';
import { Peek } from '../parts/peek';
import { Empty, Show } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { PlaceCharts } from './site';

type Listed = Cell & { row: string };

function columns(): Column<Listed>[] {
	return [
		{ id: 'label', head: t('kind.rack'), value: (c) => c.label, show: (c) => <a href={link('/racks/' + c.id)}>{c.label}</a> },
		{ id: 'row', head: t('kind.row'), value: (c) => c.row },
		{
			id: 'evidence', head: t('evidence'), value: (c) => c.evidence, wide: true,
			show: (c) => <Badge code={c.evidence} tone={c.evidence === null ? 'off' : undefined}>{word('evidence', c.evidence ?? 'none')}</Badge>,
		},
		{ id: 'state', head: t('state'), value: (c) => word('state', c.state), wide: true },
		{
			id: 'power', head: t('power_kw'), num: true, value: (c) => (c.power_w === null ? null : c.power_w / 1000),
			show: (c) => <AtLeast raw={c.power_w} partial={c.partial} text={kw(c.power_w ?? 0)} />,
		},
		{
			id: 'temp', head: t('temp'), num: true, value: (c) => c.temperature_c,
			show: (c) => <Val raw={c.temperature_c} text={(c.temperature_c ?? 0).toFixed(1)} />,
		},
		{ id: 'live', head: t('live_now'), value: (c) => (c.live ? t('yes') : t('no')) },
	];
}

function Views({ layer, list }: { layer: Layer; list: boolean }) {
	return (
		<div class="bar-head">
			<h2>{t('plan')}</h2>
			{!list && (
				<div class="segments" role="group" aria-label={t('layer')}>
					{LAYERS.map((l) => (
						<button key={l} aria-pressed={l === layer}
							onClick={() => set_params({ layer: l === 'power' ? null : l }, true)}>{t(`layer.${l}`)}</button>
					))}
				</div>
			)}
			<div class="segments" role="group" aria-label={t('view')}>
				<button aria-pressed={!list} onClick={() => set_params({ view: null }, true)}>{t('view.plan')}</button>
				<button aria-pressed={list} onClick={() => set_params({ view: 'list' }, true)}>{t('view.list')}</button>
			</div>
		</div>
	);
}

function Body({ hall }: { hall: HallPage }) {
	const asked = params.value.get('layer') as Layer | null;
	const layer = asked !== null && LAYERS.includes(asked) ? asked : 'power';
	const list = params.value.get('view') === 'list';
	const chosen = params.value.get('rack');
	const cells = hall.rows.flatMap((r) => r.racks_list.map((c): Listed => ({ ...c, row: name_of(r.name, r.id) })));
	if (cells.length === 0) {
		return <section class="card"><Empty>{t('empty.racks')}</Empty></section>;
	}
	return (
		<>
			<section class="card">
				<Views layer={layer} list={list} />
				{list ? (
					<Table rows={cells} columns={columns()} label={t('racks')} file={'racks-' + hall.id}
						sort={{ id: 'label', down: false }} />
				) : (
					<div class={chosen === null ? 'plan-box' : 'plan-box with-peek'}>
						<div class="plan-main">
							<Plan rows={hall.rows} layer={layer} chosen={chosen}
								on_choose={(id) => set_params({ rack: id })} />
							<PlanLegend rows={hall.rows} layer={layer} />
						</div>
						{chosen !== null && (
							<aside class="peek" aria-label={t('peek')}>
								<button class="quiet square close" onClick={() => set_params({ rack: null })}>
									<Icon name="close" /><span class="sr">{t('close')}</span></button>
								<Peek id={chosen} />
							</aside>
						)}
					</div>
				)}
			</section>
			<section class="card">
				<h2>{t('rows')} <span class="hint">{int(hall.rows.length)}</span></h2>
				<Table rows={hall.rows} columns={kpi_columns('row')} label={t('rows')}
					file={'rows-' + hall.id} sort={{ id: 'name', down: false }} />
			</section>
		</>
	);
}

export function Hall({ id }: { id: string }) {
	const state = use_api<HallPage>('/halls/' + encodeURIComponent(id));
	const site = use_api<SitePage>(state.data ? '/sites/' + state.data.site : null);
	const crumbs = crumbs_to(state.data?.area ?? null);
	return (
		<Show of={state} lines={14} title={id}>{(h) => (
			<>
				<Head title={name_of(h.name, h.id)} sub={<code>{h.id}</code>} crumbs={[
					...crumbs, { label: name_of(site.data?.name, h.site), href: link('/sites/' + h.site) },
				]} />
				<KpiHead kpi={h} query={{ hall: h.id }} />
				<Body hall={h} />
				<PlaceCharts entity={'hall:' + h.id} />
			</>
		)}</Show>
	);
}
