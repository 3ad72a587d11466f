/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the planner and what-if ask, as an address: parameters in, the daemon's question out. */
import { with_query, type Query } from './url';

export const PLAN_FIELDS = ['n', 'u', 'kw', 'kg', 'outlets', 'ports', 'redundancy', 'area', 'site', 'hall', 'row', 'tenant'] as const;
export type PlanForm = Record<typeof PLAN_FIELDS[number], string>;

/* A number of a form: null when it is none, or below zero. */
export function number_of(text: string): number | null {
	const v = text.trim() === '' ? NaN : Number(text);
	return Number.isFinite(v) && v >= 0 ? v : null;
}

export const plan_query = (form: PlanForm): Query => Object.fromEntries(PLAN_FIELDS.map((k) => [k, form[k].trim() === '' ? null : form[k].trim()]));

/* The narrowest place says it all. */
export function place_of(w: { area: string; site: string; hall: string; row?: string }): Query {
	return w.row ? { row: w.row } : w.hall !== '' ? { hall: w.hall } : w.site !== '' ? { site: w.site } : w.area !== '' ? { area: w.area } : {};
}

/* GET /plan for a form; null while nothing is asked: units and power are the least. */
export function plan_path(form: PlanForm): string | null {
	const [u, kw] = [number_of(form.u), number_of(form.kw)];
	if (u === null || kw === null || u <= 0 || kw <= 0) {
		return null;
	}
	const num = (k: 'n' | 'kg' | 'outlets' | 'ports'): string | null => number_of(form[k])?.toString() ?? null;
	return with_query('/plan', {
		u: String(u), kw: String(kw), n: num('n'), kg: num('kg'), outlets: num('outlets'), ports: num('ports'),
		redundancy: form.redundancy, ...place_of(form), tenant: form.tenant.trim(),
	});
}

export const KINDS = ['lose_feed', 'lose_node', 'lose_device', 'lose_rack', 'remove_rack', 'derate_node', 'add'] as const;
export type Kind = typeof KINDS[number];

/* The body of POST /whatif for an address; null while it is not complete. */
export function whatif_body(q: URLSearchParams): Record<string, unknown> | null {
	const kind = q.get('kind') ?? '';
	const id = (q.get('id') ?? '').trim();
	const at = q.get('at') === null || q.get('at') === '' ? {} : { at: q.get('at') };
	switch (kind) {
	case 'lose_feed': {
		const feed = q.get('feed') ?? '';
		return feed === '' ? null : { lose_feed: feed, ...at };
	}
	case 'lose_node': case 'lose_device': case 'lose_rack': case 'remove_rack':
		return id === '' ? null : { [kind]: id };
	case 'derate_node': {
		const share = number_of(q.get('share') ?? '50');
		return id === '' || share === null || share > 100 ? null : { derate_node: id, share: share / 100 };
	}
	case 'add': {
		const [n, u, kw] = ['n', 'u', 'kw'].map((k) => number_of(q.get(k) ?? ''));
		if (n === null || u === null || kw === null || n < 1 || u <= 0 || kw <= 0) {
			return null;
		}
		const more = Object.fromEntries(['kg', 'outlets', 'ports'].map((k) => [k, number_of(q.get(k) ?? '')]).filter(([, v]) => v !== null));
		return { add: { n, u, kw, ...more }, ...at };
	}
	default: return null;
	}
}
