/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The capacity ledger of the fake province: what every KPI object, the targets,
 * operators, the feed tree, discrepancies and monthly reports hold. Pure
 * functions of the place and the time, with unknowns here and there.
 */
import { evidence_of, feed_w, inlet_c, iso, kpi, noise, rack_power } from './fake-data.mjs';

const VOLTS = 220;
const BREAKER_VA = 32 * VOLTS;
const DESIGN_W = 6000;
const DAY = 86400;
const day = (t) => iso(t).slice(0, 10);

/* State of a rack's two feeds; the worse of the two survivors carries all. */
export function failover_of(rack, t) {
	if (rack.kind === 'bmc') {
		return { state: 'single', ratio: null };
	}
	const { w, known } = rack_power(rack, t);
	if (known < 2) {
		return { state: 'unknown', ratio: null };
	}
	const lift = noise(rack.id + 'tight') < 0.02 ? 2.4 : 1;
	const ratio = w * lift / 0.96 / BREAKER_VA;
	return { state: ratio > 1 ? 'no_redundancy' : ratio > 0.8 ? 'at_risk' : 'ok', ratio };
}

const known = (racks) => racks.filter((r) => r.state !== 'planned');

function peaks(w, id) {
	const one = (window_s, lift, coverage) => {
		const on = w !== null && coverage >= 0.95;
		return {
			power_w: on ? w * lift : null, p95_w: on ? w * lift * 0.96 : null, mean_w: on ? w * 0.97 : null,
			load_factor: on ? 0.97 / lift : null, window_s, basis_s: window_s > DAY ? 3600 : 300, coverage,
		};
	};
	return { day: one(DAY, 1.14, 0.991), month: one(30 * DAY, 1.19, noise(id + 'month') < 0.3 ? 0.81 : 0.973) };
}

function failovers(racks, t) {
	const out = { ok: 0, at_risk: 0, no_redundancy: 0, single: 0, unknown: 0, worst: null, negative_arc: 0 };
	for (const r of racks) {
		const f = failover_of(r, t);
		out[f.state]++;
		out.negative_arc += f.state === 'at_risk' || f.state === 'no_redundancy';
		if (f.ratio !== null && f.ratio > (out.worst?.ratio ?? 0)) {
			out.worst = { rack: r.id, ratio: f.ratio };
		}
	}
	return out;
}

function environment(racks, t) {
	const all = racks.map((r) => inlet_c(r, t, 'top'));
	const c = all.filter((x) => x !== null);
	const any = c.length > 0;
	return {
		in_range: any ? c.filter((x) => x <= 27).length / c.length : null, in_range_s: any ? DAY : 0,
		over_index_pct: any ? 100 - 100 * c.reduce((s, x) => s + Math.max(0, x - 27) / 8, 0) / c.length : null, under_index_pct: any ? 100 : null,
		inlets: { known: c.length, expected: racks.length, max_c: any ? Math.max(...c) : null, mean_c: any ? c.reduce((s, x) => s + x, 0) / c.length : null },
		delta_t_k: any ? 11.4 : null, airflow_m3h: any ? 780 * c.length : null, dew_point_c: any ? { min: 7.1, max: 11.9 } : { min: null, max: null },
	};
}

function stock(place, racks) {
	const n = racks.length;
	if (n === 0 || noise(place.id + 'stock') < 0.08) {
		return { space: { units: null, occupied: null, reserved: null, ratio: null, racks: 0 }, budget: { design_w: n * DESIGN_W || null, committed_w: null, available_w: null, reserved_w: 0, racks_known: 0 }, deployable: null };
	}
	const fit = Math.round(n * (2.1 + noise(place.id + 'fit')));
	return {
		space: { units: n * 42, occupied: Math.round(n * 19.3), reserved: n, ratio: (n * 20.3) / (n * 42), racks: n },
		budget: { design_w: n * DESIGN_W, committed_w: n * 3900, available_w: n * 1450, reserved_w: Math.floor(n / 20) * 3000, racks_known: n },
		deployable: {
			n: fit, binding: { power: Math.round(n * 0.7), units: Math.round(n * 0.2), outlets_a: n - Math.round(n * 0.7) - Math.round(n * 0.2) },
			stranded: { units: n * 21 - fit * 2, power_w: n * 1450 - fit * 500, weight_kg: n * 700 - fit * 25, outlets_a: n * 14 - fit, outlets_b: n * 15 - fit, ports: n * 30 - fit * 2, cooling_w: null },
			reference: { u: 2, power_w: 500, kg: 25, outlets: 1, ports: 2 },
		},
	};
}

function exhaustion(id, t) {
	const dice = noise(id + 'full');
	const none = { method: 'drift', k: 26, date: null, earliest: null, latest: null };
	return dice < 0.2 ? { ...none, k: 5, reason: 'not_enough_history' } : dice < 0.4 ? { ...none, reason: 'not_at_current_rate' }
		: { method: 'drift', k: 26, date: day(t + 400 * DAY), earliest: day(t + 260 * DAY), latest: day(t + 700 * DAY), reason: null };
}

/* What a KPI object holds beyond counts and sums. */
export function deep(kind, place, t) {
	const racks = known(place.racks);
	const base = kpi(kind, place, t);
	const places = kind === 'site' || kind === 'province';
	const pue = noise(place.id + 'pue');
	return {
		...base, peak: peaks(base.power_w, place.id), failover: failovers(racks, t),
		imbalance: { worst: racks.length > 30 ? 0.31 : 0.12, feed: racks[0] ? racks[0].id + '-a' : null, over_20_pct: racks.length > 30 ? 2 : 0 },
		power_factor: base.power_w === null ? null : 0.962, environment: environment(racks, t), ...stock(place, racks),
		pue: !places ? null : pue < 0.3 ? { kind: 'unknown', value: null, grade: null, days: null } : pue < 0.6 ? { kind: 'partial', value: 1.21, grade: null, days: 30 }
			: { kind: 'interval', value: 1.38, grade: null, days: 92 },
		exhaustion: kind === 'site' || kind === 'hall' ? exhaustion(place.id, t) : null,
		load_equivalent_racks: base.power_w === null ? null : base.power_w * 1.19 / 2500,
	};
}

/* The dates of the targets beside that of the declared pace. */
export function deep_target(x, planned, t) {
	const left = Math.max(0, x.racks + 1 - x.count);
	return {
		...x, pipeline: { date: planned >= left ? day(t + 160 * DAY) : null, planned, undated: Math.floor(planned / 5), left: Math.max(0, left - planned) },
		forecast_verified: x.forecast.date === null ? { ...x.forecast, k: 5, reason: 'not_enough_history' }
			: { ...x.forecast, date: day(t + 130 * DAY), earliest: day(t + 95 * DAY), latest: null },
	};
}

export function forecast(x, of, planned, t) {
	const f = of === 'verified' ? x.forecast_verified : x.forecast;
	const out = { target: x.id, of, ...f, mean_per_week: 4.1, sd_per_week: 6.3, theil_sen_date: f.date, fan: null, pipeline: null };
	if (f.date !== null) {
		out.fan = { t: [], low: [], mid: [], high: [] };
		for (let i = 0; i <= 30; i++) {
			const x1 = i / 20;
			out.fan.t.push(day(t + i * 5 * DAY));
			for (const [key, pace] of [['low', 0.7], ['mid', 1], ['high', 1.4]]) {
				out.fan[key].push(Math.min(x.racks, Math.round(x.count + (x.racks - x.count) * x1 * pace)));
			}
		}
	}
	out.pipeline = { t: [20, 55, 90, 150].map((d) => day(t + d * DAY)), count: [1, 2, 3, 4].map((i) => x.count + Math.round(planned * i / 5)) };
	return out;
}

/* The history of a place is its share of the province's. */
export function place_history(all, racks, whole, from) {
	const share = known(racks).length / Math.max(1, known(whole).length);
	const at = from ? all.t.findIndex((d) => d >= from) : 0;
	const cut = (col) => col.slice(Math.max(0, at)).map((v) => (v === null ? null : Math.round(v * share)));
	const verified = cut(all.verified);
	return {
		t: all.t.slice(Math.max(0, at)), declared: cut(all.declared), verified, planned: cut(all.planned), standard: cut(all.standard),
		contradicted: verified.map((v) => (v === null ? null : 1)), stale: verified.map((v) => (v === null ? null : 3)), unmonitored: verified.map((v) => (v === null ? null : 2)),
	};
}

export function operators(w, t) {
	const names = { null: { en: 'without an operator', zh: '未指明运营商' } };
	const ids = [...new Set(w.sites.map((s) => s.operator))].sort();
	return ids.filter((o) => o !== null).map((o) => {
		const sites = w.sites.filter((s) => s.operator === o);
		const id = o.toLowerCase().replaceAll(' ', '-');
		return { ...deep('operator', { id, name: names[o] ?? { en: o, zh: o.replace('Demo operator', '演示运营商') }, racks: sites.flatMap((s) => s.racks) }, t), sites: sites.length };
	});
}

/* Mains, UPS, distribution and a busway per row, for A and B. */
export function tree(site, t) {
	const nodes = [];
	const rated = (n) => Math.ceil(n * DESIGN_W * 0.8 / 0.9 / 50000) * 50000;
	const add = (feed, id, kind, name, from, racks, rated_va, by) => {
		const load = { w: 0, known: 0 };
		for (const r of racks) {
			const w = feed_w(r, feed, t);
			load.w += w ?? 0;
			load.known += w !== null;
		}
		const none = load.known === 0;
		const va = none ? null : load.w / 0.96;
		const both = none ? null : va * 2 / rated_va;
		nodes.push({
			id, kind, name, from, phases: 3, volts: VOLTS, rated_a: rated_va / 3 / VOLTS, rated_va, limit_va: rated_va * 0.8,
			load: { power_w: none ? null : load.w, apparent_va: va, known: load.known, expected: racks.length, partial: load.known < racks.length, coverage: racks.length ? load.known / racks.length : null },
			measured_by: by, measured: by === null ? null : { power_w: none ? null : load.w * 1.01 }, ratio: none ? null : va / rated_va,
			arc_va: none ? null : rated_va * 0.8 - va * 2, failover: none ? 'unknown' : both > 1 ? 'no_redundancy' : both > 0.8 ? 'at_risk' : 'ok', racks: racks.length, feeds: racks.length,
		});
	};
	for (const feed of ['A', 'B']) {
		const f = feed.toLowerCase();
		const all = known(site.racks);
		add(feed, `${site.id}-mains-${f}`, 'utility', { en: `Mains ${feed}`, zh: `市电 ${feed} 路` }, null, all, rated(all.length) * 1.1, null);
		for (const [i, hall] of site.halls.entries()) {
			const racks = known(hall.racks);
			add(feed, `${hall.id}-ups-${f}`, 'ups', { en: `UPS ${feed} of hall ${i + 1}`, zh: `${i + 1} 号机房 ${feed} 路 UPS` }, `${site.id}-mains-${f}`, racks, rated(racks.length), `${hall.id}-ups-${f}`);
			add(feed, `${hall.id}-dist-${f}`, 'distribution', null, `${hall.id}-ups-${f}`, racks, rated(racks.length), null);
			for (const row of hall.rows) {
				add(feed, `${row.id}-bus-${f}`, 'busway', null, `${hall.id}-dist-${f}`, known(row.racks), 160 * 3 * VOLTS, null);
			}
		}
	}
	return nodes;
}

export function reconcile(w, q) {
	const all = w.racks.flatMap((r) => {
		const one = (kind, params) => [{ kind, rack: r.id, area: r.area.id, site: r.site.id, hall: r.hall.id, row: r.row.id, state: r.state, params }];
		switch (r.kind) {
		case 'planned': return noise(r.id + 'draws') < 0.3 ? one('planned_draws', { power_w: 2100 })
			: noise(r.id + 'late') < 0.3 ? one('overdue', { due: '2026-10-30', days: 23 }) : [];
		case 'contradicted': return one('contradicted', { power_w: 18, min_power_w: 100 });
		case 'dead': return one('silent', { since: noise(r.id) < 0.5 ? null : '2026-11-20T03:12:00Z', devices: 2 });
		case 'unmonitored': return one('no_device', {});
		case 'half': return one('device_down', { silent: [r.id + '-pdu-b'], since: '2026-11-20T03:12:00Z', down: 1, devices: 2 });
		case 'empty': return one('backwards', { ledger: 'in_service', ledger_since: '2026-03-01T00:00:00Z', inventory: 'energized', since: '2026-06-01T00:00:00Z', written: '2026-06-02T07:00:00Z', file: 'inventory/demo.yaml' });
		default: return [];
		}
	}).filter((d) => !q.get('kind') || q.get('kind').split(',').includes(d.kind));
	const from = Number(q.get('cursor') ?? 0), limit = Number(q.get('limit')) || 100;
	return { items: all.slice(from, from + limit), next: from + limit < all.length ? String(from + limit) : null };
}

export function report(w, month, place) {
	const [kind, id] = (place ?? '').split(':');
	const racks = known(w.racks).filter((r) => kind === '' || id === undefined || r[kind]?.id === id || kind === 'province' || r.site.operator?.toLowerCase().replaceAll(' ', '-') === id);
	const wh = (r) => (evidence_of(r) === 'verified' ? Math.round((600 + 2000 * noise(r.id + month)) * 720) : null);
	const row = (rs, extra) => {
		const w_of = rs.map(wh).filter((v) => v !== null);
		return { ...extra, racks: rs.length, energy_wh: w_of.length ? w_of.reduce((a, b) => a + b, 0) : null, coverage: rs.length ? w_of.length / rs.length : null, peak_w: w_of.length ? w_of.reduce((a, b) => a + b, 0) / 600 : null };
	};
	const tenant = (r) => ['Demo Bank', 'Demo Video', null][Math.floor(noise(r.row.id + 'tenant') * 3)];
	const group = (by, name) => [...new Set(racks.map(by))].map((g) => row(racks.filter((r) => by(r) === g), name(g)));
	const all = row(racks, {});
	return {
		month, timezone: 'Asia/Shanghai', place: place ?? null, complete: month < iso(Date.now() / 1000).slice(0, 7), coverage: all.coverage,
		totals: { energy_wh: all.energy_wh, racks: racks.length, verified: racks.filter((r) => evidence_of(r) === 'verified').length, peak_w: all.peak_w, pue: null },
		sites: group((r) => r.site.id, (g) => ({ site: g, name: w.by_id.get('sites:' + g).name })), tenants: group(tenant, (g) => ({ tenant: g })),
		racks: racks.slice(0, 1000).map((r) => ({ rack: r.id, tenant: tenant(r), site: r.site.id, energy_wh: wh(r), coverage: wh(r) === null ? 0 : 0.993, peak_w: wh(r) === null ? null : wh(r) / 620 })),
	};
}
