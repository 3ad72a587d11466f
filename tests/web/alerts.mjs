/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pages of alerting, part of pages.mjs: what they show is the API's, the
 * keyboard acknowledges and silences, new critical alerts are said, bytes of
 * strangers stay text.  t: what pages.mjs has (page, open, api, …).
 */
import { is, ok } from './tap.mjs';

const RANK = ['critical', 'warning', 'info'];
const HOSTILE = '<img src=x onerror=alert(1)>';
const words = (lang, en, zh) => (lang === 'en' ? en : zh);

/* In the order of the page: what nobody looks after and nobody has silenced. */
const firing = (list) => list.items.filter((a) => a.acknowledged === null && a.silenced === null && !a.folded).map((a) => `${a.id} ${a.severity}`);
const rows = (page) => page.locator('.alert-row').evaluateAll((all) => all.map((r) => `${r.dataset.id} ${r.className.match(/sev-(\w+)/)[1]}`));
const worded = (text) => !/\{\w+\}|undefined|\[object/.test(text);

async function list(t, lang) {
	const { page, open, api } = t;
	const [seen, want] = await t.at_rest('/alerts?state=firing,stale&limit=500', firing, async () => {
		await open('/alerts', { lang });
		return rows(page);
	});
	is(seen.join(), want.join(), `alerts ${lang}: those that fire, worst first`);
	const counts = (c) => ({ acknowledged: c.acknowledged, silenced: c.silenced, folded: c.folded, critical: c.critical, warning: c.warning });
	const [shown, said] = await t.at_rest('/alerts?limit=1', (l) => counts(l.counts), async () => {
		await open('/alerts', { lang });
		return page.evaluate(() => Object.fromEntries([...document.querySelectorAll('[data-k^="tab."], [data-k^="bell."]')].map((e) => [e.dataset.k.split('.')[1], Number(e.dataset.v)])));
	});
	for (const k of ['acknowledged', 'silenced', 'folded']) {
		is(shown[k], said[k], `alerts ${lang}: how many are ${k}`);
	}
	for (const k of ['critical', 'warning']) {
		is(shown[k] ?? 0, said[k], `header ${lang}: how many ${k} ones are loud`);
	}
	const text = await page.locator('main').innerText();
	ok(worded(text), `alerts ${lang}: worded`, text.slice(0, 300));
	if (want.length > 0) {
		const a = (await api('/alerts/' + want[0].split(' ')[0]));
		ok(text.includes(a.summary[lang]), `alerts ${lang}: summaries in the reader's language`, a.summary[lang]);
	}
}

/* Overview, areas and the plan of a hall say the same. */
async function elsewhere(t, lang) {
	const { page, open, rack } = t;
	const [loud, want] = await t.at_rest('/alerts?limit=1', (l) => RANK.map((s) => l.counts[s]).join(), async () => {
		await open('/', { lang });
		return page.evaluate((all) => all.map((s) => Number(document.querySelector(`[data-k="alarms.${s}"]`)?.dataset.v ?? 0)).join(), RANK);
	});
	is(loud, want, `overview ${lang}: firing alerts by severity`);
	const [areas, firing_in] = await t.at_rest('/capacity', (c) => c.areas.map((a) => a.alarms.firing).sort().join(), async () => {
		await open('/', { lang });
		return page.locator('main table [data-alarms]').evaluateAll((all) => all.map((e) => Number(e.dataset.alarms)).sort().join());
	});
	is(areas, firing_in, `overview ${lang}: alarms of each area`);
	const cells = (h) => h.rows.flatMap((r) => r.racks_list).map((c) => `${c.id} ${c.alarm ?? 'none'}`).sort().join();
	for (const layer of lang === 'en' ? ['alarms'] : ['power']) {
		const [plan, said] = await t.at_rest('/halls/' + rack.hall, cells, async () => {
			await open('/halls/' + rack.hall, { lang, layer });
			return page.locator('.plan .cell').evaluateAll((all) => all.map((c) => `${c.dataset.id} ${c.dataset.alarm}`).sort().join());
		});
		is(plan, said, `hall ${lang}, layer ${layer}: the alarm of each rack`);
	}
}

async function filters(t) {
	const { page, open } = t;
	await open('/alerts', { lang: 'en', tab: 'folded' });
	const all = await page.locator('.alert-row').count();
	if (all < 2) {
		return;
	}
	await page.selectOption('label.field:has-text("Group") select', 'rule');
	await page.waitForURL(/group=rule/);
	const groups = await page.locator('.a-group').count();
	ok(groups >= 1 && await page.locator('.alert-row').count() === all, 'alerts: in groups, none is lost', `${groups} groups`);
	await page.locator('input[type=search]').nth(1).fill('no-such-thing');
	await page.waitForURL(/q=no-such-thing/);
	await page.waitForFunction(() => document.querySelector('.alert-row') === null);
	ok(page.url().includes('tab=folded') && page.url().includes('group=rule'), 'alerts: filter, tab and group stand in the address');
	await page.locator('.filters button').click();
	await page.waitForFunction((n) => document.querySelectorAll('.alert-row').length === n, all);
	await page.selectOption('label.field:has-text("Severity") select', 'info');
	await page.waitForFunction(() => [...document.querySelectorAll('.alert-row')].every((r) => r.classList.contains('sev-info')));
	await page.locator('.tabs a').first().click();
	await page.waitForFunction(() => document.querySelector('.tabs a')?.getAttribute('aria-current') === 'page');
	ok(page.url().includes('severity=info'), 'alerts: filters go along from tab to tab');
	await page.goBack();
	await page.waitForURL(/tab=folded/);
	ok(true, 'alerts: Back goes back');
}

async function one(t, lang) {
	const { page, open, api } = t;
	const [first] = (await api('/alerts?limit=1')).items;
	if (first === undefined) {
		return;
	}
	const shape = (a) => ({ state: a.state, course: a.changes.length, members: a.members.length, value: a.unit === null ? null : a.value });
	const [seen, want] = await t.at_rest('/alerts/' + first.id, shape, async () => {
		await open('/alerts/' + first.id, { lang });
		return page.evaluate(() => ({
			state: document.querySelector('[data-k=state]').dataset.v, course: document.querySelectorAll('[data-k=course] li').length,
			members: Number(document.querySelector('[data-k=members]')?.dataset.v ?? 0), value: document.querySelector('[data-k=value]')?.dataset.v ?? null,
		}));
	});
	is(`${seen.state} ${seen.course} ${seen.members}`, `${want.state} ${want.course} ${want.members}`, `alert ${lang}: state, course and members are the API's`);
	if (want.value !== null && seen.value !== null) {
		is(Number(seen.value), want.value, `alert ${lang}: its value`);
	}
	ok(worded(await page.locator('main').innerText()), `alert ${lang}: worded`);
}

async function rules(t, lang) {
	const { page, open, api } = t;
	await open('/rules', { lang });
	const want = (await api('/rules')).items;
	is(await page.locator('[data-rule]').count(), want.length, `rules ${lang}: all of them`);
	const text = await page.locator('main tbody').innerText().catch(() => '');
	ok(worded(text) && !/—\s*(for|，持续)/.test(text), `rules ${lang}: limits in words`);
	const codes = await page.locator('main tbody tr').evaluateAll((all) => all.map((r) => [...r.children].slice(2, 5).map((c) => c.textContent).join(' ')).filter((s) => /\b[a-z]+_[a-z_]+\b/.test(s)));
	is(codes.join('\n'), '', `rules ${lang}: no metric is left a code`);
	for (const [path, selector, n] of [['/receivers', '[data-receiver]', (await api('/receivers')).items.length], ['/silences', '[data-silence]', (await api('/silences?state=active,future')).items.length]]) {
		await open(path, { lang });
		is(await page.locator(selector).count(), n, `${path.slice(1)} ${lang}: all of them`);
		ok(worded(await page.locator('main').innerText()), `${path.slice(1)} ${lang}: worded`);
	}
}

/* Nothing fires: said together with what is watched. */
async function quiet(t) {
	const { page, api } = t;
	const none = await api('/alerts?limit=1');
	const zero = Object.fromEntries(Object.keys(none.counts).map((k) => [k, typeof none.counts[k] === 'number' ? 0 : none.counts[k]]));
	await page.route('**/api/v1/alerts?*', (r) => r.fulfill({ json: { ...none, items: [], next: null, counts: zero } }));
	for (const lang of ['en', 'zh']) {
		await t.open('/alerts', { lang });
		await page.waitForSelector('[data-k=quiet] .hint');
		const text = await page.locator('[data-k=quiet]').innerText();
		const n = (await api('/rules')).items.length;
		ok(text.includes(String(n)) && /\d\d:\d\d:\d\d/.test(text) && text.includes(words(lang, 'Nothing is firing', '当前没有告警')), `alerts ${lang}: when all is quiet, what is watched`, text);
		is(await page.locator('.bell').count(), 0, `header ${lang}: quiet`);
	}
	await page.unroute('**/api/v1/alerts?*');
}

/* A page that follows: a new critical alert turns up and is said, a new warning only turns up. */
async function live(t) {
	const { page, fake } = t;
	const site = (await t.api('/sites?limit=1')).items[0].id;
	await page.goto(`${t.BASE}/alerts?lang=en`);
	await page.waitForSelector('.alert-row');
	await page.waitForSelector('.dot.live');
	const said = () => page.locator('[data-k=new_critical]').textContent();
	is(await said(), '', 'live: what was there before is not said');
	for (const [rule, text] of [['disk-low', ''], ['site-silent', 'is silent']]) {
		const a = fake.alarms.fire(rule, `site:${site}`, { site, name: 'zz9' });
		fake.tell('alert', ['alert:' + a.id]);
		await page.waitForSelector(`.alert-row[data-id="${a.id}"]`);
		if (text === '') {
			is(await said(), '', 'live: a new warning is not said');
		} else {
			await page.waitForFunction((w) => document.querySelector('[data-k=new_critical]').textContent.includes(w), text);
			ok(true, 'live: a new critical alert is said');
		}
	}
}

async function hostile(t) {
	const { page, open, api } = t;
	const acked = (await api('/alerts?state=acknowledged')).items[0];
	await open('/alerts/' + acked.id, { lang: 'en' });
	ok((await page.locator('[data-k=course]').innerText()).includes(HOSTILE), 'alert: a note of a stranger is text');
	const dead = (await api('/deliveries?state=dead&limit=1000')).items.find((d) => d.error.includes('<img'));
	await open('/deliveries/' + dead.id, { lang: 'en' });
	ok((await page.locator('main').innerText()).includes(HOSTILE), 'delivery: bytes of a receiver are text');
	is(await page.locator('main img').count(), 0, 'alerts: nothing of strangers becomes an element');
	const [warm] = (await api('/alerts?rule=inlet-beyond')).items;
	await open('/alerts/' + warm.id, { lang: 'en' });
	await page.waitForSelector('.chart canvas');
	ok(true, 'alert: a chart where the value is archived');
	const [folded] = (await api('/alerts?state=folded&limit=1')).items;
	await open('/alerts/' + folded.id, { lang: 'en' });
	await page.waitForSelector('[data-code=folded] a');
	await page.locator('[data-code=folded] a').click();
	await page.waitForURL('**/alerts/' + folded.under + '**');
	ok(true, 'alert: why it is not told leads to what speaks for it');
}

export async function alerts(t) {
	if (!(await fetch(`${t.BASE}/api/v1/alerts?limit=1`)).ok) {
		ok(false, 'alerts: the daemon serves them');
		return;
	}
	for (const lang of ['en', 'zh']) {
		await list(t, lang);
		await elsewhere(t, lang);
		await one(t, lang);
		await rules(t, lang);
	}
	await filters(t);
	await quiet(t);
	if (t.fake !== null) {
		await hostile(t);
		await live(t);
	}
	t.quiet('alerts');
}

/* ---- what an operator does ------------------------------------------------------ */

const fields = (mine) => mine.locator('dialog form input, dialog form select');

async function acknowledge(mine, look, lang, posts) {
	await mine.waitForSelector('.alert-row');
	const id = await mine.locator('.alert-row').first().getAttribute('data-id');
	await mine.locator('.alert-row .a-acts button').first().focus();
	await mine.keyboard.press('Enter');
	await mine.waitForSelector('dialog form.ask');
	await look(`alert-ack ${lang}`);
	await mine.locator('dialog input').focus();
	await mine.keyboard.type('cooling unit 3 is being looked at');
	await mine.keyboard.press('Enter');
	await mine.waitForFunction((x) => document.querySelector(`.alert-row[data-id="${x}"]`) === null && document.querySelector('dialog') === null, id);
	ok(posts.some(([path, csrf]) => path === `/api/v1/alerts/${id}/ack` && csrf?.length === 43), `acknowledge ${lang}: by keyboard, with the CSRF token`, JSON.stringify(posts));
	await mine.locator('[data-k="tab.acknowledged"]').click();
	await mine.waitForSelector(`.alert-row[data-id="${id}"]`);
	ok((await mine.locator(`.alert-row[data-id="${id}"]`).innerText()).includes('wang'), `acknowledge ${lang}: who has it stands in its row`);
	await mine.locator(`.alert-row[data-id="${id}"] .a-acts button`).first().click();
	await mine.locator('dialog button[type=submit]').click();
	await mine.waitForFunction((x) => document.querySelector(`.alert-row[data-id="${x}"]`) === null, id);
	ok(true, `acknowledge ${lang}: taken back`);
	/* somebody else was faster: said in words */
	await mine.locator('.tabs a').first().click();
	await mine.waitForSelector(`.alert-row[data-id="${id}"]`);
	await mine.route('**/api/v1/alerts/*/ack', (r) => r.fulfill({ status: 409, json: { type: 'about:blank', title: 'Conflict', status: 409, code: 'already_acknowledged', detail: 'x', params: { id } } }));
	await mine.locator(`.alert-row[data-id="${id}"] .a-acts button`).first().click();
	await mine.locator('dialog button[type=submit]').click();
	await mine.waitForSelector('dialog .trouble[role=alert]');
	ok((await mine.locator('dialog .trouble').innerText()).includes(words(lang, 'Somebody was faster', '已有人先行处理')), `acknowledge ${lang}: a refusal in words`);
	await mine.unroute('**/api/v1/alerts/*/ack');
	await mine.keyboard.press('Escape');
	await mine.waitForFunction(() => document.querySelector('dialog') === null);
	return id;
}

async function silence(mine, look, lang, id, posts) {
	await mine.locator(`.alert-row[data-id="${id}"] .a-acts button`).last().click();
	await mine.waitForSelector('dialog form.ask');
	const places = await mine.locator('dialog select option').evaluateAll((all) => all.map((o) => o.value.split(':')[0]).join());
	ok(/rack|feed|site/.test(places) && places.endsWith('area'), `silence ${lang}: the thing, or what is around it`, places);
	await mine.locator('dialog button[type=submit]').click();
	is(await mine.locator('dialog').count(), 1, `silence ${lang}: not without a reason`);
	await mine.locator('.radios input').nth(3).check();
	await mine.waitForSelector('dialog input[type=datetime-local]');
	await mine.locator('dialog input[type=datetime-local]').fill('2020-01-01T00:00');
	await fields(mine).last().fill('x');
	await mine.evaluate(() => document.querySelector('dialog input[type=datetime-local]').removeAttribute('min'));
	await mine.locator('dialog button[type=submit]').click();
	await mine.waitForSelector('dialog .fault');
	await look(`silence ${lang}`);
	await mine.locator('.radios input').nth(1).check();
	await fields(mine).last().fill('cooling works');
	posts.length = 0;
	await mine.locator('dialog button[type=submit]').click();
	await mine.waitForFunction((x) => document.querySelector(`.alert-row[data-id="${x}"]`) === null && document.querySelector('dialog') === null, id);
	ok(posts.some(([path, , body]) => path === '/api/v1/silences' && /"for_s":14400/.test(body) && /"reason":"cooling works"/.test(body)), `silence ${lang}: for four hours`, JSON.stringify(posts));
	await mine.locator('[data-k="tab.silenced"]').click();
	await mine.waitForSelector(`.alert-row[data-id="${id}"] a.sign-word`);
	await mine.locator(`.alert-row[data-id="${id}"] a.sign-word`).click();
	await mine.waitForURL(/\/silences\?.*show=/);
	await mine.waitForSelector('[data-silence]');
	ok((await mine.locator('main tbody').innerText()).includes('cooling works'), `silence ${lang}: the way from the alert to its silence`);
	await mine.locator('main tbody button').click();
	await mine.locator('dialog button[type=submit]').click();
	await mine.waitForSelector('main tbody [data-code=over]');
	ok(true, `silence ${lang}: ended`);
}

async function maintenance(mine, look, lang, posts) {
	await mine.locator('.bar-head button.button').click();
	await mine.waitForSelector('dialog form.ask');
	await fields(mine).nth(0).fill('site:zh11');
	await fields(mine).nth(1).fill('inlet-*');
	await mine.locator('dialog input[type=datetime-local]').first().fill('2031-03-01T09:30');
	await fields(mine).nth(7).fill('chiller exchange');
	await mine.locator('dialog input[type=checkbox]').check();
	await look(`silence-new ${lang}`);
	posts.length = 0;
	await mine.locator('dialog button[type=submit]').click();
	await mine.waitForFunction(() => document.querySelector('dialog') === null);
	/* half past nine in Henan */
	ok(posts.some(([, , body]) => /"from":"2031-03-01T01:30:00Z"/.test(body) && /"maintenance":true/.test(body)), `maintenance ${lang}: by the province's clock`, JSON.stringify(posts));
	await mine.locator('.bar-head .segments button').nth(2).click();
	await mine.waitForURL(/state=future/);
	await mine.waitForFunction(() => document.querySelector('main tbody')?.textContent.includes('chiller exchange'));
	ok(true, `maintenance ${lang}: stands among those to come`);
}

async function receivers(mine, look, lang) {
	await mine.locator('.title nav a').nth(3).click();
	await mine.waitForSelector('[data-receiver=noc-dingtalk]');
	await mine.locator('tr:has([data-receiver=noc-dingtalk]) button').click();
	await mine.waitForSelector('dialog form.ask');
	await mine.locator('dialog button[type=submit]').click();
	await mine.waitForSelector('[data-k=tested][data-v=refused] .pre');
	ok((await mine.locator('dialog').innerText()).includes('310000'), `receivers ${lang}: a test shows what came back`);
	await look(`receiver-test ${lang}`);
	await mine.keyboard.press('Escape');
	await mine.waitForFunction(() => document.querySelector('dialog') === null);
	await mine.locator('tr:has([data-receiver=noc-dingtalk]) a[href*="state=dead"]').click();
	await mine.waitForURL(/state=dead/);
	await mine.waitForSelector('main tbody tr');
	await mine.waitForFunction(() => [...document.querySelectorAll('main tbody .badge')].every((b) => b.dataset.code === 'dead'));
	await mine.locator('main tbody button').first().click();
	await mine.locator('dialog button[type=submit]').click();
	await mine.waitForSelector('[data-k=replayed] a');
	await mine.locator('[data-k=replayed] a').click();
	await mine.waitForURL(/\/deliveries\/\d+/);
	await mine.waitForSelector('main [data-code=queued]');
	ok(true, `deliveries ${lang}: a dead letter waits again`);
}

/* Against the fake daemon with users, in both languages. */
export async function alert_operator(t) {
	const { serve, dist, at } = t;
	for (const lang of ['en', 'zh']) {
		const own = await serve({ dist, users: { wang: { password: t.password, role: 'operator' } } });
		await at(own, async (mine, look) => {
			const posts = [];
			mine.on('request', (r) => r.method() !== 'GET' && posts.push([new URL(r.url()).pathname, r.headers()['x-csrf-token'], r.postData()]));
			await mine.goto(`${own.url}/alerts?lang=${lang}&live=0`);
			await mine.waitForSelector('.alert-row');
			is(await mine.locator('.a-acts').count(), 0, `alerts ${lang}: who only looks has nothing to press`);
			await mine.locator('.login-link').click();
			await mine.locator('form.ask input').nth(0).fill('wang');
			await mine.locator('form.ask input').nth(1).fill(t.password);
			await mine.keyboard.press('Enter');
			await mine.waitForSelector('.a-acts button');
			/* each dialog is looked through in one language: they are the same forms */
			const no_look = async () => undefined;
			const [en, zh] = lang === 'en' ? [look, no_look] : [no_look, look];
			const id = await acknowledge(mine, zh, lang, posts);
			await silence(mine, en, lang, id, posts);
			await maintenance(mine, zh, lang, posts);
			await receivers(mine, en, lang);
		});
	}
}

/* ---- the real daemon: a fault of the simulator fires a shipped rule ------------- */

const CSRF = 'X-CSRF-Token';

/* Feed A of a rack goes dark; the rest of the test gives the rule its time. */
export async function seed_fault(t) {
	const { racks, rack, faults, sim } = t;
	const victim = [...racks].reverse().find((r) => r.power_source === 'pdu' && !r.partial && r.power_w > 0 && r.hall !== rack.hall) ?? rack;
	t.write(faults, `feed_loss feed=A rack=${victim.id}\n`);
	process.kill(sim, 'SIGHUP');
	return victim.id;
}

/* The first admin makes an operator, by the token that the daemon has printed. */
async function make_operator(t, user) {
	const token = /with the token ([^ ,]+),/.exec(t.read(t.log))[1];
	const post = (path, body, headers = {}) => fetch(`${t.BASE}/api/v1${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });
	const first = await post('/setup', { token, user: 'boss', password: t.password });
	const cookie = first.headers.get('set-cookie').split(';')[0];
	const { csrf } = await first.json();
	return post('/users', { name: user, password: t.password, role: 'operator' }, { Cookie: cookie, [CSRF]: csrf });
}

export async function seeded(t, id) {
	const { page, open, api } = t;
	const asked = `/alerts?rule=feed-lost&at=rack:${id}`;
	let a;
	for (let i = 0; a === undefined && i < 480; i++) {
		[a] = (await api(asked)).items;
		await new Promise((go) => setTimeout(go, 250));
	}
	ok(a !== undefined, `seeded: the shipped rule feed-lost fires for ${id}`);
	for (const lang of ['en', 'zh']) {
		await open('/alerts', { lang, rule: 'feed-lost', at: 'rack:' + id });
		await page.waitForSelector(`.alert-row[data-id="${a.id}"]`);
		const said = await page.locator(`.alert-row[data-id="${a.id}"]`).innerText();
		ok(said.includes(a.summary[lang]), `seeded ${lang}: its row says what the API says`, said);
		await open('/racks/' + id, { lang });
		await page.waitForSelector(`[data-k=alerts_here] .alert-row[data-id="${a.id}"]`);
		await open('/alerts/' + a.id, { lang });
		const now = await api('/alerts/' + a.id);
		is(await page.locator('[data-k=state]').getAttribute('data-v'), now.state, `seeded ${lang}: its own page has its state`);
		ok((await page.locator('.advice').innerText()) === now.advice[lang], `seeded ${lang}: and its advice`);
	}
	is((await make_operator(t, 'wang')).status, 200, 'seeded: there is an operator');
	await page.goto(`${t.BASE}/login?lang=en&live=0&next=${encodeURIComponent(`/alerts?rule=feed-lost&at=rack:${id}&lang=en&live=0`)}`);
	await page.waitForSelector('form.ask');
	await page.locator('form.ask input').nth(0).fill('wang');
	await page.locator('form.ask input').nth(1).fill(t.password);
	await page.keyboard.press('Enter');
	await page.locator(`.alert-row[data-id="${a.id}"] .a-acts button`).first().click();
	await page.locator('dialog input').fill('电工已到场 <b>on site</b>');
	await page.locator('dialog button[type=submit]').click();
	await page.waitForFunction((x) => document.querySelector(`.alert-row[data-id="${x}"]`) === null, a.id);
	const then = await page.evaluate(async (x) => (await fetch('/api/v1/alerts/' + x)).json(), a.id);
	is(`${then.state} ${then.acknowledged?.by} ${then.acknowledged?.note}`, 'acknowledged wang 电工已到场 <b>on site</b>', 'seeded: acknowledged, by whom and with the note');
	is(then.changes.at(-1).kind, 'acked', 'seeded: it is the last that happened');
	await open('/alerts/' + a.id, { lang: 'zh' });
	ok((await page.locator('[data-k=course]').innerText()).includes('电工已到场 <b>on site</b>'), 'seeded: and stands in its course');
	t.quiet('seeded');
}
