/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may log in, as what and where; an admin changes it. */
import '../i18n/users';
import { useState } from 'preact/hooks';
import { is_last_admin, NAME_PATTERN, user_change, type User } from '../lib/account';
import type { List } from '../lib/api';
import { t, word } from '../lib/i18n';
import { tick } from '../lib/live';
import { send } from '../lib/post';
import { use_api } from '../lib/query';
import { link } from '../lib/url';
import { ask_who, enter, ROLES, who, type Role } from '../lib/who';
import { Dialog, Form, use_sending } from '../parts/dialog';
import { crumbs_to, Head } from '../parts/frame';
import { Badge } from '../parts/icon';
import { Time } from '../parts/num';
import { fault_of, NewPassword, NOT_YET, Whose } from '../parts/password';
import { ForRole } from '../parts/role';
import { Show } from '../parts/state';
import { Table, type Column } from '../parts/table';

const path_of = (u: User): string => '/users/' + encodeURIComponent(u.name);

function RolePlaces({ role, places, on, locked }: {
	role: Role;
	places: string;
	on: (role: Role, places: string) => void;
	locked?: boolean;
}) {
	return (
		<>
			<label class="field"><span>{t('role')}</span>
				<select value={role} disabled={locked} aria-describedby="role-rule" onChange={(e) => on(e.currentTarget.value as Role, places)}>
					{ROLES.map((r) => <option key={r} value={r}>{word('role', r)}</option>)}
				</select></label>
			<p class="hint" id="role-rule">{word('role.may', role)}</p>
			<label class="field"><span>{t('places')}</span>
				<input type="text" autocomplete="off" spellcheck={false} maxLength={511} disabled={locked} value={places} placeholder="site:zz1 hall:zz2-h1"
					aria-describedby="places-rule" onInput={(e) => on(role, e.currentTarget.value)} /></label>
			<p class="hint" id="places-rule">{t('places.rule')}</p>
		</>
	);
}

function AddUser({ on_close }: { on_close: () => void }) {
	const [name, set_name] = useState('');
	const [right, set_right] = useState<{ role: Role; places: string }>({ role: 'viewer', places: '' });
	const [twice, set_twice] = useState(NOT_YET);
	const [fault, set_fault] = useState<string | null>(null);
	const sending = use_sending();
	return (
		<Dialog title={t('users.new')} on_close={on_close}>
			<Form act={t('users.add.do')} of={sending} fault={fault} on_cancel={on_close} on_submit={() => {
				const wrong = fault_of(twice, name);
				set_fault(wrong);
				if (wrong === null) {
					sending.run(async () => {
						await send('POST', '/users', { name, password: twice.first, role: right.role, places: right.places.trim() });
						tick.value++;
						on_close();
					});
				}
			}}>
				<label class="field"><span>{t('user')}</span>
					<input type="text" autocomplete="off" autocapitalize="none" spellcheck={false} required pattern={NAME_PATTERN} title={t('user.rule')}
						aria-describedby="name-rule" value={name} onInput={(e) => set_name(e.currentTarget.value)} /></label>
				<p class="hint" id="name-rule">{t('user.rule')}</p>
				<RolePlaces {...right} on={(role, places) => set_right({ role, places })} />
				<NewPassword value={twice} on={set_twice} />
			</Form>
		</Dialog>
	);
}

function EditUser({ user, last, on_close }: { user: User; last: boolean; on_close: () => void }) {
	const [right, set_right] = useState<{ role: Role; places: string }>({ role: user.role, places: user.places ?? '' });
	const [disabled, set_disabled] = useState(user.disabled);
	const [twice, set_twice] = useState(NOT_YET);
	const [fault, set_fault] = useState<string | null>(null);
	const sending = use_sending();
	const save = async (): Promise<void> => {
		const change = user_change(user, { ...right, disabled, password: twice.first });
		if (Object.keys(change).length > 0) {
			await send('POST', path_of(user), change);
			if (user.name === who.value?.user) {
				/* one's own rights, or one's own sessions that have ended */
				if ((await ask_who())?.user !== user.name) {
					enter(link('/login', { said: twice.first !== '' ? 'password' : null, next: '/users' }));
					return;
				}
			}
			tick.value++;
		}
		on_close();
	};
	return (
		<Dialog title={t('users.edit', { user: user.name })} on_close={on_close}>
			<Form act={t('save')} of={sending} fault={fault} on_cancel={on_close} on_submit={() => {
				const wrong = twice.first === '' && twice.again === '' ? null : fault_of(twice, user.name);
				set_fault(wrong);
				if (wrong === null) {
					sending.run(save);
				}
			}}>
				<Whose user={user.name} />
				{last && <p class="note" data-k="last_admin">{t('users.last')}</p>}
				<RolePlaces {...right} locked={last} on={(role, places) => set_right({ role, places })} />
				<label class="check"><input type="checkbox" checked={disabled} disabled={last} onChange={(e) => set_disabled(e.currentTarget.checked)} />
					<span>{t('users.disable')}</span></label>
				<NewPassword value={twice} on={set_twice} optional />
			</Form>
		</Dialog>
	);
}

function RemoveUser({ user, on_close }: { user: User; on_close: () => void }) {
	const sending = use_sending();
	return (
		<Dialog title={t('users.remove', { user: user.name })} on_close={on_close}>
			<Form act={t('remove')} danger of={sending} on_cancel={on_close} on_submit={() => sending.run(async () => {
				await send('DELETE', path_of(user));
				if (user.name === who.value?.user) {
					enter(link('/'));
					return;
				}
				tick.value++;
				on_close();
			})}><p>{t('users.remove.text')}</p></Form>
		</Dialog>
	);
}

type Doing = { what: 'add' } | { what: 'edit' | 'remove'; user: User } | null;

function columns(all: User[], on: (d: Doing) => void): Column<User & { id: string }>[] {
	return [
		{ id: 'name', head: t('user'), value: (u) => u.name, wide: true, show: (u) => <>{u.name}{u.name === who.value?.user && <span class="hint"> {t('users.you')}</span>}</> },
		{ id: 'role', head: t('role'), value: (u) => word('role', u.role), wide: true },
		{ id: 'places', head: t('places'), value: (u) => u.places, minor: true, show: (u) => u.places ?? t('places.all') },
		{ id: 'state', head: t('state'), value: (u) => u.disabled ? 1 : 0, wide: true, show: (u) =>
			<Badge code={u.disabled ? 'disabled' : 'active'} tone={u.disabled ? 'off' : 'ok'}>{t(u.disabled ? 'users.disabled' : 'users.active')}</Badge> },
		{ id: 'created', head: t('created'), value: (u) => u.created, minor: true, wide: true, show: (u) => <Time at={u.created} /> },
		{ id: 'changed', head: t('changed'), value: (u) => u.changed, minor: true, wide: true, show: (u) => <Time at={u.changed} /> },
		{ id: 'act', head: t('acts'), fixed: true, wide: true, value: () => null, show: (u) => {
			const last = is_last_admin(u, all);
			return (
				<span class="row-acts">
					<button class="quiet" onClick={() => on({ what: 'edit', user: u })}>{t('edit')}<span class="sr"> {u.name}</span></button>
					<button class="quiet" disabled={last} title={last ? t('users.last') : undefined} onClick={() => on({ what: 'remove', user: u })}>{t('remove')}<span class="sr"> {u.name}</span></button>
				</span>
			);
		} },
	];
}

function UserList() {
	const state = use_api<List<User>>('/users');
	const [doing, set_doing] = useState<Doing>(null);
	const close = (): void => set_doing(null);
	return (
		<>
			<p class="acts above"><button class="button primary" onClick={() => set_doing({ what: 'add' })}>{t('users.add')}</button></p>
			<Show of={state} lines={6}>{(list) => (
				<section class="card list">
					<Table rows={list.items.map((u) => ({ ...u, id: u.name }))} label={t('users')} columns={columns(list.items, set_doing)} sort={{ id: 'name', down: false }} />
					{doing?.what === 'edit' && <EditUser user={doing.user} last={is_last_admin(doing.user, list.items)} on_close={close} />}
				</section>
			)}</Show>
			{doing?.what === 'add' && <AddUser on_close={close} />}
			{doing?.what === 'remove' && <RemoveUser user={doing.user} on_close={close} />}
		</>
	);
}

export const Users = () => (
	<>
		<Head crumbs={crumbs_to(null)} title={t('users')} sub={t('users.sub')} />
		<ForRole role="admin"><UserList /></ForRole>
	</>
);
