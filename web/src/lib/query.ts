/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data of a page: fetched once, kept while newer data is on its way, asked again on each tick. */
import { signal, type Signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { ApiError, get, type Capacity } from './api';
import { lost_since, tick } from './live';

export type State<T> = { data: T | null; error: ApiError | null; path: string | null };

type Entry = { state: Signal<State<unknown>>; etag: string | null; busy: boolean; again: boolean };

const KEEP = 120;
const cache = new Map<string, Entry>();

/* The time of the newest answer on screen, by the daemon's clock. */
export const as_of = signal<string | null>(null);
export const province = signal<Capacity | null>(null);

function entry_of(path: string): Entry {
	let e = cache.get(path);
	if (e === undefined) {
		e = {
			state: signal<State<unknown>>({ data: null, error: null, path }),
			etag: null, busy: false, again: false,
		};
	}
	cache.delete(path);
	cache.set(path, e);
	for (const old of cache.keys()) {
		if (cache.size <= KEEP) {
			break;
		}
		cache.delete(old);
	}
	return e;
}

function took(body: unknown): void {
	const at = (body as { as_of?: string }).as_of;
	if (typeof at === 'string' && (as_of.value === null || at > as_of.value)) {
		as_of.value = at;
	}
}

async function load(path: string, e: Entry): Promise<void> {
	if (e.busy) {
		e.again = true;
		return;
	}
	e.busy = true;
	try {
		const answer = await get<unknown>(path, e.state.value.data === null ? null : e.etag);
		lost_since.value = null;
		if (answer !== 'same') {
			e.etag = answer.etag;
			took(answer.body);
			e.state.value = { data: answer.body, error: null, path };
		} else if (e.state.value.error !== null) {
			e.state.value = { ...e.state.value, error: null };
		}
	} catch (err) {
		const error = err instanceof ApiError ? err : new ApiError({
			status: 0, code: 'bad_reply', title: String(err), detail: null, params: {},
		});
		if (error.problem.code === 'offline') {
			lost_since.value ??= Date.now();
		} else {
			lost_since.value = null;
		}
		/* what is gone must not stay on screen as if it were there */
		const gone = error.problem.status === 404;
		e.state.value = { data: gone ? null : e.state.value.data, error, path };
	} finally {
		e.busy = false;
		if (e.again) {
			e.again = false;
			void load(path, e);
		}
	}
}

const NOTHING: State<never> = { data: null, error: null, path: null };

/*
 * GET path (null: nothing to ask). With `keep`, the last answer stays until the
 * next path has one, so that a list does not jump while its filter changes.
 */
export function use_api<T>(path: string | null, keep = false): State<T> {
	const [last, set_last] = useState<State<T>>(NOTHING);
	useEffect(() => {
		if (path === null) {
			set_last(NOTHING);
			return;
		}
		const e = entry_of(path);
		const seen = tick.peek();
		void load(path, e);
		const drop_state = e.state.subscribe((s) => {
			if (!keep || s.data !== null || s.error !== null) {
				set_last(s as State<T>);
			}
		});
		const drop_tick = tick.subscribe((n) => {
			if (n !== seen) {
				void load(path, e);
			}
		});
		return () => {
			drop_state();
			drop_tick();
		};
	}, [path]);
	if (path === null) {
		return NOTHING;
	}
	if (last.path !== path) {
		const cached = cache.get(path)?.state.value as State<T> | undefined;
		if (cached?.data) {
			return cached;
		}
		return keep ? last : NOTHING;
	}
	return last;
}

/* The province itself: its clock, its name, whether this is a demo. */
export function use_province(): Capacity | null {
	const { data } = use_api<Capacity>('/capacity');
	useEffect(() => {
		if (data !== null) {
			province.value = data;
		}
	}, [data]);
	return province.value ?? data;
}

export const zone = (): string => province.value?.province.timezone ?? 'UTC';

/* Milliseconds of the snapshot on screen: ages count back from here. */
export const now_ms = (): number => Date.parse(as_of.value ?? '') || Date.now();

/* Several answers at once, in the order of `paths`; null where one is missing. */
export function use_all<T>(paths: string[]): { data: (T | null)[]; done: boolean } {
	const [, redraw] = useState(0);
	const key = paths.join('\n');
	useEffect(() => {
		const entries = paths.map((path): [string, Entry] => [path, entry_of(path)]);
		const seen = tick.peek();
		const drops = entries.map(([path, e]) => {
			void load(path, e);
			return e.state.subscribe(() => redraw((n) => n + 1));
		});
		drops.push(tick.subscribe((n) => {
			if (n !== seen) {
				for (const [path, e] of entries) {
					void load(path, e);
				}
			}
		}));
		return () => {
			for (const drop of drops) {
				drop();
			}
		};
	}, [key]);
	const states = paths.map((path) => cache.get(path)?.state.peek() ?? null);
	return {
		data: states.map((s) => (s?.data ?? null) as T | null),
		done: states.every((s) => s !== null && (s.data !== null || s.error !== null)),
	};
}
