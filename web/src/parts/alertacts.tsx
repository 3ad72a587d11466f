/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an operator does about an alert: acknowledge it, take that back, silence it. */
import '../i18n/alerts';
import { useState } from 'preact/hooks';
import type { Alert } from '../lib/api_alerts';
import { t } from '../lib/i18n';
import { tick } from '../lib/live';
import { send } from '../lib/post';
import { may } from '../lib/who';
import { summary_of } from './alertmark';
import { Dialog, Form, use_sending } from './dialog';
import { SilenceAlert } from './silenceform';

const path_of = (a: Alert): string => `/alerts/${encodeURIComponent(a.id)}/ack`;

function Acknowledge({ a, on_close }: { a: Alert; on_close: () => void }) {
	const [note, set_note] = useState('');
	const sending = use_sending();
	return (
		<Dialog title={`${t('ack.title')}: ${summary_of(a)}`} on_close={on_close}>
			<Form act={t('ack.do')} of={sending} on_cancel={on_close} on_submit={() => sending.run(async () => {
				await send<Alert>('POST', path_of(a), note.trim() === '' ? {} : { note: note.trim() });
				tick.value++;
				on_close();
			})}>
				<p>{t('ack.text')}</p>
				<label class="field"><span>{t('ack.note')}</span>
					<input type="text" maxLength={255} autocomplete="off" value={note} onInput={(e) => set_note(e.currentTarget.value)} /></label>
			</Form>
		</Dialog>
	);
}

function TakeBack({ a, on_close }: { a: Alert; on_close: () => void }) {
	const sending = use_sending();
	return (
		<Dialog title={t('ack.undo_title')} on_close={on_close}>
			<Form act={t('ack.undo')} of={sending} on_cancel={on_close} on_submit={() => sending.run(async () => {
				await send<Alert>('DELETE', path_of(a));
				tick.value++;
				on_close();
			})}><p><b>{summary_of(a)}</b></p><p>{t('ack.undo_text')}</p></Form>
		</Dialog>
	);
}

export const may_act = (a: Alert): boolean => may('operator') && a.state !== 'resolved';

/* The dialogs live with whoever shows the list: a row may go while one writes. */
export type Doing = { what: 'ack' | 'unack' | 'silence'; a: Alert } | null;

export function Doings({ doing, on_close }: { doing: Doing; on_close: () => void }) {
	switch (doing?.what) {
	case 'ack': return <Acknowledge a={doing.a} on_close={on_close} />;
	case 'unack': return <TakeBack a={doing.a} on_close={on_close} />;
	case 'silence': return <SilenceAlert a={doing.a} on_close={on_close} />;
	default: return null;
	}
}

export function Acts({ a, on, plain }: { a: Alert; on: (d: Doing) => void; plain?: boolean }) {
	const acked = a.acknowledged !== null;
	const look = plain ? undefined : 'quiet';
	return !may_act(a) ? null : (
		<span class={plain ? 'acts' : 'row-acts'}>
			<button class={plain && !acked ? 'button primary' : look} onClick={() => on({ what: acked ? 'unack' : 'ack', a })}>{t(acked ? 'ack.undo' : 'ack.do')}
				<span class="sr"> {summary_of(a)}</span></button>
			<button class={look} onClick={() => on({ what: 'silence', a })}>{t('silence.do')}<span class="sr"> {summary_of(a)}</span></button>
		</span>
	);
}
