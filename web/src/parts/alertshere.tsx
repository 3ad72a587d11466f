/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What fires at a place or a rack, and below it, on its own page. */
import '../i18n/alerts';
import type { AlertList } from '../lib/api_alerts';
import { entity_of } from '../lib/api_alerts';
import { int } from '../lib/format';
import { t } from '../lib/i18n';
import { use_api, use_province } from '../lib/query';
import { link, with_query } from '../lib/url';
import { AlertTable } from './alertlist';
import { Mark } from './icon';

const SOME = 5;

export function AlertsHere({ at }: { at: string }) {
	const cap = use_province();
	const { data } = use_api<AlertList>(cap?.alarms ? with_query('/alerts', { at, limit: '100' }) : null);
	const { kind, id } = entity_of(at);
	if (data === null) {
		return null;
	}
	const items = data.items.slice(0, SOME);
	return (
		<section class="card alerts-here" data-k="alerts_here" data-v={data.items.length}>
			<h2>{t('alerts.here')} {data.items.length > 0 && <span class="hint">{int(data.items.length)}{data.next === null ? '' : '+'}</span>}</h2>
			{items.length === 0 ? <p class="empty"><Mark tone="ok" /> {t('alerts.here_none')}</p>
				: <AlertTable label={t('alerts.here')} brief groups={[{ key: 'all', title: null, items }]} />}
			<p><a class="quiet-link" href={link('/alerts', ['area', 'site', 'hall'].includes(kind) ? { [kind]: id } : { at })}>{t('alerts.here_all')}</a></p>
		</section>
	);
}
