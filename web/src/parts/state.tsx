/* SPDX-License-Identifier: GPL-3.0-or-later */
/* While there is nothing to show: shape of what comes, what went wrong, or that it is empty. */
import type { ComponentChildren } from 'preact';
import type { ApiError } from '../lib/api';
import { fill, has_word, t, word } from '../lib/i18n';
import type { State } from '../lib/query';
import { link } from '../lib/url';
import { Mark } from './icon';

/* Placeholder lines that keep the height of what replaces them. */
export function Skeleton({ lines = 4, tall }: { lines?: number; tall?: boolean }) {
	return (
		<div class={tall ? 'skeleton tall' : 'skeleton'} aria-hidden="true">
			{Array.from({ length: lines }, (_, i) => <div key={i} />)}
		</div>
	);
}

/* Problems are codes with parameters; unknown codes show the daemon's sentence. */
export function problem_text(e: ApiError): string {
	const { code, params, detail, title, status } = e.problem;
	const args: Record<string, string | number> = { status };
	for (const [key, value] of Object.entries(params)) {
		args[key] = key === 'role' ? word('role', String(value)) : value ?? '—';
	}
	return has_word('problem.' + code)
		? fill(word('problem', code), args)
		: detail ?? `${title} (${status})`;
}

export function Trouble({ error }: { error: ApiError }) {
	const gone = error.problem.status === 404;
	return (
		<div class="trouble" role="alert">
			<Mark tone={gone ? 'none' : 'crit'} />
			<div>
				<p><b>{problem_text(error)}</b></p>
				{error.problem.code !== 'no_such_month' && <p class="hint">{t(gone ? 'trouble.gone' : 'trouble.retry')}{' '}
					{gone && <a href={link('/')}>{t('nav.overview')}</a>}</p>}
			</div>
		</div>
	);
}

export const Empty = ({ children }: { children: ComponentChildren }) =>
	<p class="empty">{children}</p>;

/* Data, else the problem, else the skeleton; a problem beside old data is a line above it. */
export function Show<T>({ of, lines, title, children }: {
	of: State<T>;
	/* the page's heading until the data brings a better one */
	title?: string;
	lines?: number;
	children: (data: T) => ComponentChildren;
}) {
	if (of.data === null) {
		return (
			<>
				{title !== undefined && <div class="head"><h1>{title}</h1></div>}
				{of.error !== null ? <Trouble error={of.error} /> : <Skeleton lines={lines} tall />}
			</>
		);
	}
	return (
		<>
			{of.error !== null && of.error.problem.code !== 'offline' && <Trouble error={of.error} />}
			{children(of.data)}
		</>
	);
}
