/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rack at a glance, beside the plan it was chosen on. */
import { whole_rack } from '../lib/absent';
import type { FullRack } from '../lib/api_floor';
import { int, unit, watts } from '../lib/format';
import { t, word } from '../lib/i18n';
import { use_api } from '../lib/query';
import { link } from '../lib/url';
import { Failover, FeedPair } from './feeds';
import { Badge } from './icon';
import { Age, AtLeast } from './num';
import { plain_reason, Witness } from './witness';
import { Show } from './state';

export function Peek({ id }: { id: string }) {
	const state = use_api<FullRack>('/racks/' + encodeURIComponent(id), true);
	return (
		<Show of={state} lines={8}>{(said) => <Glance r={whole_rack(said)} />}</Show>
	);
}

function Glance({ r }: { r: FullRack }) {
	return (
		<>
			<h3><a href={link('/racks/' + r.id)}>{r.label}</a></h3>
			<p class="basis"><span>{word('state', r.state)}</span>
				<span>{t('age')} <Age s={r.age_s} /></span>
				{r.power_source === 'ipmi' && <span>{t('power_source.ipmi')}</span>}</p>
			<p class="mid"><AtLeast raw={r.power_w} text={watts(r.power_w)} partial={r.power.partial} /></p>
			<p><Badge code={r.evidence} tone={r.evidence === null ? 'off' : undefined}>{word('evidence', r.evidence ?? 'none')}</Badge></p>
			<p class="hint">{plain_reason(r)}</p>
			<Witness r={r} />
			<Failover of={r} />
			<FeedPair feeds={r.feeds} />
			<dl class="pairs">
				{r.space.occupied !== null && <><dt>{t('stock.space')}</dt><dd>{int(r.space.occupied)} / {unit(r.units, 'U', 0)}</dd></>}
				{r.budget.available_w !== null && <><dt>{t('stock.available')}</dt><dd>{watts(r.budget.available_w)}</dd></>}
				{r.deployable.n !== null && <><dt>{t('stock.deployable')}</dt><dd>{int(r.deployable.n)}</dd></>}
			</dl>
			<p class="links"><a class="button" href={link('/racks/' + r.id)}>{t('peek.open')}</a>
				<a href={link('/whatif', { kind: 'lose_rack', id: r.id })}>{t('whatif.link')}</a></p>
		</>
	);
}
