/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rack at a glance, beside the plan it was chosen on. */
import type { RackPage } from '../lib/api';
import { watts } from '../lib/format';
import { t, word } from '../lib/i18n';
import { use_api } from '../lib/query';
import { link } from '../lib/url';
import { Failover, FeedPair } from './feeds';
import { Badge } from './icon';
import { Age, AtLeast } from './num';
import { reason_text } from './reason';
import { Show } from './state';

export function Peek({ id }: { id: string }) {
	const state = use_api<RackPage>('/racks/' + encodeURIComponent(id), true);
	return (
		<Show of={state} lines={8}>{(r) => (
			<>
				<h3><a href={link('/racks/' + r.id)}>{r.label}</a></h3>
				<p class="basis"><span>{word('state', r.state)}</span>
					<span>{t('age')} <Age s={r.age_s} /></span>
					{r.power_source === 'ipmi' && <span>{t('power_source.ipmi')}</span>}</p>
				<p class="mid"><AtLeast raw={r.power_w} text={watts(r.power_w)} partial={r.power.partial} /></p>
				<p><Badge code={r.evidence} tone={r.evidence === null ? 'off' : undefined}>{word('evidence', r.evidence ?? 'none')}</Badge></p>
				<p class="hint">{reason_text(r.evidence_reason)}</p>
				<FeedPair feeds={r.feeds} />
				<Failover of={r} />
				<p><a class="button" href={link('/racks/' + r.id)}>{t('peek.open')}</a></p>
			</>
		)}</Show>
	);
}
