/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One try of a delivery: what was sent and what came back, as text and nothing else. */
import type { Attempt, DeliveryItem } from '../lib/api_alerts';
import { int } from '../lib/format';
import { t, word } from '../lib/i18n';
import { Badge, type Tone } from './icon';

const VERDICTS: Record<string, Tone> = { accepted: 'ok', retry: 'warn', refused: 'crit', gone: 'off' };
const STATES: Record<DeliveryItem['state'], Tone> = { queued: 'none', delivered: 'ok', dead: 'crit', merged: 'off' };

export const DeliveryState = ({ s }: { s: DeliveryItem['state'] }) => <Badge code={s} tone={STATES[s]}>{word('delivery_state', s)}</Badge>;

export const Verdict = ({ a }: { a: Pick<Attempt, 'verdict'> }) =>
	<Badge code={a.verdict} tone={VERDICTS[a.verdict ?? ''] ?? 'none'}>{word('verdict', a.verdict)}</Badge>;

export const Answered = ({ a }: { a: Attempt }) => (
	<>
		<Verdict a={a} /> <span>{a.status === null ? t('receiver.no_status') : t('receiver.status', { n: int(a.status).replace(',', '') })}</span>
		{a.ms !== null && <span class="hint">{t('receiver.ms', { n: int(a.ms) })}</span>}
	</>
);

/* Foreign bytes: shown, never run. */
export function Exchange({ a }: { a: Attempt }) {
	const part = (title: string, text: string | null) => (
		<div><p class="label">{title}</p><pre class="pre" tabIndex={0} aria-label={title}>{text === null || text === '' ? t('receiver.empty') : text}</pre></div>
	);
	return (
		<>
			{a.error !== null && a.error !== '' && <p class="fault">{a.error}</p>}
			<div class="two-pre">{part(t('receiver.request'), a.request)}{part(t('receiver.reply'), a.reply)}</div>
		</>
	);
}
