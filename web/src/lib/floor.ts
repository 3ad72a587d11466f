/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Geometry of a floor plan: where each rack is drawn, and which one an arrow key
 * leads to. Metres, x to the east and y to the south, as the API gives them.
 */
import type { Aisle, Box, FloorCell, FloorHall, FloorRow, Side } from './api_floor';

export type Spot = { cell: FloorCell; row: FloorRow; box: Box };
export type RowMark = { row: FloorRow; x: number; y: number; upright: boolean; line: [number, number, number, number] | null };
export type Layout = {
	/* left, top, width and depth of all that is drawn */
	view: Box;
	room: Box | null;
	aisles: (Aisle & { box: Box })[];
	spots: Spot[];
	marks: RowMark[];
};

const PITCH = 0.6;
const DEPTH = 1.2;
/* between rows that nobody has measured */
const APART = 0.5;
const NAME = 1.5;
const EDGE = 0.15;

const right = (b: Box): number => b.x_m + b.width_m;
const bottom = (b: Box): number => b.y_m + b.depth_m;
export const middle = (b: Box): [number, number] => [b.x_m + b.width_m / 2, b.y_m + b.depth_m / 2];

function around(boxes: Box[]): Box | null {
	if (boxes.length === 0) {
		return null;
	}
	let [l, t, r, b] = [Infinity, Infinity, -Infinity, -Infinity];
	for (const x of boxes) {
		l = Math.min(l, x.x_m);
		t = Math.min(t, x.y_m);
		r = Math.max(r, right(x));
		b = Math.max(b, bottom(x));
	}
	return { x_m: l, y_m: t, width_m: r - l, depth_m: b - t };
}

/* The edge where racks take in air. */
function front_line(b: Box, front: Side): [number, number, number, number] {
	switch (front) {
	case 'north': return [b.x_m, b.y_m, right(b), b.y_m];
	case 'south': return [b.x_m, bottom(b), right(b), bottom(b)];
	case 'west': return [b.x_m, b.y_m, b.x_m, bottom(b)];
	default: return [right(b), b.y_m, right(b), bottom(b)];
	}
}

/* Rows without a place are strips, one below the other, under what has one. */
function strips(rows: FloorRow[], x: number, top: number): Spot[] {
	return rows.flatMap((row, r) => row.racks_list.map((cell, i): Spot => ({
		cell, row, box: { x_m: x + i * PITCH, y_m: top + r * (DEPTH + APART), width_m: PITCH, depth_m: DEPTH },
	})));
}

export function layout_of(hall: Pick<FloorHall, 'floor' | 'rows'>): Layout {
	const placed: Spot[] = [];
	const loose: FloorRow[] = [];
	for (const row of hall.rows) {
		const known = row.racks_list.filter((c) => c.box !== null);
		placed.push(...known.map((cell): Spot => ({ cell, row, box: cell.box as Box })));
		if (known.length < row.racks_list.length) {
			loose.push({ ...row, racks_list: row.racks_list.filter((c) => c.box === null) });
		}
	}
	const f = hall.floor;
	const aisles = placed.length > 0 ? (f?.aisles ?? []).filter((a): a is Aisle & { box: Box } => a.box !== null) : [];
	const room = placed.length > 0 && f !== null && f.width_m && f.depth_m
		? { x_m: 0, y_m: 0, width_m: f.width_m, depth_m: f.depth_m } : null;
	const taken = around([...placed.map((s) => s.box), ...aisles.map((a) => a.box), ...(room ? [room] : [])]);
	const spots = [...placed, ...strips(loose, taken?.x_m ?? 0, taken === null ? 0 : bottom(taken) + APART)];
	const by_row = new Map<string, Box[]>();
	for (const s of spots) {
		const list = by_row.get(s.row.id) ?? [];
		list.push(s.box);
		by_row.set(s.row.id, list);
	}
	const marks = hall.rows.filter((r) => by_row.has(r.id)).map((row): RowMark => {
		const b = around(by_row.get(row.id) ?? []) as Box;
		const upright = row.floor !== null && (row.floor.run === 'north' || row.floor.run === 'south') && b.depth_m > b.width_m;
		const whole = row.floor !== null && row.racks_list.every((c) => c.box !== null);
		return {
			row, upright,
			x: upright ? b.x_m + b.width_m / 2 : b.x_m - EDGE,
			y: upright ? b.y_m - EDGE : b.y_m + b.depth_m / 2,
			line: whole && row.floor !== null ? front_line(b, row.floor.front) : null,
		};
	});
	const all = around([...spots.map((s) => s.box), ...(taken ? [taken] : []), ...marks.map((m): Box => m.upright
		? { x_m: m.x, y_m: m.y - 0.4, width_m: 0, depth_m: 0.4 } : { x_m: m.x - NAME, y_m: m.y, width_m: NAME, depth_m: 0 })]);
	const view = all ?? { x_m: 0, y_m: 0, width_m: 1, depth_m: 1 };
	return {
		room, aisles, spots, marks,
		view: { x_m: view.x_m - EDGE, y_m: view.y_m - EDGE, width_m: view.width_m + 2 * EDGE, depth_m: view.depth_m + 2 * EDGE },
	};
}

const WAYS: Record<string, [number, number]> = {
	ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};
const NEAR = 0.05;

/*
 * The rack a key leads to from the rack `id`: the nearest one in that direction that
 * stands in line, else the nearest within 45 degrees; Home and End are the row's ends.
 */
export function next_spot(spots: Spot[], id: string, key: string): string | null {
	const from = spots.find((s) => s.cell.id === id);
	if (from === undefined) {
		return null;
	}
	if (key === 'Home' || key === 'End') {
		const row = from.row.racks_list;
		return (key === 'Home' ? row[0] : row[row.length - 1])?.id ?? null;
	}
	const way = WAYS[key];
	if (way === undefined) {
		return null;
	}
	const [fx, fy] = middle(from.box);
	const half = way[0] !== 0 ? from.box.depth_m / 2 : from.box.width_m / 2;
	let best: Spot | null = null;
	let least = Infinity;
	for (const s of spots) {
		const [x, y] = middle(s.box);
		const along = (x - fx) * way[0] + (y - fy) * way[1];
		const aside = Math.abs(way[0] !== 0 ? y - fy : x - fx);
		if (along < NEAR) {
			continue;
		}
		/* what stands in line comes before all that does not */
		const cost = aside < half - NEAR ? along + aside : aside <= along ? 1e6 + along + 2 * aside : Infinity;
		if (cost < least) {
			least = cost;
			best = s;
		}
	}
	return best?.cell.id ?? null;
}
