/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fresh the telemetry of the declared racks is, as shares by age. */
import type { DeepCapacity } from '../lib/api_ledger';
import { int, percent } from '../lib/format';
import { t, type Key } from '../lib/i18n';
import { ToRacks } from './num';

type Band = { key: Key; n: number; tone: string };

/* By the age of the newest good sample: together the declared racks. */
export function bands(cap: DeepCapacity): Band[] {
	const f = cap.freshness ?? { live: 0, hour: 0, day: 0, older: 0, never: 0 };
	return [
		{ key: 'fresh.live', n: f.live, tone: 'live' },
		{ key: 'fresh.hour', n: f.hour, tone: 'hour' },
		{ key: 'fresh.day', n: f.day, tone: 'day' },
		{ key: 'fresh.older', n: f.older, tone: 'old' },
		{ key: 'fresh.never', n: f.never, tone: 'never' },
	];
}

export function Fresh({ cap }: { cap: DeepCapacity }) {
	const all = bands(cap);
	const share = (n: number): string => percent(cap.racks.declared > 0 ? n / cap.racks.declared : null);
	return (
		<section class="card">
			<h2>{t('fresh')}</h2>
			<div class="fresh-bar" role="img" aria-label={all.map((b) => `${t(b.key)}: ${share(b.n)}`).join(', ')}>
				{all.map((b) => b.n > 0 && <div key={b.key} class={'fresh-' + b.tone} style={{ flexGrow: b.n }} />)}
			</div>
			<ul class="fresh">
				{all.map((b) => (
					<li key={b.key}>
						<i class={'key fresh-' + b.tone} /><span>{t(b.key)}</span>
						<span class="num"><ToRacks query={{ sort: '-age_s' }}><span data-k={b.key} data-v={b.n}>{int(b.n)}</span></ToRacks></span>
						<span class="num">{share(b.n)}</span>
					</li>
				))}
			</ul>
		</section>
	);
}
