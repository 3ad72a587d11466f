/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only some may see: the others read which role it needs, and how to get there. */
import type { ComponentChildren } from 'preact';
import { t, word } from '../lib/i18n';
import { login_url, may, who, type Role } from '../lib/who';
import { Mark } from './icon';
import { Skeleton } from './state';

export function ForRole({ role, children }: { role: Role; children: ComponentChildren }) {
	const me = who.value;
	if (me === null) {
		return <Skeleton lines={6} tall />;
	}
	if (may(role) && me.user !== null) {
		return <>{children}</>;
	}
	return (
		<div class="trouble" data-k="needs_role">
			<Mark tone="off" />
			<div>
				<p><b>{t('needs.role', { role: word('role', role) })}</b></p>
				<p class="hint">{me.user === null ? <a href={login_url()}>{t('who.login')}</a>
					: t('needs.have', { user: me.user, role: word('role', me.role) })}</p>
			</div>
		</div>
	);
}
