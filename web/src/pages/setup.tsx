/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first admin, with the token that the daemon has printed: nobody else can make one. */
import '../i18n/users';
import { useState } from 'preact/hooks';
import { NAME_PATTERN } from '../lib/account';
import { ApiError } from '../lib/api';
import { t } from '../lib/i18n';
import { send } from '../lib/post';
import { link, params } from '../lib/url';
import { back_url, enter, who } from '../lib/who';
import { Form, use_sending } from '../parts/dialog';
import { Head } from '../parts/frame';
import { fault_of, NewPassword, NOT_YET } from '../parts/password';
import { Skeleton } from '../parts/state';

function FirstAdmin({ asked }: { asked: string | null }) {
	const [token, set_token] = useState('');
	const [user, set_user] = useState('');
	const [twice, set_twice] = useState(NOT_YET);
	const [fault, set_fault] = useState<string | null>(null);
	const sending = use_sending();
	return (
		<Form act={t('setup.do')} of={sending} fault={fault} on_submit={() => {
			const wrong = fault_of(twice, user);
			set_fault(wrong);
			if (wrong === null) {
				sending.run(async () => {
					const home = back_url(asked);
					await send('POST', '/setup', { token: token.trim(), user, password: twice.first }).catch((e) => {
						/* to the daemon a wrong token is a failed login like any other */
						throw e instanceof ApiError && e.problem.code === 'bad_login' ? new ApiError({ ...e.problem, code: 'bad_setup' }) : e;
					});
					enter(home);
				});
			}
		}}>
			<label class="field"><span>{t('setup.token')}</span>
				<input type="text" autocomplete="off" autocapitalize="none" spellcheck={false} required maxLength={63} value={token}
					aria-describedby="setup-where" onInput={(e) => set_token(e.currentTarget.value)} /></label>
			<p class="hint" id="setup-where">{t('setup.where')}</p>
			<label class="field"><span>{t('user')}</span>
				<input type="text" name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required pattern={NAME_PATTERN}
					title={t('user.rule')} aria-describedby="setup-name" value={user} onInput={(e) => set_user(e.currentTarget.value)} /></label>
			<p class="hint" id="setup-name">{t('user.rule')}</p>
			<NewPassword value={twice} on={set_twice} />
		</Form>
	);
}

export function Setup() {
	const me = who.value;
	const asked = params.value.get('next');
	return (
		<>
			<Head title={t('setup')} />
			{me === null ? <Skeleton lines={6} /> : me.setup ? <FirstAdmin asked={asked} />
				: <p class="note">{t('setup.over')} <a href={link('/login', { next: asked })}>{t('who.login')}</a></p>}
			{me !== null && me.setup && me.role !== null && <p class="aside"><a href={back_url(asked)}>{t('login.without')}</a></p>}
		</>
	);
}
