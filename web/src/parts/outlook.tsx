/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When the target is passed: by the pace of the declared, of the proven, and by what is planned. */
import type { ComponentChildren } from 'preact';
import type { DeepTarget, Forecast } from '../lib/api_ledger';
import { int, short } from '../lib/format';
import { t } from '../lib/i18n';
import { link } from '../lib/url';
import { Badge, Mark } from './icon';
import { Unknown } from './num';

const HORIZON_Y = 20;
/* Shorter histories give no date. */
const WEEKS = 8;

/* Days are dates already: no clock turns them into another day. */
const day = (text: string | null): string => (text === null ? '—' : text.slice(0, 10));

export type Saying = { head: ComponentChildren; under: string };

/* A first passage in words: the date, between which days it lies, from what it follows. */
export function say(f: Forecast | null | undefined, now: string): Saying {
	if (f === null || f === undefined) {
		return { head: <Unknown />, under: '' };
	}
	const horizon = Number(now.slice(0, 4)) + HORIZON_Y;
	const method = t('forecast.method', { k: int(f.k) });
	if (f.date === null) {
		const short_of = f.reason === 'not_enough_history';
		return {
			head: t(short_of ? 'forecast.short' : 'forecast.never'),
			under: short_of ? t('forecast.weeks', { k: int(f.k ?? 0), need: WEEKS }) : method,
		};
	}
	/* the daemon gives no date further away than this as the upper end */
	if (Number(f.date.slice(0, 4)) >= horizon) {
		return { head: t('forecast.later', { year: horizon }), under: method };
	}
	const early = day(f.earliest);
	return {
		head: day(f.date),
		under: (f.earliest === null ? '' : f.latest === null
			? t('forecast.open', { earliest: early, year: horizon })
			: t('forecast.range', { earliest: early, latest: day(f.latest) })) + method,
	};
}

function pipeline(x: DeepTarget): Saying {
	const p = x.pipeline;
	if (p === null || p === undefined) {
		return { head: <Unknown />, under: '' };
	}
	const racks = p.undated > 0
		? t('pipeline.undated', { n: int(p.planned), m: int(p.undated) }) : t('pipeline.dated', { n: int(p.planned) });
	return p.date !== null ? { head: day(p.date), under: racks }
		: { head: t('pipeline.short'), under: (p.left === null ? '' : t('pipeline.left', { n: int(p.left) })) + racks };
}

function When({ label, of, k }: { label: string; of: Saying; k: string }) {
	return (
		<div class="when-one" data-k={k}>
			<dt>{label}</dt>
			<dd class="mid">{of.head}</dd>
			{of.under !== '' && <dd class="hint">{of.under}</dd>}
		</div>
	);
}

export function Outlook({ x, now }: { x: DeepTarget; now: string }) {
	const status = x.status === 'overdue' && x.overdue_days !== null
		? t(x.overdue_days === 1 ? 'target.overdue_day' : 'target.overdue', { n: int(x.overdue_days) })
		: t(`target.${x.status}`);
	return (
		<>
			<p class="target-line">
				<Badge code={x.status}><b data-k="target.status" data-v={x.status}>{status}</b></Badge>
				<span>{t('target.pace', { n: x.pace_per_day === null ? '—' : short(x.pace_per_day) })}
					{x.required_per_day !== null && t('target.required', { n: short(x.required_per_day) })}</span>
			</p>
			{x.status !== 'reached' && (
				<dl class="outlook" aria-label={t('outlook')}>
					<When label={t('outlook.declared')} of={say(x.forecast, now)} k="forecast" />
					<When label={t('outlook.verified')} of={say(x.forecast_verified, now)} k="forecast_verified" />
					<When label={t('outlook.pipeline')} of={pipeline(x)} k="pipeline" />
				</dl>
			)}
		</>
	);
}

/* Racks whose telemetry and declared state contradict each other, one level down. */
export const Discrepancies = () => (
	<a class="quiet-link" href={link('/discrepancies')}><Mark tone="warn" />{t('discrepancies.see')}</a>
);
