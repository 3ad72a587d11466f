/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every page in a real browser, in both languages and themes: nothing on the
 * console, no blocked resource, nothing loaded from elsewhere, the numbers are
 * the API's, the keyboard gets everywhere, axe finds nothing serious.
 *   BASE_URL  the daemon (default: the fake server over the built bundle)
 *   CHROMIUM  the browser (/usr/bin/chromium)     SHOTS  a folder for pictures
 *   FAULTS, SIM, LOG  of a real daemon: faults and pid of its simulator, its log
 *   ONLY      names of parts, such as alerts,doors
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alerts, alert_operator, seed_fault, seeded } from './alerts.mjs';
import { serve } from './fake-server.mjs';
import { SETUP_TOKEN } from './fake-users.mjs';
import { dist, has_modules, load, must_run } from './modules.mjs';
import { done, is, ok, skip_all } from './tap.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking',
	'--disable-component-update', '--disable-sync', '--no-first-run'];
/* a busy machine may take long; what comes late has come */
const WAIT = 120000;

if (!has_modules || !existsSync(CHROMIUM)) {
	if (must_run) {
		ok(false, `browser and packages are there (${CHROMIUM})`);
		done();
		process.exit(1);
	}
	skip_all('no browser or no node_modules');
}

const { chromium } = load('playwright-core');
const AXE = readFileSync(load.resolve('axe-core/axe.min.js'), 'utf8');

const fake = process.env.BASE_URL ? null : await serve({ dist });
const BASE = fake?.url ?? process.env.BASE_URL.replace(/\/$/, '');
const profile = mkdtempSync(join(tmpdir(), 'collectord-web-'));
const context = await chromium.launchPersistentContext(profile, {
	executablePath: CHROMIUM, args: ARGS, headless: true, bypassCSP: false,
	viewport: { width: 1280, height: 900 }, locale: 'en-US',
});
const page = context.pages()[0] ?? await context.newPage();
page.setDefaultTimeout(WAIT);

const trouble = [];
/* status codes that a test provokes are no fault */
let expected_status = null;
page.on('console', (m) => {
	if (m.type() === 'error' && !(expected_status && m.text().includes(expected_status))) {
		trouble.push(m.text());
	}
});
page.on('pageerror', (e) => trouble.push(String(e)));
page.on('request', (r) => {
	if (!r.url().startsWith(BASE) && !/^(blob|data):/.test(r.url())) {
		trouble.push('request to ' + r.url());
	}
});

const serves = async (path) => (await fetch(`${BASE}/api/v1${path}`)).ok;
const api = async (path) => (await fetch(`${BASE}/api/v1${path}`)).json();

async function open(path, query = {}) {
	const url = new URL(path, BASE);
	for (const [k, v] of Object.entries({ live: '0', ...query })) {
		url.searchParams.set(k, v);
	}
	await page.goto(url.href);
	await page.waitForSelector('main h1');
	await page.waitForFunction(() => document.querySelector('.skeleton') === null && document.querySelector('.brand span'));
}

const quiet = (name) => {
	is(trouble.join('\n'), '', `${name}: nothing on the console, nothing blocked`);
	trouble.length = 0;
};

const shown = (key) => page.locator(`[data-k="${key}"]`).first();
const digits = (text) => Number(text.replaceAll(',', '').match(/-?\d+(\.\d+)?/)?.[0]);

async function shot(name) {
	if (process.env.SHOTS) {
		mkdirSync(process.env.SHOTS, { recursive: true });
		await page.waitForTimeout(300);
		await page.screenshot({ path: join(process.env.SHOTS, name + '.png'), fullPage: true });
	}
}

async function axe(name) {
	/* evaluated by the debugger, so that the page's policy stays in force */
	const found = await page.evaluate(`${AXE}; axe.run(document, { resultTypes: ['violations'] })`);
	const bad = found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
	is(bad.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 140)).join(' | ')}`).join('\n'), '',
		`${name}: axe finds nothing serious`);
}

/* Nothing sticks out of the window to the right. */
const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/* A daemon that has just started has proven nothing yet: until its counts stand still. */
async function settled() {
	let before = '';
	for (let same = 0, i = 0; same < 4 && i < 600; i++) {
		const { racks } = await api('/capacity').catch(() => ({}));
		const now = JSON.stringify(racks);
		same = racks?.verified > 0 && now === before ? same + 1 : 0;
		before = now;
		await new Promise((done) => setTimeout(done, 500));
	}
}

await settled();
const racks = await api('/racks?limit=1000');
const rack = racks.items.find((r) => r.power_w !== null && !r.partial) ?? racks.items[0];
const partial = racks.items.find((r) => r.partial && r.power_w !== null);
const unknown = racks.items.find((r) => r.power_w === null && r.evidence !== null);
const device = (await api('/devices?limit=1')).items[0];
/* servers, where there are some: a rack of nothing else, one that has PDUs, too */
const bmc = (await api('/devices?plugin=ipmi&limit=1000')).items.find((d) => d.status === 'up');
const bmc_only = racks.items.find((r) => r.power_source === 'ipmi' && r.power_w !== null);
const beside = racks.items.find((r) => r.power_source === 'pdu' && r.power_w !== null && !r.partial && r.devices > 2);
/* one that others are folded into, where there is one */
const open_now = (await api('/alerts?limit=1000')).items ?? [];
const fires = open_now.find((a) => a.count > 0) ?? open_now[0];
const sent = (await api('/deliveries?limit=1')).items?.[0];
const LAYERS = ['power', 'failover', 'inlet', 'delta_t', 'space', 'evidence', 'state', 'alarms'];
const PAGES = {
	overview: '/', area: '/areas/' + rack.area, sites: '/sites', site: '/sites/' + rack.site,
	hall: '/halls/' + rack.hall, racks: '/racks', rack: '/racks/' + rack.id,
	...(partial ? { 'rack-partial': '/racks/' + partial.id } : {}),
	...(unknown ? { 'rack-unknown': '/racks/' + unknown.id } : {}),
	...(bmc_only ? { 'rack-bmc': '/racks/' + bmc_only.id } : {}), ...(beside ? { 'rack-beside': '/racks/' + beside.id } : {}),
	...(bmc ? { bmc: '/devices/' + bmc.id } : {}),
	planner: `/planner?n=6&u=2&kw=0.5&hall=${rack.hall}`, whatif: `/whatif?kind=lose_feed&feed=A&at=hall:${rack.hall}`,
	operators: '/operators', discrepancies: '/discrepancies', reports: '/reports',
	devices: '/devices', device: '/devices/' + device.id, collector: '/collector',
	alerts: '/alerts?group=site', 'alerts-folded': '/alerts?tab=folded', 'alerts-history': '/alerts?tab=history', silences: '/silences', rules: '/rules', receivers: '/receivers',
	deliveries: '/deliveries', ...(sent ? { delivery: '/deliveries/' + sent.id } : {}), ...(fires ? { alert: '/alerts/' + fires.id } : {}),
};

const LATER = /^(alert|silence|rule|receiver|deliver)/;

async function visit_all() {
	for (const [name, path] of Object.entries(PAGES)) {
		/* the real daemon's pages are the same pages, those of alerting are much alike: the two that are also looked through by axe */
		for (const [lang, theme, width] of fake === null || LATER.test(name) ? [['en', 'light', 1280], ['zh', 'dark', 360]] : [
			['en', 'light', 1280], ['zh', 'dark', 1280], ['en', 'light', 360], ['zh', 'dark', 360], ['en', 'light', 3840],
		]) {
			const what = `${name} ${lang} ${theme} ${width}`;
			await page.setViewportSize({ width, height: width === 360 ? 740 : width === 3840 ? 2160 : 900 });
			await open(path, { lang, theme });
			is(await page.locator('html').getAttribute('lang'), lang === 'zh' ? 'zh-CN' : 'en', `${what}: language of the document`);
			ok(await overflow() <= 0, `${what}: fits the width`, `sticks out ${await overflow()} px`);
			/* each theme, each language, wide and narrow, once */
			if (lang === 'en' ? width === 1280 : width === 360) {
				await axe(what);
			}
			quiet(what);
			await shot(`${name}-${lang}-${theme}-${width}`);
		}
	}
	await page.setViewportSize({ width: 1280, height: 900 });
}

/*
 * Page and API are read one after the other while racks come and go: read both
 * again until they agree, a few times. A wrong page never agrees.
 */
async function same_snapshot(lang) {
	for (let i = 1; ; i++) {
		const before = await api('/capacity');
		await open('/', { lang });
		const cap = await api('/capacity');
		if (JSON.stringify([before.racks, before.standard_racks]) === JSON.stringify([cap.racks, cap.standard_racks]) || i === 10) {
			return cap;
		}
	}
}

/* Opens the page of a rack that is so before and after, as far as there is one. */
async function open_rack(is_so) {
	for (let i = 1; ; i++) {
		const found = (await api('/racks?limit=1000')).items.find(is_so);
		if (found) {
			await open('/racks/' + found.id);
		}
		const after = found && await api('/racks/' + found.id);
		if (!found || i === 10 || is_so(after) && after.evidence === found.evidence) {
			return after;
		}
	}
}

async function numbers() {
	for (const lang of ['en', 'zh']) {
		const cap = await same_snapshot(lang);
		const text = await page.locator('main').innerText();
		ok(text.includes('90,000'), `overview ${lang}: the target with grouping`);
		for (const [key, want] of [
			['target.racks', cap.targets[0].racks], ['target.count', cap.targets[0].count],
			['racks.contradicted', cap.racks.contradicted], ['racks.unmonitored', cap.racks.unmonitored],
			['standard_racks.declared', cap.standard_racks.declared],
		]) {
			is(digits(await shown(key).innerText()), want, `overview ${lang}: ${key} is the API's`);
		}
		const four = await Promise.all(['verified', 'contradicted', 'stale', 'unmonitored'].map(async (e) =>
			digits(await shown('racks.' + e).innerText())));
		is(four.reduce((a, b) => a + b), cap.racks.declared, `overview ${lang}: the four add up to declared`);
		is(await page.locator('[data-k^="fresh."]').evaluateAll((all) => all.reduce((n, el) => n + Number(el.dataset.v), 0)), cap.racks.declared, `overview ${lang}: so do the ages of their data`);
		is(digits(await page.locator('.two .readout tbody tr').nth(1).locator('td').first().innerText()), cap.racks.verified,
			`overview ${lang}: the history ends with what is verified now`);
		ok(!/\b2[1-9]\d\d\b/.test(await page.locator('.target-line').innerText()), `overview ${lang}: no forecast of centuries`);
		is(await page.locator('.tilemap a').count(), cap.areas.length, `overview ${lang}: a tile for each area`);
		is(await page.locator('section:has(h2) tbody tr').count() >= cap.areas.length, true, `overview ${lang}: a line for each area`);
		if (cap.demo) {
			ok((await page.locator('.demo').innerText()).match(lang === 'zh' ? /演示数据/ : /synthetic demo data/i), `overview ${lang}: says that the data is synthetic`);
		}
		const hall = await api('/halls/' + rack.hall);
		await open(PAGES.hall, { lang });
		is(digits(await shown('racks.declared').innerText()), hall.racks.declared, `hall ${lang}: declared is the API's`);
		const cells = hall.rows.flatMap((r) => r.racks_list);
		is(await page.locator('.plan .cell').count(), cells.length, `hall ${lang}: a cell for each rack`);
	}
	if (await open_rack((r) => r.power_w === null && r.evidence !== null)) {
		is(await shown('power_w').innerText().then((s) => s.replace(/\s/g, '').slice(0, 1)), '—', 'unknown power is a dash, never 0');
	}
	if (await open_rack((r) => r.partial && r.power_w !== null)) {
		ok((await shown('power_w').innerText()).startsWith('≥'), 'partial power says "at least"');
	}
	const want = await open_rack((r) => r.id === rack.id);
	is(await shown('evidence').getAttribute('data-v'), want.evidence, 'rack: evidence is the API\'s');
	quiet('numbers');
}

/* The ledger's pages say what the API says, in both languages. */
async function ledger() {
	const near = (a, b) => Math.abs(a - b) <= Math.abs(b) * 0.006 + 0.06;
	for (const lang of ['en', 'zh']) {
		const cap = await api('/capacity');
		const x = cap.targets[cap.targets.length - 1];
		await open('/', { lang, target: x.id });
		is(await shown('target.status').getAttribute('data-v'), x.status, `overview ${lang}: the status of target ${x.id}`);
		const dates = await page.locator('.outlook').innerText();
		for (const f of [x.forecast, x.forecast_verified, x.pipeline].filter((f) => f?.date)) {
			ok(dates.includes(f.date.slice(0, 10)), `overview ${lang}: the date ${f.date.slice(0, 10)} of the API stands there`, dates);
		}
		if (x.forecast.date === null && x.status !== 'reached') {
			ok(/history|rate|历史|速度/.test(dates), `overview ${lang}: no date, and why`, dates);
		}
		/* the other basis: the same racks by design power */
		await page.locator('.hero .segments button').nth(1).click();
		await page.waitForURL(/basis=standard/);
		/* while racks are still being proven the page is between what the API said before and after */
		const low = cap.standard_racks.verified, high = (await api('/capacity')).standard_racks.verified;
		const proven = digits(await shown('target.verified').innerText());
		ok(proven >= Math.min(low, high) && proven <= Math.max(low, high), `overview ${lang}: by standard racks`, `${low} ${proven} ${high}`);
		await burn_up(lang);
		const site = (await api('/sites?limit=1000')).items[0];
		await open('/sites/' + site.id, { lang });
		const want = await api('/sites/' + site.id);
		if (want.failover) {
			for (const state of ['ok', 'at_risk', 'no_redundancy', 'single', 'unknown']) {
				ok(await shown('failover.' + state).isVisible(), `site ${lang}: racks that are ${state} have their line`);
			}
			const sum = await page.locator('[data-k^="failover."]').evaluateAll((all) => all.reduce((n, el) => n + Number(el.dataset.v), 0));
			is(sum, want.racks.declared, `site ${lang}: states of failover add up to declared`);
			const state = ['at_risk', 'unknown', 'ok'].find((f) => want.failover[f] > 0);
			await page.locator(`a:has([data-k="failover.${state}"])`).click();
			await page.waitForURL(new RegExp('failover=' + state));
			await page.waitForSelector('main tbody tr');
			const listed = await page.locator('main tbody tr').count();
			ok(listed === Math.min(50, want.failover[state]) || fake === null, `site ${lang}: their number opens them`, `${listed} ${want.failover[state]}`);
			await open('/sites/' + site.id, { lang });
		}
		if (want.tree?.length) {
			is(await page.locator('.tree > li > .node').count(), want.tree.filter((n) => n.from === null).length, `site ${lang}: a tree for each main`);
			const node = want.tree.find((n) => n.kind === 'ups' && n.ratio !== null);
			if (node) {
				const said = Number(await page.locator(`[data-node="${node.id}"]`).getAttribute('data-ratio'));
				ok(near(said, node.ratio) || fake === null, `site ${lang}: the load of ${node.id} is the API's`, `${said} ${node.ratio}`);
			}
		}
		await open('/operators', { lang });
		const list = await api('/operators');
		if (list.items?.length) {
			is(await page.locator('main tbody tr').count(), list.items.length, `operators ${lang}: a line for each`);
		}
		await open('/discrepancies', { lang });
		const differ = await api('/reconcile?limit=100');
		if (differ.items.length > 0) {
			is(await page.locator('main tbody tr').count(), differ.items.length, `discrepancies ${lang}: all of the API's`);
			ok(!/\{\w+\}|differ|undefined|[a-z]+_[a-z]+/.test(await page.locator('main').innerText()), `discrepancies ${lang}: worded`);
		}
	}
	for (const lang of ['en', 'zh']) {
		const month = (await api('/capacity')).as_of.slice(0, 7);
		await open('/reports', { lang, month });
		const r = await api('/reports/monthly?month=' + month);
		is(digits(await shown('report.racks').innerText()), r.totals.racks, `report ${lang}: racks of the API`);
		is(await shown('report.energy_wh').getAttribute('data-v') === 'null', r.totals.energy_wh === null, `report ${lang}: energy is known when the API knows it`);
		is(await page.locator('main .card').nth(0).locator('tbody tr').count(), r.sites.length, `report ${lang}: a line for each site`);
		is(await page.locator('main .card').nth(1).locator('tbody tr').count(), r.tenants.length, `report ${lang}: a line for each tenant`);
		const print = await page.locator('.file-links a').first().getAttribute('href');
		ok(print.includes('format=html') && print.includes('lang=' + lang) && print.includes('month=' + month), `report ${lang}: leads to the page for paper`, print);
	}
	quiet('ledger');
}

/* The rows behind the chart are the ledger's, day by day. */
async function burn_up(lang) {
	await open('/', { lang });
	const h = await api('/capacity/history');
	await page.locator('.two .behind summary').first().click();
	await page.waitForSelector('.two .behind tbody tr');
	const rows = await page.locator('.two .behind tbody tr').evaluateAll((all) => all.map((r) => [...r.children].map((c) => c.textContent)));
	const number = (text) => (text === '—' ? null : Number(text.replaceAll(',', '')));
	let same = 0;
	const wrong = [];
	for (const [day, declared, verified, planned] of rows) {
		const i = h.t.findIndex((d) => d.slice(0, 10) === day);
		/* today's row is the snapshot's own, which moves on */
		if (i >= 0 && i < h.t.length - 1) {
			if (number(declared) === h.declared[i] && number(verified) === h.verified[i] && number(planned) === h.planned[i]) {
				same++;
			} else {
				wrong.push(`${day}: ${declared} ${verified} ${planned}, not ${h.declared[i]} ${h.verified[i]} ${h.planned[i]}`);
			}
		}
	}
	is(wrong.join('\n'), '', `overview ${lang}: the burn-up is the API's history`);
	ok(same > 50, `overview ${lang}: ${same} days were compared`);
}

async function filters() {
	await open('/racks');
	await page.selectOption('label.field:has-text("Evidence") select', 'verified');
	await page.waitForURL(/evidence=verified/);
	await page.waitForFunction(() => [...document.querySelectorAll('tbody tr .badge')].every((b) => b.dataset.code === 'verified'));
	ok(await page.locator('tbody tr').count() > 0, 'racks: the filter is in the address and narrows the list');
	await page.goBack();
	await page.waitForFunction(() => !location.search.includes('evidence'));
	ok(true, 'racks: Back takes the filter away');
	await open('/racks', { q: 'nothing-is-called-this' });
	ok(await page.locator('.empty').first().isVisible(), 'racks: an empty list says so');
	await open('/', {});
	await page.locator('.legend .num-link').first().click();
	await page.waitForURL(/\/racks\?.*evidence=verified/);
	ok(page.url().includes('live=0'), 'a number leads to its racks and keeps the sticky parameters');
	await page.waitForSelector('main tbody tr');
	await page.locator('main tbody th a').first().click();
	await page.waitForURL(/\/racks\/[a-z0-9-]+/);
	await page.waitForSelector('.evidence-card');
	ok(await page.evaluate(() => performance.getEntriesByType('navigation').length === 1 && location.pathname !== '/' &&
		new URL(performance.getEntriesByType('navigation')[0].name).pathname === '/'), 'from the overview to a rack without a reload');
	quiet('filters');
}

async function plan() {
	for (const layer of LAYERS) {
		for (const theme of LAYERS.indexOf(layer) % 2 === 0 ? ['light'] : ['dark']) {
			await open(PAGES.hall, { layer, theme, lang: theme === 'dark' ? 'zh' : 'en' });
			await axe(`hall, layer ${layer}, ${theme}`);
			const covered = await page.evaluate(() => [...document.querySelectorAll('.plan .cell')].filter((cell) => {
				const box = cell.querySelector('.face').getBoundingClientRect();
				const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
				return top !== null && !cell.contains(top) && box.top > 60 && box.bottom < innerHeight && box.right < innerWidth;
			}).length);
			is(covered, 0, `hall, layer ${layer}, ${theme}: no cell lies under another`);
		}
	}
	await open(PAGES.hall, { view: 'list' });
	const hall = await api('/halls/' + rack.hall);
	is(await page.locator('main .card').first().locator('tbody tr').count(), hall.rows.flatMap((r) => r.racks_list).length, 'hall: the list has every rack');
	await page.locator('main .card').first().locator('thead button').nth(4).click();
	await axe('hall as a list');
	is(await page.locator('main .card').first().locator('th[aria-sort=descending]').count(), 1, 'hall: the list sorts and says so');
	quiet('plan');
}

async function keyboard() {
	await open('/');
	let seen = 0;
	let dark = '';
	for (let i = 0; i < 25; i++) {
		await page.keyboard.press('Tab');
		const at = await page.evaluate(() => {
			const el = document.activeElement;
			const s = getComputedStyle(el);
			const face = el.querySelector?.('.face');
			return {
				body: el === document.body, name: el.outerHTML.slice(0, 90),
				mark: (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1) ||
					(face && getComputedStyle(face).strokeWidth === '3px'),
			};
		});
		if (!at.body) {
			seen++;
			dark += at.mark ? '' : at.name + '\n';
		}
	}
	ok(seen >= 15, 'keyboard: Tab walks through the page', String(seen));
	is(dark, '', 'keyboard: focus is always visible');
	await open(PAGES.hall);
	await page.locator('.plan .cell[tabindex="0"]').focus();
	/* as the rows lie: to the right, or where a row runs south, down */
	const where = () => page.evaluate(() => {
		const { x, y } = document.activeElement.querySelector('.face').getBoundingClientRect();
		return { id: document.activeElement.dataset.id, x, y };
	});
	const start = await where();
	await page.keyboard.press('ArrowRight');
	let now = await where();
	if (now.id === start.id) {
		await page.keyboard.press('ArrowDown');
		now = await where();
	}
	ok(now.id !== start.id && (now.x > start.x || now.y > start.y), 'hall: the arrow moves to the next rack', JSON.stringify([start, now]));
	await page.keyboard.press('End');
	await page.keyboard.press('Home');
	is((await where()).id.replace(/-[^-]*$/, ''), start.id.replace(/-[^-]*$/, ''), 'hall: Home and End stay in the row');
	const second = (await where()).id;
	is(await page.locator('.plan .cell[tabindex="0"]').count(), 1, 'hall: one stop for Tab');
	await page.keyboard.press('Enter');
	await page.waitForSelector('.peek h3');
	ok(page.url().includes('rack=' + second), 'hall: Enter opens the side panel');
	await shot('hall-peek');
	await page.keyboard.press('Enter');
	await page.waitForURL('**/racks/' + second + '**');
	ok(true, 'hall: a second Enter opens the rack');
	await page.waitForSelector('main h1');
	await page.keyboard.press('/');
	await page.keyboard.type(rack.id.slice(0, 6));
	await page.waitForSelector('.hits [role=option]');
	ok(await page.locator('.hits [role=option]').count() > 0, 'search: "/" and letters give results');
	await axe('search');
	quiet('keyboard');
}

/* The page and the API of one moment: both are read again until nothing moved between. */
async function at_rest(path, shape, look) {
	for (let i = 1; ; i++) {
		const before = JSON.stringify(shape(await api(path)));
		const seen = await look();
		const after = shape(await api(path));
		if (before === JSON.stringify(after) || i === 15) {
			return [seen, after];
		}
	}
}

const cell_values = () => page.evaluate(() => Object.fromEntries(
	[...document.querySelectorAll('.plan .cell')].map((c) => [c.dataset.id, c.dataset.v === 'null' ? null : Number(c.dataset.v)])));
const same = (got, want) => Object.keys(want).filter((id) => got[id] !== want[id] && !(Math.abs(got[id] - want[id]) < 1e-9 * Math.max(1, Math.abs(want[id]))))
	.map((id) => `${id}: ${got[id]}, not ${want[id]}`).slice(0, 5).join('\n');

/* What the heat map and the rack page show is what the API says, layer by layer. */
async function ledger_numbers() {
	const raw = { power: (c) => c.power_w, failover: (c) => c.failover_ratio, inlet: (c) => c.temperature_c, delta_t: (c) => c.delta_t_k, space: (c) => c.space };
	const times = { power: 1e-3, failover: 100, space: 100 };
	for (const [layer, get] of Object.entries(raw)) {
		const lang = layer === 'failover' ? 'zh' : 'en';
		const values = (h) => Object.fromEntries(h.rows.flatMap((r) => r.racks_list).map((c) => [c.id, (get(c) ?? null) === null ? null : get(c) * (times[layer] ?? 1)]));
		const [seen, want] = await at_rest('/halls/' + rack.hall, values, async () => {
			await open(PAGES.hall, { layer, lang });
			return cell_values();
		});
		is(same(seen, want), '', `heat map ${layer}: every cell is the API's`);
		const known = Object.values(want).filter((v) => v !== null).length;
		const hatched = await page.locator('.plan .face.unknown').count();
		ok(known + hatched <= Object.keys(want).length, `heat map ${layer}: ${known} known, ${hatched} hatched`);
	}
	for (const lang of ['en', 'zh']) {
		const keys = (r) => ({
			power_w: r.power_w, 'failover.state': r.failover.state, ...(r.failover.ratio === null ? {} : { 'failover.ratio': r.failover.ratio }),
			...Object.fromEntries(r.feeds.flatMap((f) => [[`feed.${f.id}.power_w`, f.power_w], ...Object.entries(f.current_a).map(([p, v]) => [`feed.${f.id}.${p}`, v])])),
			...(r.budget ? { 'budget.available_w': r.budget.available_w, 'deployable.n': r.deployable.n } : {}),
		});
		const [seen, want] = await at_rest('/racks/' + rack.id, keys, async () => {
			await open('/racks/' + rack.id, { lang });
			return page.evaluate(() => Object.fromEntries([...document.querySelectorAll('.rack-grid [data-k]')].map((e) => [e.dataset.k, e.dataset.v])));
		});
		is(Object.entries(want).filter(([k, v]) => seen[k] !== String(v)).map(([k, v]) => `${k}: ${seen[k]}, not ${v}`).join('\n'), '', `rack ${lang}: its numbers are the API's`);
		if (want['failover.ratio'] !== undefined) {
			const say = await page.locator('.failover .say').innerText();
			ok(say.includes((want['failover.ratio'] * 100).toFixed(0).slice(0, 1)) && (lang === 'en') !== /[\u4e00-\u9fff]/.test(say), `rack ${lang}: failover is a sentence`, say);
		}
	}
	quiet('numbers of the ledger');
}

async function timeline() {
	for (const lang of ['en', 'zh']) {
		await open(PAGES.hall, { lang });
		/* the last frame is still open and moves: what the page itself was told counts */
		const told = page.waitForResponse((r) => r.url().includes('/frames?'));
		await page.locator('.timeline input[type=range]').focus();
		/* pressed before the frames are there: it counts all the same */
		await page.keyboard.press('ArrowLeft');
		const frames = await (await told).json();
		if (!frames.values.some((row) => row.some((v) => v !== null))) {
			await page.waitForSelector('.timeline-none');
			continue;
		}
		await page.waitForFunction(() => new URL(location.href).searchParams.get('at') !== null);
		const at = Number(new URL(page.url()).searchParams.get('at'));
		const i = frames.t.indexOf(at);
		is(i, frames.t.length - 1, `time slider ${lang}: a key goes one frame back, in the address`);
		await page.waitForFunction((t) => document.querySelector('[data-k=frame]').dataset.v === String(t), at);
		const want = Object.fromEntries(frames.racks.map((id, k) => [id, frames.values[i][k] === null ? null : frames.values[i][k] / 1000]));
		is(same(await cell_values(), want), '', `time slider ${lang}: every cell is the frame's`);
		await axe(`hall in the past, ${lang}`);
		await page.keyboard.press('End');
		await page.waitForFunction(() => new URL(location.href).searchParams.get('at') === null);
		ok(true, `time slider ${lang}: End is now`);
	}
	await page.emulateMedia({ reducedMotion: 'reduce' });
	await open(PAGES.hall);
	is(await page.locator('.timeline button[aria-pressed]').count(), 0, 'time slider: nothing plays where motion is not wanted');
	await page.emulateMedia({ reducedMotion: 'no-preference' });
	await open(PAGES.hall);
	await page.locator('.timeline button[aria-pressed]').click();
	await page.waitForFunction(() => document.querySelector('[data-k=frame]').dataset.v !== 'now' || document.querySelector('.timeline-none'));
	ok(true, 'time slider: plays');
	quiet('timeline');
}

async function elevation() {
	const full = (await Promise.all(racks.items.slice(0, 30).map((r) => api('/racks/' + r.id)))).find((r) => (r.equipment ?? []).length > 1 && r.units);
	if (!full) {
		return;
	}
	/* a server that answers draws something, as its own page says */
	const server = bmc && (await api('/racks/' + bmc.rack)).equipment.find((e) => e.device !== null && e.power_w !== null);
	if (server) {
		const own = (await api('/devices/' + server.device)).metrics.find((m) => m.metric === 'power_w' && m.instance === null);
		ok(server.power_w > 0.5 * own.value && server.power_w < 2 * own.value, 'elevation: gear draws what its device measures', `${server.power_w} and ${own.value}`);
	}
	for (const lang of ['en', 'zh']) {
		await open('/racks/' + full.id, { lang });
		is(await page.locator('.elevation button.gear').count(), full.equipment.filter((e) => e.u !== null).length, `elevation ${lang}: everything that is mounted`);
		is(await page.locator('.elevation .u-no').count(), full.units, `elevation ${lang}: every unit has its number`);
		is(await page.locator('.elevation button.gear[tabindex="0"]').count(), 1, `elevation ${lang}: one stop for Tab`);
		await page.locator('.elevation button.gear[tabindex="0"]').focus();
		const first = await page.evaluate(() => document.activeElement.dataset.id);
		await page.keyboard.press('ArrowDown');
		const next = await page.evaluate(() => document.activeElement.dataset.id);
		ok(next !== undefined && next !== first, `elevation ${lang}: the arrow moves on`);
		const e = full.equipment.find((x) => x.id === next);
		await page.waitForSelector('.gear-detail');
		ok((await page.locator('.gear-detail h3').innerText()).includes(e.name?.[lang] ?? e.name?.[lang === 'en' ? 'zh' : 'en'] ?? e.model ?? e.id), `elevation ${lang}: and says what it is`);
		const lies = await page.evaluate(() => [...document.querySelectorAll('.elevation button.gear.front, .elevation .gap')].map((x) => x.getBoundingClientRect()).sort((a, b) => a.top - b.top)
			.filter((b, i, all) => i > 0 && b.top < all[i - 1].bottom - 1).length);
		is(lies, 0, `elevation ${lang}: nothing lies on another`);
		await axe(`elevation ${lang}`);
	}
	quiet('elevation');
}

async function planner() {
	for (const lang of ['en', 'zh']) {
		const asked = `/plan?u=2&kw=0.5&n=6&hall=${rack.hall}`;
		const [seen, want] = await at_rest(asked, (p) => ({ placed: p.placed, racks: p.placements.map((x) => x.rack).sort(), refused: p.refused?.code ?? null }), async () => {
			await open('/planner', { n: '6', u: '2', kw: '0.5', hall: rack.hall, lang });
			return { placed: await shown('plan.placed').getAttribute('data-v'), text: await page.locator('main').innerText() };
		});
		is(Number(seen.placed), want.placed, `planner ${lang}: what fits is the API's`);
		is(want.racks.filter((id) => !seen.text.includes(id)).join(), '', `planner ${lang}: every rack is named`);
		is(await shown('plan.refused').count() === 0, want.refused === null, `planner ${lang}: why one more does not fit`);
		ok(!/\{\w+\}/.test(seen.text), `planner ${lang}: no parameter is left open`);
		is(await shown('needs_role').count() > 0, (await api('/me')).role === 'viewer', `planner ${lang}: a viewer is told which role it needs`);
	}
	await open('/planner');
	await page.locator('.plan-form input').nth(0).fill('3');
	await page.locator('.plan-form input').nth(1).fill('2');
	await page.locator('.plan-form input').nth(2).fill('0.4');
	await page.keyboard.press('Enter');
	await page.waitForURL(/kw=0\.4/);
	await page.waitForSelector('[data-k="plan.placed"]');
	ok(page.url().includes('n=3') && page.url().includes('u=2'), 'planner: the question is in the address');
	await page.goBack();
	await page.waitForFunction(() => !location.search.includes('kw='));
	ok(true, 'planner: Back takes it away');
	quiet('planner');
}

async function whatif() {
	const ask = async (body) => (await fetch(`${BASE}/api/v1/whatif`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
	for (const lang of ['en', 'zh']) {
		const body = { lose_feed: 'A', at: 'hall:' + rack.hall };
		for (let i = 1; ; i++) {
			const before = await ask(body);
			await open('/whatif', { kind: 'lose_feed', feed: 'A', at: 'hall:' + rack.hall, lang });
			await page.waitForSelector('[data-k=broken_total]');
			const after = await ask(body);
			if (JSON.stringify([before.before, before.after]) !== JSON.stringify([after.before, after.after]) && i < 15) {
				continue;
			}
			const seen = await page.evaluate(() => Object.fromEntries([...document.querySelectorAll('.compare [data-k]')].map((e) => [e.dataset.k, e.dataset.v])));
			const flat = (b, name) => Object.entries(b).flatMap(([k, v]) => typeof v === 'object' && v !== null ? Object.entries(v).map(([x, y]) => [`${name}.${k}.${x}`, y]) : [[`${name}.${k}`, v]]);
			const wrong = [...flat(after.before, 'before'), ...flat(after.after, 'after')].filter(([k, v]) => seen[k] !== String(v));
			is(wrong.map(([k, v]) => `${k}: ${seen[k]}, not ${v}`).join('\n'), '', `what-if ${lang}: before and after are the API's`);
			is(Number(await shown('broken_total').getAttribute('data-v')), after.broken_total, `what-if ${lang}: how many break`);
			break;
		}
	}
	await page.locator('.kinds button').last().click();
	await page.waitForURL(/kind=add/);
	await page.locator('.plan-form button[type=submit]').click();
	await page.waitForSelector('[data-k="whatif.placed"]');
	ok(page.url().includes('n=40'), 'what-if: the question is in the address');
	quiet('what-if');
}

/* A hall as large as halls get: one answer stands in for it, so that any daemon will do. */
async function large_hall() {
	const hall = await api('/halls/' + rack.hall);
	const cell = { ...hall.rows[0].racks_list[0], partial: false, evidence: 'verified', state: 'in_service' };
	hall.floor = { width_m: 28, depth_m: 182, aisles: [] };
	hall.rows = Array.from({ length: 50 }, (_, r) => ({
		...hall.rows[0], id: `big-r${r}`, name: { en: `Row ${r}`, zh: `第 ${r} 列` }, floor: { run: 'east', front: 'south', cold: null, hot: null },
		racks_list: Array.from({ length: 40 }, (_, i) => ({
			...cell, id: `big-r${r}-c${i}`, label: `C${i}`, power_w: (r * 40 + i) * 3, box: { x_m: 2 + 0.6 * i, y_m: 2 + 3.6 * r, width_m: 0.6, depth_m: 1.2 },
		})),
	}));
	await page.route(`**/api/v1/halls/${rack.hall}`, (route) => route.fulfill({ json: hall }));
	const start = Date.now();
	await open(PAGES.hall);
	await page.waitForFunction(() => document.querySelectorAll('.plan .cell').length === 2000);
	console.log(`# 2,000 racks are drawn ${Date.now() - start} ms after the address was entered`);
	ok(await overflow() <= 0, 'large hall: scrolls within its box');
	await page.locator('.plan .cell[tabindex="0"]').focus();
	const keys = Date.now();
	for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'End', 'ArrowDown']) {
		await page.keyboard.press(key);
	}
	console.log(`# five keys took ${Date.now() - keys} ms`);
	is(await page.evaluate(() => document.activeElement.dataset.id), 'big-r2-c39', 'large hall: keys go where they point');
	await page.goto(`${BASE}${PAGES.hall}?live=0&view=list&lang=zh`);
	await page.waitForFunction(() => document.querySelectorAll('main .card tbody tr').length >= 2000);
	ok(true, 'large hall: as a list');
	await page.unroute(`**/api/v1/halls/${rack.hall}`);
	quiet('large hall');
}

/* The fake daemon lets an operator reserve. */
async function operator() {
	if (fake === null) {
		return;
	}
	const own = await serve({ dist, role: 'operator' });
	const was = page.url();
	const sent = [];
	const mine = await context.newPage();
	mine.on('request', (r) => r.method() === 'POST' && sent.push(`${new URL(r.url()).pathname} ${r.postData()}`));
	await mine.goto(`${own.url}/planner?live=0&lang=en&n=6&u=2&kw=0.5&hall=${rack.hall}`);
	await mine.waitForSelector('form.reserve');
	ok(await mine.locator('main').innerText().then((s) => !s.includes('operator role')), 'operator: is not told off');
	await mine.locator('form.reserve input').first().fill('acme');
	await mine.locator('form.reserve button').click();
	await mine.waitForSelector('form.reserve [role=status]');
	ok(sent.some((s) => s.startsWith('/api/v1/reservations ') && s.includes('"tenant":"acme"') && s.includes('"power_w":')), 'operator: reserves what the planner found', sent.join('\n'));
	await mine.locator('table button:has-text("Release")').first().click();
	await mine.waitForFunction(() => document.querySelectorAll('table button:disabled').length === 0);
	ok(sent.some((s) => /reservations\/[\w-]+\/release/.test(s)), 'operator: lets go');
	await mine.close();
	await own.close();
	is(page.url(), was, 'operator: another page was not touched');
}

/* A page of its own at a fake daemon with users; nothing on its console but the refusals that are meant. */
async function at(own, job) {
	const mine = await context.newPage();
	mine.setDefaultTimeout(WAIT);
	const bad = [];
	mine.on('console', (m) => m.type() === 'error' && !m.text().includes('Failed to load resource') && bad.push(m.text()));
	mine.on('pageerror', (e) => bad.push(String(e)));
	const urls = [];
	mine.on('request', (r) => urls.push(r.url() + (r.headers().referer ?? '')));
	const look = async (what) => {
		for (const [theme, width] of [['light', 1280], ['dark', 360]]) {
			await mine.setViewportSize({ width, height: width === 360 ? 740 : 900 });
			await mine.evaluate((to) => { document.documentElement.dataset.theme = to; }, theme);
			ok(await mine.evaluate(() => document.documentElement.scrollWidth - innerWidth) <= 0, `${what} ${width}: fits the width`);
			const found = await mine.evaluate(`${AXE}; axe.run(document, { resultTypes: ['violations'] })`);
			is(found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 160)}`).join('\n'), '',
				`${what} ${theme}: axe finds nothing serious`);
			if (process.env.SHOTS) {
				await mine.waitForTimeout(200);
				await mine.screenshot({ path: join(process.env.SHOTS, `${what.replaceAll(' ', '-')}-${theme}-${width}.png`), fullPage: true });
			}
		}
		await mine.setViewportSize({ width: 1280, height: 900 });
	};
	try {
		await job(mine, look);
	} finally {
		is(bad.join('\n'), '', 'users: nothing on the console');
		is(urls.filter((u) => /correct|horse|secret-word/.test(u)).join('\n'), '', 'users: no password in an address');
		is(await mine.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage })).then((s) => /correct|horse|secret-word|csrf/i.test(s)), false, 'users: nothing of it in storage');
		await mine.close();
		await own.close();
		await context.clearCookies();
	}
}

const ONE = 'correct horse one', TWO = 'secret-word two';
const words = (lang, en, zh) => (lang === 'en' ? en : zh);

async function set_up(lang) {
	const own = await serve({ dist, users: {}, anonymous: lang === 'zh' });
	await at(own, async (mine, look) => {
		/* whoever may not look comes to the door by itself */
		await mine.goto(`${own.url}${lang === 'zh' ? '/setup' : '/racks'}?lang=${lang}&live=0`);
		await mine.waitForURL(/\/(setup|login)\?/);
		if (mine.url().includes('/login')) {
			await mine.locator('.note a[href*="/setup"]').click();
		}
		await mine.waitForSelector('form.ask');
		await look(`setup ${lang}`);
		const field = (n) => mine.locator('form.ask input').nth(n);
		const go = async (token, password, again) => {
			for (const [n, text] of [[0, token], [1, 'li'], [2, password], [3, again]]) {
				await field(n).fill(text);
			}
			await mine.keyboard.press('Enter');
		};
		await go('wrong', 'short', 'short');
		await mine.waitForSelector('.fault[role=alert]');
		ok((await mine.locator('.fault').innerText()).includes(words(lang, 'at least ten', '至少十个')), `setup ${lang}: a short password is refused in words`);
		await go('wrong', ONE, ONE + '!');
		await mine.waitForFunction((w) => document.querySelector('.fault')?.textContent.includes(w), words(lang, 'differ', '不一致'));
		await go('wrong', ONE, ONE);
		await mine.waitForSelector('.trouble[role=alert]');
		ok((await mine.locator('.trouble').innerText()).includes(words(lang, 'not the token', '令牌不正确')), `setup ${lang}: another token is refused in words`);
		await go(SETUP_TOKEN, ONE, ONE);
		await mine.waitForSelector('.user > button');
		ok((await mine.locator('.user > button').innerText()).includes('li'), `setup ${lang}: the first admin is logged in`);
		is(new URL(mine.url()).pathname, lang === 'en' ? '/racks' : '/', `setup ${lang}: back to where one wanted to go`);
	});
}

async function log_in(lang) {
	const own = await serve({ dist, anonymous: false, users: { li: { password: ONE, role: 'admin' }, wang: { password: TWO, role: 'operator', places: 'site:zz1' } } });
	await at(own, async (mine, look) => {
		await mine.goto(`${own.url}/planner?lang=${lang}&live=0&n=6&u=2&kw=0.5&hall=${rack.hall}`);
		await mine.waitForURL(/\/login\?next=/);
		await mine.waitForSelector('form.ask');
		const field = (n) => mine.locator('form.ask input').nth(n);
		is([await field(0).getAttribute('autocomplete'), await field(1).getAttribute('autocomplete')].join(), 'username,current-password', `login ${lang}: a password manager knows the fields`);
		await mine.waitForFunction(() => document.activeElement?.name === 'username');
		await mine.keyboard.type('wang');
		await mine.keyboard.press('Tab');
		await mine.keyboard.type('wrong');
		await mine.keyboard.press('Enter');
		const said = mine.locator('.trouble[role=alert]');
		await said.waitFor();
		is(await said.innerText(), words(lang, 'No such user, or another password.', '没有该用户，或密码不正确。'), `login ${lang}: wrong is said in words`);
		await look(`login ${lang}`);
		for (let i = 0; i < 5; i++) {
			await field(1).fill('wrong');
			await Promise.all([mine.waitForResponse((r) => r.url().endsWith('/session') && r.request().method() === 'POST'), mine.keyboard.press('Enter')]);
			await mine.waitForFunction(() => document.querySelector('input[type=password]').value === '' && document.querySelector('form.ask button').ariaDisabled === 'false');
		}
		await mine.waitForFunction(() => /30/.test(document.querySelector('.trouble')?.textContent));
		ok(true, `login ${lang}: after too many one is told how long to wait`);
		await field(0).fill('li');
		await field(1).fill(ONE);
		await mine.keyboard.press('Enter');
		await mine.waitForSelector('form.reserve');
		ok(mine.url().includes('n=6') && new URL(mine.url()).pathname === '/planner', `login ${lang}: back where one wanted to go`, mine.url());
		const posts = [];
		mine.on('request', (r) => r.method() === 'POST' && posts.push([new URL(r.url()).pathname, r.headers()['x-csrf-token']]));
		await mine.locator('form.reserve input').first().fill('acme');
		await mine.locator('form.reserve button').click();
		await mine.waitForSelector('form.reserve [role=status]');
		ok(posts.length > 0 && posts.every(([, csrf]) => csrf?.length === 43), `login ${lang}: a reservation carries the CSRF token`, JSON.stringify(posts));
		await users(mine, look, lang);
		await tokens(mine, look, lang);
		await audit(mine, look, lang);
		await password(mine, look, lang, own);
	});
}

const menu = async (mine, n) => {
	await mine.locator('.user > button').click();
	await mine.locator('.user-menu a, .user-menu button').nth(n).click();
};

async function users(mine, look, lang) {
	await mine.locator('.user > button').focus();
	await mine.keyboard.press('Enter');
	await mine.waitForSelector('.user-menu');
	await look(`user-menu ${lang}`);
	await mine.keyboard.press('Escape');
	is(await mine.locator('.user-menu').count(), 0, `frame ${lang}: Esc closes the menu`);
	await menu(mine, 1);
	await mine.waitForSelector('main tbody tr');
	is(await mine.locator('main tbody tr').count(), 2, `users ${lang}: all of them`);
	const row = (name) => mine.locator(`main tbody tr:has(th:text-matches("^${name}"))`);
	ok(await row('li').locator('button').last().isDisabled(), `users ${lang}: the last admin stays`);
	await row('li').locator('button').first().click();
	await mine.waitForSelector('dialog [data-k=last_admin]');
	await mine.keyboard.press('Escape');
	await mine.waitForFunction(() => document.querySelector('dialog') === null);
	await mine.waitForFunction(() => document.activeElement.closest('tr') !== null);
	ok(true, `users ${lang}: Esc closes, the focus is where it was`);
	await mine.locator('.acts.above button').click();
	const fields = mine.locator('dialog form input, dialog form select');
	for (const [n, text] of [[0, 'zhao'], [2, 'nowhere'], [3, ONE], [4, ONE]]) {
		await fields.nth(n).fill(text);
	}
	await fields.nth(1).selectOption('operator');
	await look(`users-add ${lang}`);
	await fields.nth(2).fill('site:zz1 hall:zz2-h1');
	await mine.locator('dialog button[type=submit]').click();
	await row('zhao').waitFor();
	ok((await row('zhao').innerText()).includes('site:zz1 hall:zz2-h1'), `users ${lang}: a new one, with its places`);
	await row('zhao').locator('button').first().click();
	await mine.locator('dialog input[type=checkbox]').check();
	await mine.locator('dialog select').selectOption('viewer');
	await mine.locator('dialog button[type=submit]').click();
	await mine.waitForSelector('main tbody [data-code=disabled]');
	ok((await row('zhao').innerText()).includes(words(lang, 'viewer', '查看者')), `users ${lang}: another role, disabled`);
	await look(`users ${lang}`);
	await row('zhao').locator('button').last().click();
	await mine.waitForSelector('dialog');
	await mine.locator('dialog button[type=submit]').click();
	await row('zhao').waitFor({ state: 'detached' });
	ok(true, `users ${lang}: removed`);
}

async function tokens(mine, look, lang) {
	await menu(mine, 0);
	await mine.waitForSelector('form.ask');
	await mine.locator('form.ask input[type=text]').fill('netbox export');
	await mine.locator('form.ask select').selectOption('operator');
	await mine.locator('form.ask button[type=submit]').click();
	const once = mine.locator('.once input');
	await once.waitFor();
	const text = await once.inputValue();
	is(text.length, 43, `tokens ${lang}: is shown`);
	await mine.locator('.once button').first().click();
	await mine.waitForFunction(() => document.querySelector('.once [aria-live]').textContent !== '');
	await mine.waitForSelector('main tbody tr');
	await look(`tokens ${lang}`);
	await mine.locator('.once button').last().click();
	is(await mine.evaluate((t) => document.body.innerHTML.includes(t), text), false, `tokens ${lang}: once`);
	await mine.locator('main tbody button').first().click();
	await mine.locator('dialog button[type=submit]').click();
	await mine.waitForFunction(() => document.querySelector('main tbody tr') === null);
	ok(true, `tokens ${lang}: removed`);
}

async function audit(mine, look, lang) {
	await menu(mine, 2);
	await mine.waitForSelector('main tbody tr');
	const lines = await mine.locator('main tbody tr').evaluateAll((all) => all.map((r) => [...r.children].slice(1, 5).map((c) => c.textContent).join(' | ')));
	const want = lang === 'en' ? [/^li \| removed a token \| t\w+ \| netbox export, of li/, /^li \| made a token \| t\w+ \| netbox export, operator/, /^li \| removed a user \| zhao \| viewer/,
		/changed a user \| zhao \| viewer, at site:zz1 hall:zz2-h1, disabled/, /added a user \| zhao \| operator, at/, /reserved|logged in/, /login blocked.* \| wang \| has to wait 30 s/]
		: [/^li \| 删除令牌 \| t\w+ \| netbox export，属于 li/, /^li \| 生成令牌 \| t\w+ \| netbox export，操作员/, /^li \| 删除用户 \| zhao \| 查看者/,
			/修改用户 \| zhao \| 查看者，范围：site:zz1 hall:zz2-h1，停用/, /新建用户 \| zhao \| 操作员，范围/, /预留|登录/, /暂停登录 \| wang \| 需等待 30 秒/];
	want.forEach((re, i) => ok(re.test(lines[i] ?? ''), `audit ${lang}: line ${i} in words, newest first`, lines[i]));
	await look(`audit ${lang}`);
}

async function password(mine, look, lang, own) {
	await menu(mine, 3);
	await mine.waitForSelector('dialog');
	const field = (n) => mine.locator('dialog input[type=password]').nth(n);
	is(await mine.locator('dialog input[type=password]').evaluateAll((all) => all.map((i) => i.autocomplete).join()), 'current-password,new-password,new-password', `password ${lang}: a password manager knows the fields`);
	for (const [old, wait] of [['wrong', '.trouble[role=alert]'], [ONE, null]]) {
		await field(0).fill(old);
		await field(1).fill(TWO);
		await field(2).fill(TWO);
		await mine.keyboard.press('Enter');
		if (wait) {
			await mine.locator('dialog ' + wait).waitFor();
			await look(`password ${lang}`);
		}
	}
	await mine.waitForURL(/\/login\?.*said=password/);
	await mine.locator('form.ask input').nth(0).fill('li');
	await mine.locator('form.ask input').nth(1).fill(TWO);
	await mine.keyboard.press('Enter');
	await mine.waitForURL(/\/audit/);
	await mine.waitForSelector('main tbody tr');
	ok(true, `password ${lang}: changed, the new one logs in, back on the page`);
	/* the session ends elsewhere: the next answer leads to the door */
	own.desk.end_sessions();
	await mine.evaluate(() => dispatchEvent(new Event('online')));
	await mine.waitForURL(/\/login\?next=/);
	await mine.locator('form.ask input').nth(0).fill('wang');
	await mine.locator('form.ask input').nth(1).fill(TWO);
	/* wang has to wait */
	await mine.keyboard.press('Enter');
	await mine.waitForFunction(() => /30/.test(document.querySelector('.trouble')?.textContent));
	await mine.locator('form.ask input').nth(0).fill('li');
	await mine.locator('form.ask input').nth(1).fill(TWO);
	await mine.keyboard.press('Enter');
	await mine.waitForSelector('.user > button');
	await menu(mine, 4);
	await mine.waitForURL(/\/login/);
	ok(true, `logout ${lang}: back at the door`);
}

/* Who only looks: a quiet way in, and pages that say which role they need. */
async function anonymous() {
	await open('/', { lang: 'en' });
	is(await page.locator('.login-link').count(), 0, 'anonymous: without users there is no login');
	const own = await serve({ dist, users: { li: { password: ONE, role: 'admin' }, wang: { password: TWO, role: 'operator' } } });
	await at(own, async (mine, look) => {
		for (const lang of ['en', 'zh']) {
			await mine.goto(`${own.url}/?lang=${lang}&live=0`);
			await mine.waitForSelector('.login-link');
			await look(`anonymous ${lang}`);
			for (const path of ['/users', '/audit', '/tokens']) {
				await mine.goto(`${own.url}${path}?lang=${lang}&live=0`);
				await mine.waitForSelector('[data-k=needs_role]');
			}
			ok((await mine.locator('[data-k=needs_role]').innerText()).includes(words(lang, 'viewer', '查看者')), `anonymous ${lang}: told which role`);
			await mine.goto(`${own.url}/users?lang=${lang}&live=0`);
			await mine.locator('[data-k=needs_role] a').click();
			await mine.locator('form.ask input').nth(0).fill('wang');
			await mine.locator('form.ask input').nth(1).fill(TWO);
			await mine.keyboard.press('Enter');
			await mine.waitForSelector('.user > button');
			await mine.waitForSelector('[data-k=needs_role]');
			ok((await mine.locator('[data-k=needs_role]').innerText()).includes(words(lang, 'wang, operator', 'wang，操作员')), `operator ${lang}: told which role it has and needs`);
			await look(`needs-role ${lang}`);
			await mine.locator('.user > button').click();
			is(await mine.locator('.user-menu a').count(), 1, `operator ${lang}: no way to what only an admin may`);
			await mine.locator('.user-menu button').last().click();
			await mine.waitForSelector('.login-link');
		}
		await mine.goto(`${own.url}/login?lang=en&next=%2F.%2F%2Fevil.example%2F`);
		await mine.locator('form.ask input').nth(0).fill('wang');
		await mine.locator('form.ask input').nth(1).fill(TWO);
		await mine.keyboard.press('Enter');
		await mine.waitForSelector('.user > button');
		is(new URL(mine.url()).origin + new URL(mine.url()).pathname, own.url + '/', 'login: next never leads elsewhere');
	});
	quiet('anonymous');
}

/* The fake daemon has users; the real one's are tested with the daemon. */
async function doors() {
	if (fake === null) {
		return;
	}
	await anonymous();
	for (const lang of ['en', 'zh']) {
		await set_up(lang);
		await log_in(lang);
	}
}

async function charts() {
	await open(PAGES.rack);
	await page.waitForSelector('.charts canvas');
	await page.waitForFunction(() => document.querySelectorAll('.charts .readout').length >= 1);
	/* cards above may still grow and push the charts down: point again */
	const over = page.locator('.charts .u-over').first();
	const pointed = () => /\d{4}-\d\d-\d\d/.test(document.querySelector('.charts .readout .when').textContent);
	for (let i = 0; i < 10 && !await page.evaluate(pointed); i++) {
		const { width } = await over.boundingBox();
		await over.hover({ position: { x: width * (0.5 + i * 0.01), y: 40 } });
		await page.waitForTimeout(200);
	}
	const box = await over.boundingBox();
	const times = await page.locator('.charts .readout .when').allInnerTexts();
	is(new Set(times).size, 1, 'rack: one cursor in all charts');
	await page.mouse.move(box.x + box.width * 0.3, box.y + 40);
	await page.mouse.down();
	await page.mouse.move(box.x + box.width * 0.6, box.y + 40, { steps: 4 });
	await page.mouse.up();
	await page.waitForURL(/from=\d+&to=\d+/);
	ok(true, 'rack: dragging zooms and the range is in the address');
	await page.locator('.charts .plot').first().focus();
	await page.keyboard.press('Escape');
	await page.waitForFunction(() => !location.search.includes('from='));
	ok(true, 'rack: Esc takes the zoom back');
	await page.locator('.charts details.behind summary').first().click();
	await page.waitForSelector('.charts .behind tbody tr');
	ok(true, 'rack: the values are there as a table');
	for (const kind of ['CSV', 'PNG']) {
		const [file] = await Promise.all([page.waitForEvent('download'), page.locator(`.charts .tools button:has-text("${kind}")`).first().click()]);
		const body = readFileSync(await file.path());
		ok(kind === 'CSV' ? body.toString().split('\r\n').length > 10 : body.subarray(1, 4).toString() === 'PNG', `rack: ${kind} of a chart, ${body.length} bytes`);
	}
	quiet('charts');
}

/* A server: its sensors by kind, what it is to its rack, its log; and the rack by both sources. */
async function servers() {
	ok(fake === null || (bmc && bmc_only && beside), 'servers: alone and beside PDUs, where the data is ours');
	for (const lang of bmc ? ['en', 'zh'] : []) {
		await open('/devices/' + bmc.id, { lang });
		const want = await api('/devices/' + bmc.id);
		const log = await api(`/devices/${bmc.id}/events`);
		await page.waitForSelector('.device-log h2 .hint');
		const groups = await page.locator('.groups section').evaluateAll((all) => all.map((s) => [s.dataset.group, s.querySelectorAll('tbody tr').length]));
		is(groups.reduce((sum, [, n]) => sum + n, 0), want.metrics.length, `server ${lang}: every reading stands in one group`);
		// a host that is off may say nothing of its watts
		const first = want.metrics.some((m) => m.metric === 'power_w') ? 'power' : 'temperature';
		ok(groups.some(([g]) => g === 'temperature') && groups[0][0] === first, `server ${lang}: power first, then temperatures`, JSON.stringify(groups));
		if (log.items.length > 20) {
			is(await page.locator('.device-log tbody tr').count(), 20, `server ${lang}: the newest of its log first`);
			await page.locator('.device-log > button').click();
			await page.waitForFunction(() => document.querySelectorAll('.device-log tbody tr').length > 20);
		}
		is(await page.locator('.device-log tbody tr').count(), log.items.length, `server ${lang}: its log has every event`);
		const use = await page.locator('.rack-use').innerText();
		ok(want.rack_use.power === null || use.includes(want.rack_use.power.source), `server ${lang}: where the power was read is said`, use);
		if (fake !== null) {
			ok((await page.locator('.device-log').innerText()).includes(lang === 'en' ? 'power supply: input lost' : '电源模块: 输入丢失'), `server ${lang}: an event in the reader's language`);
			ok((await page.locator('.skew').innerText()).includes('83'), `server ${lang}: a clock that is wrong is noted`);
			is(await shown('state_power').getAttribute('data-v'), 'on', `server ${lang}: on or off stands at the top`);
		}
	}
	for (const lang of bmc_only ? ['en', 'zh'] : []) {
		await open('/racks/' + bmc_only.id, { lang });
		const r = await api('/racks/' + bmc_only.id);
		ok((await page.locator('.rack-power').innerText()).includes('BMC'), `rack of servers ${lang}: its power is marked`);
		is(await shown('power_source').getAttribute('data-v'), r.power_source, `rack of servers ${lang}: by the API's source`);
		is(await page.locator('.sources').count(), 0, `rack of servers ${lang}: one source, no difference`);
	}
	if (beside) {
		await open('/racks/' + beside.id);
		const r = await api('/racks/' + beside.id);
		if (r.power_sources.length > 1) {
			is(Number(await shown('power_w').getAttribute('data-v')), Number(await shown('by.pdu').getAttribute('data-v')), 'rack of both: the PDUs are its power');
			ok(await shown('by.ipmi').isVisible() && await shown('power_difference_w').isVisible(), 'rack of both: the servers and the difference stand beside it');
		}
	}
	quiet('servers');
}

async function missing_and_offline() {
	expected_status = 'Failed to load resource';
	for (const lang of ['en', 'zh']) {
		await page.goto(`${BASE}/racks/zz-not-there?live=0&lang=${lang}`);
		const text = await page.locator('.trouble').innerText();
		ok(text.includes('zz-not-there') && (lang === 'en') !== /[\u4e00-\u9fff]/.test(text), `missing rack, ${lang}: said in words, with its id`, text);
	}
	ok(await page.locator('main h1').count() === 1, 'missing rack: the page still has its heading');
	await page.goto(`${BASE}/nowhere/at/all?live=0&lang=en`).catch(() => undefined);
	expected_status = null;
	trouble.length = 0;
	await page.goto(`${BASE}/?lang=en`);
	await page.waitForSelector('.hero');
	expected_status = 'ERR_';
	await page.route('**/api/v1/**', (r) => r.abort());
	await page.evaluate(() => dispatchEvent(new Event('online')));
	await page.waitForSelector('.updated.lost');
	ok((await page.locator('.updated.lost').innerText()).includes('disconnected since'), 'offline: says since when');
	ok(await page.locator('.hero .big').isVisible(), 'offline: the last numbers stay');
	await page.unroute('**/api/v1/**');
	await page.evaluate(() => dispatchEvent(new Event('online')));
	await page.waitForFunction(() => document.querySelector('.updated.lost') === null);
	ok(true, 'offline: comes back by itself');
	expected_status = null;
	trouble.length = 0;
}

async function live() {
	await page.goto(`${BASE}/?lang=en`);
	await page.waitForSelector('.dot.live');
	const before = await page.locator('.updated .clock').innerText();
	await page.waitForFunction((was) => document.querySelector('.updated .clock').textContent !== was, before);
	ok(true, 'live: the page follows the event stream');
	expected_status = 'ERR_';
	await page.route('**/api/v1/events*', (r) => r.abort());
	await page.goto(`${BASE}/?lang=en`);
	await page.waitForSelector('.dot.polling');
	ok(true, 'live: without a stream the page polls');
	await page.unroute('**/api/v1/events*');
	trouble.length = 0;
	expected_status = null;
	await page.goto(`${BASE}/?lang=en&live=0`);
	await page.waitForSelector('.hero');
	ok(await page.locator('.dot.paused').count() === 1, 'live=0: no stream');
	quiet('live');
}

/* Of a real daemon only; users exist from then on, so it comes last. */
const real = process.env.FAULTS ? {
	faults: process.env.FAULTS, sim: Number(process.env.SIM), log: process.env.LOG, racks: racks.items, rack, page, open, api, quiet, BASE, password: ONE,
	read: (path) => readFileSync(path, 'utf8'), write: (path, text) => writeFileSync(path, text),
} : null;
const PARTS = {
	numbers, ledger, visit_all, filters, plan, ledger_numbers, timeline, elevation, planner, whatif, large_hall, operator,
	alerts: () => alerts({ page, open, api, at_rest, quiet, rack, fake, BASE }),
	alert_operator: () => fake !== null && alert_operator({ serve, dist, at, password: TWO }),
	doors, keyboard, charts, servers, missing_and_offline, live,
	seeded: () => real !== null && seeded(real, victim),
};
let victim = null;
try {
	victim = real === null ? null : await seed_fault(real);
	for (const [name, part] of Object.entries(PARTS)) {
		const start = Date.now();
		if (!process.env.ONLY || process.env.ONLY.split(',').includes(name)) {
			await part();
			console.log(`# ${name}: ${Date.now() - start} ms`);
		}
	}
} catch (e) {
	ok(false, 'the test ran to its end', `${e.stack}\n${trouble.join('\n')}`);
} finally {
	await context.close();
	await fake?.close();
	rmSync(profile, { recursive: true, force: true });
}
done();
