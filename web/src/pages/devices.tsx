/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is polled: who answers, who does not, since when and why. */
import '../i18n/device';
import type { DeviceItem, List, Plugin } from '../lib/api';
import { DASH, fixed } from '../lib/format';
import { t, word } from '../lib/i18n';
import { use_api } from '../lib/query';
import { link, params, set_params, with_query } from '../lib/url';
import { Pager, Select, TextFilter, type Option } from '../parts/filter';
import { crumbs_to, Head } from '../parts/frame';
import { Badge } from '../parts/icon';
import { Ago, Val } from '../parts/num';
import { error_text } from '../parts/reason';
import { Show } from '../parts/state';
import { Table, type Column } from '../parts/table';

const LIMIT = '50';
const FILTERS = ['status', 'plugin', 'q', 'rack'];
const STATUS = ['up', 'degraded', 'down', 'unknown'];

function columns(): Column<DeviceItem>[] {
	const all: Column<DeviceItem>[] = [
		{ id: 'id', head: t('device'), value: (d) => d.id, wide: true, show: (d) => <a href={link('/devices/' + d.id)}>{d.id}</a> },
		{
			id: 'status', head: t('status'), value: (d) => d.status, wide: true,
			show: (d) => <Badge code={d.status}>{word('status', d.status)}</Badge>,
		},
		{ id: 'error', head: t('error'), value: (d) => error_text(d.error) },
		{ id: 'rack', head: t('kind.rack'), value: (d) => d.rack, minor: true, wide: true, show: (d) => d.rack === null ? DASH : <a href={link('/racks/' + d.rack)}>{d.rack}</a> },
		{ id: 'plugin', head: t('plugin'), value: (d) => d.plugin, minor: true },
		{ id: 'profile', head: t('profile'), value: (d) => d.profile, minor: true },
		{ id: 'address', head: t('address'), value: (d) => d.address, minor: true },
		{ id: 'rtt', head: t('rtt_ms'), num: true, minor: true, value: (d) => d.rtt_ms, show: (d) => <Val raw={d.rtt_ms} text={fixed(d.rtt_ms, 1)} /> },
		{ id: 'last', head: t('last_ok_age'), num: true, wide: true, value: (d) => d.last_ok, show: (d) => <Ago at={d.last_ok} /> },
	];
	/* sorted by the server, by id */
	return all.map((c) => ({ ...c, fixed: true }));
}

export function Devices() {
	const p = params.value;
	const query: Record<string, string | null> = {};
	for (const key of FILTERS) {
		query[key] = p.get(key);
	}
	const crumbs = crumbs_to(null);
	const plugins = use_api<List<Plugin>>('/plugins');
	const state = use_api<List<DeviceItem>>(
		with_query('/devices', { ...query, limit: LIMIT, cursor: p.get('cursor') }), true);
	const filtered = FILTERS.some((k) => query[k] !== null);
	return (
		<>
			<Head crumbs={crumbs} title={t('devices')} />
			<div class="filters">
				<TextFilter name="q" label={t('filter.q')} hint={t('filter.q_device')} />
				<Select name="status" label={t('status')} options={STATUS.map((s): Option => [s, word('status', s)])} />
				<Select name="plugin" label={t('plugin')} options={(plugins.data?.items ?? [])
					.filter((x) => x.kind !== 'output').map((x): Option => [x.name, x.name])} />
				{filtered && <button onClick={() => set_params(
					{ ...Object.fromEntries(FILTERS.map((k) => [k, null])), cursor: null }, true)}>{t('filter.clear')}</button>}
			</div>
			<Show of={state} lines={14}>{(list) => (
				<section class="card list">
					<Table rows={list.items} columns={columns()} label={t('devices')} file="devices"
						empty={t(filtered ? 'empty.filtered' : 'empty.devices')} />
					{list.items.length > 0 && <Pager next={list.next} shown={list.items.length} />}
				</section>
			)}</Show>
		</>
	);
}
