/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where each reporting unit of Henan stands on the schematic map: code (GB/T
 * 2260) -> [column, row]. A drawing of our own: no boundary data behind it.
 */
export const TILES: Record<string, [number, number]> = {
	'410100': [2, 3], '411000': [2, 4],
	'410200': [3, 3], '411100': [3, 4],
	'410300': [1, 3], '411200': [0, 3],
	'410400': [1, 4], '411300': [1, 5],
	'410500': [3, 0], '411400': [4, 3],
	'410600': [3, 1], '411500': [3, 6],
	'410700': [3, 2], '411600': [4, 4],
	'410800': [2, 2], '411700': [3, 5],
	'410900': [4, 1], '419001': [1, 2],
};

export const COLUMNS = 5;
export const ROWS = 7;
