/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table for everything: sortable by its columns, sticky head, CSV of what it shows. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { csv } from '../lib/format';
import { t } from '../lib/i18n';
import { save_text } from '../lib/save';
import { Icon } from './icon';
import { Empty } from './state';

export type Cellv = string | number | null;
export type Column<T> = {
	id: string;
	head: string;
	/* What the column sorts by and what CSV holds; null sorts last. */
	value: (row: T) => Cellv;
	show?: (row: T) => ComponentChildren;
	num?: boolean;
	/* Words that may not wrap; columns that a phone, or a screen below 1500 px, can do without. */
	wide?: boolean;
	minor?: boolean;
	late?: boolean;
	fixed?: boolean;
};

type Sort = { id: string; down: boolean };

function compare(a: Cellv, b: Cellv, down: boolean): number {
	if (a === null || b === null) {
		return (a === null ? 1 : 0) - (b === null ? 1 : 0);
	}
	const d = typeof a === 'number' && typeof b === 'number'
		? a - b : String(a).localeCompare(String(b), undefined, { numeric: true });
	return down ? -d : d;
}

export function Table<T extends { id: string }>({
	columns, rows, label, sort, on_sort, file, empty,
}: {
	columns: Column<T>[];
	rows: T[];
	label: string;
	/* Sorted by the server when on_sort is given. */
	sort?: Sort;
	on_sort?: (s: Sort) => void;
	file?: string;
	empty?: string;
}) {
	const [own, set_own] = useState<Sort | null>(sort ?? null);
	const now = on_sort ? sort ?? null : own;
	const col = columns.find((c) => c.id === now?.id);
	const shown = on_sort || !col || !now ? rows
		: [...rows].sort((a, b) => compare(col.value(a), col.value(b), now.down));
	const press = (c: Column<T>): void => {
		const down = now?.id === c.id ? !now.down : c.num === true;
		(on_sort ?? set_own)({ id: c.id, down });
	};
	if (rows.length === 0) {
		return <Empty>{empty ?? t('empty')}</Empty>;
	}
	return (
		<div class="table-box">
			{file !== undefined && (
				<button class="quiet csv" onClick={() => save_text(file + '.csv', csv([
					columns.map((c) => c.head), ...shown.map((r) => columns.map((c) => c.value(r))),
				]))}>CSV<span class="sr"> {label}</span></button>
			)}
			<div class="scroll" tabIndex={0} role="region" aria-label={label}>
				<table>
					<caption class="sr">{label}</caption>
					<thead>
						<tr>
							{columns.map((c) => {
								const on = now?.id === c.id;
								return (
									<th key={c.id} scope="col" class={classes(c)}
										aria-sort={on ? (now.down ? 'descending' : 'ascending') : undefined}>
										{c.fixed ? c.head : (
											<button onClick={() => press(c)}>
												{c.head}
												{on && <Icon name={now.down ? 'down' : 'up'} />}
											</button>
										)}
									</th>
								);
							})}
						</tr>
					</thead>
					<tbody>
						{shown.map((r) => (
							<tr key={r.id}>
								{columns.map((c, i) => {
									const inner = c.show ? c.show(r) : c.value(r) ?? '—';
									return i === 0
										? <th key={c.id} scope="row" class={classes(c)}>{inner}</th>
										: <td key={c.id} class={classes(c)}>{inner}</td>;
								})}
							</tr>
						))}
					</tbody>
				</table>
			</div>
		</div>
	);
}

const classes = (c: { num?: boolean; wide?: boolean; minor?: boolean; late?: boolean }): string =>
	[c.num && 'num', c.wide && 'wide', c.minor && 'minor', c.late && 'late'].filter(Boolean).join(' ');
