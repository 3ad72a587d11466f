/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A believable province for the fake server: racks with feeds, devices and
 * moving values, some of them unknown, partial, stale or wrong. Everything
 * is a pure function of (seed, id, time).
 */
const AREAS = [
	['410100', 'Zhengzhou', '郑州市', 30], ['410200', 'Kaifeng', '开封市', 5],
	['410300', 'Luoyang', '洛阳市', 12], ['410400', 'Pingdingshan', '平顶山市', 4],
	['410500', 'Anyang', '安阳市', 4], ['410600', 'Hebi', '鹤壁市', 6],
	['410700', 'Xinxiang', '新乡市', 6], ['410800', 'Jiaozuo', '焦作市', 3],
	['410900', 'Puyang', '濮阳市', 3], ['411000', 'Xuchang', '许昌市', 5],
	['411100', 'Luohe', '漯河市', 2], ['411200', 'Sanmenxia', '三门峡市', 2],
	['411300', 'Nanyang', '南阳市', 6], ['411400', 'Shangqiu', '商丘市', 4],
	['411500', 'Xinyang', '信阳市', 3], ['411600', 'Zhoukou', '周口市', 3],
	['411700', 'Zhumadian', '驻马店市', 2], ['419001', 'Jiyuan (demo zone)', '济源市', 0],
];
const PER_ROW = 24;
const ROWS = 6;
const DESIGN_W = 6000;
const STANDARD_W = 2500;
const MIN_W = 100;

/* 0..1 from any text: FNV-1a with a final mix. */
export function noise(text) {
	let h = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) {
		h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
	}
	h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
	h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
	return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
}

const letters = (i) => 'abcdefghij'[i] ?? 'z';

function rack_of(row, i) {
	const label = letters(row.index).toUpperCase() + String(i + 1).padStart(2, '0');
	const id = `${row.id}-${label.toLowerCase()}`;
	const dice = noise(id + 'kind');
	const kind = noise(id + 'only') < 0.02 ? 'bmc' : dice < 0.02 ? 'planned' : dice < 0.035 ? 'unmonitored' : dice < 0.065 ? 'dead'
		: dice < 0.075 ? 'empty' : dice < 0.1 ? 'half' : dice < 0.115 ? 'contradicted' : 'good';
	return {
		id, label, kind, row, hall: row.hall, site: row.site, area: row.area,
		hot: noise(row.id + 'hot') < 0.12 && i > 15,
		state: kind === 'planned' ? 'planned' : kind === 'empty' ? 'energized' : 'in_service',
	};
}

export function build(count) {
	const world = { areas: [], sites: [], halls: [], rows: [], racks: [], by_id: new Map() };
	const add = (list, x) => {
		world[list].push(x);
		world.by_id.set(`${list}:${x.id}`, x);
		return x;
	};
	const total = AREAS.reduce((sum, a) => sum + a[3], 0);
	let declared = 0;
	for (const [id, en, zh, weight] of AREAS) {
		const area = add('areas', { id, name: { en, zh }, sites: [], racks: [] });
		let want = count === 0 ? 0 : Math.max(weight > 0 ? 1 : 0, Math.round(count * weight / total));
		want = Math.min(want, count - declared);
		let site_no = 0;
		while (want > 0) {
			site_no++;
			const stem = en.toLowerCase().slice(0, 2) + id.slice(3, 4) + site_no;
			const site = add('sites', {
				id: stem, area, halls: [], racks: [], operator: noise(stem) < 0.3 ? null : 'Demo operator ' + 'ABC'[Math.floor(noise(stem + 'op') * 3)],
				name: { en: `${en} demo site ${site_no}`, zh: `${zh}演示数据中心 ${site_no}` },
			});
			area.sites.push(site);
			for (let h = 1; h <= 4 && want > 0; h++) {
				const hall = add('halls', {
					id: `${stem}-h${h}`, site, area, rows: [], racks: [],
					name: { en: `Hall ${h}`, zh: `${h} 号机房` },
				});
				site.halls.push(hall);
				for (let r = 0; r < ROWS && want > 0; r++) {
					const row = add('rows', {
						id: `${hall.id}-r${r + 1}`, index: r, hall, site, area, racks: [],
						name: { en: `Row ${letters(r).toUpperCase()}`, zh: `${letters(r).toUpperCase()} 列` },
					});
					hall.rows.push(row);
					for (let i = 0; i < PER_ROW && want > 0; i++) {
						const rack = add('racks', rack_of(row, i));
						for (const place of [row, hall, site, area]) {
							place.racks.push(rack);
						}
						if (rack.state !== 'planned') {
							want--;
							declared++;
						}
					}
				}
			}
		}
	}
	return world;
}

const day_wave = (t) => 1 + 0.18 * Math.sin((t / 86400 - 0.2) * 2 * Math.PI) + 0.05 * Math.sin(t / 1700);

/* Watts of one feed at a time; null when its PDU does not answer. */
export function feed_w(rack, feed, t) {
	if (rack.kind === 'unmonitored' || rack.kind === 'dead' || rack.kind === 'planned') {
		return null;
	}
	if (rack.kind === 'bmc' || (rack.kind === 'half' && feed === 'B')) {
		return null;
	}
	if (rack.kind === 'empty') {
		return 0;
	}
	const base = rack.kind === 'contradicted' ? 18 : 900 + 2300 * noise(rack.id + 'w');
	const part = feed === 'A' ? 0.5 + 0.06 * noise(rack.id + 'f') : 0.5 - 0.06 * noise(rack.id + 'f');
	const step = Math.floor(t / 10) * 10;
	return Math.round(base * part * day_wave(step) * (0.98 + 0.04 * noise(rack.id + feed + step)));
}

export function inlet_c(rack, t, where = 'middle') {
	if (['unmonitored', 'dead', 'planned', 'bmc'].includes(rack.kind) || noise(rack.id + 'env') < 0.1) {
		return null;
	}
	const lift = { bottom: -1.2, middle: 0, top: 1.6 }[where];
	const step = Math.floor(t / 10) * 10;
	return Math.round((21 + 3 * noise(rack.id + 'c') + (rack.hot ? 7 : 0) + lift +
		0.8 * (day_wave(step) - 1) * 5 + 0.2 * noise(rack.id + where + step)) * 10) / 10;
}

/* Servers with a BMC of a rack, the same each time. */
export const bmcs = (rack) => rack.kind === 'unmonitored' || rack.kind === 'planned' ? 0
	: rack.kind === 'bmc' ? 3 : noise(rack.id + 'bmc') < 0.15 ? 2 : 0;

/* Watts of one server; the last one of a rack with three does not always answer. */
export function bmc_w(rack, i, t) {
	const step = Math.floor(t / 10) * 10;
	return rack.kind === 'dead' || (i === 3 && noise(rack.id + 'silent') < 0.5) ? null
		: Math.round((240 + 160 * noise(rack.id + 'bw' + i)) * day_wave(step));
}

/* What PDUs and BMCs say; the rack's power is that of the first that it has. */
export function sources(rack, t) {
	const sum = (source, watts) => ({
		source, power_w: watts.some((w) => w !== null) ? watts.reduce((a, w) => a + (w ?? 0), 0) : null,
		known: watts.filter((w) => w !== null).length, expected: watts.length,
	});
	const none = rack.kind === 'unmonitored' || rack.kind === 'planned';
	return [
		...(none || rack.kind === 'bmc' ? [] : [sum('pdu', ['A', 'B'].map((f) => feed_w(rack, f, t)))]),
		...(bmcs(rack) === 0 ? [] : [sum('ipmi', Array.from({ length: bmcs(rack) }, (_, i) => bmc_w(rack, i + 1, t)))]),
	];
}

export function rack_power(rack, t) {
	if (rack.kind === 'bmc') {
		const [s] = sources(rack, t);
		return { w: s.power_w, known: s.known === s.expected ? 2 : 1 };
	}
	const a = feed_w(rack, 'A', t);
	const b = feed_w(rack, 'B', t);
	const known = (a !== null) + (b !== null);
	return { w: known === 0 ? null : (a ?? 0) + (b ?? 0), known };
}

const EVIDENCE = {
	planned: null, unmonitored: 'unmonitored', dead: 'stale', empty: 'verified',
	half: 'verified', bmc: 'verified', contradicted: 'contradicted', good: 'verified',
};
export const evidence_of = (rack) => EVIDENCE[rack.kind];

export function reason_of(rack) {
	switch (rack.kind) {
	case 'planned': return { code: 'not_declared', params: { state: 'planned' } };
	case 'unmonitored': return { code: 'no_device', params: {} };
	case 'dead': return { code: 'no_good_sample', params: { window_s: 86400 } };
	case 'empty': return { code: 'energised_empty', params: { minutes: 1440, volts: 231 } };
	case 'contradicted': return { code: 'below_min_power', params: { minutes: 90, power_w: 18, min_power_w: MIN_W } };
	default: return { code: 'power_seen', params: { minutes: 31, power_w: MIN_W } };
	}
}

export const age_of = (rack) => rack.kind === 'unmonitored' || rack.kind === 'planned' ? null
	: rack.kind === 'dead' ? 93600 + Math.floor(noise(rack.id) * 9e5) : Math.floor(1 + noise(rack.id + 'age') * 9);

export function kpi(kind, place, t) {
	const racks = { declared: 0, verified: 0, contradicted: 0, stale: 0, unmonitored: 0, planned: 0, live: 0 };
	let power = 0, known = 0, expected = 0, hottest = null, oldest = null, monitored = 0;
	for (const r of place.racks) {
		if (r.state === 'planned') {
			racks.planned++;
			continue;
		}
		racks.declared++;
		racks[evidence_of(r)]++;
		expected++;
		const p = rack_power(r, t);
		if (p.known === 2) {
			known++;
		}
		power += p.w ?? 0;
		if (p.w !== null) {
			racks.live++;
		}
		monitored += r.kind !== 'unmonitored';
		const c = inlet_c(r, t, 'top');
		hottest = c === null ? hottest : Math.max(hottest ?? c, c);
		const age = age_of(r);
		oldest = age === null ? oldest : Math.max(oldest ?? 0, Math.min(age, 600));
	}
	const design = racks.declared === 0 ? null : racks.declared * DESIGN_W;
	const any = racks.live > 0;
	const ratio = (a, b) => (b > 0 ? a / b : null);
	return {
		kind, id: place.id, name: place.name ?? { en: place.id, zh: place.id }, racks,
		freshness: { live: racks.live, hour: 0, day: 0, older: Math.max(0, racks.declared - racks.live - racks.unmonitored), never: racks.unmonitored },
		standard_racks: {
			declared: Math.floor(racks.declared * DESIGN_W / STANDARD_W),
			verified: Math.floor(racks.verified * DESIGN_W / STANDARD_W),
		},
		power_w: any ? power : null, power: { known, expected, partial: known < expected },
		design_w: design,
		occupancy: { by_count: ratio(racks.live, racks.declared), by_power: any ? power / design : null },
		temperature_c: { max: hottest },
		coverage: ratio(racks.live, racks.declared), monitored_share: ratio(monitored, racks.declared),
		age_s: oldest, slot: any ? iso(t) : null,
	};
}

export const iso = (t) => new Date(t * 1000).toISOString().replace(/\.\d+Z/, 'Z');

export function feeds(rack, t) {
	return ['A', 'B'].map((id) => {
		const w = feed_w(rack, id, t);
		const known = !['unmonitored', 'planned', 'bmc'].includes(rack.kind);
		const a = w === null ? null : Math.round(w / 220 * 10) / 10;
		return {
			id, breaker_a: 32, phases: 1, volts: 220, power_w: w,
			current_a: known ? { L1: a } : {}, load_pct: a === null ? null : a / 32 * 100,
			devices: known ? [`${rack.id}-pdu-${id.toLowerCase()}`] : [],
			quality: w !== null ? 'good' : known ? 'stale' : null,
		};
	});
}

export function devices(rack) {
	if (rack.kind === 'unmonitored' || rack.kind === 'planned') {
		return [];
	}
	const down = (role) => rack.kind === 'dead' || (role === 'bmc-3' && bmc_w(rack, 3, 0) === null) || (rack.kind === 'half' && role === 'pdu-b');
	const list = rack.kind === 'bmc' ? [] : [['pdu-a', 'A'], ['pdu-b', 'B']];
	for (let i = 1; i <= bmcs(rack); i++) {
		list.push([`bmc-${i}`, null]);
	}
	const error = down('x') || rack.kind === 'half'
		? { code: ['timeout', 'auth', 'no_profile'][Math.floor(noise(rack.id + 'e') * 3)], text: null } : null;
	const is_bmc = (role) => role.startsWith('bmc');
	return list.map(([role, feed], i) => ({
		id: `${rack.id}-${role}`, rack: rack.id, role, kind: is_bmc(role) ? 'bmc' : 'pdu', feed, plugin: is_bmc(role) ? 'ipmi' : 'snmp',
		address: `127.${10 + i}.${Math.floor(noise(rack.id) * 250)}.${Math.floor(noise(rack.id + role) * 250)}`,
		profile: error?.code === 'no_profile' && down(role) ? null : is_bmc(role) ? 'ipmi-demo' : 'demo-pdu',
		status: down(role) ? 'down' : noise(rack.id + role + 'd') < 0.01 ? 'degraded' : 'up',
		error: down(role) ? error : null,
	}));
}
