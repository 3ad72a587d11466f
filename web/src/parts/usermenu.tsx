/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is logged in, at the right of the frame, with what one does about that. */
import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../lib/api';
import { t, word } from '../lib/i18n';
import { send } from '../lib/post';
import { link, where } from '../lib/url';
import { enter, login_url, may, who, type Me } from '../lib/who';
import { Icon } from './icon';
import { problem_text } from './state';

type Dialog = ComponentType<{ on_close: () => void }>;

function Menu({ me, user }: { me: Me; user: string }) {
	const [open, set_open] = useState(false);
	const [Password, set_password] = useState<Dialog | null>(null);
	const [failed, set_failed] = useState<string | null>(null);
	const box = useRef<HTMLDivElement>(null);
	const button = useRef<HTMLButtonElement>(null);
	useEffect(() => set_open(false), [where.value]);
	useEffect(() => {
		const away = (e: Event): void => {
			if (!box.current?.contains(e.target as Node)) {
				set_open(false);
			}
		};
		document.addEventListener('pointerdown', away);
		document.addEventListener('focusin', away);
		return () => {
			document.removeEventListener('pointerdown', away);
			document.removeEventListener('focusin', away);
		};
	}, []);
	const leave = (): void => {
		const home = link('/');
		send('DELETE', '/session').then(() => enter(home))
			.catch((e) => set_failed(e instanceof ApiError ? problem_text(e) : String(e)));
	};
	return (
		<div class="user" ref={box} onKeyDown={(e) => {
			if (e.key === 'Escape' && open) {
				set_open(false);
				button.current?.focus();
			}
		}}>
			<button class="quiet" ref={button} aria-expanded={open} aria-controls="user-menu"
				aria-label={t('who.menu', { user })} onClick={() => set_open(!open)}>
				<Icon name="user" /><span>{user}</span>
			</button>
			{open && (
				<div class="user-menu" id="user-menu">
					<p><b>{user}</b><span class="hint">{word('role', me.role)}{me.places !== null && <>, {t('who.places', { places: me.places })}</>}</span></p>
					<a href={link('/tokens')}>{t('nav.tokens')}</a>
					{may('admin') && <a href={link('/users')}>{t('nav.users')}</a>}
					{may('admin') && <a href={link('/audit')}>{t('nav.audit')}</a>}
					<button class="quiet" onClick={() => {
						button.current?.focus();
						set_open(false);
						void import('./password').then((m) => set_password(() => m.ChangePassword));
					}}>{t('who.password')}</button>
					<button class="quiet" onClick={leave}>{t('who.logout')}</button>
					{failed !== null && <p role="alert">{failed}</p>}
				</div>
			)}
			{Password !== null && <Password on_close={() => set_password(null)} />}
		</div>
	);
}

export function UserMenu() {
	const me = who.value;
	if (me === null || (me.user === null && !me.users && !me.setup)) {
		return null;
	}
	return me.user === null
		? <a class="login-link" href={login_url()}><Icon name="user" /><span>{t('who.login')}</span></a>
		: <Menu me={me} user={me.user} />;
}
