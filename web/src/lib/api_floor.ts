/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shapes of the capacity ledger: the floor of a hall, what stands in a rack, plans and reservations. */
import type { Alarm, Cell, Evidence, Feed, HallPage, Kpi, Names, Num, Params, RackPage, Reason, Row } from './api';

export type Box = { x_m: number; y_m: number; width_m: number; depth_m: number };
export type Side = 'north' | 'east' | 'south' | 'west';
export type Aisle = { id: string; name: Names; kind: 'cold' | 'hot'; contained: boolean; box: Box | null };
export type Floor = { width_m: Num; depth_m: Num; aisles: Aisle[] };

export type FloorCell = Cell & {
	box: Box | null;
	position: Num;
	failover: string | null;
	failover_ratio: Num;
	delta_t_k: Num;
	free_u: Num;
	space: Num;
	deployable: Num;
	reserved: boolean;
	maintenance: boolean;
	class: string | null;
	design_w: Num;
	discrepancy: boolean;
	alarm: Alarm;
};
export type FloorRow = Omit<Row, 'racks_list'> & {
	floor: { run: Side; front: Side; cold: string | null; hot: string | null } | null;
	racks_list: FloorCell[];
};
export type Resource = 'units' | 'power_w' | 'weight_kg' | 'outlets_a' | 'outlets_b' | 'ports' | 'cooling_w';
export type Stranded = Record<Resource, Num>;
export type Reference = { u: number; power_w: number; kg: Num; outlets: Num; ports: Num };
export type Deployable = {
	n: Num;
	binding: Record<string, number>;
	stranded: Stranded;
	reference: Reference;
};
/* What a place has beyond its counts, where the daemon knows it. */
export type Stock = {
	deployable?: Deployable | null;
	budget?: { design_w: Num; committed_w: Num; available_w: Num; reserved_w: Num; racks_known: Num } | null;
	space?: { units: Num; occupied: Num; reserved: Num; ratio: Num; racks: Num } | null;
};
export type FloorHall = Omit<HallPage, 'rows'> & Stock & { floor: Floor | null; rows: FloorRow[] };
export type PlaceKpi = Kpi & Stock;

export type FrameLayer = 'power' | 'failover' | 'inlet' | 'delta_t';
export type Frames = {
	as_of: string;
	layer: FrameLayer;
	step_s: number;
	t: number[];
	racks: string[];
	values: Num[][];
};

export type FullFeed = Feed & {
	apparent_va: Num;
	power_factor: Num;
	rated_va: Num;
	derated_va: Num;
	imbalance: Num;
	from: string | null;
};
export type Failover = {
	state: string;
	ratio: Num;
	worst_ratio: Num;
	headroom_w: Num;
	headroom_a: Num;
	arc_va: Num;
	lost: string | null;
	survivor: string | null;
	phase: string | null;
	current_a: Num;
	rating_a: Num;
};
export type Equipment = {
	id: string;
	name: Names | null;
	model: string | null;
	tenant: string | null;
	u: Num;
	height: Num;
	face: string | null;
	nameplate_w: Num;
	kg: Num;
	feeds: string[];
	outlets: Num;
	ports: Num;
	device: string | null;
	power_w: Num;
	budget_w: Num;
};
export type Gap = { u: number; height: number };
export type FullRack = Omit<RackPage, 'feeds' | 'failover' | 'space' | 'evidence_reason'> & {
	class: string | null;
	tenant: string | null;
	reserved: { for: string | null; until: string | null; power_w: Num; units: Num } | null;
	maintenance: { until: string | null } | null;
	due: string | null;
	discrepancy: boolean;
	position: Num;
	feeds: FullFeed[];
	failover: Failover;
	evidence_reason: (Omit<Reason, 'params'> & { params: Params & Partial<Witnesses> }) | null;
	space: {
		units: Num; used: Num; occupied: Num; reserved: Num; ratio: Num; largest_gap: Num; gaps: Gap[];
		weight_kg: Num; weight_limit_kg: Num; ports_used: Num; ports: Num;
	};
	budget: {
		design_w: Num; committed_w: Num; reserved_w: Num; available_w: Num;
		binding: string | null; p95_w: Num; measured_days: Num; basis_s: Num;
	};
	deployable: { n: Num; binding: string | null; stranded: Stranded };
	equipment: Equipment[];
	environment_summary: {
		inlet_c: { bottom: Num; middle: Num; top: Num };
		outlet_c: Num;
		delta_t_k: Num;
		airflow_m3h: Num;
		dew_point_c: Num;
		band: { recommended: [number, number]; allowable: [number, number] };
		/* share of the time that it covers, at most the last 24 h */
		in_range: Num;
		in_range_s: Num;
	};
};
/* Who is silent, and who speaks, behind a rack's evidence. */
export type Witnesses = {
	silent: { device: string; since: string | null }[];
	speaking: { device: string; power_w: Num }[];
};

export type Placement = {
	rack: string;
	row: string;
	hall: string;
	site: string;
	u: number[];
	n: number;
	after: { power_available_w: Num; failover_ratio: Num };
};
export type PlanAnswer = {
	as_of: string;
	asked: Record<string, string | number | null>;
	placed: number;
	placements: Placement[];
	refused: Reason | null;
	bound_by: Record<string, number>;
};
export type Balance = {
	declared: Num;
	verified_power_w: Num;
	failover: Record<'ok' | 'at_risk' | 'no_redundancy' | 'single' | 'unknown', Num>;
	available_w: Num;
	deployable: Num;
	stranded_w: Num;
	overloaded_nodes: Num;
};
export type Broken = {
	kind: 'rack' | 'node';
	id: string;
	from: string | null;
	to: string | null;
	ratio: Num;
	limit_w: Num;
	load_w: Num;
};
export type WhatIfAnswer = {
	as_of: string;
	before: Balance;
	after: Balance;
	broken: Broken[];
	broken_total: number;
	placed: Num;
	refused: Reason | null;
};
export type Reservation = {
	id: string | number | null;
	rack: string;
	tenant: string | null;
	until: string | null;
	power_w: Num;
	units: Num;
	reason: string | null;
	actor: string | null;
	created: string | null;
	state: 'active' | 'expired' | 'released';
	source: 'api' | 'inventory';
};
/* A node of the feed tree, as far as these pages name it. */
export type Node = { id: string; kind: string; name: Names | null };
export type Me = { role: string; user: string | null };
export type EvidenceCode = Evidence | null;
