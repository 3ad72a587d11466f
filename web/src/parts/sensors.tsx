/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every value that a device gave, with its source, quality and age; a server's by what they are. */
import { useState } from 'preact/hooks';
import type { DevicePage, Metric } from '../lib/api';
import '../i18n/device';
import { int, measure } from '../lib/format';
import { t, word } from '../lib/i18n';
import { Badge } from './icon';
import { age_text, Unknown, Val } from './num';
import { Table, type Column } from './table';

type Row = Metric & { id: string };

/* A state in a word, marked when the profile says how bad it is. */
export function State({ m }: { m: Pick<Metric, 'text' | 'severity'> }) {
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

type Group = 'power' | 'temperature' | 'fan' | 'voltage' | 'state' | 'other';
const GROUPS: Group[] = ['power', 'temperature', 'fan', 'voltage', 'state', 'other'];

function group_of(metric: string): Group {
	return /_(w|va|var|wh)$|^power_/.test(metric) ? 'power' : /_c$/.test(metric) ? 'temperature'
		: metric.startsWith('fan_') ? 'fan' : /_[va]$/.test(metric) ? 'voltage'
		: metric.startsWith('state_') ? 'state' : 'other';
}

/* One table, or for a server one for each kind of sensor. */
function Tables({ d, rows }: { d: DevicePage; rows: Row[] }) {
	const empty = t(d.metrics.length === 0 ? 'empty.metrics' : 'empty.filtered');
	if (d.kind !== 'bmc' || rows.length === 0) {
		return <Table rows={rows} columns={columns()} label={t('metrics')} file={'metrics-' + d.id} empty={empty} />;
	}
	return (
		<div class="groups">{GROUPS.map((g) => {
			const some = rows.filter((m) => group_of(m.metric) === g);
			const name = t(`group.${g}`);
			return some.length === 0 ? null : (
				<section key={g} data-group={g}>
					<h3>{name} <span class="hint">{int(some.length)}</span></h3>
					<Table rows={some} columns={columns()} label={name} file={`${g}-${d.id}`} />
				</section>
			);
		})}</div>
	);
}

export function Sensors({ d }: { d: DevicePage }) {
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
			<Tables d={d} rows={shown} />
		</section>
	);
}
