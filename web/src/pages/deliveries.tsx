/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was sent to whom, how it was answered, and dead letters that can be sent again. */
import '../i18n/alerts';
import { useState } from 'preact/hooks';
import type { List } from '../lib/api';
import type { DeliveryItem, DeliveryPage } from '../lib/api_alerts';
import type { Receivers } from '../lib/api_rules';
import { int } from '../lib/format';
import { t, word } from '../lib/i18n';
import { tick } from '../lib/live';
import { send } from '../lib/post';
import { use_api } from '../lib/query';
import { link, params, set_params, with_query } from '../lib/url';
import { may } from '../lib/who';
import { AlertNav } from '../parts/alertnav';
import { Answered, DeliveryState, Exchange } from '../parts/attempt';
import { Dialog, Form, use_sending } from '../parts/dialog';
import { Pager, Select, type Option } from '../parts/filter';
import { crumbs_to, Head } from '../parts/frame';
import { Time, Until } from '../parts/num';
import { Empty, Show } from '../parts/state';
import { Table, type Column } from '../parts/table';

const LIMIT = '50';
const STATES: DeliveryItem['state'][] = ['queued', 'delivered', 'dead', 'merged'];
const FILTERS = ['receiver', 'state', 'alert'];

const type_text = (d: DeliveryItem): string => word('notice', d.type);

/* What distinguishes it beside its type. */
function Signs({ d }: { d: DeliveryItem }) {
	return (
		<>
			{d.test && <span class="sign-word">{t('delivery.test')}</span>} {d.repeat && <span class="sign-word">{t('delivery.repeat')}</span>}
			{d.replay_of && <a class="sign-word" href={link('/deliveries/' + d.replay_of)}>{t('delivery.replay_of', { id: d.replay_of })}</a>}
			{d.into && <a class="sign-word" href={link('/deliveries/' + d.into)}>{t('delivery.into', { id: d.into })}</a>}
		</>
	);
}

export function Replay({ d, on_close }: { d: DeliveryItem; on_close: () => void }) {
	const [id, set_id] = useState<string | null>(null);
	const sending = use_sending();
	return (
		<Dialog title={t('replay.title', { id: d.id })} on_close={on_close}>
			<Form act={t('replay.do')} of={sending} on_cancel={on_close} on_submit={() => sending.run(async () => {
				set_id((await send<{ id: string }>('POST', `/deliveries/${encodeURIComponent(d.id)}/replay`, {})).id);
				tick.value++;
			})}>
				<p>{t('replay.text')}</p>
				<p role="status" data-k="replayed">{id !== null && <a href={link('/deliveries/' + id)}>{t('replay.done', { id })}</a>}</p>
			</Form>
		</Dialog>
	);
}

const may_replay = (d: DeliveryItem): boolean => may('operator') && (d.state === 'dead' || d.state === 'delivered');

export function delivery_columns(on: ((d: DeliveryItem) => void) | null): Column<DeliveryItem>[] {
	const all: Column<DeliveryItem>[] = [
		{ id: 'created', head: t('delivery.created'), wide: true, value: (d) => d.created, show: (d) => <a href={link('/deliveries/' + d.id)} data-delivery={d.id}><Time at={d.created} /></a> },
		{ id: 'receiver', head: t('receiver'), wide: true, value: (d) => d.receiver },
		{ id: 'type', head: t('delivery.type'), minor: on === null, value: type_text, show: (d) => <>{type_text(d)} <Signs d={d} /></> },
		{ id: 'state', head: t('tab'), wide: true, value: (d) => d.state, show: (d) => <><DeliveryState s={d.state} />
			{d.state === 'queued' && d.next_try != null && <span class="hint block"><Until at={d.next_try} /></span>}</> },
		{ id: 'attempts', head: t('delivery.attempts'), num: true, minor: true, value: (d) => d.attempts, show: (d) => int(d.attempts) },
	];
	const more: Column<DeliveryItem>[] = [
		{ id: 'group', head: t('delivery.group'), minor: true, late: true, value: (d) => d.group ?? null, show: (d) => <code class="oid clamp">{d.group ?? '—'}</code> },
		{ id: 'error', head: t('delivery.error'), minor: true, value: (d) => d.error ?? null, show: (d) => <span class="error-text">{d.error ?? ''}</span> },
		{ id: 'act', head: t('acts'), wide: true, value: () => null, show: (d) => on !== null && may_replay(d) && d.state === 'dead'
			? <button class="quiet" onClick={() => on(d)}>{t('replay')}<span class="sr"> {d.id}</span></button> : null },
	];
	return [...all, ...(on === null ? [] : may('operator') ? more : more.slice(0, 2))].map((c) => ({ ...c, fixed: true }));
}

export function Deliveries() {
	const p = params.value;
	const receivers = use_api<Receivers>('/receivers');
	const [again, set_again] = useState<DeliveryItem | null>(null);
	const filtered = FILTERS.some((k) => p.get(k) !== null);
	const state = use_api<List<DeliveryItem>>(with_query('/deliveries', {
		...Object.fromEntries(FILTERS.map((k) => [k, p.get(k)])), limit: LIMIT, cursor: p.get('cursor'),
	}), true);
	return (
		<>
			<Head crumbs={crumbs_to(null)} title={t('deliveries')} sub={t('deliveries.sub')}><AlertNav /></Head>
			<div class="filters">
				<Select name="receiver" label={t('receiver')} options={(receivers.data?.items ?? []).map((r): Option => [r.name, r.name])} />
				<Select name="state" label={t('tab')} options={STATES.map((s): Option => [s, word('delivery_state', s)])} />
				{p.get('alert') !== null && <a class="chip" href={link('/alerts/' + p.get('alert'))}>{t('alert_page', { id: p.get('alert') ?? '' })}</a>}
				{filtered && <button onClick={() => set_params({ ...Object.fromEntries(FILTERS.map((k) => [k, null])), cursor: null }, true)}>{t('filter.clear')}</button>}
			</div>
			<Show of={state} lines={12}>{(list) => (
				<section class="card list">
					<Table rows={list.items} columns={delivery_columns(set_again)} label={t('deliveries')} file="deliveries" empty={t(filtered ? 'empty.filtered' : 'deliveries.none')} />
					{list.items.length > 0 && <Pager next={list.next} shown={list.items.length} />}
				</section>
			)}</Show>
			{again !== null && <Replay d={again} on_close={() => set_again(null)} />}
		</>
	);
}

function One({ d }: { d: DeliveryPage }) {
	const [again, set_again] = useState(false);
	return (
		<>
			<Head crumbs={[...crumbs_to(null), { label: t('deliveries'), href: link('/deliveries') }]} title={t('delivery', { id: d.id })} sub={<>
				<DeliveryState s={d.state} /><span>{type_text(d)}</span><Signs d={d} /></>}>
				{may_replay(d) && <button onClick={() => set_again(true)}>{t('replay')}</button>}
			</Head>
			<section class="card" aria-label={t('delivery', { id: d.id })}>
				<dl class="pairs">
					<dt>{t('receiver')}</dt><dd>{d.receiver}</dd>
					<dt>{t('delivery.group')}</dt><dd><code>{d.group ?? '—'}</code></dd>
					<dt>{t('delivery.created')}</dt><dd><Time at={d.created} /></dd>
					<dt>{t('delivery.ended')}</dt><dd>{d.ended === null ? d.next_try ? <Until at={d.next_try} /> : '—' : <Time at={d.ended} />}</dd>
					<dt>{t('delivery.key')}</dt><dd><code>{d.key ?? '—'}</code> <span class="hint">{t('delivery.key_why')}</span></dd>
				</dl>
			</section>
			<section class="card tries">
				<h2>{t('delivery.attempts')} <span class="hint">{int(d.attempts)}</span></h2>
				{d.tries.length === 0 && <Empty>{t('delivery.no_tries')}</Empty>}
				{[...d.tries].reverse().map((a) => (
					<section key={a.number} aria-label={t('delivery.attempt', { n: a.number })}>
						<h3>{t('delivery.attempt', { n: a.number })} <Time at={a.at} /> <Answered a={a} /></h3>
						<Exchange a={a} />
					</section>
				))}
			</section>
			{d.notice !== null && d.notice !== undefined && (
				<section class="card"><h2>{t('delivery.notice')}</h2><pre class="pre" tabIndex={0} aria-label={t('delivery.notice')}>{JSON.stringify(d.notice, null, 2)}</pre></section>
			)}
			{again && <Replay d={d} on_close={() => set_again(false)} />}
		</>
	);
}

export function Delivery({ id }: { id: string }) {
	const state = use_api<DeliveryPage>('/deliveries/' + encodeURIComponent(id));
	return <Show of={state} lines={10} title={t('delivery', { id })}>{(d) => <One d={d} />}</Show>;
}
