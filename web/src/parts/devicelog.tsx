/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a device's own log says: newest first, by the device's clock, which may be wrong. */
import { useState } from 'preact/hooks';
import type { DeviceEvent, List } from '../lib/api';
import '../i18n/device';
import { int } from '../lib/format';
import { has_word, lang, t, word } from '../lib/i18n';
import { use_api, zone } from '../lib/query';
import { minute_text } from '../lib/time';
import { Badge } from './icon';
import { span_text } from './num';
import { Empty, Show } from './state';
import { Table } from './table';

type Row = Omit<DeviceEvent, 'id'> & { id: string };

/* Clocks that differ by less are taken as one. */
const SKEW_S = 60;

/* So many are shown at first. */
const LINES = 20;

const when = (at: string): string => minute_text(Date.parse(at), zone());

/* Day and time keep together, each by itself. */
const When = ({ at }: { at: string }) => <time dateTime={at} class="when">{when(at).split(' ').map((x) => <>{' '}<span key={x}>{x}</span></>)}</time>;

/* "power_supply_input_lost" in the reader's words: the part, then its state. */
function translated(code: string): string | null {
	const oem = /^oem_record_([0-9a-f]+)$/.exec(code);
	if (oem !== null) {
		return t('events.oem', { type: oem[1].toUpperCase() });
	}
	const unnamed = /^(\w+?)_event_(\d+)$/.exec(code);
	if (unnamed !== null && has_word('part.' + unnamed[1])) {
		return t('events.unnamed', { part: word('part', unnamed[1]), n: unnamed[2] });
	}
	for (let at = code.length; (at = code.lastIndexOf('_', at - 1)) > 0;) {
		const [part, state] = [code.slice(0, at), code.slice(at + 1)];
		if (has_word('part.' + part) && has_word('stateword.' + state)) {
			return `${word('part', part)}: ${word('stateword', state)}`;
		}
	}
	return null;
}

export function event_text(e: Pick<DeviceEvent, 'code' | 'text' | 'cleared'>): string {
	const own = lang.value === 'en' ? e.text : null;
	const text = translated(e.code);
	return own ?? (text === null ? e.text ?? e.code : e.cleared ? `${text} (${t('events.cleared')})` : text);
}

function Skew({ items }: { items: DeviceEvent[] }) {
	const s = items.find((e) => e.skew_s !== null)?.skew_s ?? 0;
	return Math.abs(s) < SKEW_S ? null : (
		<p class="hint skew"><Badge code="degraded">{t(s > 0 ? 'events.ahead' : 'events.behind', { time: span_text(Math.abs(s)) })}</Badge></p>
	);
}

export function DeviceLog({ id }: { id: string }) {
	const state = use_api<List<DeviceEvent>>(`/devices/${encodeURIComponent(id)}/events`);
	const [all, set_all] = useState(false);
	return (
		<section class="card device-log">
			<h2>{t('events')} {state.data !== null && <span class="hint">{int(state.data.items.length)}</span>}</h2>
			<Show of={state} lines={3}>{({ items }) => items.length === 0 ? <Empty>{t('events.empty')}</Empty> : <>
				<Skew items={items} />
				<Table rows={items.slice(0, all ? items.length : LINES).map((e, i): Row => ({ ...e, id: `${e.id}/${i}` }))} label={t('events')} file={'events-' + id} columns={[
					{
						id: 'time', head: t('events.time'), value: (e) => e.time ?? e.seen,
						show: (e) => e.time !== null ? <When at={e.time} /> : <span class="hint">{t('events.no_time', { time: when(e.seen) })}</span>,
					},
					{
						id: 'severity', head: t('events.severity'), value: (e) => e.severity, wide: true,
						show: (e) => <Badge code={e.severity} tone={e.severity === null || e.severity === 'info' ? 'off' : undefined}>{word('severity', e.severity ?? 'none')}</Badge>,
					},
					{ id: 'what', head: t('events.what'), value: (e) => event_text(e) },
					{ id: 'part', head: t('events.part'), value: (e) => e.sensor ?? e.instance },
					{ id: 'record', head: t('events.record'), minor: true, value: (e) => e.source, show: (e) => <code class="oid">{e.source ?? '—'}</code> },
				]} />
				{items.length > LINES && !all && <button class="quiet" onClick={() => set_all(true)}>{t('events.all', { n: int(items.length) })}</button>}
			</>}</Show>
		</section>
	);
}
