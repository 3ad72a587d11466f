/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new password, written twice; and the dialog to change one's own. */
import '../i18n/users';
import { useId, useState } from 'preact/hooks';
import { password_fault } from '../lib/account';
import { t, type Key } from '../lib/i18n';
import { send } from '../lib/post';
import { link, where } from '../lib/url';
import { enter, who } from '../lib/who';
import { Dialog, Form, use_sending } from './dialog';

export type Twice = { first: string; again: string };
export const NOT_YET: Twice = { first: '', again: '' };

export function fault_of({ first, again }: Twice, user: string): string | null {
	const fault = password_fault(first, user) ?? (first === again ? null : 'twice');
	return fault === null ? null : t(`password.${fault}` as Key);
}

export function NewPassword({ value, on, optional }: { value: Twice; on: (v: Twice) => void; optional?: boolean }) {
	const hint = useId();
	return (
		<>
			<label class="field"><span>{t('password.new')}</span>
				<input type="password" autocomplete="new-password" required={!optional} value={value.first} aria-describedby={hint}
					onInput={(e) => on({ ...value, first: e.currentTarget.value })} /></label>
			<p class="hint" id={hint}>{t(optional ? 'password.optional' : 'password.rule')}</p>
			<label class="field"><span>{t('password.again')}</span>
				<input type="password" autocomplete="new-password" required={!optional || value.first !== ''} value={value.again}
					onInput={(e) => on({ ...value, again: e.currentTarget.value })} /></label>
		</>
	);
}

/* For password managers: whose password this is. */
export const Whose = ({ user }: { user: string }) =>
	<input class="sr" type="text" name="username" autocomplete="username" value={user} readOnly tabIndex={-1} aria-hidden="true" />;

export function ChangePassword({ on_close }: { on_close: () => void }) {
	const [old, set_old] = useState('');
	const [twice, set_twice] = useState(NOT_YET);
	const [fault, set_fault] = useState<string | null>(null);
	const sending = use_sending();
	const user = who.value?.user ?? '';
	return (
		<Dialog title={t('password.change')} on_close={on_close}>
			<Form act={t('password.do')} of={sending} fault={fault} on_cancel={on_close} on_submit={() => {
				const wrong = fault_of(twice, user);
				set_fault(wrong);
				if (wrong === null) {
					sending.run(async () => {
						await send('POST', '/me/password', { old, new: twice.first });
						enter(link('/login', { said: 'password', next: where.value.path + where.value.search }));
					});
				}
			}}>
				<Whose user={user} />
				<label class="field"><span>{t('password.old')}</span>
					<input type="password" autocomplete="current-password" required value={old} onInput={(e) => set_old(e.currentTarget.value)} /></label>
				<NewPassword value={twice} on={set_twice} />
				<p class="hint">{t('password.ends')}</p>
			</Form>
		</Dialog>
	);
}
