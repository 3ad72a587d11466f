/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands at which units of a rack, from the top down: gear, gaps, and what of the gaps is reserved. */
import type { Num } from './api';
import type { Equipment, Gap } from './api_floor';

export type Slot = { kind: 'gear' | 'free' | 'reserved'; u: number; height: number; gear: Equipment | null };

/* The line of a grid that counts from the top, where units count from the floor. */
export const line_of = (units: number, u: number, height: number): number => units - u - height + 2;

/*
 * Reservations name units but no place: they are shown where the planner would put
 * them, in the lowest gaps.
 */
export function slots_of(gear: Equipment[], gaps: Gap[], reserved: Num): Slot[] {
	const out: Slot[] = gear.filter((e) => e.u !== null).map((e) => ({ kind: 'gear', u: e.u as number, height: Math.max(1, e.height ?? 1), gear: e }));
	let left = Math.max(0, reserved ?? 0);
	for (const g of [...gaps].sort((a, b) => a.u - b.u)) {
		const held = Math.min(left, g.height);
		left -= held;
		if (held > 0) {
			out.push({ kind: 'reserved', u: g.u, height: held, gear: null });
		}
		if (g.height > held) {
			out.push({ kind: 'free', u: g.u + held, height: g.height - held, gear: null });
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
