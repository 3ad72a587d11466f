/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shapes of the capacity ledger: what a KPI object, a target and the lists of
 * operators, nodes, discrepancies and reports hold beside those of api.ts.
 */
import type { AreaPage, Capacity, History, Kpi, Names, Num, Params, SitePage, Target } from './api';

export type FailoverState = 'ok' | 'at_risk' | 'no_redundancy' | 'single' | 'unknown';

/* Of simultaneous sums over a window; all null while too little is known. */
export type Peak = {
	power_w: Num;
	p95_w: Num;
	mean_w: Num;
	load_factor: Num;
	window_s: number;
	basis_s: Num;
	coverage: Num;
};
export type Resource = 'units' | 'power_w' | 'weight_kg' | 'outlets_a' | 'outlets_b' | 'ports' | 'cooling_w';
export type Forecast = {
	method: string;
	k: Num;
	date: string | null;
	earliest: string | null;
	latest: string | null;
	/* the horizon, where the upper end lies behind it */
	later_than?: string | null;
	reason: string | null;
};

export type Deep = {
	/* declared racks by the age of their newest good sample */
	freshness?: Record<'live' | 'hour' | 'day' | 'older' | 'never', number>;
	peak?: { day: Peak; month: Peak } | null;
	failover?: Record<FailoverState, number> & { worst: { rack: string; ratio: Num } | null; negative_arc: number } | null;
	imbalance?: { worst: Num; feed: string | null; over_20_pct: number } | null;
	power_factor?: Num;
	environment?: {
		in_range: Num;
		in_range_s?: Num;
		over_index_pct: Num;
		under_index_pct: Num;
		inlets: { known: number; expected: number; max_c: Num; mean_c: Num };
		delta_t_k: Num;
		airflow_m3h: Num;
		dew_point_c: { min: Num; max: Num } | null;
	} | null;
	space?: { units: Num; occupied: Num; reserved: Num; ratio: Num; racks: number } | null;
	budget?: { design_w: Num; committed_w: Num; available_w: Num; reserved_w: Num; racks_known: number } | null;
	deployable?: {
		n: Num;
		binding: Record<string, number>;
		stranded: Partial<Record<Resource, Num>>;
		reference: { u: number; power_w: number; kg: number; outlets: number; ports: number };
	} | null;
	pue?: { kind: 'unknown' | 'partial' | 'interval' | 'annual'; value: Num; grade: Num; days: Num } | null;
	exhaustion?: Forecast | null;
	load_equivalent_racks?: Num;
};
export type DeepKpi = Kpi & Deep;

export type DeepTarget = Target & {
	pipeline?: { date: string | null; planned: number; undated: number; left: Num } | null;
	forecast_verified?: Forecast | null;
};
export type DeepCapacity = Capacity & Deep & { areas: (DeepKpi & { sites: number })[] };

/* The first passage drawn: a fan from today to the target. */
export type Fan = {
	as_of: string;
	target: string;
	of: 'declared' | 'verified';
	fan: { t: string[]; low: Num[]; mid: Num[]; high: Num[] } | null;
	pipeline: { t: string[]; count: Num[] } | null;
};
export type PlaceHistory = History & { contradicted?: Num[]; stale?: Num[]; unmonitored?: Num[] };

export type PowerNode = {
	id: string;
	kind: string;
	name: Names | null;
	from: string | null;
	phases: Num;
	volts: Num;
	rated_a: Num;
	rated_va: Num;
	limit_va: Num;
	load: { power_w: Num; apparent_va: Num; known: number; expected: number; partial: boolean; coverage: Num };
	measured_by: string | null;
	measured: { power_w: Num } | null;
	ratio: Num;
	arc_va: Num;
	failover: string | null;
	failover_ratio?: Num;
	racks: number;
	feeds: number;
};
export type DeepSite = SitePage & Deep & { halls: DeepKpi[]; tree?: PowerNode[] | null };
export type DeepArea = AreaPage & Deep & { sites: DeepKpi[] };
export type OperatorItem = DeepKpi & { sites: number };

export type Discrepancy = { kind: string; rack: string | null; state?: string | null; params: Record<string, Params[string] | string[]> };
export type Reconcile = { as_of: string; items: Discrepancy[]; next?: string | null };

export type Report = {
	as_of: string;
	month: string;
	timezone: string;
	place: string | null;
	complete: boolean;
	coverage: Num;
	totals: { energy_wh: Num; metered?: Num; missing?: Num; racks: Num; verified: Num; peak_w: Num; pue: Num | { value: Num; kind: string } };
	sites: ReportRow[];
	tenants: ReportRow[];
	racks: ReportRack[];
	next?: string | null;
};
export type ReportRow = { site?: string; tenant?: string | null; id?: string | null; name?: Names | null; racks?: Num; missing?: Num; metered?: Num; energy_wh: Num; coverage: Num; peak_w?: Num };
export type ReportRack = { rack: string; tenant: string | null; site: string; energy_wh: Num; coverage: Num; metered?: Num; peak_w: Num };
