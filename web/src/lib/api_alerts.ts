/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alerts, silences, rules, receivers and deliveries as the API has them; what follows from them alone. */
import type { List, Names, Num } from './api';

export type Severity = 'critical' | 'warning' | 'info';
export const SEVERITIES: Severity[] = ['critical', 'warning', 'info'];
export type AlertState = 'firing' | 'acknowledged' | 'stale' | 'resolved';

export type Alert = {
	id: string;
	fingerprint: string;
	rule: string;
	severity: Severity;
	state: AlertState;
	entity: string;
	instance: string | null;
	area: string | null;
	site: string | null;
	hall: string | null;
	row: string | null;
	rack: string | null;
	value: Num;
	limit: Num;
	unit: string | null;
	word: string | null;
	count: number;
	under: string | null;
	folded: boolean;
	flapping: boolean;
	silenced: string | null;
	since: string | null;
	fired: string | null;
	changed: string | null;
	resolved: string | null;
	end: string | null;
	acknowledged: { by: string; at: string | null; note: string | null } | null;
	summary: Names;
	advice: Names | null;
};
export type Counts = Record<Severity | 'firing' | 'acknowledged' | 'silenced' | 'folded' | 'stale' | 'pending', number>
	& { evaluated?: number; evaluated_at?: string | null };
export type AlertList = List<Alert> & { counts: Counts | null };

export type AlertChange = {
	seq: number;
	at: string | null;
	kind: string;
	value: Num;
	count: number;
	by: string | null;
	note: string | null;
};
export type DeliveryItem = {
	id: string;
	receiver: string;
	type: string;
	state: 'queued' | 'delivered' | 'dead' | 'merged';
	created: string | null;
	ended: string | null;
	next_try?: string | null;
	attempts: number;
	group?: string | null;
	key?: string | null;
	test?: boolean;
	repeat?: boolean;
	into?: string | null;
	replay_of?: string | null;
	error?: string | null;
};
export type Attempt = {
	number: number;
	at: string | null;
	ms: Num;
	status: Num;
	verdict: string | null;
	error: string | null;
	request: string | null;
	reply: string | null;
};
export type DeliveryPage = DeliveryItem & { as_of: string; notice: unknown; tries: Attempt[] };
export type AlertPage = Alert & { as_of: string; changes: AlertChange[]; deliveries: DeliveryItem[]; members: Alert[] };

export type Silence = {
	id: string;
	entity: string;
	rule: string | null;
	reason: string | null;
	author: string;
	maintenance: boolean;
	from: string | null;
	until: string | null;
	created: string | null;
	ended: string | null;
	state: 'active' | 'future' | 'over';
};

/* "rack:zz1-h1-r1-a01": ids hold no colon. */
export function entity_of(text: string): { kind: string; id: string } {
	const at = text.indexOf(':');
	return at < 0 ? { kind: '', id: text } : { kind: text.slice(0, at), id: text.slice(at + 1) };
}

const PAGES: Record<string, string> = { area: '/areas/', site: '/sites/', hall: '/halls/', rack: '/racks/', device: '/devices/' };

/* Where one reads more of the thing, with the query of that page; null: nowhere. */
export function entity_path(entity: string, of?: Pick<Alert, 'rack' | 'site'>): [path: string, query: Record<string, string>] | null {
	const { kind, id } = entity_of(entity);
	switch (kind) {
	case 'row': return ['/racks', { row: id }];
	case 'feed': return of?.rack ? ['/racks/' + of.rack, {}] : of?.site ? ['/sites/' + of.site, {}] : null;
	case 'target': return ['/', { target: id }];
	case 'province': return ['/', {}];
	case 'collector': return ['/collector', {}];
	default: return PAGES[kind] === undefined ? null : [PAGES[kind] + encodeURIComponent(id), {}];
	}
}

/* The thing and what is around it, the narrowest first: what a silence can be for. */
export function around(a: Pick<Alert, 'entity' | 'rack' | 'row' | 'hall' | 'site' | 'area'>): string[] {
	const all = [a.entity, ...(['rack', 'row', 'hall', 'site', 'area'] as const)
		.flatMap((kind) => (a[kind] ? [`${kind}:${a[kind]}`] : []))];
	return all.filter((e, i) => all.indexOf(e) === i);
}

export type Tab = 'firing' | 'acknowledged' | 'silenced' | 'folded' | 'history';
export const TABS: Tab[] = ['firing', 'acknowledged', 'silenced', 'folded', 'history'];

/* What the daemon is asked for a tab: one without data is still an alert. */
export const ASKED: Record<Tab, string> = {
	firing: 'firing,stale', acknowledged: 'acknowledged,stale', silenced: 'silenced', folded: 'folded', history: 'resolved',
};
export function belongs(a: Alert, tab: Tab): boolean {
	switch (tab) {
	case 'firing': return a.acknowledged === null && a.silenced === null && !a.folded;
	case 'acknowledged': return a.acknowledged !== null && !a.folded;
	default: return true;
	}
}

/* Null where it is not said: history is not counted. */
export function tab_count(c: Counts, tab: Tab): number | null {
	switch (tab) {
	case 'firing': return Math.max(0, c.firing + c.stale - c.acknowledged - c.silenced);
	case 'history': return null;
	default: return c[tab];
	}
}

export type GroupBy = 'site' | 'hall' | 'rule';
export const GROUPS: GroupBy[] = ['site', 'hall', 'rule'];
export type Group = { key: string | null; items: Alert[]; worst: Severity };

const rank = (s: Severity): number => SEVERITIES.indexOf(s);
export const worst_of = (items: Pick<Alert, 'severity'>[]): Severity =>
	items.reduce<Severity>((w, a) => (rank(a.severity) < rank(w) ? a.severity : w), 'info');

/* Groups with the worst first, of equal ones the largest; within them the daemon's order stays. */
export function grouped(items: Alert[], by: GroupBy): Group[] {
	const map = new Map<string | null, Alert[]>();
	for (const a of items) {
		const list = map.get(a[by]);
		if (list === undefined) {
			map.set(a[by], [a]);
		} else {
			list.push(a);
		}
	}
	return [...map].map(([key, list]): Group => ({ key, items: list, worst: worst_of(list) }))
		.sort((a, b) => rank(a.worst) - rank(b.worst) || b.items.length - a.items.length || String(a.key).localeCompare(String(b.key)));
}

/* Which of the critical ones had not been seen before. */
export const fresh_ones = (items: Alert[], seen: Set<string> | null): Alert[] =>
	seen === null ? [] : items.filter((a) => a.severity === 'critical' && a.state === 'firing' && a.silenced === null && !seen.has(a.id));

/* "2026-11-22T18:00", as a clock of that zone shows it, as milliseconds; NaN when it is none. */
export function wall_to_ms(text: string, shown: (ms: number) => string): number {
	const want = Date.parse(text + 'Z');
	let ms = want;
	/* once more, should the offset change between the two */
	for (let i = 0; i < 2 && !Number.isNaN(ms); i++) {
		ms += want - Date.parse(shown(ms).replace(' ', 'T') + 'Z');
	}
	return ms;
}
