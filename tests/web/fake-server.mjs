/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The daemon's face without the daemon: the bundle under its real headers and
 * a believable /api/v1, so that pages are made and tested alone.
 *   node fake-server.mjs [--port P] [--dist DIR] [--racks N] [--target N]
 * Racks named "broken" answer 503; anything unknown answers problem+json.
 */
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
	age_of, bmc_w, bmcs, build, devices, evidence_of, feed_w, feeds, inlet_c, iso, kpi, noise, rack_power, reason_of, sources,
} from './fake-data.mjs';
import { cell_more, floor_of, frames, nodes, plan, rack_more, reservations, row_floor, stock_of, whatif } from './fake-floor.mjs';
import { alarms } from './fake-alerts.mjs';
import { accounts, Refused } from './fake-users.mjs';
import { deep, deep_target, failover_of, forecast, operators, place_history, reconcile, report, tree } from './fake-ledger.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const CSP = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml' };
const STEP = 10;

class Problem extends Error {
	constructor(status, code, params = {}) {
		super(code);
		Object.assign(this, { status, code, params });
	}
}

const slot_now = () => Math.floor(Date.now() / 1000 / STEP) * STEP;

function found(world, list, id) {
	const x = world.by_id.get(`${list}:${id}`);
	if (x === undefined) {
		throw new Problem(404, 'no_such_' + list.replace(/s$/, ''), { id });
	}
	return x;
}

function targets(opts, all) {
	const count = all.racks.declared;
	const one = (racks, extra) => ({
		reach: 'above', basis: 'physical', racks, count, verified: all.racks.verified,
		progress: count / racks, source: null, ...extra,
	});
	return [
		one(opts.target, {
			id: 'plan-2023', name: { en: 'Digital economy plan 2023', zh: '2023 年数字经济发展工作方案' }, by: '2023-12-31',
			status: 'overdue', overdue_days: Math.floor((Date.now() - Date.parse('2024-01-01')) / 864e5),
			required_per_day: null, pace_per_day: 1.4,
			forecast: { method: 'drift', k: 26, date: null, earliest: null, latest: null, reason: 'not_at_current_rate' },
		}),
		one(Math.round(count * 1.1), {
			id: 'demo-next', name: { en: 'Demo: ten percent more', zh: '演示:再增一成' },
			by: iso(Date.now() / 1000 + 120 * 86400).slice(0, 10),
			status: 'on_track', overdue_days: null, required_per_day: count * 0.1 / 120, pace_per_day: count * 0.1 / 100,
			forecast: {
				method: 'drift', k: 26, date: iso(Date.now() / 1000 + 100 * 86400).slice(0, 10),
				earliest: iso(Date.now() / 1000 + 70 * 86400).slice(0, 10),
				latest: iso(Date.now() / 1000 + 150 * 86400).slice(0, 10), reason: null,
			},
		}),
	];
}

function capacity(w, opts, t) {
	const all = deep('province', { id: 'henan', name: { en: 'Henan', zh: '河南省' }, racks: w.racks }, t);
	return {
		province: { id: 'henan', name: { en: 'Henan', zh: '河南省' }, timezone: 'Asia/Shanghai' },
		demo: true, interval_s: STEP, standard_rack_kw: 2.5, targets: targets(opts, all).map((x) => deep_target(x, all.racks.planned, t)), ...all, ...stock_of(w),
		alarms: opts.alarms.of('province'),
		areas: w.areas.map((a) => ({ ...deep('area', a, t), ...stock_of(a), alarms: opts.alarms.of('area', a.id), sites: a.sites.length })),
	};
}

function history(w) {
	const out = { t: [], declared: [], verified: [], planned: [], standard: [] };
	const n = w.racks.filter((r) => r.state !== 'planned').length;
	for (let d = 364; d >= 0; d--) {
		const x = 1 - d / 365;
		const declared = Math.round(n * (0.62 + 0.38 * x ** 1.2 + 0.012 * Math.floor(x * 12)) / (1 + 0.012 * 11));
		out.t.push(iso(Date.now() / 1000 - d * 86400).slice(0, 10));
		out.declared.push(d === 0 ? n : Math.min(n, declared));
		out.verified.push(d > 290 ? null : Math.round(declared * (0.7 + 0.24 * x)));
		out.planned.push(Math.round(n * 0.06 * (1 - 0.6 * x)));
		out.standard.push(Math.floor(declared * 2.4));
	}
	return out;
}

const site_item = (s, t) => ({ ...deep('site', s, t), area: s.area.id, operator: s.operator });

function rack_item(r, t) {
	const p = rack_power(r, t);
	return {
		id: r.id, label: r.label, area: r.area.id, site: r.site.id, hall: r.hall.id, row: r.row.id,
		state: r.state, since: '2025-06-01', evidence: evidence_of(r), evidence_reason: reason_of(r),
		power_w: p.w, power_source: sources(r, t)[0]?.source ?? null, partial: p.known === 1, live: p.w !== null, coverage: p.known === 2 ? 0.998 : p.known === 1 ? 0.499 : p.w === null && r.kind === 'dead' ? 0 : null,
		age_s: age_of(r), devices: devices(r).length,
	};
}

const bmc_inlet = (r, i) => Math.round((21.5 + 3 * noise(r.id + 'bi' + i)) * 10) / 10;

/* Power by source and the temperature that stands for the rack, as the daemon puts them. */
function by_source(r, t) {
	const list = sources(r, t);
	const whole = list.length > 1 && list.every((s) => s.known === s.expected);
	const probe = inlet_c(r, t, 'top');
	const inlet = probe !== null || bmcs(r) === 0 || r.kind === 'dead' ? null : Math.max(bmc_inlet(r, 1), bmc_inlet(r, 2));
	return {
		power_source: list[0]?.source ?? null, power_sources: list,
		power_difference_w: whole ? list[0].power_w - list[1].power_w : null,
		power_difference: whole && list[0].power_w > 0 ? (list[0].power_w - list[1].power_w) / list[0].power_w : null,
		temperature_c: probe ?? inlet, temperature_source: probe !== null ? 'probe' : inlet !== null ? 'ipmi' : null,
	};
}

function rack_page(r, t) {
	const item = rack_item(r, t);
	const p = rack_power(r, t);
	const env = inlet_c(r, t) === null ? devices(r).filter((d) => d.kind === 'bmc').map((d, i) => ({
		device: d.id, instance: 'inlet', metric: 'temperature_c', value: d.status === 'down' ? null : bmc_inlet(r, i + 1),
		quality: d.status === 'down' ? 'unavailable' : 'good', age_s: item.age_s,
	})) : ['bottom', 'middle', 'top'].map((instance) => ({
		device: r.id + '-pdu-a', instance, metric: 'temperature_c', value: inlet_c(r, t, instance), quality: 'good', age_s: item.age_s,
	})).concat([{ device: r.id + '-pdu-a', instance: null, metric: 'humidity_pct', value: r.hot ? null : 44.2, quality: r.hot ? 'unavailable' : 'good', age_s: item.age_s }]);
	const place = (x) => ({ id: x.id, name: x.name });
	const { who, ...more } = rack_more(r, t);
	return {
		id: r.id, label: r.label, state: r.state, since: item.since, units: 42, design_w: 6000,
		place: { area: place(r.area), site: place(r.site), hall: place(r.hall), row: place(r.row) },
		evidence: item.evidence, evidence_reason: { ...item.evidence_reason, params: { ...item.evidence_reason.params, ...who } }, live: item.live,
		power_w: p.w, power: { known: sources(r, t)[0]?.known ?? 0, expected: sources(r, t)[0]?.expected ?? 0, partial: p.known === 1 },
		...by_source(r, t),
		coverage: item.coverage, age_s: item.age_s, slot: p.w === null ? null : iso(t),
		environment: env, ...more,
		devices: devices(r).map((d) => ({
			id: d.id, role: d.role, kind: d.kind, plugin: d.plugin, feed: d.feed, status: d.status, profile: d.profile,
			age_s: d.status === 'down' ? 93600 : item.age_s, error: d.error,
		})),
		ledger: [
			{ time: '2025-03-01T00:00:00Z', state: 'planned', actor: 'inventory', source: 'inventory/demo.yaml' },
			...(r.state === 'planned' ? [] : [{ time: '2025-06-01T00:00:00Z', state: r.state, actor: 'inventory', source: 'inventory/demo.yaml' }]),
		],
		energy_per_month: [{ month: '2026-10', energy_wh: p.w === null ? null : p.w * 744 * 0.9, coverage: p.w === null ? 0 : 0.9 }, { month: '2026-11', energy_wh: null, coverage: 0 }],
	};
}

const device_item = (d, t) => ({
	...d, last_ok: d.status === 'down' ? iso(t - 93600) : iso(t), rtt_ms: d.status === 'down' ? null : 0.4 + 3 * noise(d.id),
	next_poll: iso(t + STEP),
});

function device_of(w, id) {
	const r = w.by_id.get('racks:' + id.replace(/-(pdu-[ab]|bmc-\d)$/, ''));
	const d = r && devices(r).find((x) => x.id === id);
	if (!d) {
		throw new Problem(404, 'no_such_device', { id });
	}
	return [r, d];
}

/* A server as the ipmi plugin tells it. */
function bmc_page(r, d, t) {
	const up = d.status !== 'down';
	const i = Number(d.role.at(-1));
	const use = by_source(r, t);
	const val = (metric, instance, value, unit, source, more = {}) => ({
		metric, instance, value: up ? value : null, text: null, severity: null, unit, quality: up && value !== null ? 'good' : 'unavailable', age_s: up ? 4 : null, source, archived: false, ...more,
	});
	const state = (metric, instance, value, text, severity, source) => val(metric, instance, value, '', source, { text: up ? text : null, severity: up ? severity : null });
	return {
		...device_item(d, t),
		info: { vendor: 'Demo Works', model: 'DS-2200', serial: 'SRV' + Math.floor(noise(d.id) * 1e6), part_number: 'DS2200-01', asset: 'Z-' + Math.floor(noise(d.id) * 1e4), firmware: '3.41', guid: '3fcb0c92bf9aa0dd555146a489984ec2' },
		polls: { ok: 8640, failed: up ? 0 : 640, timeouts: up ? 0 : 640, late: 0, skipped: 0 },
		rack_use: {
			power: { metric: 'power_w', instance: null, source: 'dcmi', counted: use.power_source === 'ipmi' },
			temperature: { metric: 'temperature_c', instance: 'inlet', source: 'Inlet Temp (0x04)', counted: use.temperature_source === 'ipmi' },
		},
		metrics: [
			val('power_w', null, bmc_w(r, i, t), 'W', 'dcmi', { archived: true }),
			val('power_w', 'PSU1', 120, 'W', 'PSU1 Input Power (0x61)'), val('power_w', 'PSU2', null, 'W', 'PSU2 Input Power (0x62)'),
			val('temperature_c', 'inlet', bmc_inlet(r, i), '°C', 'Inlet Temp (0x04)', { archived: true }),
			val('temperature_c', 'exhaust', 36, '°C', 'Exhaust Temp (0x05)'), val('temperature_c', 'CPU1', 71, '°C', 'CPU1 Temp (0x0e)'), val('temperature_c', 'CPU2', 68, '°C', 'CPU2 Temp (0x0f)'),
			...[1, 2, 3, 4].map((n) => val('fan_rpm', 'Fan' + n, 4200 + 60 * n, 'rpm', `Fan${n} (0x3${n})`)),
			val('voltage_v', '12V', 12.06, 'V', '12V (0x20)'), val('voltage_v', '3.3V', 3.31, 'V', '3.3V (0x21)'), val('current_a', 'PSU1', 0.52, 'A', 'PSU1 Current (0x6a)'),
			state('state_power', null, 1, 'on', 'ok', 'chassis status'), state('state_health', null, 2, 'warning', 'warning', 'sensors'),
			state('state_psu', 'PSU1', 1, 'present', 'ok', 'PSU1 Status (0x71)'), state('state_psu', 'PSU2', 4, 'input_lost', 'critical', 'PSU2 Status (0x72)'),
		],
	};
}

function device_events(w, id, t) {
	const [, d] = device_of(w, id);
	const event = (n, ago, severity, code, sensor, text, cleared = false) => ({
		id: n, time: ago === null ? null : iso(t - ago), seen: iso(t - 60), skew_s: 4980, severity, cleared, code, sensor, instance: null, text, source: `SEL ${n}: 02 a5 3c 21 69 20 00 04 08 72 6f a3 ff ff`,
	});
	return {
		next: null, items: d.kind !== 'bmc' || d.status === 'down' ? [] : [
			event(214, 310, 'critical', 'power_supply_input_lost', 'PSU2 Status', 'power supply: input lost'),
			event(213, 86400, 'info', 'chassis_event_3', null, 'chassis: event 3'),
			event(212, 186400, 'info', 'fan_below_lower_critical', 'Fan3', 'fan: below lower critical, no longer', true),
			event(211, 186500, 'critical', 'fan_below_lower_critical', 'Fan3', 'fan: below lower critical'),
			...Array.from({ length: 17 }, (_, i) => event(210 - i, 2e5 + 9e4 * i, 'warning', i === 0 ? 'oem_record_c0' : 'memory_correctable_error', null, i === 0 ? 'OEM record C0h of manufacturer 10876' : 'memory: correctable error')),
			event(2, null, 'warning', 'memory_correctable_error', 'DIMM A1', 'memory: correctable error'),
			event(1, null, 'info', 'event_log_cleared', 'SEL', 'event log: cleared'),
		],
	};
}

function device_page(w, id, t) {
	const [r, d] = device_of(w, id);
	if (d.kind === 'bmc') {
		return bmc_page(r, d, t);
	}
	const up = d.status !== 'down';
	const age = up ? 4 : null;
	const val = (metric, instance, value, unit, source, archived = true) => ({
		metric, instance, value: up ? value : null, unit, quality: up ? 'good' : 'unavailable', age_s: age, source, archived,
	});
	const w_now = feed_w(r, d.feed ?? 'A', t);
	const base = '1.3.6.1.4.1.99999.1.';
	return {
		...device_item(d, t), info: { model: 'Demo PDU 24', vendor: 'Demo Works', firmware: '4.2.1', serial: 'DEMO' + Math.floor(noise(id) * 1e6) },
		rack_use: { power: { metric: 'power_w', instance: null, source: base + '1.0', counted: true }, temperature: null },
		polls: { ok: 8640, failed: up ? 2 : 640, timeouts: up ? 1 : 640, late: 0, skipped: 0 },
		metrics: [
			val('power_w', null, w_now, 'W', base + '1.0'), val('current_a', 'L1', w_now === null ? null : w_now / 220, 'A', base + '2.1'),
			val('voltage_v', 'L1', 231.4, 'V', base + '3.1'), val('energy_wh', null, 1.2345e8, 'Wh', base + '4.0'),
			{ ...val('temperature_c', 'top', 61.4, '°C', base + '5.1', false), quality: 'implausible' },
			...Array.from({ length: 24 }, (_, i) => val('power_w', String(i + 1), w_now === null ? null : Math.round(w_now / 24 * 2 * noise(id + i)), 'W', `${base}6.${i + 1}`, false)),
		],
	};
}

const END = (text, now) => /^-\d+h$/.test(text) ? now - Number(text.slice(1, -1)) * 3600 : Number(text) || Date.parse(text) / 1000;

function series(w, q, t) {
	const [kind, id] = (q.get('entity') ?? '').split(':');
	const metric = q.get('metric');
	const to = q.get('to') ? END(q.get('to'), t) : t;
	const from = END(q.get('from') ?? '-24h', t);
	const max = Math.min(10000, Number(q.get('max_points')) || 600);
	const step = [10, 60, 300, 3600, 28800].find((s) => (to - from) / s <= max) ?? 86400;
	const place = kind === 'feed' || kind === 'device' ? found(w, 'racks', id.replace(/-(a|b|pdu-[ab]|bmc-\d)$/, ''))
		: found(w, kind === 'province' ? 'areas' : kind + 's', kind === 'province' ? '410100' : id);
	const role = q.get('role');
	const racks = (place.racks ?? [place]).filter((r) => r.state !== 'planned').slice(0, 60);
	const scale = (place.racks?.length ?? 1) / Math.max(1, racks.length);
	const at = (s) => {
		if (noise(id + Math.floor(s / 5400)) < 0.03) {
			return null;
		}
		if (kind !== 'site' && kind !== 'hall' && place.row) {
			const r = place;
			const feed = role === 'pdu-b' ? 'B' : 'A';
			switch (metric) {
			case 'power_w': return role ? feed_w(r, feed, s) : rack_power(r, s).known === 2 ? rack_power(r, s).w : null;
			case 'current_a': { const v = feed_w(r, feed, s); return v === null ? null : v / 220; }
			case 'temperature_c': return inlet_c(r, s, q.get('instance') ?? 'top');
			default: return 42 + 4 * Math.sin(s / 20000) + noise(id + s);
			}
		}
		switch (metric) {
		case 'power_w': return Math.round(racks.reduce((sum, r) => sum + (rack_power(r, s).w ?? 0), 0) * scale);
		case 'temperature_c': return Math.max(...racks.slice(0, 12).map((r) => inlet_c(r, s, 'top') ?? 0));
		case 'known': return Math.round(place.racks.length * 0.9);
		default: return place.racks.filter((r) => r.state !== 'planned').length;
		}
	};
	const out = {
		entity: q.get('entity'), metric, instance: q.get('instance'), unit: { power_w: 'W', current_a: 'A', temperature_c: '°C', humidity_pct: '%' }[metric] ?? '',
		step_s: step, basis_s: step, t: [], avg: [], min: [], max: [],
	};
	for (let s = Math.ceil(from / step) * step; s <= to; s += step) {
		const v = at(s);
		out.t.push(s);
		out.avg.push(v);
		out.min.push(v === null ? null : v * (1 - 0.03 * noise('l' + s)));
		out.max.push(v === null ? null : v * (1 + 0.03 * noise('h' + s)));
	}
	return out;
}

function series_list(w, q) {
	const [kind, id] = (q.get('entity') ?? '').split(':');
	if (kind !== 'rack' && kind !== 'feed' && kind !== 'device') {
		return { items: [{ role: null, metric: 'power_w', instance: null, unit: 'W' }] };
	}
	const r = found(w, 'racks', id.replace(kind === 'rack' ? /$^/ : /-(a|b|pdu-[ab]|bmc-\d)$/, ''));
	const items = [{ role: null, metric: 'power_w', instance: null, unit: 'W' }];
	for (const d of devices(r).filter((x) => x.feed)) {
		items.push({ role: d.role, metric: 'power_w', instance: null, unit: 'W' }, { role: d.role, metric: 'current_a', instance: 'L1', unit: 'A' });
	}
	if (inlet_c(r, 0) !== null) {
		for (const i of ['bottom', 'middle', 'top']) {
			items.push({ role: 'pdu-a', metric: 'temperature_c', instance: i, unit: '°C' });
		}
		items.push({ role: 'pdu-a', metric: 'humidity_pct', instance: null, unit: '%' });
	}
	return { items };
}

function paged(all, q, key = (x) => x.id) {
	const limit = Math.min(1000, Number(q.get('limit')) || 100);
	const asked = q.get('sort') ?? 'id';
	const field = asked.replace(/^-/, '');
	const sign = asked.startsWith('-') ? -1 : 1;
	const sorted = [...all].sort((a, b) => {
		const [x, y] = [a[field], b[field]];
		return x === y ? (key(a) < key(b) ? -1 : 1) : x === null ? 1 : y === null ? -1 : (x < y ? -1 : 1) * sign;
	});
	const from = Number(q.get('cursor') ?? 0);
	return { items: sorted.slice(from, from + limit), next: from + limit < sorted.length ? String(from + limit) : null };
}

function rack_list(w, q, t, of) {
	const is = (key, v) => !q.get(key) || q.get(key) === v;
	return paged(w.racks.filter((r) => is('area', r.area.id) && is('site', r.site.id) && is('hall', r.hall.id) && is('row', r.row.id) &&
		is('state', r.state) && is('evidence', evidence_of(r)) && (!q.get('failover') || (r.state !== 'planned' && failover_of(r, t).state === q.get('failover'))) && r.id.includes((q.get('q') ?? '').toLowerCase())).map((r) => ({ ...rack_item(r, t), alarm: of('rack', r.id).worst })), q);
}

function device_list(w, q, t) {
	const is = (key, v) => !q.get(key) || q.get(key) === v;
	return paged(w.racks.flatMap(devices).filter((d) => is('status', d.status) && is('plugin', d.plugin) && is('rack', d.rack) &&
		(d.id + d.address).includes(q.get('q') ?? '')).map((d) => device_item(d, t)), q);
}

const PLUGINS = [
	{ name: 'snmp', summary: { en: 'SNMP v1, v2c and v3', zh: null }, file: 'snmp.so', abi: '1.0', kind: 'input', state: 'running', reason: null, devices: 1800 },
	{ name: 'old', summary: null, file: 'old.so', abi: '0.9', kind: 'input', state: 'refused', reason: 'ABI 0.9 found, 1.x wanted', devices: 0 },
];

function collector(w, t) {
	const all = w.racks.flatMap(devices);
	const n = (s) => all.filter((d) => d.status === s).length;
	return {
		version: '0.1.0', pid: 4242, started: iso(t - 90061), uptime_s: 90061, demo: true,
		config: { file: '/etc/collectord/collectord.yaml', loaded: iso(t - 90061), version: 1, error: null, waiting: ['poll.interval'] },
		polls: { started: 812345, ok: 801234, partial: 0, failed: 11111, timeouts: 11000, late: 3, skipped: 0, retries: 17, in_flight: 2, due_per_s: 180.5 },
		devices: { total: all.length, up: n('up'), degraded: n('degraded'), down: n('down'), unknown: 0 },
		lateness_ms: { p50: 1.2, p99: 8.4, max: 41 },
		queues: [{ name: 'flow', depth: 0, size: 4096, dropped: 0 }, { name: 'store', depth: 12, size: 8192, dropped: 0 }],
		store: { accepted: 52345678, journal_bytes: 48234567, journal_segments: 3, unflushed: 12345, files: w.racks.length + 40, flushed: 52333333, late_dropped: 0, sync_ms_p99: 4.1, last_error: null, class: 'standard', disk_need_bytes: 2.4e9, disk_free_bytes: 5.1e10, files_moved: 120, files_to_move: 30,
			problems: [
				{ code: 'journal_write', active: true, since: iso(t - 130), last: iso(t), count: 130, params: { n: 54321, subject: 'journal', detail: 'journal: No space left on device' } },
				{ code: 'late', active: false, since: iso(t - 90000), last: iso(t - 4000), count: 3, params: { n: 12, subject: 'rack/3f/zz1-h1-r1-a01.rrd', detail: null } },
			] },
		slowest: all.slice(0, 5).map((d, i) => ({ id: d.id, rtt_ms: 40 - 5 * i })),
		failing: all.filter((d) => d.error).slice(0, 8).map((d) => ({ id: d.id, error: d.error, since: iso(t - 93600) })),
		stats: [{ name: 'poll_started_total', value: 812345, help: 'polls started' }, { name: 'http_requests_total', value: 321, help: null }],
		plugins: PLUGINS,
	};
}

function search(w, q) {
	const find = (q.get('q') ?? '').toLowerCase();
	const hit = (kind, x, place) => ({ kind, id: x.id, name: x.name ?? { en: null, zh: null }, place });
	const fits = (x) => x.id.includes(find) || Object.values(x.name ?? {}).some((n) => n?.toLowerCase().includes(find));
	return {
		items: [
			...w.areas.filter(fits).map((a) => hit('area', a, null)),
			...w.sites.filter(fits).map((s) => hit('site', s, s.area.name.en)),
			...w.racks.filter(fits).slice(0, 20).map((r) => hit('rack', r, r.hall.id)),
		].slice(0, 20), next: null,
	};
}

function explain(w, kind, id, t) {
	if (kind === 'rack') {
		const r = found(w, 'racks', id);
		const on = rack_power(r, t).w !== null;
		return { id, evidence: evidence_of(r), reason: reason_of(r), window_s: 86400, good_s: on ? 86000 : 0, power_s: on && r.kind !== 'empty' ? 85800 : 0, below_s: r.kind === 'contradicted' ? 86000 : 0, voltage_s: on ? 86000 : 0, min_power_w: 100, min_live_s: 1800, devices: [] };
	}
	const d = device_page(w, id, t);
	return { ...d, phase_ms: 4321, interval_s: STEP, backoff: { level: d.error ? 4 : 0, until: d.error ? iso(t + 160) : null }, last_error: d.error, layouts: 1, slots: 32 };
}

function passage(w, opts, q, t) {
	const cap = capacity(w, opts, t);
	const x = cap.targets.find((o) => o.id === q.get('target'));
	if (x === undefined) {
		throw new Problem(404, 'no_such_target', { id: q.get('target') });
	}
	return forecast(x, q.get('of') ?? 'declared', cap.racks.planned, t);
}

/* The racks of "area:410100", "site:…", "operator:…". */
function racks_at(w, place) {
	const [kind, id] = place.split(':');
	return kind === 'operator' ? w.sites.filter((s) => s.operator?.toLowerCase().replaceAll(' ', '-') === id).flatMap((s) => s.racks) : found(w, kind + 's', id).racks;
}

function answer(w, opts, path, q, body) {
	const t = slot_now();
	const of = opts.alarms.of;
	const [list, id, more] = path.split('/').filter(Boolean).map(decodeURIComponent);
	if (id === 'broken') {
		throw new Problem(503, 'busy');
	}
	switch (list + (id === undefined ? '' : '/')) {
	case 'capacity': return capacity(w, opts, t);
	case 'capacity/': return id === 'forecast' ? passage(w, opts, q, t) : q.get('place') ? place_history(history(w), racks_at(w, q.get('place')), w.racks, q.get('from')) : history(w);
	case 'operators': return paged(operators(w, t), q);
	case 'reconcile': return reconcile(w, q);
	case 'reports/': return report(w, q.get('month') ?? '2026-10', q.get('place'));
	case 'areas/': { const a = found(w, 'areas', id); return { ...deep('area', a, t), ...stock_of(a), alarms: of('area', id), sites: a.sites.map((s) => ({ ...deep('site', s, t), ...stock_of(s), alarms: of('site', s.id) })) }; }
	case 'sites': return paged(w.sites.filter((s) => !q.get('area') || s.area.id === q.get('area')).map((s) => ({ ...site_item(s, t), alarms: of('site', s.id) })), q);
	case 'sites/': { const s = found(w, 'sites', id); return { ...site_item(s, t), ...stock_of(s), alarms: of('site', id), halls: s.halls.map((h) => ({ ...deep('hall', h, t), ...stock_of(h), alarms: of('hall', h.id) })), tree: tree(s, t) }; }
	case 'halls/': {
		const h = found(w, 'halls', id);
		if (more === 'frames') {
			return frames(h, q.get('layer') ?? 'power', t);
		}
		return {
			...kpi('hall', h, t), ...stock_of(h), alarms: of('hall', h.id), site: h.site.id, area: h.area.id, floor: floor_of(h),
			rows: h.rows.map((row) => ({
				...kpi('row', row, t), ...stock_of(row), alarms: of('row', row.id), floor: row_floor(row), racks_list: row.racks.map((r) => {
					const i = rack_item(r, t);
					return { id: r.id, label: r.label, state: r.state, evidence: i.evidence, power_w: i.power_w, power_source: i.power_source, partial: i.partial, live: i.live, temperature_c: inlet_c(r, t, 'top'), temperature_source: inlet_c(r, t, 'top') === null ? null : 'probe', ...cell_more(r, t), alarm: of('rack', r.id).worst };
				}),
			})),
		};
	}
	case 'racks': return rack_list(w, q, t, of);
	case 'racks/': return { ...rack_page(found(w, 'racks', id), t), alarm: of('rack', id).worst };
	case 'devices': return device_list(w, q, t);
	case 'devices/': return more === 'events' ? device_events(w, id, t) : device_page(w, id, t);
	case 'explain/': return explain(w, id, more, t);
	case 'plan': return plan(w, q);
	case 'whatif': return whatif(w, body, t);
	case 'reservations': return { items: reservations(w), next: null };
	case 'feeds': return { items: nodes(found(w, 'sites', q.get('site') ?? '')), next: null };
	case 'session':
	case 'me': return { user: null, role: opts.role ?? 'viewer', places: null, csrf: null, expires: null, users: false, setup: false };
	case 'series': return series(w, q, t);
	case 'series/': return series_list(w, q);
	case 'collector': return collector(w, t);
	case 'plugins': return { items: PLUGINS, next: null };
	case 'profiles': return { items: [{ id: 'demo-pdu', summary: { en: 'Demo PDU', zh: '演示 PDU' }, plugin: 'snmp', match: ['1.3.6.1.4.1.99999'], devices: 1800, metrics: 32 }], next: null };
	case 'search': return search(w, q);
	default: throw new Problem(404, 'no_such_path', { path });
	}
}

function page(dist, path, req, res) {
	const asset = path.startsWith('/assets/');
	const file = join(dist, asset ? normalize(path) : 'index.html');
	if (!file.startsWith(dist) || !existsSync(file)) {
		res.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found\n');
		return;
	}
	const packed = /\bgzip\b/.test(req.headers['accept-encoding'] ?? '') && existsSync(file + '.gz');
	res.writeHead(200, {
		'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
		'Cache-Control': asset ? 'public, max-age=31536000, immutable' : 'no-cache',
		...(packed ? { 'Content-Encoding': 'gzip' } : {}),
	});
	createReadStream(packed ? file + '.gz' : file).pipe(res);
}

function events(res, open) {
	res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
	res.write(': hello\n\n');
	const timer = setInterval(() => res.write(
		`event: change\ndata: ${JSON.stringify({ kind: 'slot', ids: [], as_of: iso(slot_now()) })}\n\n`), STEP * 1000);
	open.add(res);
	res.on('close', () => {
		clearInterval(timer);
		open.delete(res);
	});
}

/* users: see fake-users.mjs; without them everybody has the role. */
export function serve({ port = 0, dist, racks = 900, target = 90000, role = 'viewer', users = null, anonymous = true }) {
	const world = build(racks);
	const desk = users === null ? null : accounts({ users, anonymous });
	const told = alarms(world);
	const open = new Set();
	const server = createServer((req, res) => {
		const url = new URL(req.url, 'http://x');
		for (const [k, v] of [['Content-Security-Policy', CSP], ['X-Content-Type-Options', 'nosniff'], ['Referrer-Policy', 'no-referrer']]) {
			res.setHeader(k, v);
		}
		if (url.pathname === '/api/v1/events' && desk?.who(req).role !== null) {
			events(res, open);
		} else if (url.pathname.startsWith('/api/v1/')) {
			api(world, { target, role, desk, alarms: told }, url, req, res);
		} else {
			page(dist, url.pathname, req, res);
		}
	});
	return new Promise((done) => server.listen(port, '127.0.0.1', () => done({
		url: `http://127.0.0.1:${server.address().port}`,
		desk,
		alarms: told,
		/* an event of the stream, now */
		tell: (kind, ids = []) => open.forEach((res) => res.write(`event: change\ndata: ${JSON.stringify({ kind, ids, as_of: iso(slot_now()) })}\n\n`)),
		close: () => new Promise((end) => {
			for (const res of open) {
				res.end();
			}
			server.close(end);
			server.closeAllConnections();
		}),
	})));
}

async function body_of(req) {
	let text = '';
	for await (const part of req) {
		text += part;
	}
	return text === '' ? {} : JSON.parse(text);
}

async function api(world, opts, url, req, res) {
	const t = slot_now();
	const etag = `"${t}-${opts.alarms.version()}"`;
	try {
		if (req.headers['if-none-match'] === etag) {
			res.writeHead(304, { ETag: etag }).end();
			return;
		}
		const path = url.pathname.slice('/api/v1/'.length);
		const me = opts.desk?.who(req);
		opts.desk?.allow(req, me, path);
		const sent = await body_of(req);
		const own = opts.desk?.answer(req, res, me, path, url.searchParams, sent);
		if (own !== undefined) {
			res.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify({ as_of: iso(t), ...own }));
			return;
		}
		if (opts.desk === null && req.method !== 'GET' && path !== 'whatif' && opts.role !== 'operator') {
			throw new Problem(403, 'forbidden', { role: 'operator' });
		}
		const body = { as_of: iso(t), ...opts.alarms.answer(req.method, path, url.searchParams, sent, me?.user ?? 'anonymous') ?? answer(world, opts, path, url.searchParams, sent) };
		res.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache', ETag: etag }).end(JSON.stringify(body));
	} catch (e) {
		if (!(e instanceof Problem || e instanceof Refused)) {
			console.error(e);
		}
		const { status = 500, code = 'internal', params = {}, headers = {} } = e;
		res.writeHead(status, { 'Content-Type': 'application/problem+json', ...headers })
			.end(JSON.stringify({ type: 'about:blank', title: 'Problem', status, detail: `${code} ${JSON.stringify(params)}`, code, params }));
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const arg = (name, other) => {
		const i = process.argv.indexOf('--' + name);
		return i < 0 ? other : process.argv[i + 1];
	};
	const dist = arg('dist', join(here, '../../web/dist'));
	readFileSync(join(dist, 'index.html'));
	const { url } = await serve({
		dist, port: Number(arg('port', 8099)), racks: Number(arg('racks', 900)), target: Number(arg('target', 90000)), role: arg('role', 'viewer'),
	});
	console.log(url);
}
