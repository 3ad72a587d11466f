/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Users and tokens as the API has them, its rules for a password, and the audit log's details taken apart. */
import type { Role } from './who';

export type User = {
	name: string;
	role: Role;
	places: string | null;
	disabled: boolean;
	created: string | null;
	changed: string | null;
};
export type Token = {
	id: string;
	name: string;
	user: string;
	role: Role;
	places: string | null;
	created: string | null;
	expires: string | null;
	token?: string;
};
export type Audit = {
	id: number;
	time: string;
	actor: string;
	address: string | null;
	action: string;
	subject: string | null;
	detail: string | null;
};

const LETTERS_MIN = 10;
const BYTES_MAX = 256;
/* Names to log in with are ids. */
export const NAME_PATTERN = '[a-z0-9][a-z0-9_\\-]{0,62}';

/* What the daemon would refuse, known before it is asked. */
export function password_fault(text: string, user: string): 'short' | 'long' | 'control' | 'name' | null {
	return /[\u0000-\u001f\u007f]/.test(text) ? 'control'
		: [...text].length < LETTERS_MIN ? 'short'
		: new TextEncoder().encode(text).length > BYTES_MAX ? 'long'
		: text.toLowerCase() === user.toLowerCase() ? 'name' : null;
}

const keeps_all = (u: User): boolean => u.role === 'admin' && !u.disabled && u.places === null;

/* The only one who could undo it: stays an admin of everything. */
export const is_last_admin = (u: User, all: User[]): boolean =>
	keeps_all(u) && !all.some((x) => x.name !== u.name && keeps_all(x));

/* Only what is another than before, as POST /users/{id} wants it. */
export function user_change(u: User, to: { role: Role; places: string; disabled: boolean; password: string }): Record<string, string> {
	return {
		...(to.role === u.role ? {} : { role: to.role }),
		...(to.places.trim() === (u.places ?? '') ? {} : { places: to.places.trim() }),
		...(to.disabled === u.disabled ? {} : { disabled: to.disabled ? 'yes' : 'no' }),
		...(to.password === '' ? {} : { password: to.password }),
	};
}

export type Detail = {
	role?: string;
	places?: string;      /* 'all' is everywhere */
	disabled?: boolean;
	password?: boolean;
	wait_s?: number;
	name?: string;
	owner?: string;
	first?: boolean;
	text?: string;        /* as it came */
};

/* The sentence that the daemon keeps of an action, for the reader's language. */
export function detail_of(action: string, text: string | null): Detail {
	const role = 'viewer|operator|admin';
	const m = (pattern: string): RegExpExecArray | null => new RegExp(`^${pattern}$`, 's').exec(text ?? '');
	let f: RegExpExecArray | null = null;
	switch (action) {
	case 'user_add':
	case 'user_change':
		f = m(`(${role}) at (.*?)(, disabled)?(, new password)?`);
		return f === null ? { text: text ?? '' } : { role: f[1], places: f[2], disabled: f[3] !== undefined, password: f[4] !== undefined };
	case 'user_delete':
		f = m(`(${role})`);
		return f === null ? { text: text ?? '' } : { role: f[1] };
	case 'token_add':
		f = m(`(.*): (${role})`);
		return f === null ? { text: text ?? '' } : { name: f[1], role: f[2] };
	case 'token_delete':
		f = m('(.*) of ([a-z0-9_-]+)');
		return f === null ? { text: text ?? '' } : { name: f[1], owner: f[2] };
	case 'login_blocked':
		f = m('(\\d+) s');
		return f === null ? { text: text ?? '' } : { wait_s: Number(f[1]) };
	case 'setup':
		return text === 'the first admin' ? { first: true } : { text: text ?? '' };
	default:
		return { text: text ?? '' };
	}
}
