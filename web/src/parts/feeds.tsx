/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeds A and B side by side, each phase against its breaker, and what happens when one is lost. */
import type { Feed, RackPage } from '../lib/api';
import { amps, int, percent, unit, watts } from '../lib/format';
import { t, word } from '../lib/i18n';
import { LoadBar } from './bar';
import { Badge } from './icon';
import { Val } from './num';

/* Continuous load is planned to 80 % of a breaker. */
const DERATE = 0.8;

function FeedBox({ f }: { f: Feed }) {
	const phases = Object.entries(f.current_a);
	const rating = [
		f.breaker_a === null ? null : unit(f.breaker_a, 'A', 0),
		f.volts === null ? null : unit(f.volts, 'V', 0),
		f.phases === null ? null : t(f.phases === 1 ? 'feed.phase1' : 'feed.phases', { n: int(f.phases) }),
	].filter((x) => x !== null).join(' · ');
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
					<LoadBar value={value} limit={f.breaker_a} derate={DERATE} label={`${f.id} ${name}`} />
					<Val raw={value} text={amps(value)} />
				</div>
			))}
			<p class="hint">{rating}{f.load_pct !== null && ' · ' + t('feed.load', { n: percent(f.load_pct / 100, 0) })}</p>
		</div>
	);
}

export function FeedPair({ feeds }: { feeds: Feed[] }) {
	return feeds.length === 0
		? <p class="empty">{t('empty.feeds')}</p>
		: <div class="feeds">{feeds.map((f) => <FeedBox key={f.id} f={f} />)}</div>;
}

/* What one feed would carry for both, phase by phase: the worst, if it is what the ratio says. */
function sentence(feeds: Feed[], ratio: number): string {
	const share = percent(ratio, 0);
	const breaker = Math.min(...feeds.map((f) => f.breaker_a ?? NaN));
	const sums = Object.keys(feeds[0]?.current_a ?? {}).map((phase): [string, number] =>
		[phase, feeds.reduce((sum, f) => sum + (f.current_a[phase] ?? NaN), 0)]);
	const [phase, sum] = sums.reduce((a, b) => (b[1] > a[1] ? b : a), sums[0] ?? ['', NaN]);
	return Math.abs(sum / breaker - ratio) < 0.01
		? t(sums.length > 1 ? 'failover.carry_phase' : 'failover.carry', {
			a: amps(sum), limit: unit(breaker, 'A', 0), phase, ratio: share,
		}) : t('failover.ratio', { ratio: share });
}

/* The verdict in a sentence; without numbers it says only what is known. */
export function Failover({ of: r }: { of: Pick<RackPage, 'failover' | 'feeds'> }) {
	const { state, ratio, headroom_w } = r.failover;
	const key = `failover.${state}` as 'failover.ok';
	const numbers = ratio === null ? '' : sentence(r.feeds, ratio);
	const room = headroom_w === null ? '' : headroom_w >= 0
		? t('failover.headroom', { w: watts(headroom_w) }) : t('failover.short', { w: watts(-headroom_w) });
	return (
		<p class="failover">
			<Badge code={state} tone={ratio !== null && ratio > 1 ? 'crit' : undefined}><b>{t(key)}</b></Badge>
			{numbers !== '' && <span>{numbers}</span>}
			{room !== '' && <span class="hint">{room}</span>}
		</p>
	);
}
