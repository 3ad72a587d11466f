/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is loud just now, on every page: in the header, beside the navigation, on the overview, in tables. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Kpi } from '../lib/api';
import { fresh_ones, SEVERITIES, type AlertList, type Counts, type Severity } from '../lib/api_alerts';
import { int } from '../lib/format';
import { name_of, t, word } from '../lib/i18n';
import { use_api, use_province } from '../lib/query';
import { link } from '../lib/url';
import { Mark, tone_of, type Tone } from './icon';
import { Int, Unknown } from './num';
import { Empty } from './state';
import type { Column } from './table';

export const severity_tone = (s: Severity): Tone => (s === 'info' ? 'info' : tone_of(s));

/* A daemon that says nothing of alarms has none to ask for. */
export function use_alarms(): AlertList | null {
	const cap = use_province();
	return use_api<AlertList>(cap?.alarms ? '/alerts?severity=critical&limit=20' : null).data;
}

const LOUD = ['critical', 'warning'] as const;

/* Only what is new and critical is said aloud. */
function NewCritical({ list }: { list: AlertList }) {
	const seen = useRef<Set<string> | null>(null);
	const [said, say] = useState('');
	useEffect(() => {
		const fresh = fresh_ones(list.items, seen.current);
		seen.current = new Set([...seen.current ?? [], ...list.items.map((a) => a.id)]);
		if (fresh.length > 0) {
			say(fresh.map((a) => t('alarm.new', { what: name_of(a.summary, a.entity) })).join(' '));
		}
	}, [list]);
	return <span class="sr" aria-live="assertive" data-k="new_critical">{said}</span>;
}

export function Bell() {
	const list = use_alarms();
	const c = list?.counts ?? null;
	return (
		<>
			{c !== null && c.critical + c.warning > 0 && (
				<a class="bell" href={link('/alerts')} title={t('alarm.bell', { critical: int(c.critical), warning: int(c.warning) })}>
					{LOUD.map((s) => c[s] > 0 && <span key={s} data-k={`bell.${s}`} data-v={c[s]}><Mark tone={severity_tone(s)} />{int(c[s])}<span class="sr"> {word('severity', s)}</span></span>)}
				</a>
			)}
			{list !== null && <NewCritical list={list} />}
		</>
	);
}

/* Beside the entry of the navigation; the header says it in words. */
export function BellCount() {
	const c = use_alarms()?.counts ?? null;
	const n = c === null ? 0 : c.critical + c.warning;
	return n === 0 ? null : <b class={c !== null && c.critical > 0 ? 'nav-count crit' : 'nav-count'} aria-hidden="true">{n > 99 ? '99+' : n}</b>;
}

export function BySeverity() {
	const counts: Counts | null = use_alarms()?.counts ?? null;
	if (counts === null) {
		return null;
	}
	const most = Math.max(1, ...SEVERITIES.map((s) => counts[s]));
	const quiet = counts.acknowledged + counts.silenced + counts.folded + counts.stale;
	return (
		<section class="card">
			<h2>{t('alarms')}</h2>
			{SEVERITIES.every((s) => counts[s] === 0) ? <Empty><Mark tone="ok" /> {t('alarms.none')}</Empty> : (
				<ul class="by-severity">
					{SEVERITIES.map((s) => (
						<li key={s}>
							<span class="badge"><Mark tone={severity_tone(s)} />{word('severity', s)}</span>
							<span class="share"><span class={'sev-' + s} style={{ width: (counts[s] / most * 100).toFixed(1) + '%' }} /></span>
							<a class="num-link" href={link('/alerts', { severity: s })}><Int n={counts[s]} k={`alarms.${s}`} /></a>
						</li>
					))}
				</ul>
			)}
			{quiet > 0 && <p class="hint">{t('alarms.quiet', {
				acknowledged: int(counts.acknowledged), silenced: int(counts.silenced), folded: int(counts.folded), stale: int(counts.stale),
			})}</p>}
		</section>
	);
}

/* Alerts of a place in a table: how many fire, and the worst of them. */
export function alarm_column<T extends Kpi>(kind: string): Column<T> {
	return {
		id: 'alarms', head: t('col.alarms'), num: true, value: (k) => k.alarms?.firing ?? null,
		show: (k) => {
			const a = k.alarms ?? null;
			if (a === null) {
				return <Unknown />;
			}
			return a.worst === null ? <span class="hint" data-alarms="0">0</span> : (
				<a class="num-link" data-alarms={a.firing} href={link('/alerts', { [kind]: k.id })} aria-label={t('alarms.of', { n: int(a.firing), severity: word('severity', a.worst) })}>
					<Mark tone={severity_tone(a.worst)} /> {int(a.firing)}</a>
			);
		},
	};
}
