/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The address bar as state: page, filters, language, theme; links keep what must be kept. */
import { computed, signal } from '@preact/signals';

export type Query = Record<string, string | null | undefined>;

/* Parameters that follow the reader from page to page. */
const STICKY = ['lang', 'theme', 'live'];

/* Build `path?query`; empty values are left out, keys keep their order. */
export function with_query(path: string, query: Query): string {
	const q = new URLSearchParams();
	for (const [key, value] of Object.entries(query)) {
		if (value !== null && value !== undefined && value !== '') {
			q.set(key, value);
		}
	}
	const text = q.toString();
	return text === '' ? path : path + '?' + text;
}

/* Pages for those whom the daemon does not know yet: nothing of it around them. */
export const is_door = (page: string): boolean => page === 'login' || page === 'setup';

/* Keep the sticky parameters of `search` in a link to `path`. */
export function link_in(search: string, path: string, query: Query = {}): string {
	const now = new URLSearchParams(search);
	const kept: Query = {};
	for (const key of STICKY) {
		kept[key] = now.get(key);
	}
	return with_query(path, { ...query, ...kept });
}

/* `search` with some parameters replaced (null removes). */
export function changed(path: string, search: string, change: Query): string {
	const all: Query = {};
	for (const [key, value] of new URLSearchParams(search)) {
		all[key] = value;
	}
	return with_query(path, { ...all, ...change });
}

export type Route = { page: string; id: string | null };

const LISTS = ['sites', 'operators', 'racks', 'discrepancies', 'devices', 'planner', 'whatif', 'reports', 'collector',
	'login', 'setup', 'users', 'tokens', 'audit', 'alerts', 'silences', 'rules', 'receivers', 'deliveries'];
const ENTITIES = ['areas', 'sites', 'halls', 'racks', 'devices', 'alerts', 'deliveries'];

/* The page and the id of a path; page '' is the overview, '?' an unknown one. */
export function route_of(path: string): Route {
	const parts = path.split('/').filter((p) => p !== '');
	const [page = '', id] = parts;
	if (parts.length === 0) {
		return { page: '', id: null };
	}
	if (parts.length === 1 && LISTS.includes(page)) {
		return { page, id: null };
	}
	if (parts.length === 2 && ENTITIES.includes(page)) {
		return { page, id: decode(id) };
	}
	return { page: '?', id: null };
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

const browser = typeof window !== 'undefined';

export const where = signal({
	path: browser ? location.pathname : '/',
	search: browser ? location.search : '',
});
export const params = computed(() => new URLSearchParams(where.value.search));
export const route = computed(() => route_of(where.value.path));

function sync(): void {
	where.value = { path: location.pathname, search: location.search };
}

/* `instead`: Back does not come here again. */
export function go(url: string, instead = false): void {
	const path = where.value.path;
	history[instead ? 'replaceState' : 'pushState'](null, '', url);
	sync();
	if (where.value.path !== path) {
		window.scrollTo(0, 0);
	}
}

/* Change parameters of this page; `push` makes it a step that Back undoes. */
export function set_params(change: Query, push = false): void {
	const url = changed(where.value.path, where.value.search, change);
	if (push) {
		history.pushState(null, '', url);
	} else {
		history.replaceState(null, '', url);
	}
	sync();
}

export const link = (path: string, query: Query = {}): string =>
	link_in(where.value.search, path, query);

/* Follow links inside the pages without loading the document again. */
export function follow_links(): void {
	addEventListener('popstate', sync);
	addEventListener('click', (e) => {
		const a = (e.target as Element).closest?.('a');
		if (
			!a || e.defaultPrevented || e.button !== 0 || a.target !== '' ||
			a.hasAttribute('download') || a.origin !== location.origin ||
			e.metaKey || e.ctrlKey || e.shiftKey || e.altKey ||
			a.pathname.startsWith('/api/') || a.hash !== ''
		) {
			return;
		}
		e.preventDefault();
		go(a.pathname + a.search);
	});
}
