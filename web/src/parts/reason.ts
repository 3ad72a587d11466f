/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes with parameters, said as sentences: why a rack counts, why a device does not answer. */
import type { DeviceError, Reason } from '../lib/api';
import { int, unit, watts } from '../lib/format';
import { fill, has_word, t, word, type Args } from '../lib/i18n';
import { span_text } from './num';

function args_of(params: Reason['params']): Args {
	const args: Args = {};
	for (const [key, value] of Object.entries(params)) {
		if (typeof value !== 'number') {
			args[key] = key === 'state' ? word('state', value) : value ?? '—';
		} else if (key.endsWith('_w')) {
			args[key] = watts(value);
		} else if (key.endsWith('_s')) {
			args[key] = span_text(value);
		} else if (key.endsWith('minutes')) {
			args[key] = span_text(value * 60);
		} else if (key === 'volts') {
			args[key] = unit(value, 'V', 0);
		} else {
			args[key] = int(value);
		}
	}
	return args;
}

export function reason_text(r: Reason | null): string {
	if (r === null) {
		return '';
	}
	if (!has_word('reason.' + r.code)) {
		return r.code;
	}
	const args = args_of(r.params);
	const text = word('reason', r.code);
	/* a parameter that an older daemon does not send must not show as {name} */
	const silent = `reason.${r.code}.silent`;
	if (has_word(silent) && Object.entries(r.params).some(([key, v]) => v === null && text.includes(`{${key}}`))) {
		return fill(word('reason', r.code + '.silent'), args);
	}
	const missing = [...text.matchAll(/\{(\w+)\}/g)].some(([, key]) => !(key in args));
	return missing && has_word(`reason.${r.code}.short`)
		? word('reason', r.code + '.short') : fill(text, args);
}

const PLAIN = ['timeout', 'backoff', 'cancelled'];

export function error_text(e: DeviceError | null): string {
	if (e === null) {
		return '';
	}
	const said = word('error', e.code);
	/* some codes say all there is: the daemon's own sentence would say it twice */
	return !PLAIN.includes(e.code) && e.text !== null && e.text !== '' ? t('error.with', { what: said, text: e.text }) : said;
}
