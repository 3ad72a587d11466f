/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands to the daemon: a JSON body out, a JSON body or a problem back. */
import { ApiError, get } from './api';

/* What a session puts beside each change; without one nothing is needed. */
async function pass(): Promise<Record<string, string>> {
	try {
		const answer = await get<{ csrf?: string | null }>('/session');
		const csrf = answer === 'same' ? null : answer.body.csrf ?? null;
		return csrf === null ? {} : { 'X-CSRF-Token': csrf };
	} catch {
		return {};
	}
}

export async function send<T>(method: 'POST' | 'DELETE', path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
	let res: Response;
	try {
		res = await fetch('/api/v1' + path, {
			method, signal, credentials: 'same-origin',
			headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...await pass() },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
	} catch (e) {
		if (signal?.aborted) {
			throw e;
		}
		throw new ApiError({ status: 0, code: 'offline', title: 'offline', detail: null, params: {} });
	}
	const text = await res.text();
	let said: Record<string, unknown> = {};
	try {
		said = text === '' ? {} : JSON.parse(text);
	} catch {
		/* the status says enough */
	}
	if (!res.ok) {
		throw new ApiError({
			code: 'http', title: res.statusText, detail: null, ...said,
			status: res.status, params: (said.params ?? {}) as Record<string, string>,
		});
	}
	return said as T;
}
