/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The planner: where do n servers fit, what stops one more, what is kept for whom, what lies stranded. */
import { useEffect, useState } from 'preact/hooks';
import '../i18n/plan';
import { ApiError, type Kpi } from '../lib/api';
import type { Me, PlaceKpi, Placement, PlanAnswer } from '../lib/api_floor';
import { int, percent, watts } from '../lib/format';
import { name_of, t } from '../lib/i18n';
import { PLAN_FIELDS, plan_path, plan_query, type PlanForm } from '../lib/planform';
import { use_api } from '../lib/query';
import { link, params, set_params } from '../lib/url';
import { crumbs_to, Head } from '../parts/frame';
import { Badge } from '../parts/icon';
import { Int, Val } from '../parts/num';
import { NumberField, PlacePick } from '../parts/place';
import { refused_text } from '../parts/refused';
import { Reservations, ReserveForm } from '../parts/reservations';
import { span_of_units } from '../parts/elevation';
import { Empty, Show, Trouble } from '../parts/state';
import { Binding, reference_text, RESOURCES, StrandedList, amount } from '../parts/stock';
import { Table } from '../parts/table';

function Form({ asked }: { asked: PlanForm }) {
	const [form, set_form] = useState(asked);
	const stamp = JSON.stringify(asked);
	useEffect(() => set_form(asked), [stamp]);
	const put = (key: keyof PlanForm, v: string): void => set_form((was) => ({ ...was, [key]: v }));
	const number = (key: keyof PlanForm, label: string, unit?: string, max?: number, step: number | 'any' = 1) =>
		<NumberField label={label} unit={unit} value={form[key]} max={max} step={step} on={(v) => put(key, v)} />;
	return (
		<form class="filters plan-form" aria-label={t('planner')} onSubmit={(e) => {
			e.preventDefault();
			set_params(plan_query(form), true);
		}}>
			{number('n', t('form.n'), undefined, 100000)}
			{number('u', t('form.u'), 'U', 60)}
			{number('kw', t('form.kw'), 'kW', 100, 'any')}
			{number('kg', t('form.kg'), 'kg', 2000, 'any')}
			{number('outlets', t('form.outlets'), undefined, 16)}
			{number('ports', t('form.ports'), undefined, 64)}
			<label class="field"><span>{t('form.redundancy')}</span>
				<select value={form.redundancy} onChange={(e) => put('redundancy', e.currentTarget.value)}>
					<option value="">{t('redundancy.2n')}</option>
					<option value="n">{t('redundancy.n')}</option>
					<option value="any">{t('redundancy.any')}</option>
				</select></label>
			<PlacePick at={form} on={(w) => set_form((was) => ({ ...was, ...w }))} />
			<label class="field"><span>{t('form.tenant')}</span>
				<input type="text" value={form.tenant} maxLength={63} autocomplete="off" onInput={(e) => put('tenant', e.currentTarget.value)} /></label>
			<button class="button primary" type="submit">{t('form.find')}</button>
		</form>
	);
}

type Row = Placement & { id: string };

function Placements({ plan, form, role }: { plan: PlanAnswer; form: PlanForm; role: string | null }) {
	const [out, set_out] = useState<Set<string>>(new Set());
	const rows: Row[] = plan.placements.map((p) => ({ ...p, id: p.rack }));
	const want = Number(form.n) || 1;
	const kept = rows.filter((r) => !out.has(r.id));
	return (
		<section class="card">
			<h2>{t('planner.found')}</h2>
			<p class="plan-verdict"><Badge code={plan.placed >= want ? 'ok' : plan.placed > 0 ? 'warning' : 'critical'}>
				<b data-k="plan.placed" data-v={plan.placed}>{t(plan.placed >= want ? 'planner.all' : plan.placed > 0 ? 'planner.some' : 'planner.nowhere', { n: int(plan.placed), want: int(want), racks: int(rows.length) })}</b></Badge></p>
			{plan.refused !== null && <p data-k="plan.refused" data-v={plan.refused.code}>{t('planner.next', { why: refused_text(plan.refused) })}</p>}
			{rows.length > 0 && <Table rows={rows} label={t('planner.found')} file="placements" sort={{ id: 'rack', down: false }} columns={[
				{ id: 'rack', head: t('kind.rack'), value: (r) => r.rack, wide: true, show: (r) => <a href={link('/racks/' + r.rack)}>{r.rack}</a> },
				{ id: 'hall', head: t('kind.hall'), value: (r) => r.hall, minor: true, show: (r) => <a href={link('/halls/' + r.hall, { rack: r.rack, layer: 'space' })}>{r.hall}</a> },
				{ id: 'n', head: t('form.n'), num: true, value: (r) => r.n },
				{ id: 'u', head: t('planner.units'), value: (r) => r.u.join(' '), show: (r) => r.u.map((u) => span_of_units(u, Number(form.u) || 2)).join(t('list.join')) },
				{ id: 'left', head: t('planner.left'), num: true, minor: true, value: (r) => r.after.power_available_w, show: (r) => <Val raw={r.after.power_available_w} text={watts(r.after.power_available_w)} /> },
				{ id: 'after', head: t('planner.failover'), num: true, minor: true, value: (r) => r.after.failover_ratio, show: (r) => <Val raw={r.after.failover_ratio} text={percent(r.after.failover_ratio, 0)} /> },
				...(role === 'operator' || role === 'admin' ? [{
					id: 'keep', head: t('reserve.pick'), fixed: true, value: (r: Row) => (out.has(r.id) ? 0 : 1),
					show: (r: Row) => <input type="checkbox" checked={!out.has(r.id)} aria-label={`${t('reserve.pick')} ${r.rack}`}
						onChange={() => set_out((was) => {
							const next = new Set(was);
							return next.delete(r.id) ? next : next.add(r.id);
						})} />,
				}] : []),
			]} />}
			{rows.length > 0 && <ReserveForm role={role} racks={kept} form={form} />}
		</section>
	);
}

function Bound({ plan }: { plan: PlanAnswer }) {
	return Object.keys(plan.bound_by).length === 0 ? null : (
		<section class="card">
			<h2>{t('planner.bound')}</h2>
			<p class="hint">{t('planner.bound_hint')}</p>
			<Binding of={plan.bound_by} />
		</section>
	);
}

type Place = { path: string; list: (x: unknown) => PlaceKpi[]; href: (id: string) => string };

/* The places one level below the one that is asked about. */
function below(form: PlanForm): Place {
	const kids = (key: string) => (x: unknown): PlaceKpi[] => (x as Record<string, PlaceKpi[]>)[key] ?? [];
	if (form.hall !== '') {
		return { path: '/halls/' + encodeURIComponent(form.hall), list: kids('rows'), href: (id) => link('/racks', { row: id }) };
	}
	if (form.site !== '') {
		return { path: '/sites/' + encodeURIComponent(form.site), list: kids('halls'), href: (id) => link('/halls/' + id, { layer: 'space' }) };
	}
	if (form.area !== '') {
		return { path: '/areas/' + encodeURIComponent(form.area), list: kids('sites'), href: (id) => link('/sites/' + id) };
	}
	return { path: '/capacity', list: kids('areas'), href: (id) => link('/areas/' + id) };
}

function StrandedCard({ form }: { form: PlanForm }) {
	const place = below(form);
	const state = use_api<PlaceKpi & Kpi>(place.path);
	return (
		<section class="card">
			<h2>{t('stranded')}</h2>
			<p class="hint">{t('stranded.hint')} {reference_text(state.data?.deployable?.reference)}</p>
			<Show of={state} lines={5}>{(p) => {
				const rows = place.list(p).filter((k) => k.deployable);
				return (
					<>
						{p.deployable && <>
							<p><b><Int n={p.deployable.n} k="deployable.n" /></b> {t('stranded.fit')}</p>
							<div class="two left"><Binding of={p.deployable.binding} /><StrandedList of={p.deployable.stranded} /></div></>}
						{rows.length === 0 ? <Empty>{t('stranded.none')}</Empty> : (
							<Table rows={rows} label={t('stranded')} file="stranded" sort={{ id: 'power_w', down: true }} columns={[
								{ id: 'name', head: t('name'), value: (k) => name_of(k.name, k.id), show: (k) => <a href={place.href(k.id)}>{name_of(k.name, k.id)}</a> },
								{ id: 'n', head: t('col.deployable'), num: true, value: (k) => k.deployable?.n ?? null, show: (k) => <Int n={k.deployable?.n} /> },
								...RESOURCES.slice(0, 4).map((r) => ({
									id: r, head: t(`resource.${r}`), num: true, minor: r !== 'power_w' && r !== 'units', value: (k: PlaceKpi) => k.deployable?.stranded[r] ?? null,
									show: (k: PlaceKpi) => <Val raw={k.deployable?.stranded[r]} text={amount(r, k.deployable?.stranded[r] ?? null)} />,
								})),
							]} />
						)}
					</>
				);
			}}</Show>
		</section>
	);
}

export function Planner() {
	const form = PLAN_FIELDS.reduce((f, k) => ({ ...f, [k]: params.value.get(k) ?? '' }), {} as PlanForm);
	const path = plan_path(form);
	const plan = use_api<PlanAnswer>(path);
	const me = use_api<Me>('/me');
	const role = me.data?.role ?? null;
	return (
		<>
			<Head crumbs={crumbs_to(null)} title={t('planner')} sub={<><span>{t('planner.sub')}</span><a href={link('/whatif', { kind: 'lose_feed', feed: 'A', at: form.hall === '' ? null : 'hall:' + form.hall })}>{t('whatif.open')}</a></>} />
			<Form asked={form} />
			{path === null ? <Empty>{t('planner.ask')}</Empty>
				: plan.error !== null && plan.data === null ? <Trouble error={plan.error as ApiError} />
				: <Show of={plan} lines={8}>{(p) => <><Placements key={path} plan={p} form={form} role={role} /><Bound plan={p} /></>}</Show>}
			<Reservations role={role} />
			<StrandedCard form={form} />
		</>
	);
}
