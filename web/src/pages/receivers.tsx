/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is told of alerts, whether it arrives, and a test by the same way. */
import '../i18n/alerts';
import { useState } from 'preact/hooks';
import type { Receiver, Receivers as Answer, Tested } from '../lib/api_rules';
import { fixed, int } from '../lib/format';
import { t, word } from '../lib/i18n';
import { tick } from '../lib/live';
import { send } from '../lib/post';
import { use_api, zone } from '../lib/query';
import { minute_text } from '../lib/time';
import { link } from '../lib/url';
import { may } from '../lib/who';
import { AlertNav } from '../parts/alertnav';
import { Answered, Exchange } from '../parts/attempt';
import { Dialog, Form, use_sending } from '../parts/dialog';
import { crumbs_to, Head } from '../parts/frame';
import { Badge, type Tone } from '../parts/icon';
import { Begun } from '../parts/alertmark';
import { span_text, Until } from '../parts/num';
import { Show } from '../parts/state';
import { Table, type Column } from '../parts/table';

const TONES: Record<Receiver['state'], Tone> = { ok: 'ok', failing: 'crit', disabled: 'off', idle: 'none' };

function Test({ r, on_close }: { r: Receiver; on_close: () => void }) {
	const [got, set_got] = useState<Tested | null>(null);
	const sending = use_sending();
	return (
		<Dialog title={t('receiver.test_title', { name: r.name })} on_close={on_close}>
			<div class="wide-dialog">
				<Form act={t(got === null ? 'receiver.test_do' : 'receiver.test_again')} of={sending} on_cancel={on_close} on_submit={() => sending.run(async () => {
					set_got(await send<Tested>('POST', `/receivers/${encodeURIComponent(r.name)}/test`, {}));
					tick.value++;
				})}>
					<p>{t('receiver.test_text')}</p>
					<div role="status" data-k="tested" data-v={got?.verdict ?? 'null'}>
						{got !== null && (
							<>
								<p class="alert-head"><b>{t('receiver.answered')}</b> <Answered a={got} />
									{got.delivery?.id && <a href={link('/deliveries/' + got.delivery.id)}>{t('delivery', { id: got.delivery.id })}</a>}</p>
								<Exchange a={got} />
							</>
						)}
					</div>
				</Form>
			</div>
		</Dialog>
	);
}

const count = (r: Receiver, n: number, state: string) => n === 0 ? <span class="hint">0</span>
	: <a class="num-link" href={link('/deliveries', { receiver: r.name, state })} data-v={n}>{int(n)}</a>;

function columns(on: (r: Receiver) => void): Column<Receiver & { id: string }>[] {
	return [
		{
			id: 'name', head: t('receiver'), wide: true, value: (r) => r.name, show: (r) => <span data-receiver={r.name}>{r.name}
				<span class="hint block">{r.type}{t('list.join')}{t(`receiver.lang.${r.lang}` as 'receiver.lang.en')}</span></span>,
		},
		{
			id: 'state', head: t('tab'), wide: true, value: (r) => r.state, show: (r) => <><Badge code={r.state} tone={TONES[r.state]}>{word('receiver_state', r.state)}</Badge>
				{r.next_try !== null && r.state === 'failing' && <span class="hint block">{t('receiver.next', { time: '' })} <Until at={r.next_try} /></span>}</>,
		},
		{ id: 'url', head: t('receiver.url'), minor: true, fixed: true, value: (r) => r.url, show: (r) => <code class="oid url-text">{r.url ?? '—'}</code> },
		{ id: 'queued', head: t('receiver.queue'), num: true, value: (r) => r.queued, show: (r) => count(r, r.queued, 'queued') },
		{ id: 'dead', head: t('receiver.dead'), num: true, value: (r) => r.dead, show: (r) => count(r, r.dead, 'dead') },
		{ id: 'delivered', head: t('receiver.delivered'), num: true, minor: true, late: true, value: (r) => r.delivered, show: (r) => count(r, r.delivered, 'delivered') },
		{ id: 'accepted', head: t('receiver.accepted'), minor: true, value: (r) => r.accepted, show: (r) => r.accepted === null ? '—' : <Begun at={r.accepted} /> },
		{ id: 'error', head: t('receiver.failed'), minor: true, fixed: true, value: (r) => r.error, show: (r) => r.error === null || r.error === '' ? '—'
			: <span class="error-text">{r.failed !== null && <><Begun at={r.failed} />{': '}</>}{r.error}</span> },
		{
			id: 'rate', head: t('receiver.rate'), minor: true, late: true, fixed: true, value: (r) => r.rate.per_minute, show: (r) => <>{t('receiver.per_minute', { n: fixed(r.rate.per_minute, 0) })}
				<span class="hint block">{r.repeat_s === null ? t('receiver.once') : t('receiver.repeat', { time: span_text(r.repeat_s) })}{!r.resolved && t('list.join') + t('receiver.no_resolved')}</span></>,
		},
		...(may('operator') ? [{ id: 'act', head: t('acts'), fixed: true, wide: true, value: () => null, show: (r: Receiver) =>
			<button class="quiet" onClick={() => on(r)}>{t('receiver.test')}<span class="sr"> {r.name}</span></button> }] : []),
	];
}

const clock = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/* A channel that is silent because all is well looks like one that is broken: this tells them apart. */
function Watch({ a }: { a: Answer }) {
	const { heartbeat: h, canary: c } = a;
	return (
		<section class="card">
			<h2>{t('watch')}</h2>
			<dl class="pairs">
				<dt>{t('watch.heartbeat')}</dt>
				<dd data-k="heartbeat">{h.receiver === null ? t('watch.heartbeat_none') : t('watch.heartbeat_to', { receiver: h.receiver, time: span_text(h.every_s) })}</dd>
				<dt>{t('watch.canary')}</dt>
				<dd data-k="canary">{c.minute === null ? t('watch.canary_none') : <>{t('watch.canary_at', { time: clock(c.minute) })}{t('list.join')}
					{c.sent === null ? t('watch.canary_never') : t('watch.canary_sent', { time: minute_text(Date.parse(c.sent), zone()), n: int(c.confirmed_by), of: int(c.receivers) })}</>}</dd>
			</dl>
		</section>
	);
}

export function Receivers() {
	const state = use_api<Answer>('/receivers');
	const [testing, set_testing] = useState<Receiver | null>(null);
	return (
		<>
			<Head crumbs={crumbs_to(null)} title={t('receivers')} sub={t('receivers.sub')}><AlertNav /></Head>
			<Show of={state} lines={6}>{(a) => (
				<>
					<section class="card list">
						<Table rows={a.items.map((r) => ({ ...r, id: r.name }))} columns={columns(set_testing)} label={t('receivers')} empty={t('receivers.none')} />
					</section>
					<Watch a={a} />
				</>
			)}</Show>
			{testing !== null && <Test r={testing} on_close={() => set_testing(null)} />}
		</>
	);
}
