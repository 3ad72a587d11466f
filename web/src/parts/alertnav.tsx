/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From one page of alerting to the next. */
import { t, type Key } from '../lib/i18n';
import { link, route } from '../lib/url';

const PAGES = ['alerts', 'silences', 'rules', 'receivers', 'deliveries'] as const;

export const AlertNav = () => (
	<nav class="segments small" aria-label={t('alerts.nav')}>
		{PAGES.map((p) => <a key={p} href={link('/' + p)} aria-current={route.value.page === p ? (route.value.id === null ? 'page' : 'true') : undefined}>{t(`nav2.${p}` as Key)}</a>)}
	</nav>
);
