/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of a daemon that knows less: what it does not say is unknown, never missing. */
import type { FloorCell, FloorHall, FloorRow, FullFeed, FullRack, Stranded } from './api_floor';
import { band_of } from './layers';

const NONE: Stranded = {
	units: null, power_w: null, weight_kg: null, outlets_a: null, outlets_b: null, ports: null, cooling_w: null,
};
const CELL = {
	box: null, position: null, failover: null, failover_ratio: null, delta_t_k: null, free_u: null, space: null,
	deployable: null, reserved: false, maintenance: false, class: null, design_w: null, discrepancy: false, alarm: null,
};
const FEED = { apparent_va: null, power_factor: null, rated_va: null, derated_va: null, imbalance: null, from: null };

export function whole_hall(h: FloorHall): FloorHall {
	return {
		...h, floor: h.floor ?? null,
		rows: h.rows.map((r): FloorRow => ({
			...r, floor: r.floor ?? null, racks_list: r.racks_list.map((c): FloorCell => ({ ...CELL, ...c })),
		})),
	};
}

export function whole_rack(r: FullRack): FullRack {
	const [low, high, least, most] = band_of(r.class ?? null);
	const inlet = (at: string): number | null => {
		const e = (r.environment ?? []).find((x) => x.metric === 'temperature_c' && x.instance === at);
		return typeof e?.value === 'number' ? e.value : null;
	};
	return {
		...r,
		class: r.class ?? null, tenant: r.tenant ?? null, reserved: r.reserved ?? null, maintenance: r.maintenance ?? null,
		due: r.due ?? null, discrepancy: r.discrepancy ?? false, position: r.position ?? null,
		feeds: r.feeds.map((f): FullFeed => ({ ...FEED, ...f })),
		failover: {
			...{ worst_ratio: null, headroom_a: null, arc_va: null, lost: null, survivor: null, phase: null, current_a: null, rating_a: null },
			...r.failover,
		},
		space: {
			...{
				occupied: r.space.used, reserved: null, ratio: null, largest_gap: null, gaps: [],
				weight_kg: null, weight_limit_kg: null, ports_used: null, ports: null,
			}, ...r.space,
		},
		budget: r.budget ?? {
			design_w: r.design_w, committed_w: null, reserved_w: null, available_w: null,
			binding: null, p95_w: null, measured_days: null, basis_s: null,
		},
		deployable: r.deployable ?? { n: null, binding: null, stranded: NONE },
		equipment: r.equipment ?? [],
		environment_summary: r.environment_summary ?? {
			inlet_c: { bottom: inlet('bottom'), middle: inlet('middle'), top: inlet('top') },
			outlet_c: null, delta_t_k: null, airflow_m3h: null, dew_point_c: null,
			band: { recommended: [low, high], allowable: [least, most] }, in_range: null, in_range_s: null,
		},
	};
}
