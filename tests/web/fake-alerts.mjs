/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Alerts of the fake province: what fires, is folded, silenced and over, the
 * rules behind it, receivers and what was sent to them; acknowledging, silencing,
 * tests and replays change it as in the daemon.
 */
import { iso, noise } from './fake-data.mjs';
import { Refused } from './fake-users.mjs';

const RANK = ['critical', 'warning', 'info'];
/* what a stranger may write must come out as text */
const HOSTILE = '<img src=x onerror=alert(1)> "引号" [x](javascript:alert(1)) </script>';

const limit = (test, low, high, for_s = 0, more = {}) => ({ test, low, high, words: null, severity: null, for_s, ...more });
const RULES = [
	['inlet-hot', 'rack', 'inlet_over_k', 'warning', limit('above', null, 0, 300), limit('below', -1, null, 300), '{name}: inlet above the recommended range', '{name}:进风温度超过推荐上限', 'Look at the cold aisle: blanking panels, floor tiles, the cooling unit.', '检查冷通道:盲板、地板风口、空调机组。', ['supply']],
	['inlet-beyond', 'rack', 'inlet_beyond_k', 'critical', limit('above', null, 0, 60), limit('below', -2, null, 300), '{name}: inlet above the allowable range', '{name}:进风温度超过允许上限', 'Shed load or restore cooling now.', '立即减载或恢复制冷。', []],
	['supply-lost', 'node', 'supply_lost', 'critical', limit('equals', 1, 1), limit('equals', 0, 0, 15), '{name}: supply lost, {count} rack feeds', '{name}:供电中断,影响 {count} 路机架供电', 'Call the electrician on duty; do not switch the other side.', '联系值班电工,切勿操作另一路。', []],
	['feed-lost', 'feed', 'supply_lost', 'warning', limit('equals', 1, 1, 10), limit('equals', 0, 0), '{name}: a feed of the rack is dead', '{name}:机架一路供电中断', null, null, ['supply']],
	['failover-risk', 'rack', 'failover_pct', 'warning', limit('above', null, 80, 600), limit('below', 75, null, 600), '{name}: one feed alone would carry {value} %', '{name}:单路供电负载将达 {value} %', 'Move load to another rack.', '将负载迁移至其他机架。', ['supply']],
	['device-silent', 'device', 'silent_s', 'warning', limit('above', null, 120), limit('below', 120, null), '{name} does not answer', '{name} 无应答', 'Check the network and the device.', '检查网络与设备。', ['supply', 'reach']],
	['site-silent', 'site', 'silent_s', 'critical', limit('above', null, 120), limit('below', 120, null), '{name} is silent', '{name} 全部无应答', null, null, []],
	['feed-overload', 'feed', 'current_a', 'critical', limit('above', null, 25.6, 60), limit('below', 24, null, 60), '{name}: {value} A on {instance}', '{name}:{instance} 相电流 {value} A', null, null, []],
	['outlet-state', 'sensor', 'state_outlet', 'info', limit('equals', null, null, 0, { words: ['off', 'cycling'] }), limit('never', null, null), '{name}: outlet {instance} is {word}', '{name}:插座 {instance} 为 {word}', null, null, []],
	['target-late', 'target', 'target_late_d', 'info', limit('above', null, 0), limit('never', null, null), 'The target will be reached {value} days late', '预计晚 {value} 天达成目标', null, null, []],
	['disk-low', 'collector', 'disk_free_pct', 'warning', limit('below', 10, null, 60), limit('above', null, 12), 'The disk of the archive is nearly full', '数据盘空间不足', 'Free space or move the archive.', '清理空间或迁移归档。', []],
	['humidity', 'rack', 'humidity_pct', 'info', limit('outside', 20, 80, 900), limit('inside', 25, 75, 900), '{name}: humidity {value} %', '{name}:湿度 {value} %', null, null, []],
];
const UNITS = { inlet_over_k: 'K', inlet_beyond_k: 'K', failover_pct: '%', silent_s: 's', current_a: 'A', target_late_d: 'd', disk_free_pct: '%', humidity_pct: '%' };

export const rules = () => RULES.map(([id, on, metric, severity, fire, clear, en, zh, advice_en, advice_zh, folds], i) => ({
	id, on, metric, unit: UNITS[metric] ?? null,
	where: {
		places: i === 0 ? ['province:henan'] : [], class: i === 0 ? ['a1', 'a2'] : [], profile: null, kind: id === 'device-silent' ? ['pdu'] : null, role: null,
		instance: id === 'feed-overload' ? ['L?'] : null, label: null, target: null, maintenance: id === 'supply-lost',
	},
	take: { what: id === 'failover-risk' ? 'mean' : 'last', over_s: id === 'failover-risk' ? 900 : null },
	fire, clear, hold_s: id === 'inlet-hot' ? 600 : 0, stale_s: i === 0 ? 30 : null, severity, folds, summary: { en, zh }, advice: { en: advice_en, zh: advice_zh },
	file: '/usr/share/collectord/alerts.yaml', line: 12 + 11 * i, open: 0,
}));

const hash = (text) => [...'01'].map((n) => Math.floor(noise(text + n) * 2 ** 32).toString(16).padStart(8, '0')).join('');

export function alarms(world, { now = Date.now() / 1000 } = {}) {
	const all = [];
	const silences = [];
	const deliveries = [];
	const changes = new Map();
	let version = 1, last = 0, last_delivery = 0, last_silence = 0;
	const by_rule = new Map(rules().map((r) => [r.id, r]));
	const place = (x) => ({
		area: x.area?.id ?? null, site: x.site?.id ?? null, hall: x.hall?.id ?? null, row: x.row?.id ?? null, rack: x.row ? x.id : null,
	});
	const fill = (text, args) => text.replace(/\{(\w+)\}/g, (w, k) => args[k] ?? w);

	function add(rule, entity, ago, more = {}) {
		const r = by_rule.get(rule);
		const at = iso(now - ago);
		const args = { name: more.name ?? entity.split(':')[1], value: more.value ?? '', count: more.count ?? 0, instance: more.instance ?? '', word: more.word ?? '' };
		const a = {
			id: String(++last), fingerprint: hash(rule + entity), rule, severity: r.severity, state: 'firing', entity, instance: null,
			area: null, site: null, hall: null, row: null, rack: null, value: null, limit: r.fire.high ?? r.fire.low, unit: r.unit, word: null, count: 0, under: null, folded: false, flapping: false, silenced: null,
			since: iso(now - ago - r.fire.for_s), fired: at, changed: at, resolved: null, end: null, acknowledged: null,
			summary: { en: fill(r.summary.en, args), zh: fill(r.summary.zh, args) }, advice: r.advice, ...more,
		};
		delete a.name;
		a.folded = a.under !== null;
		changes.set(a.id, [{ seq: 10 * last, at, kind: 'fired', value: a.value, count: 0, by: null, note: null }]);
		all.push(a);
		return a;
	}
	const note = (a, kind, ago, more = {}) => changes.get(a.id).push({
		seq: 10 * Number(a.id) + changes.get(a.id).length, at: ago === null ? iso(Date.now() / 1000) : iso(now - ago), kind, value: a.value, count: a.count, by: null, note: null, ...more,
	});

	function seed() {
		const racks = world.racks.filter((r) => r.state !== 'planned');
		if (racks.length === 0) {
			return;
		}
		const hall = racks[0].hall;
		for (let i = 0; i < 60; i++) {
			const r = racks[(i * 37) % racks.length];
			const a = add(i % 3 ? 'inlet-hot' : 'feed-overload', i % 3 ? `rack:${r.id}` : `feed:${r.id}-a`, 90000 + i * 5400, { ...place(r), name: r.label, value: i % 3 ? 1.4 : 26.2, instance: i % 3 ? null : 'L2' });
			Object.assign(a, { state: 'resolved', resolved: iso(now - 88000 - i * 5400), end: 'cleared' });
			note(a, 'resolved', 88000 + i * 5400);
		}
		const node = add('supply-lost', `feed:${hall.id}-dist-a`, 1260, { area: hall.area.id, site: hall.site.id, hall: hall.id, name: `${hall.name.en} A`, value: 1, count: Math.min(24, hall.racks.length) });
		note(node, 'count', 1240, { count: 12 });
		note(node, 'count', 1200, { count: node.count });
		for (const r of hall.racks.filter((x) => x.state !== 'planned').slice(0, node.count)) {
			add('feed-lost', `feed:${r.id}-a`, 1250, { ...place(r), name: `${r.label} A`, value: 1, under: node.id });
		}
		const hot = world.racks.filter((r) => r.hot);
		hot.slice(0, 1).forEach((r) => add('inlet-beyond', `rack:${r.id}`, 420, { ...place(r), name: r.label, value: 2.3 }));
		hot.slice(1, 6).forEach((r, i) => {
			const a = add('inlet-hot', `rack:${r.id}`, 3000 + 4000 * i, { ...place(r), name: r.label, value: 1.2 + i, flapping: i === 1 });
			if (i === 1) {
				note(a, 'flapping', 2000);
			} else if (i === 2) {
				Object.assign(a, { acknowledged: { by: 'wang', at: iso(now - 1000), note: `tile moved ${HOSTILE}` }, state: 'acknowledged' });
				note(a, 'acked', 1000, { by: 'wang', note: a.acknowledged.note });
			} else if (i === 3) {
				a.state = 'stale';
				note(a, 'stale', 900);
			}
		});
		racks.filter((r) => r.kind === 'dead').slice(0, 4).forEach((r, i) => add('device-silent', `device:${r.id}-pdu-a`, 7200 + i, { ...place(r), name: `${r.id}-pdu-a`, value: 7300 }));
		racks.filter((r) => r.kind === 'good').slice(30, 34).forEach((r, i) => add('failover-risk', `rack:${r.id}`, 86000 + 7000 * i, { ...place(r), name: r.label, value: 84 + 3 * i }));
		const kept = all.filter((a) => a.rule === 'failover-risk');
		if (kept.length > 1) {
			silences.push({
				id: String(++last_silence), entity: kept[0].entity, rule: 'failover-*', reason: `change 4711 ${HOSTILE}`, author: 'wang', maintenance: true,
				from: iso(now - 3600), until: iso(now + 7200), created: iso(now - 7200), ended: null,
			});
		}
		silences.push(
			{ id: String(++last_silence), entity: `site:${hall.site.id}`, rule: null, reason: 'UPS test', author: 'li', maintenance: true, from: iso(now + 86400), until: iso(now + 90000), created: iso(now - 60), ended: null },
			{ id: String(++last_silence), entity: `hall:${hall.id}`, rule: 'inlet-hot', reason: 'cooling unit 3 replaced', author: 'li', maintenance: false, from: iso(now - 90000), until: iso(now - 80000), created: iso(now - 90000), ended: iso(now - 85000) },
		);
		add('outlet-state', `device:${racks[0].id}-pdu-b`, 500, { ...place(racks[0]), name: racks[0].label, instance: '7', word: 'off', limit: null });
		add('target-late', 'target:plan-2023', 864000, { value: 1057 });
		add('disk-low', 'collector:self', 140, { value: 6.2 });
		all.filter((a) => !a.folded).slice(-16).forEach((a, i) => send(i % 3 === 2 ? 'noc-dingtalk' : 'noc', a, i));
	}

	function send(receiver, a, i, more = {}) {
		const state = receiver === 'noc-dingtalk' ? (i > 8 ? 'queued' : 'dead') : 'delivered';
		const d = {
			id: String(++last_delivery), receiver, group: `rule=${a.rule} site=${a.site ?? ''}`, key: hash(receiver + i), type: a.state === 'resolved' ? 'alert.resolved' : 'alert.firing', state, test: false, repeat: false,
			created: a.fired, next_try: state === 'queued' ? iso(now + 95) : null, ended: state === 'queued' ? null : a.fired, attempts: state === 'delivered' ? 1 : 4, into: null, replay_of: null,
			error: state === 'delivered' ? null : `refused: errcode 310000: keywords not in content ${i === 5 ? HOSTILE : ''}`, alert: a.id, ...more,
		};
		deliveries.push(d);
		return d;
	}
	const attempts_of = (d) => Array.from({ length: d.attempts }, (_, i) => ({
		number: i + 1, at: d.created, ms: 41 + 7 * i, status: d.state === 'delivered' ? 204 : 200, verdict: d.state === 'delivered' ? 'accepted' : i < 3 ? 'retry' : 'refused', error: d.error,
		request: `POST /robot/send?access_token=*** HTTP/1.1\nHost: example.invalid\nContent-Type: application/json\n\n{"msgtype":"markdown","markdown":{"title":"告警","text":"${d.group}"}}`, reply: d.state === 'delivered' ? '' : '{"errcode":310000,"errmsg":"keywords not in content"}',
	}));

	const open = () => all.filter((a) => a.state !== 'resolved');
	const holds = (s) => s.ended === null && Date.parse(s.from) <= Date.now() && Date.parse(s.until) > Date.now();
	const word = (s) => (holds(s) ? 'active' : s.ended === null && Date.parse(s.from) > Date.now() ? 'future' : 'over');
	const is_at = (a, at) => a.entity === at || a[at.split(':')[0]] === at.split(':')[1] || at.startsWith('province:');
	const glob = (pattern, text) => pattern === null || new RegExp('^' + pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.') + '$').test(text);
	const silence_of = (a) => silences.find((s) => holds(s) && is_at(a, s.entity) && glob(s.rule, a.rule))?.id ?? null;
	const shown = (a) => ({ ...a, silenced: a.state === 'resolved' ? null : silence_of(a) });
	const loud = (a) => !a.folded && a.state === 'firing' && silence_of(a) === null;

	function counts() {
		const list = open().filter((a) => !a.folded);
		const n = (f) => list.filter(f).length;
		return {
			...Object.fromEntries(RANK.map((s) => [s, n((a) => loud(a) && a.severity === s)])), firing: n((a) => a.state !== 'stale'), acknowledged: n((a) => a.acknowledged !== null),
			silenced: n((a) => silence_of(a) !== null), folded: open().length - list.length, stale: n((a) => a.state === 'stale'), pending: 3,
			evaluated: 12345, evaluated_at: iso(Math.floor(Date.now() / 10000) * 10),
		};
	}

	function list(q) {
		const states = (q.get('state') ?? 'open').split(',');
		const closed = states.includes('resolved');
		const has = (a) => (closed ? a.state === 'resolved' : a.state === 'resolved' ? false : a.folded ? states.includes('folded')
			: states.includes('open') || states.includes(a.state) || (states.includes('silenced') && silence_of(a) !== null));
		const find = (q.get('q') ?? '').toLowerCase();
		const items = all.filter((a) => has(a) && (!q.get('severity') || q.get('severity').split(',').includes(a.severity)) && (!q.get('at') || is_at(a, q.get('at'))) &&
			(!q.get('rule') || a.rule === q.get('rule')) && `${a.entity} ${a.summary.en} ${a.summary.zh}`.toLowerCase().includes(find)).map(shown);
		items.sort((a, b) => (closed ? 0 : RANK.indexOf(a.severity) - RANK.indexOf(b.severity)) || Number(b.id) - Number(a.id));
		const n = Number(q.get('limit')) || 100, from = Number(q.get('cursor') ?? 0);
		return { items: items.slice(from, from + n), next: from + n < items.length ? String(from + n) : null, counts: closed ? null : counts() };
	}

	function found(list_of, id, code) {
		const x = list_of.find((y) => y.id === id);
		if (x === undefined) {
			throw new Refused(404, code, { id });
		}
		return x;
	}

	const one = (a) => ({
		...shown(a), changes: changes.get(a.id), deliveries: deliveries.filter((d) => d.alert === a.id), members: all.filter((m) => m.under === a.id).slice(0, 1000).map(shown),
	});

	function explain(id) {
		const a = shown(found(all, id, 'no_such_alert'));
		const untold = [
			...(a.under !== null ? [{ code: 'folded', params: { alert: a.under } }] : []), ...(a.silenced !== null ? [{ code: 'silenced', params: { silence: a.silenced } }] : []),
			...(a.flapping ? [{ code: 'flapping', params: {} }] : []),
		];
		if (a.state === 'resolved') {
			throw new Refused(404, 'no_open_alert', { id });
		}
		return { ...a, lasting_s: (Date.now() - Date.parse(a.since)) / 1000, rule_text: by_rule.get(a.rule) ?? null, untold };
	}

	function ack(me, a, method, body) {
		if (a.state === 'resolved') {
			throw new Refused(409, 'alert_resolved', { id: a.id });
		}
		if ((method === 'POST') === (a.acknowledged !== null)) {
			throw new Refused(409, 'already_acknowledged', { id: a.id });
		}
		a.acknowledged = method === 'POST' ? { by: me, at: iso(Date.now() / 1000), note: body.note || null } : null;
		a.state = a.state === 'stale' ? 'stale' : method === 'POST' ? 'acknowledged' : 'firing';
		note(a, method === 'POST' ? 'acked' : 'unacked', null, { by: me, note: body.note || null });
		return shown(a);
	}

	function silence(me, body) {
		if (!body.reason?.trim()) {
			throw new Refused(400, 'bad_member', { member: 'reason' });
		}
		if ((body.until !== undefined) === (body.for_s > 0)) {
			throw new Refused(400, 'bad_member', { member: 'until' });
		}
		const until = body.until ?? iso(Date.parse(body.from ?? iso(Date.now() / 1000)) / 1000 + body.for_s);
		const s = {
			id: String(++last_silence), entity: body.entity, rule: body.rule || null, reason: body.reason, author: me, maintenance: body.maintenance === true,
			from: body.from ?? iso(Date.now() / 1000), until, created: iso(Date.now() / 1000), ended: null,
		};
		silences.push(s);
		return { ...s, state: word(s) };
	}

	const receivers = () => ({
		items: [
			['noc', 'webhook', 'https://hooks.example.invalid/…', 'en', 'ok', null], ['noc-dingtalk', 'dingtalk', 'https://oapi.example.invalid/robot/send?access_token=…', 'zh', 'failing', 'refused: errcode 310000: keywords not in content'],
			['night', 'pagerduty', 'https://events.example.invalid/v2/enqueue', 'en', 'disabled', 'gone: 410'], ['wall', 'template', 'http://10.1.2.3/…', 'both', 'idle', null],
		].map(([name, type, url, lang, state, error]) => {
			const own = deliveries.filter((d) => d.receiver === name);
			const n = (s) => own.filter((d) => d.state === s).length;
			return {
				name, type, url, lang, state, queued: n('queued'), dead: n('dead'), delivered: n('delivered'), attempts: own.reduce((m, d) => m + d.attempts, 0), accepted: state === 'ok' ? iso(now - 40) : state === 'failing' ? iso(now - 9000) : null,
				failed: error === null ? null : iso(now - 70), error, next_try: state === 'failing' ? iso(now + 95) : null, resolved: true, repeat_s: name === 'wall' ? null : 14400, silent_s: 1800, rate: { per_minute: name === 'noc-dingtalk' ? 18 : 60, burst: 10 },
			};
		}),
		next: null, heartbeat: { receiver: 'noc', every_s: 60 }, canary: { minute: 480, sent: iso(now - 3600), confirmed: null, receivers: 3, confirmed_by: 2 },
	});

	function test(name, body) {
		const r = found(receivers().items.map((x) => ({ ...x, id: x.name })), name, 'no_such_receiver');
		const d = send(name, all[all.length - 1], 1, { test: true, attempts: 1, created: iso(Date.now() / 1000), ended: iso(Date.now() / 1000), state: r.state === 'ok' ? 'delivered' : 'dead', error: r.error });
		const [a] = attempts_of(d);
		return { delivery: d, ...a, verdict: r.state === 'ok' ? 'accepted' : 'refused', error: r.error };
	}

	function replay(id) {
		const d = found(deliveries, id, 'no_such_delivery');
		if (d.state === 'queued') {
			throw new Refused(409, 'delivery_waits', { id });
		}
		const again = { ...d, id: String(++last_delivery), state: 'queued', attempts: 0, created: iso(Date.now() / 1000), ended: null, replay_of: d.id, error: null, next_try: iso(Date.now() / 1000) };
		deliveries.push(again);
		return { id: again.id };
	}

	function paged(items, q) {
		const n = Number(q.get('limit')) || 100, from = Number(q.get('cursor') ?? 0);
		return { items: items.slice(from, from + n), next: from + n < items.length ? String(from + n) : null };
	}

	/* undefined: not of the alerts. */
	function answer(method, path, q, body, me) {
		const [what, id, more] = path.split('/').map(decodeURIComponent);
		if (method !== 'GET') {
			version++;
		}
		switch ([method, what, id === undefined ? '' : '{id}', more ?? ''].join(' ').trim()) {
		case 'GET alerts': return list(q);
		case 'GET alerts {id}': return one(found(all, id, 'no_such_alert'));
		case 'POST alerts {id} ack': case 'DELETE alerts {id} ack': return ack(me, found(all, id, 'no_such_alert'), method, body);
		case 'GET rules': return { items: [...by_rule.values()].map((r) => ({ ...r, open: open().filter((a) => a.rule === r.id).length })), next: null };
		case 'GET silences': return { items: silences.map((s) => ({ ...s, state: word(s) })).filter((s) => (q.get('state') ?? s.state).split(',').includes(s.state)).reverse(), next: null };
		case 'POST silences': return silence(me, body);
		case 'DELETE silences {id}': {
			const s = found(silences, id, 'no_such_silence');
			if (word(s) === 'over') {
				throw new Refused(409, 'silence_over', { id });
			}
			s.ended = iso(Date.now() / 1000);
			return { ...s, state: word(s) };
		}
		case 'GET receivers': return receivers();
		case 'POST receivers {id} test': return test(id, body);
		case 'GET deliveries': return paged(deliveries.filter((d) => (!q.get('receiver') || d.receiver === q.get('receiver')) && (!q.get('state') || d.state === q.get('state')) && (!q.get('alert') || d.alert === q.get('alert'))).reverse(), q);
		case 'GET deliveries {id}': {
			const d = found(deliveries, id, 'no_such_delivery');
			return { ...d, tries: attempts_of(d), notice: { id: d.key, type: d.type, group: d.group, title: HOSTILE } };
		}
		case 'POST deliveries {id} replay': return replay(id);
		default: return what === 'explain' && id === 'alert' ? explain(more) : undefined;
		}
	}

	/* of a place or a rack: what the capacity answers say of it */
	const of = (kind, id) => {
		const own = open().filter((a) => !a.folded && (kind === 'province' || a[kind] === id));
		return { worst: RANK.find((s) => own.some((a) => a.severity === s)) ?? null, firing: own.length };
	};
	seed();
	return { answer, of, version: () => version, fire: (rule, entity, more) => { version++; return add(rule, entity, 0, more); } };
}
