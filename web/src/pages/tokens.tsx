/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What programs log in with: made here, shown once, removed here. */
import '../i18n/users';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Token } from '../lib/account';
import type { List } from '../lib/api';
import { t, word } from '../lib/i18n';
import { tick } from '../lib/live';
import { send } from '../lib/post';
import { now_ms, use_api } from '../lib/query';
import { may, ROLES, who, type Role } from '../lib/who';
import { Dialog, Form, use_sending } from '../parts/dialog';
import { crumbs_to, Head } from '../parts/frame';
import { Badge } from '../parts/icon';
import { Time } from '../parts/num';
import { ForRole } from '../parts/role';
import { Show } from '../parts/state';
import { Table, type Column } from '../parts/table';

const DAYS = '90';
const DAYS_MAX = 3660;

/* The one time that it is readable; nothing keeps it but the reader. */
function Once({ made, on_done }: { made: Token; on_done: () => void }) {
	const [copied, set_copied] = useState<boolean | null>(null);
	const field = useRef<HTMLInputElement>(null);
	const copy = (): void => {
		/* without TLS, elsewhere than on loopback, there is no clipboard: select it, then */
		(navigator.clipboard?.writeText(made.token ?? '') ?? Promise.reject()).then(() => set_copied(true)).catch(() => {
			field.current?.focus();
			field.current?.select();
			set_copied(false);
		});
	};
	useEffect(() => field.current?.focus(), []);
	return (
		<section class="once" aria-label={t('tokens.made', { name: made.name })}>
			<p role="status"><b>{t('tokens.made', { name: made.name })}</b> {t('tokens.once')}</p>
			<p class="once-line">
				<input ref={field} type="text" readOnly autocomplete="off" value={made.token} aria-label={t('tokens.text')} onFocus={(e) => e.currentTarget.select()} />
				<button class="button primary" onClick={copy}>{t('tokens.copy')}</button>
				<button onClick={on_done}>{t('tokens.done')}</button>
			</p>
			<p class="hint">{t('tokens.how')} <code>Authorization: Bearer …</code></p>
			<p class="hint" aria-live="polite">{copied === null ? '' : t(copied ? 'tokens.copied' : 'tokens.select')}</p>
		</section>
	);
}

function Make({ on_made }: { on_made: (made: Token) => void }) {
	const [name, set_name] = useState('');
	const [role, set_role] = useState<Role>('viewer');
	const [days, set_days] = useState(DAYS);
	const sending = use_sending();
	return (
		<section class="card">
			<h2>{t('tokens.new')}</h2>
			<Form label={t('tokens.new')} act={t('tokens.make')} of={sending} on_submit={() => sending.run(async () => {
				on_made(await send<Token>('POST', '/tokens', { name: name.trim(), role, ...(days === '' ? {} : { days: Number(days) }) }));
				set_name('');
				tick.value++;
			})}>
				<div class="filters">
					<label class="field"><span>{t('tokens.name')}</span>
						<input type="text" autocomplete="off" required maxLength={63} pattern=".*\S.*" value={name} onInput={(e) => set_name(e.currentTarget.value)} /></label>
					<label class="field"><span>{t('role')}</span>
						<select value={role} onChange={(e) => set_role(e.currentTarget.value as Role)}>
							{ROLES.filter(may).map((r) => <option key={r} value={r}>{word('role', r)}</option>)}
						</select></label>
					<label class="field"><span>{t('tokens.days')}</span>
						<input type="number" min={1} max={DAYS_MAX} step={1} value={days} placeholder={t('tokens.never')} onInput={(e) => set_days(e.currentTarget.value)} /></label>
				</div>
			</Form>
		</section>
	);
}

function Remove({ token, on_close }: { token: Token; on_close: () => void }) {
	const sending = use_sending();
	return (
		<Dialog title={t('tokens.remove', { name: token.name })} on_close={on_close}>
			<Form act={t('remove')} danger of={sending} on_cancel={on_close} on_submit={() => sending.run(async () => {
				await send('DELETE', '/tokens/' + encodeURIComponent(token.id));
				tick.value++;
				on_close();
			})}><p>{t('tokens.remove.text')}</p></Form>
		</Dialog>
	);
}

function columns(others: boolean, on: (token: Token) => void): Column<Token>[] {
	const over = (x: Token): boolean => x.expires !== null && Date.parse(x.expires) <= now_ms();
	return [
		{ id: 'name', head: t('tokens.name'), value: (x) => x.name },
		...(others ? [{ id: 'user', head: t('user'), value: (x: Token) => x.user, wide: true }] : []),
		{ id: 'role', head: t('role'), value: (x) => word('role', x.role), wide: true },
		{ id: 'places', head: t('places'), minor: true, value: (x) => x.places, show: (x) => x.places ?? t('places.all') },
		{ id: 'id', head: t('tokens.id'), minor: true, late: true, value: (x) => x.id },
		{ id: 'created', head: t('created'), minor: true, wide: true, value: (x) => x.created, show: (x) => <Time at={x.created} /> },
		{ id: 'expires', head: t('tokens.expires'), value: (x) => x.expires, show: (x) => x.expires === null ? t('tokens.never')
			: over(x) ? <Badge code="expired" tone="none">{t('tokens.expired')} <Time at={x.expires} /></Badge> : <Time at={x.expires} /> },
		{ id: 'act', head: t('acts'), fixed: true, wide: true, value: () => null, show: (x) =>
			<button class="quiet" onClick={() => on(x)}>{t('remove')}<span class="sr"> {x.name}</span></button> },
	];
}

function TokenList() {
	const state = use_api<List<Token>>('/tokens');
	const [made, set_made] = useState<Token | null>(null);
	const [going, set_going] = useState<Token | null>(null);
	return (
		<>
			{made !== null && <Once key={made.id} made={made} on_done={() => set_made(null)} />}
			<Show of={state} lines={5}>{(list) => (
				<section class="card list">
					<Table rows={list.items} label={t('tokens')} empty={t('tokens.none')} sort={{ id: 'created', down: true }}
						columns={columns(list.items.some((x) => x.user !== who.value?.user), set_going)} />
				</section>
			)}</Show>
			<Make on_made={set_made} />
			{going !== null && <Remove token={going} on_close={() => set_going(null)} />}
		</>
	);
}

export const Tokens = () => (
	<>
		<Head crumbs={crumbs_to(null)} title={t('tokens')} sub={t('tokens.sub')} />
		<ForRole role="viewer"><TokenList /></ForRole>
	</>
);
