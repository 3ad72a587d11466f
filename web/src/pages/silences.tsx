/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is not told for a while: silences by hand and maintenance windows, now, later and over. */
import '../i18n/alerts';
import { useState } from 'preact/hooks';
import type { List } from '../lib/api';
import type { Silence } from '../lib/api_alerts';
import { t, word } from '../lib/i18n';
import { tick } from '../lib/live';
import { send } from '../lib/post';
import { use_api } from '../lib/query';
import { params, set_params, with_query } from '../lib/url';
import { may } from '../lib/who';
import { Thing } from '../parts/alertmark';
import { AlertNav } from '../parts/alertnav';
import { Dialog, Form, use_sending } from '../parts/dialog';
import { crumbs_to, Head } from '../parts/frame';
import { Badge, type Tone } from '../parts/icon';
import { Time } from '../parts/num';
import { Show } from '../parts/state';
import { NewSilence } from '../parts/silenceform';
import { Table, type Column } from '../parts/table';

const STATES = ['active', 'future', 'over'] as const;
const TONES: Record<Silence['state'], Tone> = { active: 'ok', future: 'none', over: 'off' };

function End({ s, on_close }: { s: Silence; on_close: () => void }) {
	const sending = use_sending();
	return (
		<Dialog title={t('silence.end_title')} on_close={on_close}>
			<Form act={t('silence.end_do')} danger of={sending} on_cancel={on_close} on_submit={() => sending.run(async () => {
				await send<Silence>('DELETE', '/silences/' + encodeURIComponent(s.id));
				tick.value++;
				on_close();
			})}><p><b>{s.entity}</b>: {s.reason}</p><p>{t('silence.end_text')}</p></Form>
		</Dialog>
	);
}

function columns(on: (s: Silence) => void): Column<Silence>[] {
	return [
		{
			id: 'entity', head: t('silence.for'), value: (s) => s.entity, show: (s) => <span class="clamp" data-silence={s.id}><Thing a={{ entity: s.entity, rack: null, site: null }} />
				{s.maintenance && <>{' '}<span class="sign-word">{t('silence.window')}</span></>}</span>,
		},
		{ id: 'rule', head: t('silence.rules'), wide: true, value: (s) => s.rule, show: (s) => s.rule === null ? t('silence.all_rules') : <code>{s.rule}</code> },
		{ id: 'state', head: t('tab'), wide: true, value: (s) => STATES.indexOf(s.state), show: (s) => <Badge code={s.state} tone={TONES[s.state]}>{word('silence_state', s.state)}</Badge> },
		{ id: 'reason', head: t('silence.reason'), value: (s) => s.reason, show: (s) => <span class="clamp">{s.reason}</span> },
		{ id: 'author', head: t('silence.by'), minor: true, wide: true, value: (s) => s.author },
		{ id: 'from', head: t('silence.from'), minor: true, wide: true, value: (s) => s.from, show: (s) => <Time at={s.from} /> },
		{
			id: 'until', head: t('silence.to'), wide: true, value: (s) => s.until, show: (s) => <><Time at={s.until} />
				{s.ended !== null && <span class="hint block">{t('silence.ended', { time: '' })}<Time at={s.ended} /></span>}</>,
		},
		...(may('operator') ? [{
			id: 'act', head: t('acts'), fixed: true, wide: true, value: () => null, show: (s: Silence) => s.state === 'over' ? null
				: <button class="quiet" onClick={() => on(s)}>{t('silence.end')}<span class="sr"> {s.entity}</span></button>,
		}] : []),
	];
}

export function Silences() {
	const asked = params.value.get('state');
	const one = params.value.get('show');
	const [adding, set_adding] = useState(false);
	const [ending, set_ending] = useState<Silence | null>(null);
	const state = use_api<List<Silence>>(with_query('/silences', { state: asked ?? (one === null ? 'active,future' : null) }), true);
	return (
		<>
			<Head crumbs={crumbs_to(null)} title={t('silences')} sub={t('silences.sub')}><AlertNav /></Head>
			<div class="bar-head">
				<div class="segments" role="group" aria-label={t('tab')}>
					{[null, ...STATES].map((s) => (
						<button key={s} aria-pressed={one === null && asked === s} onClick={() => set_params({ state: s, show: null }, true)}>
							{s === null ? `${word('silence_state', 'active')} + ${word('silence_state', 'future')}` : word('silence_state', s)}</button>
					))}
					{one !== null && <button aria-pressed="true">{t('silence.title')} {one}</button>}
				</div>
				{may('operator') && <button class="button primary" onClick={() => set_adding(true)}>{t('silence.new')}</button>}
			</div>
			<Show of={state} lines={6}>{(list) => (
				<section class="card list">
					<Table rows={list.items.filter((s) => one === null || s.id === one)} columns={columns(set_ending)} label={t('silences')} empty={t('silences.none')} />
				</section>
			)}</Show>
			{adding && <NewSilence on_close={() => set_adding(false)} />}
			{ending !== null && <End s={ending} on_close={() => set_ending(null)} />}
		</>
	);
}
