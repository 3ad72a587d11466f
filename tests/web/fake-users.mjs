/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Users, sessions, tokens and the audit log as the daemon's rules are: who may
 * what, the CSRF token with each change of a session, the last admin who stays.
 */
import { randomBytes } from 'node:crypto';

const ROLES = ['viewer', 'operator', 'admin'];
const NEEDS = { users: 'admin', audit: 'admin', tokens: 'viewer', 'me/password': 'viewer' };
/* everybody may read them */
const CHANGES = ['reservations', 'alerts', 'silences', 'receivers', 'deliveries'];
export const SETUP_TOKEN = 'setup-token-of-this-start';
const secret = () => randomBytes(32).toString('base64url');

export class Refused extends Error {
	constructor(status, code, params = {}, headers = {}) {
		super(code);
		Object.assign(this, { status, code, params, headers });
	}
}

/* users: name -> { password, role, places }; anonymous: whether whoever comes may look */
export function accounts({ users = {}, anonymous = true }) {
	const start = Date.parse('2026-11-20T08:00:00Z');
	const now = () => new Date().toISOString().slice(0, 19) + 'Z';
	const all = new Map(Object.entries(users).map(([name, u], i) => {
		const at = new Date(start + i * 3600e3).toISOString().slice(0, 19) + 'Z';
		return [name, { name, role: 'viewer', places: null, disabled: false, created: at, changed: at, ...u }];
	}));
	const sessions = new Map(), tokens = new Map(), failed = new Map();
	const log = [];
	let last = 0;

	const note = (me, action, subject = null, detail = null) =>
		log.unshift({ id: ++last, time: now(), actor: me.user ?? 'anonymous', address: '127.0.0.1', action, subject, detail });
	const cookie_of = (req) => /(?:^|; )collectord=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1];

	function who(req) {
		const cookie = cookie_of(req);
		const session = sessions.get(cookie);
		const user = session && all.get(session.user);
		return user && !user.disabled
			? { user: user.name, role: user.role, places: user.places, csrf: session.csrf, cookie }
			: { user: null, role: anonymous ? 'viewer' : null, places: null, csrf: null };
	}
	const me_of = (me) => ({
		user: me.user, role: me.role, places: me.places, csrf: me.csrf, expires: me.user === null ? null : now(),
		users: all.size > 0, setup: all.size === 0,
	});

	/* Throws when the request is not allowed. */
	function allow(req, me, path) {
		const key = path === 'me/password' ? path : path.split('/')[0];
		const open = ['me', 'session', 'setup'].includes(key) && req.method !== 'DELETE';
		const role = CHANGES.includes(key) ? (req.method === 'GET' ? 'viewer' : 'operator') : NEEDS[key] ?? 'viewer';
		if (!open && ROLES.indexOf(me.role) < ROLES.indexOf(role)) {
			throw me.role === null ? new Refused(401, 'login_required', { role }) : new Refused(403, 'needs_role', { role });
		}
		if (req.method !== 'GET' && me.user !== null && !open && req.headers['x-csrf-token'] !== me.csrf) {
			throw new Refused(403, 'csrf');
		}
	}

	const shown = ({ password, ...u }) => u;
	const list = (items) => ({ items, next: null });
	const admins = (but) => [...all.values()].filter((u) => u.role === 'admin' && !u.disabled && u.places === null && u.name !== but).length;
	const check = (password, user) => {
		if ([...password].length < 10 || password === user) {
			throw new Refused(400, 'weak_password', { member: 'password' });
		}
	};
	const drop = (user) => sessions.forEach((s, k) => s.user === user && sessions.delete(k));

	function enter(res, user) {
		const cookie = secret();
		sessions.set(cookie, { user, csrf: secret() });
		res.setHeader('Set-Cookie', `collectord=${cookie}; Path=/; HttpOnly; SameSite=Strict`);
		const me = { ...all.get(user), user, csrf: sessions.get(cookie).csrf };
		note(me, 'login', user);
		return me_of(me);
	}

	function log_in(res, { user, password }) {
		const n = failed.get(user) ?? 0;
		if (n >= 5) {
			throw new Refused(429, 'too_many_logins', {}, { 'Retry-After': '30' });
		}
		if (all.get(user)?.password !== password || all.get(user).disabled) {
			failed.set(user, n + 1);
			if (n + 1 === 5) {
				note({ user: null }, 'login_blocked', user, '30 s');
			}
			throw new Refused(401, 'bad_login');
		}
		failed.delete(user);
		return enter(res, user);
	}

	function first(res, { token, user, password }) {
		if (all.size > 0 || token !== SETUP_TOKEN) {
			throw new Refused(401, 'bad_login');
		}
		check(password, user);
		all.set(user, { name: user, password, role: 'admin', places: null, disabled: false, created: now(), changed: now() });
		note({ user: null }, 'setup', user, 'the first admin');
		return enter(res, user);
	}

	function change(me, name, method, body) {
		const u = all.get(name);
		if (u === undefined) {
			throw new Refused(404, 'no_such_user', { id: name });
		}
		const to = { ...u, ...body, places: body.places === undefined ? u.places : body.places || null, disabled: body.disabled === undefined ? u.disabled : body.disabled === 'yes', changed: now() };
		const keeps = method === 'POST' && to.role === 'admin' && !to.disabled && to.places === null;
		if (u.role === 'admin' && !u.disabled && u.places === null && !keeps && admins(name) === 0) {
			throw new Refused(409, 'last_admin');
		}
		if (method === 'DELETE') {
			all.delete(name);
			tokens.forEach((x, k) => x.user === name && tokens.delete(k));
			note(me, 'user_delete', name, u.role);
			return list([...all.values()].map(shown));
		}
		if (body.password !== undefined) {
			check(body.password, name);
			drop(name);
		}
		all.set(name, to);
		note(me, 'user_change', name, `${to.role} at ${to.places ?? 'all'}${to.disabled ? ', disabled' : ''}${body.password ? ', new password' : ''}`);
		return list([shown(to)]);
	}

	function add(me, { name, password, role, places }) {
		if (all.has(name)) {
			throw new Refused(409, 'user_exists', { id: name });
		}
		check(password, name);
		all.set(name, { name, password, role, places: places || null, disabled: false, created: now(), changed: now() });
		note(me, 'user_add', name, `${role} at ${places || 'all'}`);
		return list([shown(all.get(name))]);
	}

	function make(me, { name, role = 'viewer', days }) {
		if (ROLES.indexOf(role) > ROLES.indexOf(me.role)) {
			throw new Refused(403, 'beyond_own_rights', { member: 'role' });
		}
		const id = 't' + randomBytes(6).toString('hex');
		const x = { id, name, user: me.user, role, places: me.places, created: now(), expires: days === undefined ? null : new Date(Date.now() + days * 864e5).toISOString().slice(0, 19) + 'Z' };
		tokens.set(id, x);
		note(me, 'token_add', id, `${name}: ${role}`);
		return { ...x, token: secret() };
	}

	function of_tokens(me, req, id, body) {
		const mine = (x) => x.user === me.user || (me.role === 'admin' && me.places === null);
		if (req.method === 'POST') {
			return make(me, body);
		}
		if (req.method === 'DELETE') {
			const x = tokens.get(id);
			if (x === undefined || !mine(x)) {
				throw new Refused(404, 'no_such_token', { id });
			}
			tokens.delete(id);
			note(me, 'token_delete', id, `${x.name} of ${x.user}`);
		}
		return list([...tokens.values()].filter(mine));
	}

	function own_password(me, body) {
		if (all.get(me.user).password !== body.old) {
			throw new Refused(403, 'bad_password', { member: 'old' });
		}
		check(body.new, me.user);
		all.get(me.user).password = body.new;
		drop(me.user);
		note(me, 'password', me.user);
		return me_of({ user: null, role: anonymous ? 'viewer' : null, places: null, csrf: null });
	}

	function audit(q) {
		const n = Number(q.get('limit') ?? 100), from = Number(q.get('cursor') ?? 0);
		const items = log.filter((x) => from === 0 || x.id < from).slice(0, n);
		return { items, next: items.length === n ? String(items[n - 1].id) : null };
	}

	/* undefined: not of the users. */
	function answer(req, res, me, path, q, body) {
		const [what, id] = path.split('/').map(decodeURIComponent);
		const key = `${req.method} ${what}`;
		switch (id === undefined ? key : key + '/') {
		case 'GET me': case 'GET session': return me_of(me);
		case 'POST session': return log_in(res, body);
		case 'DELETE session':
			sessions.delete(me.cookie);
			note(me, 'logout', me.user);
			return me_of({ user: null, role: anonymous ? 'viewer' : null, places: null, csrf: null });
		case 'POST setup': return first(res, body);
		case 'POST me/': return own_password(me, body);
		case 'GET users': return list([...all.values()].map(shown));
		case 'POST users': return add(me, body);
		case 'POST users/': case 'DELETE users/': return change(me, id, req.method, body);
		case 'GET tokens': case 'POST tokens': case 'DELETE tokens/': return of_tokens(me, req, id, body);
		case 'GET audit': return audit(q);
		default: return undefined;
		}
	}
	return { who, allow, answer, end_sessions: () => sessions.clear() };
}
