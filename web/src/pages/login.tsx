/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door: name and password, and back to where one wanted to go. */
import '../i18n/users';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../lib/api';
import { t } from '../lib/i18n';
import { send } from '../lib/post';
import { link, params } from '../lib/url';
import { back_url, enter, who } from '../lib/who';
import { Form, use_sending } from '../parts/dialog';
import { Head } from '../parts/frame';

/* A name that no user can have is one that does not exist: nothing else is said of it. */
async function log_in(user: string, password: string): Promise<void> {
	try {
		await send('POST', '/session', { user, password });
	} catch (e) {
		throw e instanceof ApiError && e.problem.status === 400
			? new ApiError({ ...e.problem, status: 401, code: 'bad_login' }) : e;
	}
}

export function Login() {
	const [user, set_user] = useState('');
	const [password, set_password] = useState('');
	const field = useRef<HTMLInputElement>(null);
	const sending = use_sending();
	const me = who.value;
	const asked = params.value.get('next');
	useEffect(() => field.current?.focus(), []);
	return (
		<>
			<Head title={t('login')} />
			{params.value.get('said') === 'password' ? <p class="note" role="status">{t('login.changed')}</p>
				: asked !== null && me?.role === null && <p class="note">{t('login.wanted')}</p>}
			{me?.setup && <p class="note">{t('login.nobody')} <a href={link('/setup', { next: asked })}>{t('setup')}</a></p>}
			{me !== null && me.user !== null && <p class="note">{t('login.as', { user: me.user })}</p>}
			<Form act={t('login.do')} of={sending} on_submit={() => sending.run(async () => {
				const home = back_url(asked);
				await log_in(user.trim(), password).catch((e) => {
					set_password('');
					throw e;
				});
				enter(home);
			})}>
				<label class="field"><span>{t('user')}</span>
					<input ref={field} type="text" name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required value={user}
						aria-invalid={sending.error !== null} onInput={(e) => set_user(e.currentTarget.value)} /></label>
				<label class="field"><span>{t('password')}</span>
					<input type="password" name="password" autocomplete="current-password" required value={password}
						aria-invalid={sending.error !== null} onInput={(e) => set_password(e.currentTarget.value)} /></label>
			</Form>
			{me !== null && me.role !== null && <p class="aside"><a href={back_url(asked)}>{t('login.without')}</a></p>}
		</>
	);
}
