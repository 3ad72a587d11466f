/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hall: where is it hot, overloaded or unproven? The floor as it stands, the same as a list, and its charts. */
import { useMemo, useState } from 'preact/hooks';
import '../i18n/plan';
import { whole_hall } from '../lib/absent';
import type { Num, SitePage } from '../lib/api';
import type { FloorCell, FloorHall } from '../lib/api_floor';
import { int } from '../lib/format';
import { name_of, t, word } from '../lib/i18n';
import { framed, layer_of, LAYERS, raw_of, scale_of, scaled_value, value_text, type Layer } from '../lib/layers';
import { use_api, zone } from '../lib/query';
import { minute_text } from '../lib/time';
import { link, params, set_params } from '../lib/url';
import { EvidenceBar, EvidenceLegend } from '../parts/bar';
import { FloorPlan, type Reading } from '../parts/floor';
import { FloorKey } from '../parts/floorkey';
import { crumbs_to, Head } from '../parts/frame';
import { Badge, Icon } from '../parts/icon';
import { Basis, Facts, kpi_columns } from '../parts/kpi';
import { AtLeast, Int, ToRacks, Val } from '../parts/num';
import { Peek } from '../parts/peek';
import { Empty, Show } from '../parts/state';
import { StockFacts } from '../parts/stock';
import { Table, type Column } from '../parts/table';
import { frame_at, Timeline, use_frames, type Film } from '../parts/timeline';
import { PlaceCharts } from './site';

type Listed = FloorCell & { row: string };

/* The values of a layer as the table shows them: of now, or of the moment of the slider. */
function value_column(l: Layer, r: Reading | null, at: number | null): Column<Listed> {
	const own = (c: Listed): Num => (r === null ? scaled_value(raw_of(c, l), l) : r.value(c));
	const head = t(`col.${l}` as 'col.power');
	return {
		id: l, head: r !== null && at !== null ? `${head} ${minute_text(at * 1000, zone()).slice(11)}` : head, num: true,
		minor: l !== 'power' && r === null, value: own,
		show: (c) => {
			const v = own(c);
			const text = v === null ? '' : value_text(v, l);
			return l === 'power' && at === null ? <AtLeast raw={v} partial={c.partial} text={text} /> : <Val raw={v} text={text} />;
		},
	};
}

function columns(layer: Layer, reading: Reading, at: number | null): Column<Listed>[] {
	return [
		{ id: 'label', head: t('kind.rack'), value: (c) => c.label, show: (c) => <a href={link('/racks/' + c.id)}>{c.label}</a> },
		{ id: 'row', head: t('kind.row'), value: (c) => c.row, minor: true },
		{
			id: 'evidence', head: t('evidence'), value: (c) => c.evidence, wide: true,
			show: (c) => <Badge code={c.evidence} tone={c.evidence === null ? 'off' : undefined}>{word('evidence', c.evidence ?? 'none')}</Badge>,
		},
		{ id: 'state', head: t('state'), value: (c) => word('state', c.state), wide: true, minor: true },
		...LAYERS.filter((l) => scale_of(l, []) !== null).map((l) => value_column(l, l === layer ? reading : null, at)),
		{
			id: 'failover_state', head: t('failover'), value: (c) => c.failover, wide: true, minor: true,
			show: (c) => c.failover === null ? '—' : <Badge code={c.failover}>{word('safe', c.failover)}</Badge>,
		},
		{ id: 'free_u', head: t('col.free_u'), num: true, minor: true, value: (c) => c.free_u, show: (c) => <Val raw={c.free_u} text={int(c.free_u)} /> },
		{ id: 'deployable', head: t('col.deployable'), num: true, minor: true, late: true, value: (c) => c.deployable, show: (c) => <Val raw={c.deployable} text={int(c.deployable)} /> },
		{ id: 'live', head: t('live_now'), value: (c) => (c.live ? t('yes') : t('no')), minor: true, late: true },
	];
}

function Views({ layer, list }: { layer: Layer; list: boolean }) {
	return (
		<div class="bar-head">
			<h2>{t('plan')}</h2>
			<div class="segments" role="group" aria-label={t('layer')}>
				{LAYERS.map((l) => (
					<button key={l} aria-pressed={l === layer}
						onClick={() => set_params({ layer: l === 'power' ? null : l, at: framed(l) ? params.value.get('at') : null }, true)}>{word('layer', l)}</button>
				))}
			</div>
			<div class="segments" role="group" aria-label={t('view')}>
				<button aria-pressed={!list} onClick={() => set_params({ view: null }, true)}>{t('view.plan')}</button>
				<button aria-pressed={list} onClick={() => set_params({ view: 'list' }, true)}>{t('view.list')}</button>
			</div>
		</div>
	);
}

/* Racks as they are now, or as the chosen frame has them; one scale for all frames. */
function use_reading(cells: FloorCell[], layer: Layer, film: Film, at: number | null): Reading {
	const most = useMemo(() => (film === null || film.frames.layer !== layer ? 0
		: film.frames.values.reduce((m, row) => row.reduce<number>((n, v) => Math.max(n, v ?? 0), m), 0)), [film, layer]);
	const frame = frame_at(film, at);
	return useMemo(() => ({
		scale: scale_of(layer, cells, most), past: frame !== null,
		value: (c: FloorCell): Num => {
			const column = film?.column.get(c.id);
			const raw = frame === null ? raw_of(c, layer)
				: column === undefined ? null : film?.frames.values[frame]?.[column] ?? null;
			return scaled_value(raw, layer);
		},
	}), [cells, layer, film, frame, most]);
}

function Floor({ hall }: { hall: FloorHall }) {
	const layer = layer_of(params.value.get('layer'));
	const list = params.value.get('view') === 'list';
	const chosen = params.value.get('rack');
	const asked = Number(params.value.get('at')) || null;
	const [touched, set_touched] = useState(false);
	const { film, failed } = use_frames(hall.id, framed(layer) && (touched || asked !== null) ? layer : null);
	const at = frame_at(film, asked) === null ? null : asked;
	const cells = useMemo(() => hall.rows.flatMap((r) => r.racks_list.map((c): Listed => ({ ...c, row: name_of(r.name, r.id) }))), [hall]);
	const reading = use_reading(cells, layer, film, at);
	if (cells.length === 0) {
		return <section class="card"><Empty>{t('empty.racks')}</Empty></section>;
	}
	const line = framed(layer) && <Timeline film={film} failed={failed} at={at} on_touch={() => set_touched(true)}
		on_at={(x) => set_params({ at: x === null ? null : String(x) })} />;
	return (
		<section class="card">
			<Views layer={layer} list={list} />
			<div class={chosen === null || list ? 'plan-box' : 'plan-box with-peek'}>
				<div class="plan-main">
					{list && line}
					{list ? <Table rows={cells} columns={columns(layer, reading, at)} label={t('racks')} file={'racks-' + hall.id}
						sort={{ id: 'label', down: false }} />
						: <FloorPlan hall={hall} layer={layer} reading={reading} chosen={chosen}
							on_choose={(id) => set_params({ rack: id })} />}
					{!list && line}
					{!list && <FloorKey cells={cells} layer={layer} reading={reading} />}
				</div>
				{chosen !== null && !list && (
					<aside class="peek" aria-label={t('peek')}>
						<button class="quiet square close" onClick={() => set_params({ rack: null })}>
							<Icon name="close" /><span class="sr">{t('close')}</span></button>
						<Peek id={chosen} />
					</aside>
				)}
			</div>
		</section>
	);
}

function Page({ said, site }: { said: FloorHall; site: SitePage | null }) {
	const h = useMemo(() => whole_hall(said), [said]);
	const query = { hall: h.id };
	return (
		<>
			<Head title={name_of(h.name, h.id)} sub={<><code>{h.id}</code>
				<a href={link('/whatif', { kind: 'lose_feed', feed: 'A', at: 'hall:' + h.id })}>{t('whatif.hall')}</a>
				<a href={link('/planner', { area: h.area, site: h.site, hall: h.id })}>{t('planner.link')}</a></>} crumbs={[
				...crumbs_to(h.area), { label: name_of(site?.name, h.site), href: link('/sites/' + h.site) },
			]} />
			<section class="kpi-head" aria-label={t('evidence')}>
				<div class="headline">
					<ToRacks query={{ ...query, evidence: 'verified' }}>
						<span class="big2" data-k="racks.verified" data-v={h.racks.verified}>{int(h.racks.verified)}</span></ToRacks>
					<span class="of">{t('verified_of')}{' '}
						<ToRacks query={query}><Int n={h.racks.declared} k="racks.declared" /></ToRacks> {t('declared_tail')}</span>
				</div>
				<EvidenceBar racks={h.racks} />
				<EvidenceLegend racks={h.racks} query={query} />
				<Basis kpi={h} />
			</section>
			<Floor hall={h} />
			<section class="card" aria-label={t('facts')}><Facts kpi={h} /></section>
			<StockFacts of={h} />
			{h.rows.length > 0 && (
				<section class="card">
					<h2>{t('rows')} <span class="hint">{int(h.rows.length)}</span></h2>
					<Table rows={h.rows} columns={kpi_columns('row')} label={t('rows')}
						file={'rows-' + h.id} sort={{ id: 'name', down: false }} />
				</section>
			)}
			<PlaceCharts entity={'hall:' + h.id} />
		</>
	);
}

export function Hall({ id }: { id: string }) {
	const state = use_api<FloorHall>('/halls/' + encodeURIComponent(id));
	const site = use_api<SitePage>(state.data ? '/sites/' + state.data.site : null);
	return <Show of={state} lines={14} title={id}>{(h) => <Page said={h} site={site.data} />}</Show>;
}
