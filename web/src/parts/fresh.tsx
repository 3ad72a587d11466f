/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fresh the telemetry of the declared racks is, as shares by age. */
import type { DeepCapacity } from '../lib/api_ledger';
import { int, percent } from '../lib/format';
import { t, type Key } from '../lib/i18n';
import { ToRacks } from './num';

type Band = { key: Key; n: number; tone: string; query?: Record<string, string> };

/* Within three intervals, silent for longer, never heard: together the declared ones. */
export function bands(cap: DeepCapacity): Band[] {
	const { declared, live, unmonitored } = cap.racks;
	return [
		{ key: 'fresh.live', n: live, tone: 'live' },
		{ key: 'fresh.silent', n: Math.max(0, declared - live - unmonitored), tone: 'old' },
		{ key: 'fresh.never', n: unmonitored, tone: 'never', query: { evidence: 'unmonitored' } },
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
						<span class="num">{b.query ? <ToRacks query={b.query}>{int(b.n)}</ToRacks> : int(b.n)}</span>
						<span class="num">{share(b.n)}</span>
					</li>
				))}
			</ul>
		</section>
	);
}
