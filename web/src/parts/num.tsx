/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers on a page: unknown looks unknown, a sum with gaps says "at least", ages are words. */
import type { ComponentChildren } from 'preact';
import type { Num } from '../lib/api';
import { DASH, int, percent, THIN } from '../lib/format';
import { t } from '../lib/i18n';
import { now_ms, zone } from '../lib/query';
import { minute_text, since_text } from '../lib/time';
import { link } from '../lib/url';

export function Unknown({ why }: { why?: string }) {
	const text = why ?? t('unknown');
	return <span class="unknown" title={text}><span aria-hidden="true">{DASH}</span><span class="sr">{text}</span></span>;
}

/* A value or the hatched dash; `raw` is what the API said, for whoever checks. */
export function Val({ raw, text, k }: { raw: Num | undefined; text: string; k?: string }) {
	if (raw === null || raw === undefined) {
		return <span data-k={k} data-v="null"><Unknown /></span>;
	}
	return <span class="val" data-k={k} data-v={raw}>{text}</span>;
}

export const Int = ({ n, k }: { n: Num | undefined; k?: string }) =>
	<Val raw={n} text={int(n)} k={k} />;

export const Pct = ({ r, k, digits }: { r: Num | undefined; k?: string; digits?: number }) =>
	<Val raw={r} text={percent(r, digits)} k={k} />;

/* Sum of the known parts: "≥ x" when parts are missing. */
export function AtLeast({ raw, text, partial, k }: {
	raw: Num;
	text: string;
	partial: boolean;
	k?: string;
}) {
	if (raw === null || !partial) {
		return <Val raw={raw} text={text} k={k} />;
	}
	return (
		<span class="val" data-k={k} data-v={raw} title={t('at_least', { value: text })}>
			<span aria-hidden="true">≥{THIN}{text}</span>
			<span class="sr">{t('at_least', { value: text })}</span>
		</span>
	);
}

/* Seconds as words up to an hour, then the time since. */
export function age_text(s: Num | undefined): string {
	if (s === null || s === undefined) {
		return DASH;
	}
	if (s < 60) {
		return t('age.s', { n: int(Math.round(s)) });
	}
	if (s < 3600) {
		return t('age.m', { n: int(Math.floor(s / 60)) });
	}
	const at = now_ms() - s * 1000;
	return t('age.since', { time: since_text(at, now_ms(), zone()) });
}

export const Age = ({ s, k }: { s: Num | undefined; k?: string }) =>
	<Val raw={s} text={age_text(s)} k={k} />;

export const span_text = (s: Num): string => s === null ? DASH
	: s < 120 ? t('age.s', { n: int(Math.round(s)) })
	: s < 7200 ? t('age.m', { n: int(Math.round(s / 60)) })
	: s < 48 * 3600 ? t('span.h', { n: (s / 3600).toFixed(s < 36000 ? 1 : 0) })
	: t('span.d', { n: int(Math.round(s / 86400)) });

export function Time({ at }: { at: string | null }) {
	const ms = at === null ? NaN : Date.parse(at);
	return Number.isNaN(ms) ? <Unknown />
		: <time class="val" dateTime={at ?? undefined}>{minute_text(ms, zone())}</time>;
}

/* A moment of a plan or a ledger: midnight UTC is a day without a time. */
export const Since = ({ at }: { at: string }) => at.includes('T00:00:00')
	? <time class="val" dateTime={at}>{at.slice(0, 10)}</time> : <Time at={at} />;

/* How long ago, up to an hour; then the moment. */
export function Ago({ at }: { at: string | null }) {
	const ms = at === null ? NaN : Date.parse(at);
	return Number.isNaN(ms) ? <Unknown />
		: <time class="val" dateTime={at ?? undefined} title={minute_text(ms, zone())}>
			{age_text(Math.max(0, (now_ms() - ms) / 1000))}</time>;
}

/* How long until; what is due already is due now. */
export function Until({ at }: { at: string | null }) {
	const s = at === null ? NaN : (Date.parse(at) - now_ms()) / 1000;
	return Number.isNaN(s) ? <Unknown />
		: <time class="val" dateTime={at ?? undefined}>{s < 0.5 ? t('until.now') : t('until', { time: span_text(s) })}</time>;
}

/* A number that opens the racks behind it. */
export function ToRacks({ query, children, label }: {
	query: Record<string, string | null>;
	children: ComponentChildren;
	label?: string;
}) {
	return <a class="num-link" href={link('/racks', query)} aria-label={label}>{children}</a>;
}
