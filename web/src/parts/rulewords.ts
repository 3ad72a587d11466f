/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a rule says, as sentences: its limits, what it looks at, where it holds. */
import type { Rule, RuleLimit } from '../lib/api_rules';
import { WHERE } from '../lib/api_rules';
import { entity_of } from '../lib/api_alerts';
import { fill, has_word, t, word } from '../lib/i18n';
import { amount } from './alertmark';
import { span_text } from './num';

export const metric_text = (m: string): string => has_word('gauge.' + m) ? word('gauge', m) : word('metric', m, m);

/* "mean load over 15 min" */
function what_of(r: Rule): string {
	const what = metric_text(r.metric);
	return fill(word('take', r.take.what, what), { what, time: span_text(r.take.over_s) });
}

/* The number alone, as beside a value. */
export function limit_brief(r: Rule, l: RuleLimit): string {
	const v = (n: number | null): string => amount(n, r.unit);
	switch (l.test) {
	case 'above': return '> ' + v(l.high);
	case 'below': return '< ' + v(l.low);
	case 'outside': case 'inside': return `${v(l.low)} – ${v(l.high)}`;
	default: return v(l.low ?? l.high);
	}
}

export function limit_text(r: Rule, l: RuleLimit): string {
	const v = (n: number | null): string => amount(n, r.unit);
	const equals = l.words === null ? v(l.low) : l.words.map((w) => word('stateword', w, w.replaceAll('_', ' '))).join(t('limit_is.or'));
	const text = fill(word('limit_is', l.test), {
		what: what_of(r), low: v(l.low), high: v(l.high),
		v: l.test === 'above' ? v(l.high) : l.test === 'below' ? v(l.low) : l.test === 'worse' ? word('severity', l.severity) : equals,
	});
	return l.for_s > 0 && l.test !== 'never' ? t('limit_is.for', { limit: text, time: span_text(l.for_s) }) : text;
}

/* What narrows it, empty where nothing does. */
export function where_text(r: Rule): string {
	const all = WHERE.flatMap((k) => {
		const list = r.where[k] ?? [];
		const own = k === 'places' ? list.filter((p) => entity_of(p).kind !== 'province') : list;
		return own.length === 0 ? [] : [`${word('where', k)} ${own.join(t('limit_is.or'))}`];
	});
	return all.join(t('list.join'));
}
