/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A question above the page, and a command on its way: busy, refused, done. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ApiError } from '../lib/api';
import { t } from '../lib/i18n';
import { Refusal } from './refusal';

/* The browser keeps the focus inside and knows Esc. */
export function Dialog({ title, on_close, children }: { title: string; on_close: () => void; children: ComponentChildren }) {
	const ref = useRef<HTMLDialogElement>(null);
	const id = useId();
	useEffect(() => {
		const dialog = ref.current;
		const before = document.activeElement as HTMLElement | null;
		dialog?.showModal();
		return () => {
			dialog?.close();
			/* what goes with its element does not give the focus back by itself */
			requestAnimationFrame(() => before?.focus());
		};
	}, []);
	return (
		<dialog ref={ref} aria-labelledby={id} onCancel={(e) => {
			e.preventDefault();
			on_close();
		}}>
			<h2 id={id}>{title}</h2>
			{children}
		</dialog>
	);
}

export type Sending = { busy: boolean; error: ApiError | null; run: (job: () => Promise<void>) => void };

export function use_sending(): Sending {
	const [state, set_state] = useState<'idle' | 'busy' | ApiError>('idle');
	return {
		busy: state === 'busy',
		error: state instanceof ApiError ? state : null,
		run: (job) => {
			set_state('busy');
			job().then(() => set_state('idle')).catch((e) => set_state(e instanceof ApiError ? e
				: new ApiError({ status: 0, code: 'bad_reply', title: String(e), detail: null, params: {} })));
		},
	};
}

/* The form of a command. Without scripts it would post, never put a password into the address. */
export function Form({ label, act, of, fault = null, danger, on_cancel, on_submit, children }: {
	label?: string;
	act: string;
	of: Sending;
	/* what the page itself finds wrong, said like a refusal */
	fault?: string | null;
	danger?: boolean;
	on_cancel?: () => void;
	on_submit: () => void;
	children: ComponentChildren;
}) {
	return (
		<form class="ask" method="post" aria-label={label} onSubmit={(e) => {
			e.preventDefault();
			if (!of.busy) {
				on_submit();
			}
		}}>
			{children}
			{fault !== null ? <p class="fault" role="alert">{fault}</p> : of.error !== null && <Refusal error={of.error} />}
			<p class="acts">
				<button type="submit" class={danger ? 'button danger' : 'button primary'} aria-disabled={of.busy}>{act}</button>
				{on_cancel !== undefined && <button type="button" onClick={on_cancel}>{t('cancel')}</button>}
			</p>
		</form>
	);
}
