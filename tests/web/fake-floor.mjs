/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The capacity ledger of the believable province: where racks stand, what is in
 * them, what is left, what fits and what breaks. Pure functions, as fake-data.mjs.
 */
import { bmcs, feeds, inlet_c, iso, noise, rack_power } from './fake-data.mjs';

const PITCH = 0.6;
const DEPTH = 1.2;
const COLD = 1.2;
const HOT = 1.8;
const EDGE = 2;
const BREAKER_VA = 32 * 220;
export const REFERENCE = { u: 2, power_w: 500, kg: 25, outlets: 1, ports: 2 };
const NONE = { units: null, power_w: null, weight_kg: null, outlets_a: null, outlets_b: null, ports: null, cooling_w: null };

/* Every third hall has no geometry: its rows are strips. */
const measured = (hall) => !hall.id.endsWith('h3');
/* Rows stand in pairs that share a cold aisle. */
const row_y = (i) => EDGE + Math.floor(i / 2) * (2 * DEPTH + COLD + HOT) + (i % 2) * (DEPTH + COLD);

export function box_of(rack) {
	return measured(rack.hall) ? { x_m: EDGE + rack.row.racks.indexOf(rack) * PITCH, y_m: row_y(rack.row.index), width_m: PITCH, depth_m: DEPTH } : null;
}

export function floor_of(hall) {
	if (!measured(hall) || hall.rows.length === 0) {
		return null;
	}
	const longest = Math.max(...hall.rows.map((r) => r.racks.length)) * PITCH;
	const aisle = (kind, i, y, depth) => ({
		id: `${kind}-${i + 1}`, name: { en: String(i + 1), zh: String(i + 1) }, kind, contained: kind === 'cold',
		box: { x_m: EDGE, y_m: y, width_m: longest, depth_m: depth },
	});
	const aisles = [];
	for (let i = 0; i < hall.rows.length; i += 2) {
		aisles.push(aisle('cold', i / 2, row_y(i) + DEPTH, COLD));
		if (i + 2 < hall.rows.length) {
			aisles.push(aisle('hot', i / 2, row_y(i + 1) + DEPTH, HOT));
		}
	}
	return { width_m: longest + 2 * EDGE, depth_m: row_y(hall.rows.length - 1) + DEPTH + EDGE, aisles };
}

export const row_floor = (row) => measured(row.hall) ? {
	run: 'east', front: row.index % 2 === 0 ? 'south' : 'north', cold: `cold-${Math.floor(row.index / 2) + 1}`, hot: null,
} : null;

const mounted = new Map();

/* What is mounted: dual-corded servers from the bottom, a switch at the top, a half-deep one behind. */
export function equipment(rack) {
	if (!mounted.has(rack)) {
		mounted.set(rack, mount(rack));
	}
	return mounted.get(rack);
}

function mount(rack) {
	if (['planned', 'empty', 'unmonitored'].includes(rack.kind)) {
		return [];
	}
	const out = [];
	const most = 6 + Math.floor(noise(rack.id + 'fill') * 11);
	let u = 1;
	for (let i = 1; i <= most && u < 38; i++) {
		const height = noise(rack.id + 'h' + i) < 0.2 ? 4 : 2;
		const device = i <= bmcs(rack) ? `${rack.id}-bmc-${i}` : null;
		const plate = height * 250;
		out.push({
			id: `${rack.id}-srv-${i}`, name: { en: `srv-${String(i).padStart(2, '0')}`, zh: null }, model: height === 4 ? 'DS-4400' : 'DS-2200', tenant: i % 4 === 0 ? 'acme' : null,
			u, height, face: 'both', nameplate_w: plate, kg: height * 12, feeds: i % 7 === 0 ? ['A'] : ['A', 'B'], outlets: 1, ports: 2,
			device, power_w: device === null ? null : Math.round(plate * 0.5), budget_w: Math.round(plate * 0.6),
		});
		u += height + (noise(rack.id + 'gap' + i) < 0.18 ? 2 : 0);
	}
	out.push({ id: rack.id + '-sw', name: { en: 'switch 1', zh: '交换机 1' }, model: 'SW-48', tenant: null, u: 42, height: 1, face: 'front', nameplate_w: 150, kg: 6, feeds: ['A', 'B'], outlets: 1, ports: 0, device: null, power_w: null, budget_w: 90 });
	out.push({ id: rack.id + '-pp', name: { en: 'patch panel', zh: '配线架' }, model: null, tenant: null, u: 42, height: 1, face: 'rear', nameplate_w: 0, kg: 2, feeds: [], outlets: 0, ports: 0, device: null, power_w: null, budget_w: 0 });
	return out;
}

const occupied = (rack) => new Set(equipment(rack).flatMap((e) => Array.from({ length: e.height }, (_, i) => e.u + i)));

/* What is reserved is kept at the top. */
export function gaps(rack) {
	const taken = occupied(rack);
	for (let u = 42, left = reserved_of(rack)?.units ?? 0; u >= 1 && left > 0; u--) {
		left -= taken.has(u) ? 0 : 1;
		taken.add(u);
	}
	const out = [];
	for (let u = 1; u <= 42; u++) {
		const last = out.at(-1);
		if (taken.has(u)) {
			continue;
		}
		if (last && last.u + last.height === u) {
			last.height++;
		} else {
			out.push({ u, height: 1 });
		}
	}
	return out;
}

const reserved_of = (rack) => noise(rack.id + 'res') < 0.06 && rack.kind === 'good'
	? { for: 'acme', until: '2027-02-28T16:00:00Z', power_w: 1000, units: 4 } : null;
const service_of = (rack) => noise(rack.id + 'mnt') < 0.02 ? { until: '2026-12-01T00:00:00Z' } : null;

/* If A fails, B carries both; a little more where the phases are not known. */
export function failover(rack, t) {
	const load = rack_power(rack, t);
	const none = { ratio: null, worst_ratio: null, headroom_w: null, headroom_a: null, arc_va: null, lost: null, survivor: null, phase: null, current_a: null, rating_a: 32 };
	if (load.known < 2) {
		return { state: 'unknown', ...none };
	}
	if (noise(rack.id + 'one') < 0.03) {
		return { state: 'single', ...none };
	}
	const total = load.w * (1 + 1.4 * (noise(rack.id + 'stress') > 0.93));
	const amps = Math.round(total / 220 * 10) / 10;
	const ratio = amps / 32;
	return {
		state: ratio > 1 ? 'no_redundancy' : ratio > 0.8 ? 'at_risk' : 'ok', ratio, worst_ratio: ratio,
		headroom_w: BREAKER_VA * 0.8 - total, headroom_a: 25.6 - amps, arc_va: Math.round(BREAKER_VA * 0.8 - total),
		lost: noise(rack.id + 'lost') < 0.5 ? 'A' : 'B', survivor: noise(rack.id + 'lost') < 0.5 ? 'B' : 'A', phase: 'L1', current_a: amps, rating_a: 32,
	};
}

export function delta_t(rack, t) {
	const inlet = inlet_c(rack, t);
	return inlet === null ? null : Math.round((8 + 5 * noise(rack.id + 'dt') + Math.sin(t / 9000)) * 10) / 10;
}

export function space_of(rack) {
	const list = equipment(rack);
	const unknown = rack.kind === 'unmonitored';
	const used = unknown ? null : occupied(rack).size;
	const held = reserved_of(rack)?.units ?? 0;
	const free = gaps(rack);
	return {
		units: 42, used, occupied: used, reserved: unknown ? null : held, ratio: unknown ? null : (used + held) / 42,
		largest_gap: unknown ? null : Math.max(0, ...free.map((g) => g.height)), gaps: unknown ? [] : free,
		weight_kg: unknown ? null : list.reduce((sum, e) => sum + e.kg, 0), weight_limit_kg: 1000,
		ports_used: unknown ? null : list.reduce((sum, e) => sum + e.ports, 0), ports: 48,
	};
}

export function budget_of(rack) {
	if (rack.kind === 'unmonitored') {
		return { design_w: 6000, committed_w: null, reserved_w: null, available_w: null, binding: null, p95_w: null, measured_days: null, basis_s: null };
	}
	const held = reserved_of(rack)?.power_w ?? 0;
	const own = equipment(rack).reduce((sum, e) => sum + e.budget_w, 0);
	const limit = Math.min(6000, BREAKER_VA * 0.8);
	const old = noise(rack.id + 'days') < 0.6;
	return {
		design_w: 6000, committed_w: own + held, reserved_w: held, available_w: Math.max(0, limit - own - held),
		binding: limit < 6000 ? 'failover' : 'design', p95_w: old ? Math.round(own / 1.1) : null, measured_days: old ? 30 : 4, basis_s: old ? 3600 : null,
	};
}

export function deployable_of(rack) {
	const b = budget_of(rack);
	const s = space_of(rack);
	if (b.available_w === null || s.occupied === null || rack.state === 'planned') {
		return { n: null, binding: null, stranded: NONE };
	}
	const by_u = s.gaps.reduce((sum, g) => sum + Math.floor(g.height / 2), 0);
	const by_w = Math.floor(b.available_w / 500);
	const n = Math.max(0, Math.min(by_u, by_w, Math.floor((1000 - s.weight_kg) / 25)));
	const free = s.gaps.reduce((sum, g) => sum + g.height, 0);
	return {
		n, binding: by_u <= by_w ? 'units' : 'power',
		stranded: { units: free - 2 * n, power_w: b.available_w - 500 * n, weight_kg: 1000 - s.weight_kg - 25 * n, outlets_a: 24 - n, outlets_b: 24 - n, ports: 48 - s.ports_used - 2 * n, cooling_w: null },
	};
}

/* A place: sums of what its racks can still take. */
export function stock_of(place) {
	const binding = {};
	const stranded = { ...NONE };
	let n = null;
	const budget = { design_w: 0, committed_w: 0, available_w: 0, reserved_w: 0, racks_known: 0 };
	const space = { units: 0, occupied: 0, reserved: 0, ratio: null, racks: 0 };
	for (const rack of place.racks) {
		const d = deployable_of(rack);
		if (d.n === null) {
			continue;
		}
		n = (n ?? 0) + d.n;
		binding[d.binding] = (binding[d.binding] ?? 0) + 1;
		for (const [k, v] of Object.entries(d.stranded)) {
			stranded[k] = v === null ? stranded[k] : (stranded[k] ?? 0) + v;
		}
		const b = budget_of(rack);
		for (const k of ['design_w', 'committed_w', 'available_w', 'reserved_w']) {
			budget[k] += b[k];
		}
		budget.racks_known++;
		const s = space_of(rack);
		space.units += s.units;
		space.occupied += s.occupied;
		space.reserved += s.reserved;
		space.racks++;
	}
	space.ratio = space.units > 0 ? (space.occupied + space.reserved) / space.units : null;
	return { deployable: { n, binding, stranded, reference: REFERENCE }, budget, space };
}

/* What a floor plan has of a rack beyond its power. */
export function cell_more(rack, t) {
	const f = failover(rack, t);
	const s = space_of(rack);
	return {
		box: box_of(rack), position: rack.row.racks.indexOf(rack) + 1, failover: f.state, failover_ratio: f.ratio, delta_t_k: delta_t(rack, t),
		free_u: s.occupied === null ? null : 42 - s.occupied - s.reserved, space: s.ratio, deployable: deployable_of(rack).n,
		reserved: reserved_of(rack) !== null, maintenance: service_of(rack) !== null, class: 'a2', design_w: 6000, discrepancy: rack.kind === 'planned' && noise(rack.id + 'odd') < 0.3,
	};
}

export function rack_more(rack, t) {
	const inlet = (h) => inlet_c(rack, t, h);
	const dt = delta_t(rack, t);
	const p = rack_power(rack, t).w;
	const names = feeds(rack, t).filter((f) => f.devices.length > 0);
	const who = ['half', 'dead'].includes(rack.kind) ? {
		silent: names.filter((f) => f.power_w === null).map((f) => ({ device: f.devices[0], since: iso(t - 7200) })),
		speaking: names.filter((f) => f.power_w !== null).map((f) => ({ device: f.devices[0], power_w: f.power_w })),
	} : {};
	return {
		who,
		class: 'a2', tenant: noise(rack.id + 'tenant') < 0.3 ? 'acme' : null, reserved: reserved_of(rack), maintenance: service_of(rack),
		due: rack.state === 'planned' ? '2027-03-01T00:00:00Z' : null, position: rack.row.racks.indexOf(rack) + 1, external: null, discrepancy: rack.kind === 'planned' && noise(rack.id + 'odd') < 0.3,
		failover: failover(rack, t), space: space_of(rack), budget: budget_of(rack), deployable: deployable_of(rack), equipment: equipment(rack),
		feeds: feeds(rack, t).map((f) => ({
			...f, apparent_va: f.power_w === null ? null : Math.round(f.power_w / 0.97), power_factor: f.power_w === null ? null : 0.97,
			rated_va: BREAKER_VA, derated_va: BREAKER_VA * 0.8, imbalance: null, from: `${rack.hall.id}-dist-${f.id.toLowerCase()}`,
		})),
		environment_summary: {
			inlet_c: { bottom: inlet('bottom'), middle: inlet('middle'), top: inlet('top') }, outlet_c: dt === null ? null : Math.round((inlet('middle') + dt) * 10) / 10,
			delta_t_k: dt, airflow_m3h: dt === null || p === null ? null : 2.98 * p / dt, dew_point_c: inlet('middle') === null || rack.hot ? null : 10.2,
			band: { recommended: [18, 27], allowable: [10, 35] }, in_range: inlet('top') === null ? null : inlet('top') <= 27 ? 0.982 : 0.31, in_range_s: inlet('top') === null ? null : 86400,
		},
	};
}

const STEP = 900;

export function frames(hall, layer, t) {
	const out = { layer, step_s: STEP, t: [], racks: hall.racks.map((r) => r.id), values: [] };
	const value = {
		power: (r, s) => rack_power(r, s).w, failover: (r, s) => failover(r, s).ratio,
		inlet: (r, s) => inlet_c(r, s, 'top'), delta_t,
	}[layer];
	for (let s = Math.floor(t / STEP) * STEP - 95 * STEP; s <= t; s += STEP) {
		out.t.push(s);
		out.values.push(hall.racks.map((r) => value(r, s)));
	}
	return out;
}

/* The planner, by the reference of the question: lowest gaps first, at most what power allows. */
export function plan(world, q) {
	const num = (k, other) => (q.get(k) === null ? other : Number(q.get(k)));
	const [n, u, kw] = [num('n', 1), num('u', 2), num('kw', 0.5)];
	const is = (k) => (r) => !q.get(k) || r[k].id === q.get(k);
	const racks = world.racks.filter((r) => r.state === 'in_service' && ['area', 'site', 'hall', 'row'].every((k) => is(k)(r)));
	const bound_by = {};
	const placements = [];
	let left = n;
	for (const r of racks) {
		const s = space_of(r);
		const b = budget_of(r);
		const why = (code) => {
			bound_by[code] = (bound_by[code] ?? 0) + 1;
		};
		if (b.available_w === null) {
			why('nothing_known');
			continue;
		}
		const units = s.gaps.flatMap((g) => Array.from({ length: Math.floor(g.height / u) }, (_, i) => g.u + i * u));
		const fit = Math.min(left, units.length, Math.floor(b.available_w / (kw * 1000)));
		why(units.length === 0 ? 'no_units' : b.available_w < kw * 1000 ? 'no_power' : units.length <= b.available_w / (kw * 1000) ? 'no_units' : 'failover_limit');
		if (fit > 0) {
			left -= fit;
			placements.push({
				rack: r.id, row: r.row.id, hall: r.hall.id, site: r.site.id, u: units.slice(0, fit), n: fit,
				after: { power_available_w: b.available_w - fit * kw * 1000, failover_ratio: 0.6 },
			});
		}
	}
	return {
		asked: { u, kw, n, site: q.get('site'), hall: q.get('hall') }, placed: n - left, placements: placements.slice(0, 1000), bound_by,
		refused: left > 0 ? { code: racks.length === 0 ? 'no_racks' : 'no_units', params: { racks: bound_by.no_units ?? 0, of: racks.length } } : null,
	};
}

const count = (racks, t, lost = false) => {
	const out = { ok: 0, at_risk: 0, no_redundancy: 0, single: 0, unknown: 0 };
	for (const r of racks) {
		const s = failover(r, t).state;
		out[lost && s !== 'unknown' ? 'single' : s]++;
	}
	return out;
};

export function whatif(world, body, t) {
	const [kind, id] = (body.at ?? '').split(':');
	const declared = world.racks.filter((r) => r.state !== 'planned');
	const here = declared.filter((r) => kind === '' || r[kind]?.id === id);
	const s = stock_of({ racks: here });
	const before = {
		declared: here.length, verified_power_w: here.reduce((sum, r) => sum + (rack_power(r, t).w ?? 0), 0), failover: count(here, t),
		available_w: s.budget.available_w, deployable: s.deployable.n, stranded_w: s.deployable.stranded.power_w, overloaded_nodes: 0,
	};
	const lose = body.lose_feed ?? null;
	const gone = body.lose_rack ?? body.remove_rack ?? null;
	const broken = lose === null ? [] : here.filter((r) => (failover(r, t).ratio ?? 0) > 0.8).map((r) => {
		const f = failover(r, t);
		return { kind: 'rack', id: r.id, from: f.state, to: f.ratio > 1 ? 'overload' : 'at_risk', ratio: f.ratio, limit_w: BREAKER_VA, load_w: Math.round(f.ratio * BREAKER_VA) };
	});
	if (body.derate_node) {
		broken.push({ kind: 'node', id: body.derate_node, from: 'ok', to: 'overload', ratio: 1.12, limit_w: 4e5 * body.share, load_w: 4.48e5 * body.share });
	}
	const after = {
		...before, declared: before.declared - (gone === null ? 0 : 1), failover: lose === null ? before.failover : count(here, t, true),
		available_w: lose === null ? before.available_w : before.available_w * 0.4, deployable: lose === null ? before.deployable : Math.floor(before.deployable * 0.4),
		overloaded_nodes: body.derate_node ? 1 : 0,
	};
	const wanted = body.add?.n ?? null;
	return {
		asked: body, before, after, broken: broken.slice(0, 1000), broken_total: broken.length,
		placed: wanted === null ? null : Math.min(wanted, before.deployable), refused: wanted !== null && wanted > before.deployable ? { code: 'no_power', params: {} } : null,
	};
}

/* Kept by whoever asks as an operator; the inventory's are there from the start. */
export function reservations(world) {
	return world.racks.filter((r) => reserved_of(r) !== null && r.row.index === 0).slice(0, 6).map((r, i) => ({
		id: `inv-${i + 1}`, rack: r.id, tenant: 'acme', until: '2027-02-28T16:00:00Z', power_w: 1000, units: 4, reason: null, actor: 'inventory',
		created: '2026-10-01T00:00:00Z', state: i === 1 ? 'expired' : 'active', source: i === 0 ? 'inventory' : 'api',
	}));
}

export const nodes = (site) => site.halls.flatMap((h) => ['a', 'b'].map((f) => ({
	id: `${h.id}-dist-${f}`, kind: 'distribution', name: { en: `${h.id} ${f.toUpperCase()}`, zh: `${h.id} ${f.toUpperCase()}` }, from: null,
})));

