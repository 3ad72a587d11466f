/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is left: budget, space, and how many reference servers still fit, and what stops the next one. */
import type { Num } from '../lib/api';
import type { FullRack, Reference, Resource, Stock, Stranded } from '../lib/api_floor';
import { fixed, int, percent, unit, watts } from '../lib/format';
import { has_word, t, word } from '../lib/i18n';
import { link } from '../lib/url';
import { Fact } from './kpi';
import { Int, Pct, Val } from './num';
import { span_text } from './num';

/* Formula 9 of the capacity model: measured counts from 30 days on. */
const FULL_DAYS = 30;

export const RESOURCES: Resource[] = ['units', 'power_w', 'outlets_a', 'outlets_b', 'weight_kg', 'ports', 'cooling_w'];

export function amount(r: Resource, v: Num): string {
	return r === 'power_w' || r === 'cooling_w' ? watts(v) : r === 'weight_kg' ? unit(v, 'kg', 0)
		: r === 'units' ? unit(v, 'U', 0) : int(v);
}

/* "units", "power", "failover", or the id of a node upstream. */
export const binding_text = (code: string): string =>
	has_word('bind.' + code) ? word('bind', code) : t('bind.node', { id: code });

/* The server that is counted with: 2 U, 500 W, 25 kg. */
export function reference_text(r: Reference | undefined | null): string {
	return !r ? '' : t('stock.reference', {
		u: int(r.u), w: watts(r.power_w), kg: unit(r.kg, 'kg', 0), outlets: int(r.outlets), ports: int(r.ports),
	});
}

/* What binds where, the most frequent first. */
export function Binding({ of }: { of: Record<string, number> }) {
	const list = Object.entries(of).filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]);
	const most = Math.max(1, ...list.map(([, n]) => n));
	return list.length === 0 ? null : (
		<ul class="binding">
			{list.map(([code, n]) => (
				<li key={code}><span>{binding_text(code)}</span>
					<i aria-hidden="true"><b style={{ width: `${(n / most * 100).toFixed(1)}%` }} /></i>
					<span class="num">{t(n === 1 ? 'stock.racks1' : 'stock.racks', { n: int(n) })}</span></li>
			))}
		</ul>
	);
}

/* What is left over but cannot be used, by resource. */
export function StrandedList({ of }: { of: Stranded | null | undefined }) {
	const known = RESOURCES.filter((r) => of?.[r] !== null && of?.[r] !== undefined);
	return !of || known.length === 0 ? null : (
		<dl class="pairs">
			{known.map((r) => <><dt key={r}>{word('resource', r)}</dt><dd class="num" data-k={'stranded.' + r} data-v={of[r]}>{amount(r, of[r])}</dd></>)}
		</dl>
	);
}

export function StockFacts({ of }: { of: Stock }) {
	const { deployable: d, budget: b, space: s } = of;
	if (!d && !b && !s) {
		return null;
	}
	return (
		<section class="card stock" aria-label={t('stock')}>
			<dl class="facts">
				{d && <Fact label={t('stock.deployable')} under={reference_text(d.reference)}><Int n={d.n} k="deployable.n" /></Fact>}
				{b && <Fact label={t('stock.available')} under={t('stock.of_design', { w: watts(b.design_w) })}><Val raw={b.available_w} text={watts(b.available_w)} k="budget.available_w" /></Fact>}
				{b && <Fact label={t('stock.committed')} under={b.reserved_w ? t('stock.reserved_w', { w: watts(b.reserved_w) }) : undefined}><Val raw={b.committed_w} text={watts(b.committed_w)} k="budget.committed_w" /></Fact>}
				{s && <Fact label={t('stock.space')} under={<><Int n={s.occupied} /> / {unit(s.units, 'U', 0)}</>}><Pct r={s.ratio} k="space.ratio" /></Fact>}
				{d && <Fact label={t('stock.stranded_w')} under={unit(d.stranded.units, 'U', 0)}><Val raw={d.stranded.power_w} text={watts(d.stranded.power_w)} k="stranded.power_w" /></Fact>}
			</dl>
			{d && <Binding of={d.binding} />}
		</section>
	);
}

/* Parts of the design power, one after the other. */
function BudgetBar({ b }: { b: FullRack['budget'] }) {
	const full = Math.max(b.design_w ?? 0, b.committed_w ?? 0, 1);
	const own = (b.committed_w ?? 0) - (b.reserved_w ?? 0);
	const pct = (v: Num): string => `${Math.max(0, Math.min(100, (v ?? 0) / full * 100)).toFixed(2)}%`;
	return (
		<span class="budget-bar" role="img" aria-label={t('budget.bar', { committed: watts(b.committed_w), design: watts(b.design_w) })}>
			<i class="own" style={{ width: pct(own) }} /><i class="held" style={{ width: pct(b.reserved_w) }} />
			<i class="left" style={{ width: pct(b.available_w) }} />
		</span>
	);
}

export function BudgetCard({ r }: { r: FullRack }) {
	const b = r.budget;
	const known = b.committed_w !== null;
	const measured = b.p95_w !== null && (b.measured_days ?? 0) >= FULL_DAYS;
	return (
		<section class="card">
			<h2>{t('budget')}</h2>
			{known && <BudgetBar b={b} />}
			<dl class="pairs budget">
				<dt>{t('design')}</dt><dd class="num"><Val raw={b.design_w} text={watts(b.design_w)} /></dd>
				<dt>{t('stock.committed')}</dt><dd class="num"><Val raw={b.committed_w} text={watts(b.committed_w)} k="budget.committed_w" /></dd>
				<dt>{t('budget.reserved')}</dt><dd class="num"><Val raw={b.reserved_w} text={watts(b.reserved_w)} /></dd>
				<dt>{t('stock.available')}</dt><dd class="num"><b><Val raw={b.available_w} text={watts(b.available_w)} k="budget.available_w" /></b></dd>
				{b.p95_w !== null && <><dt>{t('budget.p95')}</dt><dd class="num">{watts(b.p95_w)}</dd></>}
			</dl>
			{b.binding !== null && <p>{t('budget.binding', { what: binding_text(b.binding) })}</p>}
			{known && <p class="hint">{!measured ? t('budget.by_plate')
				: t('budget.by_measure', { days: fixed(b.measured_days, 0), basis: b.basis_s === null ? '—' : span_text(b.basis_s) })}</p>}
			<Room r={r} />
		</section>
	);
}

/* Space, weight, ports, and the servers that still fit. */
function Room({ r }: { r: FullRack }) {
	const { space: s, deployable: d } = r;
	return (
		<>
			<h3>{t('stock.deployable')}</h3>
			<p class="mid"><Int n={d.n} k="deployable.n" /></p>
			{d.binding !== null && <p>{t('stock.next', { what: binding_text(d.binding) })}</p>}
			<dl class="pairs">
				<dt>{t('stock.space')}</dt><dd class="num"><Val raw={s.occupied} text={`${int(s.occupied)} / ${unit(s.units, 'U', 0)}`} />
					{s.ratio !== null && <> ({percent(s.ratio, 0)})</>}</dd>
				<dt>{t('stock.gap')}</dt><dd class="num"><Val raw={s.largest_gap} text={unit(s.largest_gap, 'U', 0)} /></dd>
				{s.weight_limit_kg !== null && <><dt>{t('stock.weight')}</dt><dd class="num">{int(s.weight_kg)} / {unit(s.weight_limit_kg, 'kg', 0)}</dd></>}
				{s.ports !== null && <><dt>{t('stock.ports')}</dt><dd class="num">{int(s.ports_used)} / {int(s.ports)}</dd></>}
			</dl>
			{d.n !== null && <details><summary>{t('stock.stranded')}</summary><StrandedList of={d.stranded} /></details>}
			<p class="links"><a href={link('/planner', { site: r.place.site.id, hall: r.place.hall.id })}>{t('planner.link')}</a></p>
		</>
	);
}

