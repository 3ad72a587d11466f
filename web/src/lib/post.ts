/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands to the daemon: a JSON body out, a JSON body or a problem back. */
import { ApiError, door, failure } from './api';
import { ask_who, who } from './who';

type Method = 'POST' | 'DELETE';

/* One try. What a session puts beside each change is known since /me was asked. */
async function once<T>(method: Method, path: string, body: unknown, signal?: AbortSignal): Promise<T> {
	const csrf = (who.value ?? await ask_who())?.csrf ?? null;
	let res: Response;
	let text: string;
	try {
		res = await fetch('/api/v1' + path, {
			method, signal, credentials: 'same-origin',
			headers: {
				Accept: 'application/json', 'Content-Type': 'application/json',
				...(csrf === null ? {} : { 'X-CSRF-Token': csrf }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		text = await res.text();
	} catch (e) {
		if (signal?.aborted) {
			throw e;
		}
		throw new ApiError({ status: 0, code: 'offline', title: 'offline', detail: null, params: {} });
	}
	let said: Record<string, unknown> = {};
	try {
		said = text === '' ? {} : JSON.parse(text);
	} catch {
		/* the status says enough */
	}
	if (!res.ok) {
		const wait = res.headers.get('Retry-After');
		throw failure({
			code: 'http', title: res.statusText, detail: null, ...said, status: res.status,
			params: { ...said.params as object, ...(wait === null ? {} : { wait: Number(wait) }) },
		});
	}
	return said as T;
}

/*
 * A session may have begun or ended in another tab: after a refusal the daemon is
 * asked who this is; a new CSRF token is worth one more try, a lost login a new one.
 */
export async function send<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
	const before = who.value;
	try {
		return await once<T>(method, path, body, signal);
	} catch (e) {
		if (!(e instanceof ApiError) || e.problem.status !== 403) {
			throw e;
		}
		const now = await ask_who();
		if (before !== null && before.user !== null && now?.user === null) {
			door.open();
		} else if (e.problem.code === 'csrf' && now?.csrf !== before?.csrf) {
			return once<T>(method, path, body, signal);
		}
		throw e;
	}
}
