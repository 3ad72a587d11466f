/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is not to be told: of which thing, of which rules, until when and why. */
import { useId, useState } from 'preact/hooks';
import { around, entity_of, wall_to_ms, type Alert, type Silence } from '../lib/api_alerts';
import type { Rule } from '../lib/api_rules';
import type { Hit, List } from '../lib/api';
import { name_of, t, word } from '../lib/i18n';
import { tick } from '../lib/live';
import { send } from '../lib/post';
import { now_ms, use_api, zone } from '../lib/query';
import { minute_text } from '../lib/time';
import { with_query } from '../lib/url';
import { Dialog, Form, use_sending } from './dialog';

const SPANS: ['1h' | '4h' | '24h', number][] = [['1h', 3600], ['4h', 4 * 3600], ['24h', 86400]];

const to_ms = (text: string): number => wall_to_ms(text, (ms) => minute_text(ms, zone()));
const to_iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z/, 'Z');
const field_text = (ms: number): string => minute_text(ms, zone()).replace(' ', 'T');

/* For how long: a span from now on, or until a moment by the province's clock. */
function HowLong({ span, until, on }: { span: string; until: string; on: (span: string, until: string) => void }) {
	const id = useId();
	return (
		<fieldset class="choices">
			<legend>{t('silence.how_long')}</legend>
			<div class="segments radios">
				{[...SPANS.map(([k]) => k), 'until' as const].map((k) => (
					<label key={k}><input type="radio" name={id} checked={span === k}
						onChange={() => on(k, until !== '' ? until : field_text(now_ms() + 7200e3))} /><span>{t(`silence.${k}`)}</span></label>
				))}
			</div>
			{span === 'until' && (
				<label class="field"><span>{t('silence.until_when', { zone: zone() })}</span>
					<input type="datetime-local" required value={until} min={field_text(now_ms())} onInput={(e) => on(span, e.currentTarget.value)} /></label>
			)}
		</fieldset>
	);
}

type Times = { from_ms: number | null; end: { for_s: number } | { until: string } };

/* What the daemon would refuse is known before: null. */
function times_of(span: string, until: string, from = ''): Times | null {
	const from_ms = from === '' ? null : to_ms(from);
	const known = SPANS.find(([k]) => k === span);
	if (known !== undefined) {
		return { from_ms, end: { for_s: known[1] } };
	}
	const ms = to_ms(until);
	return Number.isNaN(ms) || ms <= Math.max(now_ms(), from_ms ?? 0) ? null : { from_ms, end: { until: to_iso(ms) } };
}

function Reason({ value, on }: { value: string; on: (text: string) => void }) {
	return (
		<label class="field"><span>{t('silence.reason')}</span>
			<input type="text" required maxLength={255} pattern=".*\S.*" autocomplete="off" value={value} onInput={(e) => on(e.currentTarget.value)} /></label>
	);
}

const add = async (body: Record<string, unknown>, on_done: () => void): Promise<void> => {
	await send<Silence>('POST', '/silences', body);
	tick.value++;
	on_done();
};

/* Of one alert: the thing or what is around it, its rule or all. */
export function SilenceAlert({ a, on_close }: { a: Alert; on_close: () => void }) {
	const [entity, set_entity] = useState(a.entity);
	const [all, set_all] = useState(false);
	const [span, set_span] = useState('1h');
	const [until, set_until] = useState('');
	const [reason, set_reason] = useState('');
	const [fault, set_fault] = useState<string | null>(null);
	const sending = use_sending();
	const id = useId();
	return (
		<Dialog title={`${t('silence.title')}: ${name_of(a.summary, a.entity)}`} on_close={on_close}>
			<Form act={t('silence.act')} of={sending} fault={fault} on_cancel={on_close} on_submit={() => {
				const times = times_of(span, until);
				set_fault(times === null ? t('silence.past') : null);
				if (times !== null) {
					sending.run(() => add({ entity, ...(all ? {} : { rule: a.rule }), ...times.end, reason: reason.trim() }, on_close));
				}
			}}>
				<label class="field"><span>{t('silence.for')}</span>
					<select value={entity} onChange={(e) => set_entity(e.currentTarget.value)}>
						{around(a).map((e) => <option key={e} value={e}>{word('kind', entity_of(e).kind)} {entity_of(e).id}</option>)}
					</select></label>
				<p class="hint">{t('silence.below')}</p>
				<fieldset class="choices">
					<legend>{t('silence.rules')}</legend>
					<label class="check"><input type="radio" name={id} checked={!all} onChange={() => set_all(false)} /><span>{t('silence.this_rule', { rule: a.rule })}</span></label>
					<label class="check"><input type="radio" name={id} checked={all} onChange={() => set_all(true)} /><span>{t('silence.all_rules')}</span></label>
				</fieldset>
				<HowLong span={span} until={until} on={(s, u) => { set_span(s); set_until(u); }} />
				<Reason value={reason} on={set_reason} />
			</Form>
		</Dialog>
	);
}

/* What is called so, as "kind:id", while one types. */
function use_hits(text: string): string[] {
	const find = text.slice(text.indexOf(':') + 1).trim();
	const { data } = use_api<List<Hit>>(find.length < 2 ? null : with_query('/search', { q: find, limit: '20' }), true);
	return (data?.items ?? []).map((h) => `${h.kind}:${h.id}`);
}

/* Any thing, also ahead of time: a maintenance window. */
export function NewSilence({ on_close }: { on_close: () => void }) {
	const [entity, set_entity] = useState('');
	const [rule, set_rule] = useState('');
	const [from, set_from] = useState('');
	const [span, set_span] = useState('4h');
	const [until, set_until] = useState('');
	const [reason, set_reason] = useState('');
	const [maintenance, set_maintenance] = useState(false);
	const [fault, set_fault] = useState<string | null>(null);
	const rules = use_api<List<Rule>>('/rules');
	const hits = use_hits(entity);
	const sending = use_sending();
	const id = useId();
	return (
		<Dialog title={t('silence.new_title')} on_close={on_close}>
			<Form act={t('silence.act')} of={sending} fault={fault} on_cancel={on_close} on_submit={() => {
				const times = times_of(span, until, from);
				set_fault(times === null ? t('silence.past') : null);
				if (times !== null) {
					sending.run(() => add({
						entity: entity.trim(), ...(rule.trim() === '' ? {} : { rule: rule.trim() }), ...(times.from_ms === null ? {} : { from: to_iso(times.from_ms) }),
						...times.end, reason: reason.trim(), ...(maintenance ? { maintenance } : {}),
					}, on_close));
				}
			}}>
				<label class="field"><span>{t('silence.for')}</span>
					<input type="text" required pattern="\s*[a-z]+:[^\s:]+\s*" maxLength={79} autocomplete="off" spellcheck={false} placeholder="site:zz1" list={id + 'e'}
						aria-describedby={id + 'er'} value={entity} onInput={(e) => set_entity(e.currentTarget.value)} /></label>
				<datalist id={id + 'e'}>{hits.map((h) => <option key={h} value={h} />)}</datalist>
				<p class="hint" id={id + 'er'}>{t('silence.entity_rule')} {t('silence.below')}</p>
				<label class="field"><span>{t('silence.rules')}</span>
					<input type="text" maxLength={63} autocomplete="off" spellcheck={false} placeholder={t('silence.all_rules')} list={id + 'r'} aria-describedby={id + 'rr'}
						value={rule} onInput={(e) => set_rule(e.currentTarget.value)} /></label>
				<datalist id={id + 'r'}>{(rules.data?.items ?? []).map((r) => <option key={r.id} value={r.id} />)}</datalist>
				<p class="hint" id={id + 'rr'}>{t('silence.glob')}</p>
				<label class="field"><span>{t('silence.from_when', { zone: zone() })}</span>
					<input type="datetime-local" value={from} onInput={(e) => set_from(e.currentTarget.value)} /></label>
				<HowLong span={span} until={until} on={(s, u) => { set_span(s); set_until(u); }} />
				<Reason value={reason} on={set_reason} />
				<label class="check"><input type="checkbox" checked={maintenance} onChange={(e) => set_maintenance(e.currentTarget.checked)} /><span>{t('silence.maintenance')}</span></label>
			</Form>
		</Dialog>
	);
}
