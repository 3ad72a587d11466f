/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept for whom and until when; an operator may keep more, or let go. */
import { useState } from 'preact/hooks';
import { ApiError, type List } from '../lib/api';
import type { Placement, Reservation } from '../lib/api_floor';
import { unit, watts } from '../lib/format';
import { t, word } from '../lib/i18n';
import { tick } from '../lib/live';
import { number_of, type PlanForm } from '../lib/planform';
import { send } from '../lib/post';
import { now_ms, use_api, zone } from '../lib/query';
import { date_text } from '../lib/time';
import { link } from '../lib/url';
import { Badge } from './icon';
import { Since, Val } from './num';
import { Refusal } from './refusal';
import { problem_text, Show } from './state';
import { Table } from './table';

const DAY_MS = 86400000;
const MONTHS3 = 90;

export const may_reserve = (role: string | null): boolean => role === 'operator' || role === 'admin';

const NeedsRole = () => <p class="hint" data-k="needs_role">{t('reserve.role')}</p>;

function tone(s: Reservation['state']): 'ok' | 'none' | 'off' {
	return s === 'active' ? 'ok' : s === 'expired' ? 'none' : 'off';
}

function Release({ r }: { r: Reservation }) {
	const [state, set_state] = useState<'idle' | 'busy' | string>('idle');
	const press = (): void => {
		set_state('busy');
		send('POST', `/reservations/${encodeURIComponent(String(r.id))}/release`, {}).then(() => {
			set_state('idle');
			tick.value++;
		}).catch((e) => set_state(e instanceof ApiError ? problem_text(e) : String(e)));
	};
	return (
		<>
			<button class="quiet" disabled={state === 'busy'} onClick={press}>{t('reserve.release')}<span class="sr"> {r.rack}</span></button>
			{state !== 'idle' && state !== 'busy' && <span class="hint" role="alert">{state}</span>}
		</>
	);
}

export function Reservations({ role }: { role: string | null }) {
	const state = use_api<List<Reservation>>('/reservations');
	return (
		<section class="card">
			<h2>{t('reservations')}</h2>
			{!may_reserve(role) && <NeedsRole />}
			<Show of={state} lines={3}>{(list) => (
				<Table rows={list.items.map((r) => ({ ...r, id: r.id === null ? r.rack : String(r.id) }))} label={t('reservations')} file="reservations"
					empty={t('reservations.none')} sort={{ id: 'until', down: false }} columns={[
						{ id: 'rack', head: t('kind.rack'), value: (r) => r.rack, wide: true, show: (r) => <a href={link('/racks/' + r.rack)}>{r.rack}</a> },
						{ id: 'tenant', head: t('tenant'), value: (r) => r.tenant },
						{ id: 'state', head: t('state'), value: (r) => r.state, wide: true, show: (r) => <Badge code={null} tone={tone(r.state)}>{word('reservation', r.state)}</Badge> },
						{ id: 'until', head: t('reserve.until'), value: (r) => r.until, wide: true, show: (r) => r.until === null ? t('reserve.open') : <Since at={r.until} /> },
						{ id: 'power', head: t('power'), num: true, value: (r) => r.power_w, show: (r) => <Val raw={r.power_w} text={watts(r.power_w)} /> },
						{ id: 'units', head: t('resource.units'), num: true, minor: true, value: (r) => r.units, show: (r) => <Val raw={r.units} text={unit(r.units, 'U', 0)} /> },
						{ id: 'reason', head: t('reserve.reason'), value: (r) => r.reason, minor: true },
						{ id: 'actor', head: t('reserve.actor'), value: (r) => r.actor, minor: true, late: true },
						...(may_reserve(role) ? [{
							id: 'act', head: '', fixed: true, value: () => null,
							show: (r: Reservation) => r.state === 'active' && r.source === 'api' ? <Release r={r} /> : <span class="hint">{r.source === 'inventory' ? word('actor', 'inventory') : ''}</span>,
						}] : []),
					]} />
			)}</Show>
		</section>
	);
}

/* One request for racks that get the same number of servers: the daemon keeps power and units per rack. */
async function keep_all(racks: Placement[], form: PlanForm, tenant: string, until: string, reason: string): Promise<void> {
	const by_n = new Map<number, string[]>();
	for (const p of racks) {
		by_n.set(p.n, [...by_n.get(p.n) ?? [], p.rack]);
	}
	const [u, kw] = [number_of(form.u) ?? 0, number_of(form.kw) ?? 0];
	for (const [n, list] of by_n) {
		await send('POST', '/reservations', {
			racks: list, tenant, until, reason: reason === '' ? undefined : reason, power_w: Math.round(n * kw * 1000), units: Math.round(n * u),
		});
	}
}

export function ReserveForm({ role, racks, form }: { role: string | null; racks: Placement[]; form: PlanForm }) {
	const [tenant, set_tenant] = useState(form.tenant);
	const [until, set_until] = useState(() => date_text(now_ms() + MONTHS3 * DAY_MS, zone()));
	const [reason, set_reason] = useState('');
	const [state, set_state] = useState<'idle' | 'busy' | 'done' | ApiError>('idle');
	if (!may_reserve(role)) {
		return null;
	}
	return (
		<form class="filters reserve" aria-label={t('reserve')} onSubmit={(e) => {
			e.preventDefault();
			set_state('busy');
			keep_all(racks, form, tenant.trim(), `${until}T00:00:00Z`, reason.trim()).then(() => {
				set_state('done');
				tick.value++;
			}).catch((err) => set_state(err instanceof ApiError ? err
				: new ApiError({ status: 0, code: 'bad_reply', title: String(err), detail: null, params: {} })));
		}}>
			<label class="field"><span>{t('form.tenant')}</span><input type="text" required maxLength={63} value={tenant} onInput={(e) => set_tenant(e.currentTarget.value)} /></label>
			<label class="field"><span>{t('reserve.until')}</span><input type="date" required value={until} onInput={(e) => set_until(e.currentTarget.value)} /></label>
			<label class="field"><span>{t('reserve.reason')}</span><input type="text" maxLength={200} value={reason} onInput={(e) => set_reason(e.currentTarget.value)} /></label>
			<button class="button primary" type="submit" disabled={state === 'busy' || racks.length === 0}>{t('reserve.do', { n: racks.length })}</button>
			{state === 'done' && <p role="status">{t('reserve.done')}</p>}
			{state instanceof ApiError && <Refusal error={state} />}
		</form>
	);
}
