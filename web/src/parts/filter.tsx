/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filters live in the address: a choice is a link that can be sent to someone. */
import { useEffect, useState } from 'preact/hooks';
import { name_of, t } from '../lib/i18n';
import { use_province } from '../lib/query';
import { params, set_params, type Query } from '../lib/url';

const WAIT_MS = 250;

export type Option = [value: string, label: string];

export function Select({ name, label, options, clears = [] }: {
	name: string;
	label: string;
	options: Option[];
	/* parameters that make no sense with another choice here */
	clears?: string[];
}) {
	const value = params.value.get(name) ?? '';
	const known = value === '' || options.some(([v]) => v === value);
	return (
		<label class="field">
			<span>{label}</span>
			<select value={value} onChange={(e) => {
				const change: Query = { cursor: null, [name]: e.currentTarget.value };
				for (const c of clears) {
					change[c] = null;
				}
				set_params(change, true);
			}}>
				<option value="">{t('filter.all')}</option>
				{!known && <option value={value}>{value}</option>}
				{options.map(([v, text]) => <option key={v} value={v}>{text}</option>)}
			</select>
		</label>
	);
}

export function AreaSelect({ clears }: { clears?: string[] }) {
	const cap = use_province();
	return <Select name="area" label={t('kind.area')} clears={clears}
		options={(cap?.areas ?? []).map((a): Option => [a.id, name_of(a.name, a.id)])} />;
}

export function TextFilter({ name, label, hint }: { name: string; label: string; hint?: string }) {
	const value = params.value.get(name) ?? '';
	const [text, set_text] = useState(value);
	useEffect(() => set_text(value), [value]);
	useEffect(() => {
		if (text === value) {
			return undefined;
		}
		const timer = setTimeout(() => set_params({ [name]: text.trim(), cursor: null }), WAIT_MS);
		return () => clearTimeout(timer);
	}, [text]);
	return (
		<label class="field">
			<span>{label}</span>
			<input type="search" value={text} placeholder={hint} autocomplete="off" spellcheck={false}
				onInput={(e) => set_text(e.currentTarget.value)} />
		</label>
	);
}

/* Pages of a list: the cursor is in the address, Back goes back. */
export function Pager({ next, shown }: { next: string | null; shown: number }) {
	const at = params.value.get('cursor');
	return (
		<div class="pager">
			<span class="hint">{t(next === null ? 'pager.all' : 'pager.more', { n: shown })}</span>
			{at !== null && <button onClick={() => set_params({ cursor: null }, true)}>{t('pager.first')}</button>}
			{next !== null && <button onClick={() => set_params({ cursor: next }, true)}>{t('pager.next')}</button>}
		</div>
	);
}
