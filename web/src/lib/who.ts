/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is logged in here, and the way to the login and back. Nothing of it is
 * kept: the cookie is the browser's, the CSRF token lives as long as the page.
 */
import { signal } from '@preact/signals';
import { door, get } from './api';
import { go, is_door, link, link_in, route, where } from './url';

export type Role = 'viewer' | 'operator' | 'admin';
export const ROLES: Role[] = ['viewer', 'operator', 'admin'];

export type Me = {
	user: string | null;     /* null: nobody has logged in */
	role: Role | null;       /* null: not even looking is allowed */
	places: string | null;   /* null: the role holds everywhere */
	csrf: string | null;
	expires: string | null;
	users: boolean;
	setup: boolean;
};

export const who = signal<Me | null>(null);

export async function ask_who(): Promise<Me | null> {
	try {
		const answer = await get<Me>('/me');
		if (answer !== 'same') {
			who.value = answer.body;
		}
	} catch {
		/* not reachable: what was known stays, the pages say it */
	}
	return who.value;
}

export const may = (role: Role): boolean =>
	ROLES.indexOf(who.value?.role ?? 'viewer') >= ROLES.indexOf(role);

/* Where to go after the login: a page of ours, never an address elsewhere. */
export function next_of(asked: string | null): string {
	if (asked === null || !asked.startsWith('/')) {
		return '/';
	}
	let url: URL;
	try {
		url = new URL(asked, 'http://here');
	} catch {
		return '/';
	}
	/* "/\x", "/.//x" and the like name a host in the end */
	return url.host !== 'here' || url.pathname.startsWith('//') || is_door(url.pathname.slice(1))
		? '/' : url.pathname + url.search;
}

/* next_of() in the language and theme that were chosen on the way. */
export function back_url(asked: string | null): string {
	const url = new URL(next_of(asked), 'http://here');
	return link_in(where.value.search, url.pathname, Object.fromEntries(url.searchParams));
}

export function login_url(): string {
	const { path, search } = where.value;
	const next = path === '/' && search === '' ? null : path + search;
	return link(who.value?.setup ? '/setup' : '/login', { next });
}

/* A new identity starts with an empty page: no number of the old one stays. */
export const enter = (url: string): void => location.replace(url);

export function watch_who(): void {
	door.open = () => {
		if (!is_door(route.value.page)) {
			go(login_url(), true);
		}
	};
	document.addEventListener('visibilitychange', () => {
		if (!document.hidden) {
			void ask_who();
		}
	});
	void ask_who();
}
