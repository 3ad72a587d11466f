/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bars: what is proven inside what is declared, parts of a whole, a load against its limit. */
import type { Evidence, Kpi, Num } from '../lib/api';
import { int, percent } from '../lib/format';
import { t, word } from '../lib/i18n';
import { Badge } from './icon';
import { ToRacks } from './num';

export const EVIDENCE: Evidence[] = ['verified', 'contradicted', 'stale', 'unmonitored'];

const pct = (part: number, whole: number): string =>
	(whole > 0 ? Math.min(100, part / whole * 100) : 0).toFixed(3) + '%';

/* Declared and verified on one scale that ends at the target or beyond. */
export function TargetBar({ count, verified, target }: {
	count: number;
	verified: number;
	target: number;
}) {
	const full = Math.max(target * 1.04, count * 1.02, 1);
	return (
		<div class="target-bar" role="img" aria-label={t('target.bar', {
			verified: int(verified), count: int(count), target: int(target),
		})}>
			{count > 0 && <div class="tb-declared" style={{ width: pct(count, full) }} />}
			{verified > 0 && <div class="tb-verified" style={{ width: pct(verified, full) }} />}
			<div class="tb-mark" style={{ left: pct(target, full) }} />
		</div>
	);
}

/* The four kinds of evidence; they always add up to declared. */
export function EvidenceBar({ racks, slim }: { racks: Kpi['racks']; slim?: boolean }) {
	const text = EVIDENCE.map((e) => `${word('evidence', e)} ${int(racks[e])}`).join(', ');
	return (
		<div class={slim ? 'ev-bar slim' : 'ev-bar'} role="img" aria-label={text} title={text}>
			{EVIDENCE.map((e) => racks[e] > 0 &&
				<div key={e} class={'ev ev-' + e} style={{ flexGrow: racks[e] }} />)}
		</div>
	);
}

export function EvidenceLegend({ racks, query }: {
	racks: Kpi['racks'];
	query: Record<string, string | null>;
}) {
	return (
		<ul class="legend">
			{EVIDENCE.map((e) => (
				<li key={e}>
					<ToRacks query={{ ...query, evidence: e }}>
						<Badge code={e}>
							{word('evidence', e)} <b data-k={'racks.' + e} data-v={racks[e]}>{int(racks[e])}</b>
						</Badge>
					</ToRacks>
				</li>
			))}
		</ul>
	);
}

/* A share as a thin bar behind nothing: the number stands beside it. */
export function Share({ r }: { r: Num }) {
	return (
		<span class={r === null ? 'share unknown-fill' : 'share'} aria-hidden="true">
			{r !== null && <span style={{ width: pct(Math.max(0, r), 1) }} />}
		</span>
	);
}

/* A load on a scale that ends at the rating, with the derated limit marked. */
export function LoadBar({ value, limit, derate, label }: {
	value: Num;
	limit: Num;
	derate: number;
	label: string;
}) {
	const r = value === null || limit === null || limit <= 0 ? null : value / limit;
	const tone = r === null ? 'unknown-fill' : r > 1 ? 'crit' : r > derate ? 'warn' : '';
	return (
		<span class={'load ' + tone} role="img" aria-label={`${label} ${percent(r, 0)}`}>
			{r !== null && <span class="fill" style={{ width: pct(r, 1) }} />}
			<span class="limit" style={{ left: pct(derate, 1) }} />
		</span>
	);
}
