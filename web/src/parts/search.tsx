/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Find anything by id or name: press "/", type, choose with the arrows. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Hit, List } from '../lib/api';
import { name_of, t, word } from '../lib/i18n';
import { use_api } from '../lib/query';
import { go, link, with_query } from '../lib/url';
import { Icon } from './icon';

const WAIT_MS = 150;
const PAGES: Record<string, string> = {
	area: '/areas/', site: '/sites/', hall: '/halls/', rack: '/racks/', device: '/devices/',
};

function target(h: Hit): string {
	if (h.kind === 'row') {
		return link('/racks', { row: h.id });
	}
	return PAGES[h.kind] ? link(PAGES[h.kind] + h.id) : link('/racks', { q: h.id });
}

const hit_name = (h: Hit): string =>
	typeof h.name === 'string' ? h.name : name_of(h.name, h.id);

export function Search() {
	const input = useRef<HTMLInputElement>(null);
	const [text, set_text] = useState('');
	const [asked, set_asked] = useState('');
	const [open, set_open] = useState(false);
	const [at, set_at] = useState(0);
	const { data } = use_api<List<Hit>>(
		open && asked !== '' ? with_query('/search', { q: asked }) : null, true);
	const hits = data?.items.slice(0, 12) ?? [];

	useEffect(() => {
		const timer = setTimeout(() => set_asked(text.trim()), WAIT_MS);
		return () => clearTimeout(timer);
	}, [text]);
	useEffect(() => {
		const key = (e: KeyboardEvent): void => {
			const el = e.target as HTMLElement;
			const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(el.tagName);
			if ((e.key === '/' && !typing) || (e.key === 'k' && (e.ctrlKey || e.metaKey))) {
				e.preventDefault();
				input.current?.focus();
			}
		};
		addEventListener('keydown', key);
		return () => removeEventListener('keydown', key);
	}, []);

	const leave = (): void => {
		set_open(false);
		set_text('');
		input.current?.blur();
	};
	const key = (e: KeyboardEvent): void => {
		if (e.key === 'Escape') {
			leave();
		} else if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
			e.preventDefault();
			set_at(Math.max(0, Math.min(hits.length - 1, at + (e.key === 'ArrowDown' ? 1 : -1))));
		} else if (e.key === 'Enter' && text.trim() !== '') {
			const h = asked === text.trim() ? hits[at] : undefined;
			go(h ? target(h) : link('/racks', { q: text.trim() }));
			leave();
		}
	};
	const listed = open && asked !== '' && data !== null;
	return (
		<div class="search">
			<Icon name="search" />
			<input ref={input} type="search" role="combobox" list={undefined} value={text} placeholder={t('search.hint')}
				aria-label={t('search')} aria-expanded={listed} aria-controls="hits"
				aria-autocomplete="list" autocomplete="off" spellcheck={false}
				aria-activedescendant={listed && hits.length > 0 ? `hit-${at}` : undefined}
				onFocus={() => set_open(true)} onBlur={() => setTimeout(() => set_open(false), 150)}
				onInput={(e) => { set_text(e.currentTarget.value); set_at(0); set_open(true); }}
				onKeyDown={key} />
			<kbd aria-hidden="true">/</kbd>
			<div id="hits" role="listbox" aria-label={t('search.hits')} class={listed ? 'hits' : 'hits closed'}>
				{listed && hits.length === 0 && <p class="empty">{t('search.none', { q: asked })}</p>}
				{listed && hits.map((h, i) => (
					<a key={h.kind + h.id} id={`hit-${i}`} role="option" aria-selected={i === at}
						href={target(h)} tabIndex={-1} onMouseDown={(e) => e.preventDefault()} onClick={leave}>
						<span>{hit_name(h)}</span>
						<span class="hint">{word('kind', h.kind)}{hit_name(h) === h.id ? '' : ' ' + h.id}{h.place ? ' · ' + h.place : ''}</span>
					</a>
				))}
			</div>
		</div>
	);
}
