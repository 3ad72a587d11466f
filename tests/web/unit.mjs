/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pages' library without a browser: numbers, times, addresses, words.
 * Bundled on the fly by the esbuild that builds the pages.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { has_modules, load, must_run, source } from './modules.mjs';
import { done, is, ok, skip_all } from './tap.mjs';

if (!has_modules) {
	if (must_run) {
		ok(false, 'node_modules are there');
		done();
		process.exit(1);
	}
	skip_all('no node_modules');
}

async function lib(name) {
	const { outputFiles: [out] } = await load('esbuild').build({
		stdin: {
			contents: `export * from './src/lib/${name}.ts'; export { where } from './src/lib/url.ts'`,
			resolveDir: join(source, '..'),
		},
		nodePaths: [join(load.resolve('esbuild/package.json'), '../..')],
		bundle: true, format: 'esm', platform: 'neutral', mainFields: ['module', 'main'], write: false,
	});
	return import('data:text/javascript;base64,' + Buffer.from(out.contents).toString('base64'));
}

const T = '\u202f';

async function format() {
	const f = await lib('format');
	for (const [got, want] of [
		[f.int(90000), '90,000'], [f.int(0), '0'], [f.int(null), '—'], [f.int(1234567), '1,234,567'],
		[f.watts(null), '—'], [f.watts(0), `0${T}W`], [f.watts(123.4), `123${T}W`], [f.watts(4212), `4.21${T}kW`],
		[f.watts(42120), `42.1${T}kW`], [f.watts(421200), `421${T}kW`], [f.watts(5.4e6), `5.40${T}MW`], [f.watts(-1500), `-1.50${T}kW`],
		[f.percent(1), `100${T}%`], [f.percent(0.9999), `99.9${T}%`], [f.percent(0.0001), `0.1${T}%`], [f.percent(0), `0${T}%`],
		[f.percent(0.982), `98.2${T}%`], [f.percent(null), '—'], [f.percent(0.995, 0), `99${T}%`], [f.percent(1.2, 0), `120${T}%`],
		[f.bytes(1536), `1.5${T}KiB`], [f.bytes(null), '—'], [f.celsius(24.55), `24.6${T}°C`], [f.amps(27.4), `27.4${T}A`],
		[f.measure(null, 'W'), '—'], [f.measure('on', null), 'on'], [f.measure(0, 'A'), `0${T}A`], [f.measure(1e6, 'Wh'), `1.00${T}MWh`],
	]) {
		is(got, want, `format: ${want}`);
	}
	is(f.csv([['a', 'b"c', null], [1, '=cmd()', 'x,y']]), 'a,"b""c",\r\n1,\'=cmd(),"x,y"\r\n', 'csv: quotes, empties, no formulas');
	is(f.csv([[-5]]), '-5\r\n', 'csv: a negative number stays a number');
}

async function url() {
	const u = await lib('url');
	is(u.link_in('?lang=zh&theme=dark&live=0&q=x', '/racks', { evidence: 'stale' }), '/racks?evidence=stale&lang=zh&theme=dark&live=0', 'url: links keep language, theme and live, not filters');
	is(u.link_in('', '/racks/a'), '/racks/a', 'url: no empty question mark');
	is(u.changed('/racks', '?a=1&cursor=5&lang=en', { cursor: null, a: '2' }), '/racks?a=2&lang=en', 'url: change and remove');
	is(u.with_query('/series', { entity: 'rack:a', from: '-24h', role: null }), '/series?entity=rack%3Aa&from=-24h', 'url: nulls are left out');
	for (const [path, page, id] of [
		['/', '', null], ['/racks', 'racks', null], ['/racks/', 'racks', null], ['/racks/a-1', 'racks', 'a-1'], ['/areas/410100', 'areas', '410100'],
		['/areas', '?', null], ['/racks/a/b', '?', null], ['/collector', 'collector', null], ['/collector/x', '?', null], ['/racks/%E0%A4%A', 'racks', '%E0%A4%A'],
	]) {
		const r = u.route_of(path);
		is(`${r.page} ${r.id}`, `${page} ${id}`, `route: ${path.replace('%', '%%')}`);
	}
}

/* A page that the daemon does not know cannot be reloaded. */
async function served() {
	const pages = [...readFileSync(join(source, '../../collectord/http/route.c'), 'utf8').matchAll(/\bPAGE\("\/([a-z]*)(\/\{id\})?"\)/g)].map((m) => m[1] + (m[2] ? '/' : ''));
	const late = [...readFileSync(join(source, 'main.tsx'), 'utf8').matchAll(/^\t'?([a-z]+\/?)'?: \(\) => import/gm)].map((m) => m[1]);
	ok(late.length > 8, 'served: the pages were read');
	is(late.filter((p) => !pages.includes(p)).join(), '', 'served: the daemon gives each page by its path');
}

async function time() {
	const t = await lib('time');
	const at = Date.parse('2026-11-21T16:05:09Z');
	is(t.minute_text(at, 'Asia/Shanghai'), '2026-11-22 00:05', 'time: the province\'s day, not the browser\'s');
	is(t.clock_text(at, 'Asia/Shanghai'), '00:05:09', 'time: midnight is 00, not 24');
	is(t.since_text(at, at + 3600e3, 'Asia/Shanghai'), '00:05', 'time: today needs no date');
	is(t.since_text(at, at + 90000e3, 'Asia/Shanghai'), '2026-11-22 00:05', 'time: another day does');
	is(t.date_text(at, 'No/Such'), '2026-11-21', 'time: an unknown zone falls back to UTC');
	is(`${t.span_s('24h')} ${t.span_s('7d')} ${t.span_s('x')} ${t.span_s('-1h')}`, '86400 604800 null null', 'time: range words');
}

async function range() {
	const r = await lib('range');
	const two = r.align([
		{ t: [0, 10, 20], avg: [1, null, 3], min: [0, null, 2], max: [2, null, 4] },
		{ t: [0, 20], avg: [5, 6], min: [5, 6], max: [5, 6] }, null,
	]);
	is(JSON.stringify(two.t), '[0,10,20]', 'align: one axis');
	is(JSON.stringify(two.cols[0]), '[1,null,3]', 'align: null stays a gap');
	is(two.cols[3][1], undefined, 'align: a coarser series has no gap there');
	is(two.cols.length, 9, 'align: three columns for each series, also a missing one');
	is(r.series_path({ entity: 'rack:a', metric: 'power_w' }, { from: 0, to: 604800, word: '7d' }), '/series?entity=rack%3Aa&metric=power_w&from=-168h&max_points=600&cf=avg', 'series: relative range in hours');
	is(r.series_path({ entity: 'rack:a', metric: 'current_a', role: 'pdu-a', instance: 'L1' }, { from: 5, to: 9, word: null }), '/series?entity=rack%3Aa&metric=current_a&role=pdu-a&instance=L1&from=5&to=9&max_points=600&cf=avg', 'series: absolute range');
}

async function live() {
	const l = await lib('live');
	const news = (kind, ...ids) => JSON.stringify({ kind, ids });
	for (const [data, page, id, want] of [
		[news('slot'), '', null, true], [news('device', 'a-1-pdu-a'), '', null, false], [news('device', 'a-1-pdu-a'), 'racks', 'a-1', true],
		[news('device', 'a-10-pdu-a'), 'racks', 'a-1', false], [news('device', 'a-1-pdu-a'), 'devices', 'a-1-pdu-a', true],
		[news('device', 'x'), 'devices', 'y', false], [news('device', 'x'), 'devices', null, true], [news('config'), 'racks', 'a', true], ['not json', '', null, true],
	]) {
		is(l.concerns(data, { page, id }), want, `live: ${data.replaceAll('"', '')} on ${page || 'the overview'} ${id ?? ''}`);
	}
}

/* Who logs in comes back to a page of ours; what the daemon would refuse is known before. */
async function account() {
	const w = await lib('who');
	for (const [asked, want] of [
		[null, '/'], ['/racks?q=a&lang=en', '/racks?q=a&lang=en'], ['racks', '/'], ['//evil.example/x', '/'], ['/\\\\evil.example', '/'], ['/\t/evil.example', '/'],
		['/.//evil.example', '/'], ['/a/..//evil.example', '/'], ['http://evil.example/', '/'], ['javascript:alert(1)', '/'], ['/login?next=/', '/'], ['/setup', '/'], ['/racks/a#x', '/racks/a'],
	]) {
		is(w.next_of(asked), want, `next: ${JSON.stringify(asked)}`);
	}
	const a = await lib('account');
	for (const [text, want] of [['123456789', 'short'], ['1234567890', null], ['密码密码密码密码密码', null], ['密码密码密码密码密', 'short'], ['a'.repeat(257), 'long'], ['密'.repeat(86), 'long'], ['abcdefghi\tj', 'control'], ['ZhangZongYuan', 'name']]) {
		is(a.password_fault(text, 'zhangzongyuan'), want, `password: ${text.length} characters, ${want ?? 'fine'}`);
	}
	const user = (name, more = {}) => ({ name, role: 'admin', places: null, disabled: false, ...more });
	is(a.is_last_admin(user('a'), [user('a'), user('b', { places: 'site:x' }), user('c', { disabled: true }), user('d', { role: 'viewer' })]), true, 'users: the last admin of everything');
	is(a.is_last_admin(user('a'), [user('a'), user('b')]), false, 'users: one of two');
	is(JSON.stringify(a.user_change(user('a', { places: 'site:x' }), { role: 'admin', places: ' ', disabled: true, password: '' })), '{"places":"","disabled":"yes"}', 'users: only what changes is sent');
	for (const [action, text, want] of [
		['user_add', 'operator at site:zz1 hall:zz2-h1', { role: 'operator', places: 'site:zz1 hall:zz2-h1', disabled: false, password: false }],
		['user_change', 'viewer at all, disabled, new password', { role: 'viewer', places: 'all', disabled: true, password: true }],
		['token_add', 'a: b: admin', { name: 'a: b', role: 'admin' }], ['token_delete', 'copy of x of li', { name: 'copy of x', owner: 'li' }],
		['login_blocked', '60 s', { wait_s: 60 }], ['setup', 'the first admin', { first: true }], ['user_change', 'otherwise', { text: 'otherwise' }], ['reservation_add', '2 racks', { text: '2 racks' }], ['login', null, { text: '' }],
	]) {
		is(JSON.stringify(a.detail_of(action, text)), JSON.stringify(want), `audit: ${action}, ${text}`);
	}
	const daemon = ['http/api_session.c', 'http/api_users.c', 'http/api_tokens.c', 'state/reserve.c'].map((f) => readFileSync(join(source, '../../collectord', f), 'utf8')).join('\n');
	const actions = [...daemon.matchAll(/session_audit\(request, "([a-z_]+)"|audit\.action\),\s*"([a-z_]+)"|enter\(request, user, "([a-z_]+)"\)/g)].map((m) => m[1] ?? m[2] ?? m[3]);
	ok(actions.length > 10, 'audit: the daemon\'s actions were read');
	const en = JSON.parse(readFileSync(join(source, 'i18n/users.en.json'), 'utf8'));
	is([...new Set(actions)].filter((x) => en['action.' + x] === undefined).join(), '', 'audit: each has its words');
}

/* What a module says by t('key') must be in the tables that come with whoever loads it. */
async function each_page_brings_its_words(tables) {
	const { metafile } = await load('esbuild').build({
		absWorkingDir: join(source, '..'), entryPoints: ['src/main.tsx'], bundle: true, metafile: true, write: false, splitting: true,
		format: 'esm', outdir: '/out', jsx: 'automatic', jsxImportSource: 'preact', logLevel: 'silent',
		nodePaths: [join(load.resolve('esbuild/package.json'), '../..')],
	});
	const reach = (from) => {
		const seen = new Set();
		const follow = (path) => {
			if (!seen.has(path)) {
				seen.add(path);
				(metafile.inputs[path]?.imports ?? []).filter((i) => i.kind === 'import-statement').forEach((i) => follow(i.path));
			}
		};
		from.forEach(follow);
		return [...seen];
	};
	/* pages, and what a page opens later */
	const pages = Object.values(metafile.inputs).flatMap((f) => f.imports).filter((i) => i.kind === 'dynamic-import').map((i) => i.path);
	ok(pages.length > 5, 'words: the pages that come later were found');
	for (const page of [null, ...pages]) {
		const files = reach(['src/main.tsx', ...(page === null ? [] : [page])]);
		const known = new Set(tables.filter(([n]) => files.includes(`src/i18n/${n}en.json`)).flatMap(([, keys]) => keys));
		const missing = files.filter((f) => /^src\/.*\.tsx?$/.test(f)).flatMap((f) =>
			[...readFileSync(join(source, '..', f), 'utf8').matchAll(/\bt\('([a-z0-9_.]+)'/g)].map((m) => m[1]).filter((k) => !known.has(k)).map((k) => `${f}: ${k}`));
		is(missing.join(', '), '', `words: ${page ?? 'the first page'} brings those that it uses`);
	}
}

async function words() {
	const i = await lib('i18n');
	const table = (l) => JSON.parse(readFileSync(join(source, `i18n/${l}.json`), 'utf8'));
	/* the first page's table has no name of its own */
	const tables = readdirSync(join(source, 'i18n')).filter((f) => f.endsWith('en.json')).map((f) => f.slice(0, -'en.json'.length)).sort();
	ok(tables.includes('') && tables.length > 3, 'words: the tables are there');
	const all = tables.flatMap((n) => Object.keys(table(n + 'en')));
	is(all.filter((k, i) => all.indexOf(k) !== i).join(), '', 'words: each stands in one table');
	const [en, zh] = ['en', 'zh'].map((l) => Object.assign({}, ...tables.map((n) => table(n + l))));
	await each_page_brings_its_words(tables.map((n) => [n, Object.keys(table(n + 'en'))]));
	const profiles = join(source, '../../conf/profiles');
	const metrics = readdirSync(profiles).filter((f) => f.endsWith('.yaml')).flatMap((f) =>
		[...readFileSync(join(profiles, f), 'utf8').matchAll(/\bmetric: ([a-z0-9_]+)/g)].map((m) => m[1]));
	ok(metrics.length > 200, 'words: the profiles were read');
	is([...new Set(metrics)].filter((m) => en['metric.' + m] === undefined).join(), '', 'words: every metric of the profiles has one');
	/* "1: on", "2: {state: off, …" in the enums of a profile */
	const states = readdirSync(profiles).filter((f) => f.endsWith('.yaml')).flatMap((f) => {
		const enums = /^enums:\n((?:[ #].*\n|\n)+)/m.exec(readFileSync(join(profiles, f), 'utf8'))?.[1].replace(/#.*/g, '') ?? '';
		return [...enums.matchAll(/(?:[\d"\w] ?: |state: )"?([a-z_]+)"?(?=[,}\n ])/g)].filter((m) => !/severity: $/.test(enums.slice(0, m.index + m[0].indexOf(m[1])))).map((m) => m[1]);
	});
	ok(states.length > 100, 'words: the states of the profiles were read');
	is([...new Set(states)].filter((w) => en['stateword.' + w] === undefined).join(), '', 'words: every state of the profiles has one');
	/* what the ipmi plugin calls the states of discrete sensors, and the parts they are of */
	const ipmi = readFileSync(join(source, '../../plugins/ipmi/states.c'), 'utf8');
	const said = [...ipmi.matchAll(/\{"([a-z0-9_]+)",\s*COL_SEVERITY/g)].map((m) => 'stateword.' + m[1]);
	const parts = [...ipmi.matchAll(/ROW\("([a-z0-9_]+)"|\{"([a-z0-9_]+)", NULL, 0\}/g)].map((m) => 'part.' + (m[1] ?? m[2]));
	ok(said.length > 150 && parts.length > 40, 'words: the states of IPMI sensors were read');
	alert_words(en);
	const infos = readdirSync(join(source, '../../plugins/ipmi')).filter((f) => f.endsWith('.c')).flatMap((f) =>
		[...readFileSync(join(source, '../../plugins/ipmi', f), 'utf8').matchAll(/"info_([a-z0-9_]+)"/g)].map((m) => 'info.' + m[1]));
	ok(infos.length > 5, 'words: what a server says of itself was read');
	is([...new Set(infos)].filter((k) => en[k] === undefined).join(), '', 'words: every info of IPMI has one');
	is([...new Set([...said, ...parts])].filter((k) => en[k] === undefined).join(), '', 'words: every state and part of IPMI has one');
	is(Object.keys(en).join('\n'), Object.keys(zh).join('\n'), 'words: both languages have the same keys in the same order');
	ok(Object.keys(en).length > 300, 'words: the tables were read');
	const holes = (s) => [...s.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join();
	is(Object.keys(en).filter((k) => holes(en[k]) !== holes(zh[k])).join(), '', 'words: the same parameters in both');
	is(Object.entries({ ...en, ...zh }).filter(([, v]) => typeof v !== 'string' || v === '').map(([k]) => k).join(), '', 'words: none is empty');
	is(Object.keys(zh).filter((k) => /[a-z]{3,}/.test(zh[k].replace(/\{\w+\}|CSV|Esc|max/g, '')) && zh[k] === en[k]).join(), '', 'words: none is left in English');
	const used = new Set();
	const walk = (dir) => readdirSync(dir, { withFileTypes: true }).forEach((e) => {
		if (e.isDirectory()) {
			walk(join(dir, e.name));
		} else if (/\.tsx?$/.test(e.name)) {
			for (const [, key] of readFileSync(join(dir, e.name), 'utf8').matchAll(/'([a-z0-9_.]+)'/g)) {
				used.add(key);
			}
		}
	});
	walk(source);
	/* keys made from data: word('state', …), t(`layer.${…}`) */
	const made = /^(evidence|state|reason|kind|status|error|plugin|info|quality|metric|instance|layer|live|target|failover|problem|range|profile|actor|stateword|power_source|part|bmc|group|severity|aisle|band|bind|col|face|node|plan|refused|reservation|resource|safe|whatif|risk|pue|room_of|power_node|differ|differ_kind|role|action|password|nav2|tab|quiet|alert_state|alert_end|silence|silence_state|untold|change|fold|on|where|limit_is|take|gauge|receiver|receiver_state|verdict|delivery_state|notice)\./;
	is(Object.keys(en).filter((k) => !used.has(k) && !made.test(k)).join(), '', 'words: none is unused');
	for (const code of ['no_device', 'no_good_sample', 'power_seen', 'below_min_power', 'energised_empty', 'too_little', 'not_declared']) {
		ok(en['reason.' + code], `words: evidence reason ${code}`);
	}
	for (const code of ['timeout', 'auth', 'engine_id', 'no_profile', 'bad_reply', 'address', 'backoff', 'plugin', 'cancelled', 'internal']) {
		ok(en['error.' + code], `words: device error ${code}`);
	}
	is(i.fill('{a} of {b}', { a: 1 }), '1 of {b}', 'fill: a missing parameter stays visible');
	is([i.choose_lang('zh', 'en', 'en'), i.choose_lang(null, 'zh', 'en'), i.choose_lang('fr', null, 'zh-TW'), i.choose_lang(null, null, 'de')].join(), 'zh,zh,zh,en', 'language: address, then choice, then browser');
	i.where.value = { path: '/', search: '?lang=zh' };
	is(`${i.t('evidence.verified')} ${i.word('state', 'no-such')} ${i.name_of({ en: 'A', zh: null }, 'x')} ${i.name_of(null, 'x')}`, '遥测核实 no-such A x', 'words: language of the address, raw word for unknown codes, other name for a missing one');
}

async function alerts() {
	const a = await lib('api_alerts');
	const of = (id, severity, more = {}) => ({ id, severity, state: 'firing', acknowledged: null, silenced: null, folded: false, site: 'x', hall: null, rule: 'r', ...more });
	const groups = a.grouped([of('1', 'warning', { site: 'b' }), of('2', 'info', { site: 'a' }), of('3', 'critical', { site: 'c' }), of('4', 'warning', { site: 'a' }), of('5', 'info', { site: null })], 'site');
	is(groups.map((g) => `${g.key}:${g.worst[0]}${g.items.map((x) => x.id).join('')}`).join(' '), 'c:c3 a:w24 b:w1 null:i5', 'alerts: groups with the worst first, then the largest; none is lost');
	const counts = { firing: 20, stale: 2, acknowledged: 3, silenced: 4, folded: 9 };
	is(a.TABS.map((x) => a.tab_count(counts, x)).join(), '15,3,4,9,', 'alerts: tabs count what is open');
	is([of('1', 'info'), of('2', 'info', { acknowledged: { by: 'x' } }), of('3', 'info', { silenced: '7' }), of('4', 'info', { state: 'stale' }), of('5', 'info', { folded: true })].map((x) => a.TABS.filter((tab) => a.belongs(x, tab) && tab !== 'silenced' && tab !== 'folded' && tab !== 'history').join()).join(' '),
		'firing acknowledged  firing ', 'alerts: an alert without data is still firing; what is silenced or folded is not');
	for (const [entity, more, want] of [
		['rack:zz1-a', {}, '/racks/zz1-a'], ['row:zz1-r', {}, '/racks row=zz1-r'], ['feed:zz1-a-b', { rack: 'zz1-a' }, '/racks/zz1-a'], ['feed:ups-1', { site: 'zz1' }, '/sites/zz1'], ['feed:x', {}, 'null'],
		['device:zz1-a-pdu-a', {}, '/devices/zz1-a-pdu-a'], ['collector:self', {}, '/collector'], ['target:plan', {}, '/ target=plan'], ['odd', {}, 'null'],
	]) {
		const got = a.entity_path(entity, { rack: null, site: null, ...more });
		is(got === null ? 'null' : [got[0], ...Object.entries(got[1]).map((e) => e.join('='))].join(' '), want, `alerts: the way to ${entity}`);
	}
	const where = { entity: 'device:d', rack: 'k', row: 'w', hall: 'h', site: 's', area: 'a' };
	is(a.around(where).join(), 'device:d,rack:k,row:w,hall:h,site:s,area:a', 'silence: the thing and what is around it');
	is(a.around({ ...where, entity: 'rack:k' }).join(), 'rack:k,row:w,hall:h,site:s,area:a', 'silence: nothing twice');
	is(a.around({ ...where, entity: 'collector:self', rack: null, row: null, hall: null, site: null, area: null }).join(), 'collector:self', 'silence: of the collector, the collector');
	const seen = new Set(['1']);
	is(a.fresh_ones([of('1', 'critical'), of('2', 'critical'), of('3', 'warning'), of('4', 'critical', { silenced: '1' }), of('5', 'critical', { state: 'stale' })], seen).map((x) => x.id).join(), '2', 'alerts: what is said aloud is new, critical and loud');
	is(a.fresh_ones([of('1', 'critical')], null).length, 0, 'alerts: what was there at first is not new');
	const t = await lib('time');
	const ms = (text, zone) => new Date(a.wall_to_ms(text, (x) => t.minute_text(x, zone))).toISOString();
	is(ms('2031-03-01T09:30', 'Asia/Shanghai'), '2031-03-01T01:30:00.000Z', 'silence: times are of the province\'s clock');
	is(ms('2026-07-01T12:00', 'Europe/Berlin'), '2026-07-01T10:00:00.000Z', 'silence: also where clocks change in summer');
	is(Number.isNaN(a.wall_to_ms('', (x) => t.minute_text(x, 'UTC'))), true, 'silence: no time is no time');
}

/* What the daemon's alerting calls things has words. */
function alert_words(en) {
	const c = (f) => readFileSync(join(source, '../../collectord', f), 'utf8');
	const all = (text, re) => [...text.matchAll(re)].map((m) => m[1]);
	const body = (text, name) => text.slice(text.indexOf(name), text.indexOf('\n}', text.indexOf(name)));
	const alert = c('model/alert.c');
	const rule = readdirSync(join(source, '../../collectord/model')).filter((f) => f.endsWith('.c')).map((f) => c('model/' + f)).join('\n');
	const wanted = [
		...all(c('model/gauge.c'), /\] = \{ "([a-z0-9_]+)"/g).map((g) => (en['metric.' + g] ? 'metric.' : 'gauge.') + g),
		...all(body(alert, 'alert_change_text(enum'), /"([a-z_]+)"/g).map((k) => 'change.' + k), ...all(body(alert, 'alert_end_text(enum'), /"([a-z_]+)"/g).map((k) => 'alert_end.' + k),
		...all(body(rule, '[RULE_TEST_N] = '), /"([a-z_]+)"/g).map((k) => 'limit_is.' + k), ...all(body(rule, '[RULE_TAKE_N] = '), /"([a-z_]+)"/g).map((k) => 'take.' + k),
		...all(body(rule, '[LEVEL_N] = '), /"([a-z_]+)"/g).map((k) => 'on.' + k), ...all(body(rule, 'delivery_state_text(enum'), /"([a-z_]+)"/g).map((k) => 'delivery_state.' + k),
		...all(body(rule, 'notice_type_text(enum'), /"([a-z_.]+)"/g).map((k) => 'notice.' + k), ...all(c('http/api_rules.c'), /write_why\(json, "([a-z_]+)"/g).map((k) => 'untold.' + k),
		...['api_alerts', 'api_silences', 'api_receivers', 'api_deliveries'].flatMap((f) => [...c(`http/${f}.c`).matchAll(/session_audit\(request, (?:acked \? )?"([a-z_]+)"(?: : "([a-z_]+)")?/g)].flatMap((m) => [m[1], m[2]].filter((x) => x)).map((k) => 'action.' + k)),
		...['api_alerts', 'api_silences', 'api_receivers', 'api_deliveries', 'api_rules'].flatMap((f) => all(c(`http/${f}.c`), /problem_reply\(request, \d+, "([a-z_]+)"/g).map((k) => 'problem.' + k)),
	];
	ok(wanted.length > 100 && ['change.', 'alert_end.', 'limit_is.', 'take.', 'on.', 'delivery_state.', 'notice.', 'untold.', 'action.', 'problem.', 'gauge.'].every((p) => wanted.some((k) => k.startsWith(p))), 'words: what alerting calls things was read', wanted.join(' '));
	is([...new Set(wanted)].filter((k) => en[k] === undefined).join(), '', 'words: each has its words');
}

/* A hall of two rows on one side of an aisle and one across, as its floor is drawn. */
function hall_of(rows, floor = { width_m: 10, depth_m: 8, aisles: [{ id: 'c', name: { en: null, zh: null }, kind: 'cold', contained: false, box: { x_m: 1, y_m: 2.2, width_m: 6, depth_m: 1.2 } }] }) {
	return {
		floor, rows: rows.map(([id, y, n, run, x = 1]) => ({
			id, name: { en: id, zh: id }, floor: y === null ? null : { run, front: 'south', cold: 'c', hot: null },
			racks_list: Array.from({ length: n }, (_, i) => ({
				id: `${id}${i + 1}`, label: String(i + 1),
				box: y === null ? null : run === 'south' ? { x_m: x, y_m: y + 0.6 * i, width_m: 1.2, depth_m: 0.6 }
					: { x_m: x + 0.6 * (run === 'west' ? -i : i), y_m: y, width_m: 0.6, depth_m: 1.2 },
			})),
		})),
	};
}

async function floor() {
	const f = await lib('floor');
	const two = f.layout_of(hall_of([['a', 1, 5, 'east'], ['b', 3.4, 3, 'east']]));
	is(two.spots.length, 8, 'floor: a spot for each rack');
	is(JSON.stringify(two.room), '{"x_m":0,"y_m":0,"width_m":10,"depth_m":8}', 'floor: the room as it was measured');
	ok(two.view.x_m < 0 && two.view.width_m > 10, 'floor: names of rows have room');
	is(JSON.stringify(two.marks[0].line), '[1,2.2,4,2.2]', 'floor: the edge that takes in air');
	for (const [from, key, to] of [
		['a1', 'ArrowRight', 'a2'], ['a2', 'ArrowLeft', 'a1'], ['a1', 'ArrowLeft', null], ['a5', 'ArrowRight', null],
		['a2', 'ArrowDown', 'b2'], ['b2', 'ArrowUp', 'a2'], ['b3', 'ArrowDown', null], ['a3', 'Home', 'a1'], ['a3', 'End', 'a5'],
		/* nothing stands in line: the nearest within 45 degrees */
		['a5', 'ArrowDown', 'b3'], ['a1', 'x', null], ['zz', 'ArrowUp', null],
	]) {
		is(f.next_spot(two.spots, from, key), to, `floor: ${key} from ${from}`);
	}
	const west = f.layout_of(hall_of([['w', 1, 4, 'west', 6]]));
	is(f.next_spot(west.spots, 'w1', 'ArrowLeft'), 'w2', 'floor: a row that runs west is walked as it lies');
	const south = f.layout_of(hall_of([['s', 1, 4, 'south'], ['t', 1, 4, 'south', 4]]));
	is(`${f.next_spot(south.spots, 's1', 'ArrowDown')} ${f.next_spot(south.spots, 's2', 'ArrowRight')}`, 's2 t2', 'floor: rows that run south');
	ok(south.marks[0].upright, 'floor: their names stand above them');
	const bare = f.layout_of(hall_of([['a', null, 3], ['b', null, 2]], null));
	is(bare.spots.length, 5, 'floor: without a geometry every rack is still drawn');
	is(`${bare.room} ${bare.aisles.length}`, 'null 0', 'floor: in strips, without room and aisles');
	is(f.next_spot(bare.spots, 'a2', 'ArrowDown'), 'b2', 'floor: strips are walked too');
	const mixed = f.layout_of(hall_of([['a', 1, 3, 'east'], ['b', null, 2]]));
	ok(mixed.spots.find((s) => s.cell.id === 'b1').box.y_m > 8, 'floor: a row without a place lies below the room');
	const many = f.layout_of(hall_of(Array.from({ length: 50 }, (_, i) => ['r' + i + '-', 2 * i, 40, 'east'])));
	is(f.next_spot(many.spots, 'r20-7', 'ArrowDown'), 'r21-7', 'floor: 2,000 racks are walked');
	const apart = many.spots.every((a, i) => many.spots.slice(i + 1, i + 3).every((b) => Math.abs(a.box.x_m - b.box.x_m) > 0.59 || a.row !== b.row));
	ok(apart, 'floor: no rack lies on another');
}

async function layers() {
	const l = await lib('layers');
	const cell = (more) => ({ power_w: null, failover_ratio: null, temperature_c: null, delta_t_k: null, space: null, class: null, design_w: null, ...more });
	is(l.layer_of('temperature'), 'inlet', 'layers: the old name of the inlet');
	is(l.layer_of('nonsense'), 'power', 'layers: power where nothing is asked');
	is(l.raw_of(cell({ power_w: 1500 }), 'power'), 1500, 'layers: power');
	is(l.scaled_value(0.861, 'failover').toFixed(1), '86.1', 'layers: a ratio as percent');
	is(l.scaled_value(null, 'failover'), null, 'layers: unknown stays unknown');
	is(l.scale_of('power', [cell({ power_w: 4100 })]).high, 5, 'layers: a scale ends at a round number');
	is(l.scale_of('power', [cell({ power_w: 4100 })], 7300).high, 8, 'layers: one scale for all frames');
	is(l.scale_of('evidence', []), null, 'layers: a state has no scale');
	for (const [want, c, layer, v] of [
		['', { design_w: 6000 }, 'power', 4.7], ['high', { design_w: 6000 }, 'power', 4.9], ['over', { design_w: 6000 }, 'power', 6.1], ['', {}, 'power', 99],
		['', {}, 'failover', 80], ['high', {}, 'failover', 80.1], ['over', {}, 'failover', 100.1],
		['', {}, 'inlet', 27], ['high', {}, 'inlet', 27.1], ['high', {}, 'inlet', 17.9], ['over', {}, 'inlet', 35.1], ['over', { class: 'h1' }, 'inlet', 25.1],
		['high', {}, 'space', 81], ['', {}, 'delta_t', 30],
	]) {
		is(l.beyond(cell(c), layer, v), want, `layers: ${layer} ${v} is ${want || 'within'}`);
	}
	is(l.step_of(-1, { low: 0, high: 9 }) + l.step_of(99, { low: 0, high: 9 }), 8, 'layers: what is off the scale has its end');
	is(l.value_text(0.04, 'power'), '0.04', 'layers: little is not nothing');
}

async function elevation() {
	const e = await lib('elevation');
	is(e.line_of(42, 1, 1), 42, 'elevation: unit 1 is at the bottom');
	is(e.line_of(42, 41, 2), 1, 'elevation: two units up to the top');
	const gear = [{ id: 'a', u: 3, height: 2, face: 'both' }, { id: 'f', u: 6, height: 1, face: 'front' }, { id: 'r', u: 6, height: 1, face: 'rear' }, { id: 'n', u: null, height: 1, face: 'both' }];
	const slots = e.slots_of(8, gear, [{ u: 5, height: 1 }, { u: 1, height: 2 }], 2);
	is(slots.map((s) => `${s.kind[0]}${s.u}+${s.height}`).join(' '), 'r7+2 g6+1 g6+1 f5+1 g3+2 f1+2', 'elevation: from the top down; what is neither gear nor gap is reserved');
	is(e.slots_of(8, [], [], 0).length, 0, 'elevation: without gaps nothing is said to be free or reserved');
	is([e.next_index(0, 3, 'ArrowUp'), e.next_index(0, 3, 'ArrowDown'), e.next_index(2, 3, 'ArrowDown'), e.next_index(1, 3, 'End'), e.next_index(1, 3, 'q')].join(), '0,1,2,2,', 'elevation: arrow keys end at the ends');
}

async function planform() {
	const p = await lib('planform');
	const none = Object.fromEntries(p.PLAN_FIELDS.map((k) => [k, '']));
	is(p.plan_path(none), null, 'plan: nothing is asked, nothing is sent');
	is(p.plan_path({ ...none, u: '2', kw: '0' }), null, 'plan: no power is no server');
	is(p.plan_path({ ...none, u: '2', kw: '0.5', n: '40', area: 'x', site: 'zz1', tenant: ' acme ' }), '/plan?u=2&kw=0.5&n=40&site=zz1&tenant=acme', 'plan: the narrowest place');
	is(p.plan_path({ ...none, u: '2', kw: '0.5', kg: 'heavy', redundancy: 'n' }), '/plan?u=2&kw=0.5&redundancy=n', 'plan: what is no number is not sent');
	const body = (q) => JSON.stringify(p.whatif_body(new URLSearchParams(q)));
	is(body('kind=lose_feed&feed=A&at=hall:h1'), '{"lose_feed":"A","at":"hall:h1"}', 'what-if: lose a feed of a hall');
	is(body('kind=lose_feed&feed=B'), '{"lose_feed":"B"}', 'what-if: without a place, everywhere');
	is(body('kind=derate_node&id=ups-1&share=50'), '{"derate_node":"ups-1","share":0.5}', 'what-if: a share is 0..1');
	is(body('kind=derate_node&id=ups-1&share=150'), 'null', 'what-if: no more than all of it');
	is(body('kind=add&n=40&u=2&kw=0.5&kg=25&at=site:s'), '{"add":{"n":40,"u":2,"kw":0.5,"kg":25},"at":"site:s"}', 'what-if: servers');
	is(body('kind=remove_rack&id='), 'null', 'what-if: not complete, nothing is sent');
	is(body('kind=lose_rack&id=a-1'), '{"lose_rack":"a-1"}', 'what-if: a rack');
}

async function bundle() {
	const lock = readFileSync(join(source, '../package-lock.json'), 'utf8');
	ok(!/https?:|"resolved"/.test(lock), 'lock: names no host');
	ok((lock.match(/"integrity"/g) ?? []).length > 10, 'lock: pins by integrity');
}

await format();
await url();
await served();
await time();
await range();
await live();
await floor();
await layers();
await elevation();
await planform();
await account();
await alerts();
await words();
await bundle();
done();
