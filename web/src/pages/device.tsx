/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A device: does it answer, and every value it gave, with its source, quality and age. */
import { useState } from 'preact/hooks';
import type { DevicePage, ExplainDevice, Metric } from '../lib/api';
import { fixed, int, measure, unit } from '../lib/format';
import { add_words, t, word } from '../lib/i18n';
import { use_api } from '../lib/query';
import { link } from '../lib/url';
import { crumbs_to, Head } from '../parts/frame';
import { Badge } from '../parts/icon';
import { Fact } from '../parts/kpi';
import { age_text, Ago, Int, span_text, Time, Unknown, Until, Val } from '../parts/num';
import { error_text } from '../parts/reason';
import { Empty, Show } from '../parts/state';
import { Table, type Column } from '../parts/table';

/* in a file of its own: the first page does without */
void import('../i18n/device').then((m) => add_words(m.default)).catch(() => undefined);

type Row = Metric & { id: string };

/* A state in a word, marked when the profile says how bad it is. */
function State({ m }: { m: Row }) {
	const text = word('stateword', m.text, m.text?.replaceAll('_', ' '));
	return m.severity === null || m.severity === 'info' ? <>{text}</> : <Badge code={m.severity}>{text}</Badge>;
}

/* The metric in words, with its name beside them when they are not the same. */
function Name({ metric }: { metric: string }) {
	const text = word('metric', metric, '');
	return <>{text !== '' && <span>{text} </span>}<code class="hint minor">{metric}</code></>;
}

function columns(): Column<Row>[] {
	return [
		{ id: 'metric', head: t('metric'), value: (m) => m.metric, wide: true, show: (m) => <Name metric={m.metric} /> },
		{ id: 'instance', head: t('instance'), value: (m) => m.instance, show: (m) => m.instance === null ? '' : word('instance', m.instance) },
		{
			id: 'value', head: t('value'), num: true, wide: true, value: (m) => m.value,
			show: (m) => m.value === null ? <Unknown /> : <span data-v={m.value}>{m.text === null ? measure(m.value, m.unit) : <State m={m} />}</span>,
		},
		{ id: 'quality', head: t('quality'), value: (m) => m.quality, wide: true, show: (m) => <Badge code={m.quality}>{word('quality', m.quality)}</Badge> },
		{ id: 'age', head: t('col.age'), num: true, wide: true, value: (m) => m.age_s, show: (m) => <Val raw={m.age_s} text={age_text(m.age_s)} /> },
		{ id: 'archived', head: t('archived'), minor: true, value: (m) => (m.archived ? t('yes') : t('no')) },
		{ id: 'source', head: t('source'), minor: true, value: (m) => m.source, show: (m) => <code class="oid">{m.source ?? '—'}</code> },
	];
}

function Facts({ d }: { d: DevicePage }) {
	const { data } = use_api<ExplainDevice>('/explain/device/' + encodeURIComponent(d.id));
	return (
		<dl class="facts">
			<Fact label={t('last_ok')} under={<Time at={d.last_ok} />}><Ago at={d.last_ok} /></Fact>
			<Fact label={t('next_poll')}><Until at={d.next_poll} /></Fact>
			<Fact label={t('rtt')}><Val raw={d.rtt_ms} text={unit(d.rtt_ms, 'ms', 1)} /></Fact>
			<Fact label={t('polls.ok')}><Int n={d.polls.ok} k="polls.ok" /></Fact>
			<Fact label={t('polls.failed')} under={<>{t('polls.timeouts')} <Int n={d.polls.timeouts} /></>}><Int n={d.polls.failed} /></Fact>
			<Fact label={t('polls.late')} under={<>{t('polls.skipped')} <Int n={d.polls.skipped} /></>}><Int n={d.polls.late} /></Fact>
			{data !== null && <>
				<Fact label={t('interval')} under={data.phase_ms === null ? undefined : t('phase', { s: fixed(data.phase_ms / 1000, 1) })}>{span_text(data.interval_s)}</Fact>
				<Fact label={t('backoff')} under={data.backoff.until === null ? undefined : <Time at={data.backoff.until} />}><Int n={data.backoff.level} /></Fact>
			</>}
		</dl>
	);
}

function Metrics({ d }: { d: DevicePage }) {
	const [text, set_text] = useState('');
	const rows = d.metrics.map((m): Row => ({ ...m, id: m.metric + '/' + (m.instance ?? '') }));
	const find = text.toLowerCase();
	const shown = rows.filter((m) => `${m.id} ${word('metric', m.metric)} ${m.source ?? ''}`.toLowerCase().includes(find));
	return (
		<section class="card">
			<div class="bar-head">
				<h2>{t('metrics')} <span class="hint">{int(rows.length)}</span></h2>
				<label class="field inline"><span>{t('filter.q')}</span>
					<input type="search" value={text} onInput={(e) => set_text(e.currentTarget.value)} /></label>
			</div>
			<Table rows={shown} columns={columns()} label={t('metrics')} file={'metrics-' + d.id}
				empty={t(rows.length === 0 ? 'empty.metrics' : 'empty.filtered')} />
		</section>
	);
}

export function Device({ id }: { id: string }) {
	const state = use_api<DevicePage>('/devices/' + encodeURIComponent(id));
	const crumbs = [...crumbs_to(null), { label: t('devices'), href: link('/devices') }];
	return (
		<Show of={state} lines={14} title={id}>{(d) => (
			<>
				<Head crumbs={d.rack === null ? crumbs
					: [...crumbs, { label: d.rack, href: link('/racks/' + d.rack) }]}
					title={d.id} sub={<>
						<span>{d.plugin}{d.profile !== null && ' / ' + d.profile}</span>
						{d.address !== null && <code>{d.address}</code>}
						{d.feed !== null && <span>{t('feed.name', { id: d.feed })}</span>}</>} />
				<section class="card">
					<p class="verdict"><Badge code={d.status}><b>{word('status', d.status)}</b></Badge>
						{d.error !== null && <span> {error_text(d.error)}</span>}</p>
					<Facts d={d} />
				</section>
				<section class="card">
					<h2>{t('info')}</h2>
					{Object.keys(d.info).length === 0 ? <Empty>{t('empty.info')}</Empty> : (
						<dl class="pairs wide">{Object.entries(d.info).map(([k, v]) => (
							<><dt key={k}>{word('info', k)}</dt><dd>{v ?? '—'}</dd></>
						))}</dl>
					)}
				</section>
				<Metrics d={d} />
			</>
		)}</Show>
	);
}
