/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The daemon about itself: does it keep up, does it keep everything, what is failing? */
import '../i18n/device';
import type { Collector, List, Profile, StoreProblem } from '../lib/api';
import { bytes, int, unit } from '../lib/format';
import { fill, name_of, t, word } from '../lib/i18n';
import { use_api } from '../lib/query';
import { link } from '../lib/url';
import { crumbs_to, Head } from '../parts/frame';
import { Badge, Mark } from '../parts/icon';
import { Fact } from '../parts/kpi';
import { Ago, AtLeast, Int, span_text, Time, Val } from '../parts/num';
import { error_text } from '../parts/reason';
import { Show } from '../parts/state';
import { Table } from '../parts/table';

const FEW = 10;

function Polling({ c }: { c: Collector }) {
	return (
		<section class="card">
			<h2>{t('collector.polling')}</h2>
			<dl class="facts">
				{(['up', 'degraded', 'down', 'unknown'] as const).map((s) => (
					<Fact key={s} label={word('status', s)} under={t('collector.of', { n: int(c.devices.total) })}>
						<a class="num-link" href={link('/devices', { status: s })}><Badge code={s}><Int n={c.devices[s]} k={'devices.' + s} /></Badge></a>
					</Fact>
				))}
				<Fact label={t('collector.due')}><Val raw={c.polls.due_per_s} text={unit(c.polls.due_per_s, '/s')} /></Fact>
				<Fact label={t('collector.in_flight')} under={<>{t('polls.retries')} <Int n={c.polls.retries} /></>}><Int n={c.polls.in_flight} /></Fact>
				<Fact label={t('polls.ok')}><Int n={c.polls.ok} k="polls.ok" /></Fact>
				<Fact label={t('polls.failed')} under={<>{t('polls.timeouts')} <Int n={c.polls.timeouts} /></>}><Int n={c.polls.failed} /></Fact>
				<Fact label={t('polls.late')} under={<>{t('polls.skipped')} <Int n={c.polls.skipped} /></>}><Int n={c.polls.late} /></Fact>
				<Fact label={t('collector.lateness')} under={<>p50 <Val raw={c.lateness_ms.p50} text={unit(c.lateness_ms.p50, 'ms')} />, max <Val raw={c.lateness_ms.max} text={unit(c.lateness_ms.max, 'ms')} /></>}>
					<Val raw={c.lateness_ms.p99} text={unit(c.lateness_ms.p99, 'ms')} /></Fact>
			</dl>
		</section>
	);
}

const BYTES = new Set(['disk_low', 'journal_torn', 'journal_damaged']);

/* What lasts first; what only happened is a remark. */
function Problem({ p }: { p: StoreProblem }) {
	const n = BYTES.has(p.code) ? bytes(p.params.n) : p.code === 'slow_sync' ? unit(p.params.n, 'ms') : int(p.params.n);
	const text = fill(word('problem', p.code), { n, subject: p.params.subject ?? '', count: int(p.count) });
	return (
		<div class="verdict" data-problem={p.code}>
			<Mark tone={p.active ? 'crit' : 'warn'} />
			<span>{text} <span class="hint">{p.active ? t('problem.since') : t('problem.last')} <Ago at={p.active ? p.since : p.last} />{p.params.detail !== null && <>. {p.params.detail}</>}</span></span>
		</div>
	);
}

function Store({ c }: { c: Collector }) {
	const s = c.store;
	return (
		<section class="card">
			<h2>{t('collector.store')}</h2>
			{s.problems === undefined
				? s.last_error !== null && <p class="verdict"><Mark tone="crit" /> {s.last_error}</p>
				: s.problems.map((p) => <Problem key={p.code} p={p} />)}
			{(s.files_to_move ?? 0) > 0 && <p class="verdict"><Mark tone="warn" /> {t('store.moving', { n: int(s.files_moved ?? 0), of: int((s.files_moved ?? 0) + (s.files_to_move ?? 0)) })}</p>}
			<dl class="facts">
				<Fact label={t('store.accepted')}><Int n={s.accepted} k="store.accepted" /></Fact>
				<Fact label={t('store.unflushed')}><Int n={s.unflushed} /></Fact>
				<Fact label={t('store.flushed')} under={<>{t('store.files')} <Int n={s.files} /></>}><Int n={s.flushed} /></Fact>
				<Fact label={t('store.journal')} under={<>{t('store.segments')} <Int n={s.journal_segments} /></>}><Val raw={s.journal_bytes} text={bytes(s.journal_bytes)} /></Fact>
				<Fact label={t('store.sync')}><Val raw={s.sync_ms_p99} text={unit(s.sync_ms_p99, 'ms')} /></Fact>
				<Fact label={t('store.late')}><Int n={s.late_dropped} /></Fact>
				<Fact label={t('store.need')} under={s.class === null ? undefined : t('store.class', { name: s.class })}><Val raw={s.disk_need_bytes} text={bytes(s.disk_need_bytes)} /></Fact>
				<Fact label={t('store.free')}><Val raw={s.disk_free_bytes} text={bytes(s.disk_free_bytes)} /></Fact>
			</dl>
		</section>
	);
}

/* Many devices fail for few reasons: the reasons, then the first devices. */
function Failing({ c }: { c: Collector }) {
	const reasons = new Map<string, number>();
	for (const f of c.failing) {
		reasons.set(error_text(f.error), (reasons.get(error_text(f.error)) ?? 0) + 1);
	}
	const rest = Math.max(c.failing.length, c.devices.down ?? 0) - FEW;
	return (
		<section class="card">
			<h2>{t('collector.failing')}</h2>
			{[...reasons].sort((a, b) => b[1] - a[1]).map(([text, n]) => (
				<p key={text} class="verdict"><Badge code="down"><b><AtLeast raw={n} text={int(n)} partial={c.failing.length < (c.devices.down ?? 0)} /></b></Badge><span>{text}</span></p>
			))}
			<Table rows={c.failing.slice(0, FEW)} label={t('collector.failing')} empty={t('empty.failing')} columns={[
				{ id: 'id', head: t('device'), value: (f) => f.id, wide: true, show: device },
				...(reasons.size > 1 ? [{ id: 'error', head: t('error'), value: (f: Collector['failing'][number]) => error_text(f.error) }] : []),
				{ id: 'since', head: t('failing_for'), num: true, wide: true, value: (f) => f.since, show: (f) => <Ago at={f.since} /> },
			]} />
			{rest > 0 && <p><a href={link('/devices', { status: 'down' })}>{t('collector.more', { n: int(rest) })}</a></p>}
		</section>
	);
}

const device = <T extends { id: string }>(d: T) => <a href={link('/devices/' + d.id)}>{d.id}</a>;

function ProfileTable({ rows }: { rows: Profile[] }) {
	return (
		<Table rows={rows} label={t('profiles')} empty={t('empty')} columns={[
			{ id: 'id', head: t('profile'), value: (p) => p.id, show: (p) => <>{p.id}{p.summary !== null && <div class="hint">{name_of(p.summary, '')}</div>}</> },
			{ id: 'plugin', head: t('plugin'), value: (p) => p.plugin },
			{ id: 'metrics', head: t('metrics'), num: true, value: (p) => p.metrics, show: (p) => <Int n={p.metrics} /> },
			{ id: 'devices', head: t('devices'), num: true, value: (p) => p.devices, show: (p) => <Int n={p.devices} /> },
		]} />
	);
}

/* Those in use first; the long rest at a click. */
function Profiles({ items }: { items: Profile[] }) {
	const unused = items.filter((p) => p.devices === 0);
	return (
		<>
			<ProfileTable rows={items.filter((p) => p.devices !== 0)} />
			{unused.length > 0 && <details><summary>{t('profiles.unused', { n: int(unused.length) })}</summary>
				<ProfileTable rows={unused} /></details>}
		</>
	);
}

function Lists({ c }: { c: Collector }) {
	const profiles = use_api<List<Profile>>('/profiles');
	return (
		<div class="two">
			<Failing c={c} />
			<section class="card">
				<h2>{t('collector.slowest')}</h2>
				<Table rows={c.slowest} label={t('collector.slowest')} columns={[
					{ id: 'id', head: t('device'), value: (f) => f.id, show: device },
					{ id: 'rtt', head: t('rtt'), num: true, value: (f) => f.rtt_ms, show: (f) => <Val raw={f.rtt_ms} text={unit(f.rtt_ms, 'ms', 1)} /> },
				]} />
			</section>
			<section class="card">
				<h2>{t('collector.queues')}</h2>
				<Table rows={c.queues.map((q) => ({ ...q, id: q.name }))} label={t('collector.queues')} columns={[
					{ id: 'name', head: t('collector.queue'), value: (q) => q.name },
					{ id: 'depth', head: t('queue.depth'), num: true, value: (q) => q.depth, show: (q) => <Int n={q.depth} /> },
					{ id: 'size', head: t('queue.size'), num: true, value: (q) => q.size, show: (q) => <Int n={q.size} /> },
					{ id: 'dropped', head: t('queue.dropped'), num: true, value: (q) => q.dropped, show: (q) => <Int n={q.dropped} /> },
				]} />
			</section>
			<section class="card">
				<h2>{t('plugins')}</h2>
				<Table rows={c.plugins.map((p) => ({ ...p, id: p.name }))} label={t('plugins')} empty={t('empty')} columns={[
					{ id: 'name', head: t('plugin'), value: (p) => p.name, show: (p) => <>{p.name}{p.summary !== null && <div class="hint">{word('plugin.about', p.name, name_of(p.summary, ''))}</div>}</> },
					{ id: 'state', head: t('state'), value: (p) => p.state, wide: true, show: (p) => <><Badge code={p.state}>{word('plugin', p.state)}</Badge>{p.reason !== null && <div class="hint">{p.reason}</div>}</> },
					{ id: 'abi', head: 'ABI', value: (p) => p.abi, fixed: true, minor: true },
					{ id: 'devices', head: t('devices'), num: true, value: (p) => p.devices, show: (p) => <Int n={p.devices} /> },
				]} />
			</section>
			<section class="card">
				<h2>{t('profiles')}</h2>
				<Show of={profiles} lines={5}>{(list) => <Profiles items={list.items} />}</Show>
			</section>
			<section class="card">
				<h2>{t('collector.stats')}</h2>
				<details><summary>{t('collector.stats_n', { n: int(c.stats.length) })}</summary>
					<Table rows={c.stats.map((s) => ({ ...s, id: s.name }))} label={t('collector.stats')} columns={[
						{ id: 'name', head: t('name'), value: (s) => s.name, show: (s) => <><code>{s.name}</code>{s.help !== null && <div class="hint">{s.help}</div>}</> },
						{ id: 'value', head: t('value'), num: true, value: (s) => s.value, show: (s) => <Int n={s.value} /> },
					]} />
				</details>
			</section>
		</div>
	);
}

export function CollectorView() {
	const state = use_api<Collector>('/collector');
	const crumbs = crumbs_to(null);
	return (
		<>
			<Head crumbs={crumbs} title={t('nav.collector')} sub={state.data && <>
				<span>collectord {state.data.version}</span>
				<span>{t('collector.up', { n: span_text(state.data.uptime_s) })}</span>
				<span>pid {state.data.pid}</span></>} />
			<Show of={state} lines={14}>{(c) => (
				<>
					<Polling c={c} />
					<Store c={c} />
					<section class="card">
						<h2>{t('collector.config')}</h2>
						{c.config.error !== null && <p class="verdict"><Mark tone="crit" /> {c.config.error}</p>}
						{c.config.waiting.length > 0 && <p class="verdict"><Mark tone="warn" /> {t('config.waiting')} <code>{c.config.waiting.join(', ')}</code></p>}
						<dl class="facts">
							<Fact label={t('config.file')}><code>{c.config.file ?? '—'}</code></Fact>
							<Fact label={t('config.loaded')}><Time at={c.config.loaded} /></Fact>
							<Fact label={t('config.version')}><Int n={c.config.version} /></Fact>
							<Fact label={t('collector.started')}><Time at={c.started} /></Fact>
						</dl>
					</section>
					<Lists c={c} />
				</>
			)}</Show>
		</>
	);
}
