/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tables of areas and operators show of each: counts, proof, use, change, risk. */
import { useEffect, useState } from 'preact/hooks';
import { get, type Num } from '../lib/api';
import type { DeepKpi, PlaceHistory } from '../lib/api_ledger';
import { int } from '../lib/format';
import { t } from '../lib/i18n';
import { now_ms, zone } from '../lib/query';
import { date_text } from '../lib/time';
import { with_query } from '../lib/url';
import { alarm_column } from './alarm';
import { Mark } from './icon';
import { kpi_columns } from './kpi';
import { Val } from './num';
import type { Column } from './table';

const DAYS = 30;

/* A plus where it grew: a bare number would be a count. */
const signed = (n: Num): string => (n === null ? '' : n > 0 ? '+' + int(n) : int(n).replace('-', '\u2212'));

const first_known = (col: Num[]): Num => col.find((v) => v !== null) ?? null;

/*
 * Declared racks now against thirty days ago, by the ledger, for each place.
 * Days move slowly: asked once, not on every tick.
 */
export function use_change(places: string[]): Record<string, Num> {
	const [got, set_got] = useState<Record<string, Num>>({});
	const key = places.join();
	useEffect(() => {
		let gone = false;
		const from = date_text(now_ms() - DAYS * 86400e3, zone());
		void Promise.all(places.map(async (place) => {
			try {
				const a = await get<PlaceHistory>(with_query('/capacity/history', { place, from }));
				const d = a === 'same' ? [] : a.body.declared;
				const then = d.length > 1 ? first_known(d) : null;
				const now = d.at(-1) ?? null;
				return [place, then === null || now === null ? null : now - then] as const;
			} catch {
				return [place, null] as const;
			}
		})).then((all) => {
			if (!gone) {
				set_got(Object.fromEntries(all));
			}
		});
		return () => {
			gone = true;
		};
	}, [key]);
	return got;
}

/* Racks that would not survive the loss of a feed. */
export const at_risk = (k: DeepKpi): Num =>
	k.failover === null || k.failover === undefined ? null : k.failover.at_risk + k.failover.no_redundancy;

export function risk_column<T extends DeepKpi>(): Column<T> {
	return {
		id: 'risk', head: t('col.risk'), num: true, minor: true, value: at_risk,
		show: (k) => <>{(at_risk(k) ?? 0) > 0 && <Mark tone={(k.failover?.no_redundancy ?? 0) > 0 ? 'crit' : 'warn'} />} <Val raw={at_risk(k)} text={int(at_risk(k))} /></>,
	};
}

const LATE = ['verified', 'power', 'temp', 'coverage', 'age'];
/* Also on a phone, and below 1500 px. */
const KEPT: Record<string, Partial<Column<never>>> = { share: { minor: false }, monitored: { late: false } };

export function area_columns<T extends DeepKpi>(change: Record<string, Num>, kind = 'area'): Column<T>[] {
	const all = kpi_columns<T>(kind).map((c): Column<T> =>
		({ ...c, ...(LATE.includes(c.id) ? { late: true } : {}), ...(KEPT[c.id] as Partial<Column<T>> | undefined) }));
	const changed = (k: T): Num => change[`${kind}:${k.id}`] ?? null;
	const own: Column<T>[] = [
		{
			id: 'change', head: t('col.change'), num: true, minor: true, value: changed,
			show: (k) => <Val raw={changed(k)} text={signed(changed(k))} />,
		},
		risk_column<T>(),
		...(kind === 'operator' ? [] : [alarm_column<T>(kind)]),
	];
	const at = all.findIndex((c) => c.id === 'temp');
	return [...all.slice(0, at), ...own, ...all.slice(at)];
}
