/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The KPI object, the same at every level: headline, evidence, facts, and its table columns. */
import type { ComponentChildren } from 'preact';
import type { Kpi } from '../lib/api';
import { celsius, int, percent, watts } from '../lib/format';
import { name_of, t } from '../lib/i18n';
import { link } from '../lib/url';
import { EvidenceBar, EvidenceLegend, Share } from './bar';
import { Mark } from './icon';
import { Age, age_text, AtLeast, Int, Pct, ToRacks, Val } from './num';
import type { Column } from './table';

export type RackQuery = Record<string, string | null>;

/* Of the racks that gave data lately, too many give none just now. */
const FEW_LIVE = 0.9;
export const few = (k: Kpi): boolean => k.racks.live < FEW_LIVE * (k.racks.verified + k.racks.contradicted);

/* How old and how complete: stands under every headline. */
export function Basis({ kpi, children }: { kpi: Kpi; children?: ComponentChildren }) {
	return (
		<p class="basis">
			{children}
			<span data-k="racks.live" data-v={kpi.racks.live}>{few(kpi) && <Mark tone="warn" />}{t('live_of', { n: int(kpi.racks.live), of: int(kpi.racks.declared) })}</span>
			<span>{t('coverage')} <Pct r={kpi.coverage} k="coverage" /></span>
			<span>{t('age')} <Age s={kpi.age_s} k="age_s" /></span>
		</p>
	);
}

export function Fact({ label, children, under }: {
	label: string;
	children: ComponentChildren;
	under?: ComponentChildren;
}) {
	return (
		<div class="fact">
			<dt>{label}</dt>
			<dd>{children}</dd>
			{under !== undefined && <dd class="hint">{under}</dd>}
		</div>
	);
}

export function Power({ kpi, k }: { kpi: Pick<Kpi, 'power_w' | 'power'>; k?: string }) {
	return <AtLeast raw={kpi.power_w} text={watts(kpi.power_w)} partial={kpi.power.partial} k={k} />;
}

export function Facts({ kpi }: { kpi: Kpi }) {
	return (
		<dl class="facts">
			<Fact label={t('power')} under={t('of_feeds', { known: int(kpi.power.known), expected: int(kpi.power.expected) })}>
				<Power kpi={kpi} k="power_w" />
			</Fact>
			<Fact label={t('design')}><Val raw={kpi.design_w} text={watts(kpi.design_w)} k="design_w" /></Fact>
			<Fact label={t('standard_racks')} under={<>{t('verified')} <Int n={kpi.standard_racks.verified} /></>}>
				<Int n={kpi.standard_racks.declared} k="standard_racks.declared" />
			</Fact>
			<Fact label={t('occupancy.count')}><Pct r={kpi.occupancy.by_count} k="occupancy.by_count" /></Fact>
			<Fact label={t('occupancy.power')}><AtLeast raw={kpi.occupancy.by_power} text={percent(kpi.occupancy.by_power)}
				partial={kpi.power.partial} k="occupancy.by_power" /></Fact>
			<Fact label={t('max_temperature')}><Val raw={kpi.temperature_c.max} text={celsius(kpi.temperature_c.max)} k="temperature_c.max" /></Fact>
			<Fact label={t('monitored')}>
				<Pct r={kpi.monitored_share} k="monitored_share" />
			</Fact>
			<Fact label={t('planned')}><ToRacks query={{ [kpi.kind]: kpi.kind === 'province' ? null : kpi.id, state: 'planned' }}>
				<Int n={kpi.racks.planned} k="racks.planned" /></ToRacks></Fact>
		</dl>
	);
}

/* "71,204 of 74,310 declared", the bar of the four kinds, and the basis. */
export function KpiHead({ kpi, query }: { kpi: Kpi; query: RackQuery }) {
	return (
		<section class="kpi-head" aria-label={t('evidence')}>
			<div class="headline">
				<ToRacks query={{ ...query, evidence: 'verified' }}>
					<span class="big" data-k="racks.verified" data-v={kpi.racks.verified}>{int(kpi.racks.verified)}</span>
				</ToRacks>
				<span class="of">{t('verified_of')}{' '}
					<ToRacks query={query}><Int n={kpi.racks.declared} k="racks.declared" /></ToRacks> {t('declared_tail')}</span>
			</div>
			<EvidenceBar racks={kpi.racks} />
			<EvidenceLegend racks={kpi.racks} query={query} />
			<Basis kpi={kpi} />
			<Facts kpi={kpi} />
		</section>
	);
}

const HREF: Record<string, string> = { area: '/areas/', site: '/sites/', hall: '/halls/' };

/* The columns that areas, sites, halls and rows share. */
export function kpi_columns<T extends Kpi>(kind: string): Column<T>[] {
	const q = (k: T): RackQuery => ({ [kind]: k.id });
	return [
		{
			id: 'name', head: t(`kind.${kind}` as 'kind.area'), value: (k) => name_of(k.name, k.id), wide: true,
			show: (k) => HREF[kind] === undefined ? name_of(k.name, k.id)
				: <a href={link(HREF[kind] + k.id)}>{name_of(k.name, k.id)}</a>,
		},
		{
			id: 'racks', head: t('declared'), num: true, value: (k) => k.racks.declared,
			show: (k) => <ToRacks query={q(k)} label={t('racks_of', { n: int(k.racks.declared), name: name_of(k.name, k.id) })}>
				<Int n={k.racks.declared} /></ToRacks>,
		},
		{
			id: 'verified', head: t('verified'), num: true, value: (k) => k.racks.verified,
			show: (k) => <Int n={k.racks.verified} />,
		},
		{
			id: 'share', head: t('evidence'), num: true, minor: true,
			value: (k) => (k.racks.declared > 0 ? k.racks.verified / k.racks.declared : null),
			show: (k) => <span class="bar-cell"><EvidenceBar racks={k.racks} slim />
				<Pct r={k.racks.declared > 0 ? k.racks.verified / k.racks.declared : null} /></span>,
		},
		{
			id: 'standard', head: t('standard_racks'), num: true, minor: true,
			value: (k) => k.standard_racks.declared, show: (k) => <Int n={k.standard_racks.declared} />,
		},
		{
			id: 'power', head: t('power_kw'), num: true, value: (k) => (k.power_w === null ? null : k.power_w / 1000),
			show: (k) => <AtLeast raw={k.power_w} partial={k.power.partial}
				text={k.power_w === null ? '' : kw(k.power_w)} />,
		},
		{
			id: 'design', head: t('design_kw'), num: true, minor: true,
			value: (k) => (k.design_w === null ? null : k.design_w / 1000),
			show: (k) => <Val raw={k.design_w} text={kw(k.design_w ?? 0)} />,
		},
		{
			id: 'by_count', head: t('occupancy.count_short'), num: true, minor: true,
			value: (k) => k.occupancy.by_count, show: (k) => <Pct r={k.occupancy.by_count} />,
		},
		{
			id: 'by_power', head: t('occupancy.power_short'), num: true, minor: true,
			value: (k) => k.occupancy.by_power,
			show: (k) => <span class="bar-cell"><Share r={k.occupancy.by_power} />
				<AtLeast raw={k.occupancy.by_power} text={percent(k.occupancy.by_power)} partial={k.power.partial} /></span>,
		},
		{
			id: 'monitored', head: t('monitored'), num: true, minor: true, late: true,
			value: (k) => k.monitored_share, show: (k) => <Pct r={k.monitored_share} />,
		},
		{
			id: 'temp', head: t('temp_max'), num: true, minor: true,
			value: (k) => k.temperature_c.max,
			show: (k) => <Val raw={k.temperature_c.max} text={(k.temperature_c.max ?? 0).toFixed(1)} />,
		},
		{
			id: 'coverage', head: t('col.coverage'), num: true, minor: true,
			value: (k) => k.coverage, show: (k) => <Pct r={k.coverage} />,
		},
		{
			id: 'age', head: t('col.age'), num: true, minor: true, value: (k) => k.age_s,
			show: (k) => <Val raw={k.age_s} text={age_text(k.age_s)} />,
		},
	];
}

/* 40 W are 0.04 kW: little is not nothing. */
export function kw(w: number): string {
	const digits = w > 0 && w < 950 ? 2 : w < 1e5 ? 1 : 0;
	return (w / 1000).toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export const share_text = (k: Kpi): string =>
	percent(k.racks.declared > 0 ? k.racks.verified / k.racks.declared : null, 0);
