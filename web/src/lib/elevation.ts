/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands at which units of a rack, from the top down: gear, gaps, and what of the gaps is reserved. */
import type { Num } from './api';
import type { Equipment, Gap } from './api_floor';

export type Slot = { kind: 'gear' | 'free' | 'reserved'; u: number; height: number; gear: Equipment | null };

/* The line of a grid that counts from the top, where units count from the floor. */
export const line_of = (units: number, u: number, height: number): number => units - u - height + 2;

/* Units that hold no gear and are no gap are what is reserved; without gaps nothing is known of them. */
export function slots_of(units: number, gear: Equipment[], gaps: Gap[], reserved: Num): Slot[] {
	const out: Slot[] = gear.filter((e) => e.u !== null).map((e) => ({ kind: 'gear', u: e.u as number, height: Math.max(1, e.height ?? 1), gear: e }));
	out.push(...gaps.map((g): Slot => ({ kind: 'free', u: g.u, height: g.height, gear: null })));
	if ((reserved ?? 0) > 0) {
		const taken = new Set(out.flatMap((s) => Array.from({ length: s.height }, (_, i) => s.u + i)));
		for (let u = 1; u <= units; u++) {
			const last = out[out.length - 1];
			if (taken.has(u)) {
				continue;
			}
			if (last?.kind === 'reserved' && last.u + last.height === u) {
				last.height++;
			} else {
				out.push({ kind: 'reserved', u, height: 1, gear: null });
			}
		}
	}
	return out.sort((a, b) => b.u + b.height - a.u - a.height || side(a) - side(b));
}

const side = (s: Slot): number => (s.gear?.face === 'rear' ? 1 : 0);

/* Where an arrow key leads in a list of n. */
export function next_index(i: number, n: number, key: string): number | null {
	switch (key) {
	case 'ArrowDown': case 'ArrowRight': return Math.min(n - 1, i + 1);
	case 'ArrowUp': case 'ArrowLeft': return Math.max(0, i - 1);
	case 'Home': return 0;
	case 'End': return n - 1;
	default: return null;
	}
}
