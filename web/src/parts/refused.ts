/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why one more does not fit, in words: the planner's codes with their parameters. */
import type { Reason } from '../lib/api';
import { fixed, int, percent, watts } from '../lib/format';
import { fill, has_word, word, type Args } from '../lib/i18n';

export function refused_text(r: Reason): string {
	const args: Args = {};
	for (const [key, v] of Object.entries(r.params ?? {})) {
		args[key] = typeof v !== 'number' ? v ?? '—' : key.endsWith('_w') ? watts(v)
			: key.endsWith('ratio') ? percent(v, 0) : Number.isInteger(v) ? int(v) : fixed(v, 1);
	}
	if (!has_word('refused.' + r.code)) {
		return r.code;
	}
	const text = fill(word('refused', r.code), args);
	/* a node that is not named must not show as {node} */
	return /\{\w+\}/.test(text) ? word('refused', r.code + '.short', r.code) : text;
}
