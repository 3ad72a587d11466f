/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeds A and B side by side, each phase against its breaker, and what happens when one is lost. */
import type { Failover as FailoverOf, FullFeed } from '../lib/api_floor';
import { amps, fixed, int, percent, scaled, unit, watts } from '../lib/format';
import { t, word } from '../lib/i18n';
import { link } from '../lib/url';
import { LoadBar } from './bar';
import { Badge } from './icon';
import { Val } from './num';

/* Continuous load is planned to 80 % of a breaker. */
const DERATE = 0.8;
/* A third of a phase's share more than the mean is worth a word. */
const UNEVEN = 0.2;

/* Small facts in a line that breaks between them only. */
const Bits = ({ of }: { of: string[] }) => of.length === 0 ? null
	: <p class="hint bits">{of.map((x) => <span key={x}>{x}</span>)}</p>;

function FeedBox({ f }: { f: FullFeed }) {
	const phases = Object.entries(f.current_a);
	const limit = f.rated_va !== null && f.derated_va !== null && f.rated_va > 0 ? f.derated_va / f.rated_va : DERATE;
	const rating = [
		f.breaker_a === null ? null : unit(f.breaker_a, 'A', 0),
		f.volts === null ? null : unit(f.volts, 'V', 0),
		f.phases === null ? null : t(f.phases === 1 ? 'feed.phase1' : 'feed.phases', { n: int(f.phases) }),
		f.derated_va === null ? null : t('feed.derated', { s: scaled(f.derated_va, 'VA') }),
	].filter((x) => x !== null);
	const more = [
		f.apparent_va === null ? null : scaled(f.apparent_va, 'VA'),
		f.power_factor === null ? null : t('feed.pf', { n: fixed(f.power_factor, 2) }),
		f.load_pct === null ? null : t('feed.load', { n: percent(f.load_pct / 100, 0) }),
	].filter((x) => x !== null);
	return (
		<div class={'feed feed-' + f.id.toLowerCase()}>
			<h3><span class="letter">{f.id}</span> {t('feed.name', { id: f.id })}
				{f.quality !== null && f.quality !== 'good' &&
					<Badge code={f.quality}>{word('quality', f.quality)}</Badge>}</h3>
			<p class="mid"><Val raw={f.power_w} text={watts(f.power_w)} k={`feed.${f.id}.power_w`} /></p>
			{phases.length === 0 && <p class="hint">{t('feed.no_current')}</p>}
			{phases.map(([name, value]) => (
				<div class="phase" key={name}>
					<span>{name}</span>
					<LoadBar value={value} limit={f.breaker_a} derate={limit} label={`${f.id} ${name}`} />
					<Val raw={value} text={amps(value)} k={`feed.${f.id}.${name}`} />
				</div>
			))}
			{f.imbalance !== null && f.imbalance > UNEVEN && <p><Badge code="degraded">{t('feed.imbalance', { n: percent(f.imbalance, 0) })}</Badge></p>}
			<Bits of={rating} />
			<Bits of={more} />
			{f.from !== null && <p class="hint">{t('feed.from')} <a href={link('/whatif', { kind: 'lose_node', id: f.from })} title={t('feed.from_lost')}>{f.from}</a></p>}
		</div>
	);
}

export function FeedPair({ feeds }: { feeds: FullFeed[] }) {
	return feeds.length === 0
		? <p class="empty">{t('empty.feeds')}</p>
		: <div class="feeds">{feeds.map((f) => <FeedBox key={f.id} f={f} />)}</div>;
}

/* "If A fails, B would carry 27.4 A of 32 A on L2 (86 %): at risk." */
export function failover_sentence(f: FailoverOf, three: boolean): string {
	if (f.ratio === null || f.current_a === null || f.rating_a === null) {
		return f.ratio === null ? '' : t('failover.ratio', { ratio: percent(f.ratio, 0) });
	}
	const args = {
		a: amps(f.current_a), limit: unit(f.rating_a, 'A', 0), phase: f.phase ?? '', ratio: percent(f.ratio, 0),
		lost: f.lost ?? '', survivor: f.survivor ?? '', verdict: word('safe', f.state),
	};
	const one = f.lost === null || f.survivor === null;
	return t(one ? 'failover.some' : three && f.phase !== null ? 'failover.full_phase' : 'failover.full', args);
}

/* The verdict in a sentence; without numbers it says only what is known. */
export function Failover({ of: r }: { of: { failover: FailoverOf; feeds: FullFeed[] } }) {
	const f = r.failover;
	const three = r.feeds.some((x) => Object.keys(x.current_a).length > 1);
	const text = failover_sentence(f, three);
	const room = f.headroom_w === null ? '' : f.headroom_w >= 0
		? t('failover.room', { w: watts(f.headroom_w), a: amps(f.headroom_a) })
		: t('failover.over', { w: watts(-f.headroom_w), a: amps(f.headroom_a === null ? null : -f.headroom_a) });
	const worse = f.worst_ratio !== null && f.ratio !== null && f.worst_ratio > f.ratio + 0.005;
	return (
		<div class="failover">
			<Badge code={f.state} tone={f.ratio !== null && f.ratio > 1 ? 'crit' : undefined}>
				<b data-k="failover.state" data-v={f.state}>{t(`failover.${f.state}` as 'failover.ok')}</b></Badge>
			{text !== '' && <span class="say" data-k="failover.ratio" data-v={f.ratio}>{text}</span>}
			{worse && <span class="hint">{t('failover.worst', { ratio: percent(f.worst_ratio, 0) })}</span>}
			{room !== '' && <span class="hint">{room}</span>}
			{f.arc_va !== null && f.arc_va < 0 && <span><Badge code="critical">{t('failover.arc', { s: scaled(-f.arc_va, 'VA') })}</Badge></span>}
		</div>
	);
}
