/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an alert looks like wherever it is named: severity, state, value, the thing it is of. */
import type { ComponentChildren } from 'preact';
import { entity_of, entity_path, type Alert, type Severity } from '../lib/api_alerts';
import { bytes, DASH, measure, tidy, THIN } from '../lib/format';
import { name_of, t, word } from '../lib/i18n';
import { now_ms, use_province } from '../lib/query';
import { link } from '../lib/url';
import { Badge, Mark } from './icon';
import { Ago, span_text, Time } from './num';

export const SeverityBadge = ({ s }: { s: Severity }) =>
	<Badge code={s} tone={s === 'info' ? 'info' : undefined}><span class="sev-word">{word('severity', s)}</span></Badge>;

/* Numbers of rules and alerts come in base units. */
export function amount(v: number | null, unit: string | null): string {
	if (v === null) {
		return DASH;
	}
	switch (unit) {
	case 's': return span_text(v);
	case 'd': return t('span.d', { n: String(Math.round(v)) });
	case 'octets': return bytes(v);
	case 'C': return tidy(measure(v, '°C'));
	case 'K': return tidy(v.toFixed(1)) + THIN + 'K';
	default: return tidy(measure(Number.isInteger(v) ? v : Number(v.toPrecision(4)), unit));
	}
}

/* A flag that is up says nothing that the summary does not. */
const is_flag = (a: Alert): boolean => a.unit === null && a.word === null && (a.value === 1 || a.value === 0) && (a.limit === null || a.limit === a.value);

export const has_value = (a: Alert): boolean => (a.word !== null || a.value !== null) && !is_flag(a);

export const value_of = (a: Alert): string => a.word !== null ? word('stateword', a.word, a.word.replaceAll('_', ' ')) : amount(a.value, a.unit);

export const summary_of = (a: Alert): string => name_of(a.summary, `${a.rule} ${a.entity}`);

export function Thing({ a }: { a: Pick<Alert, 'entity' | 'rack' | 'site'> & { instance?: string | null } }) {
	const { kind, id } = entity_of(a.entity);
	const cap = use_province();
	const to = entity_path(a.entity, a);
	const name = kind === 'area' ? name_of(cap?.areas.find((x) => x.id === id)?.name, id)
		: kind === 'target' ? name_of(cap?.targets.find((x) => x.id === id)?.name, id)
		: kind === 'province' || kind === 'collector' ? '' : id;
	const said = <>{word('kind', kind)}{name !== '' && ' ' + name}</>;
	return <>{to === null ? said : <a href={link(to[0], to[1])}>{said}</a>}{a.instance ? ' ' + a.instance : ''}</>;
}

function Sign({ title, children }: { title: string; children: ComponentChildren }) {
	return <span class="sign-word" title={title}>{children}</span>;
}

/* What is beside the state: flapping, without data, silenced, acknowledged by, part of another. */
export function Signs({ a, member = false }: { a: Alert; member?: boolean }) {
	return (
		<>
			{a.state === 'stale' && <span class="unknown" title={t('alert.no_data_why')}>{t('alert.no_data')}</span>}
			{a.flapping && <Sign title={t('alert.flapping_why')}>{t('alert.flapping')}</Sign>}
			{a.silenced !== null && <a class="sign-word" href={link('/silences', { show: a.silenced })}>{t('alert.silenced')}</a>}
			{a.under !== null && !member && <a class="sign-word" href={link('/alerts/' + a.under)}>{t('alert.under')}</a>}
			{a.acknowledged !== null && <span class="sign-word plain" title={a.acknowledged.note ?? undefined}><Mark tone="ok" />{t('alert.acked_by', { by: a.acknowledged.by })}</span>}
		</>
	);
}

/* How long ago, up to an hour; then when. */
export const Begun = ({ at }: { at: string | null }) =>
	(at !== null && now_ms() - Date.parse(at) < 3600e3 ? <Ago at={at} /> : <Time at={at} />);

export const Lasted = ({ a }: { a: Alert }) => <>{t('alert.lasted', {
	time: span_text(a.fired === null || a.resolved === null ? null : (Date.parse(a.resolved) - Date.parse(a.fired)) / 1000),
})}</>;
