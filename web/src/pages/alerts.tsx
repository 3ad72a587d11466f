/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong just now, what somebody looks after, what is not told and why, and what is over. */
import '../i18n/alerts';
import { useState } from 'preact/hooks';
import {
	ASKED, belongs, entity_of, GROUPS, SEVERITIES, TABS, tab_count, type AlertList, type Counts, type GroupBy, type Tab,
} from '../lib/api_alerts';
import type { List, SiteItem } from '../lib/api';
import type { Rule } from '../lib/api_rules';
import { int } from '../lib/format';
import { name_of, t, word } from '../lib/i18n';
import { use_api, use_province, zone } from '../lib/query';
import { clock_text } from '../lib/time';
import { link, params, set_params, with_query } from '../lib/url';
import { severity_tone } from '../parts/alarm';
import { AlertTable, groups_of } from '../parts/alertlist';
import { AlertNav } from '../parts/alertnav';
import { Pager, Select, TextFilter, type Option } from '../parts/filter';
import { crumbs_to, Head } from '../parts/frame';
import { Mark } from '../parts/icon';
import { PlacePick } from '../parts/place';
import { Empty, Show } from '../parts/state';

const PHONE = 640;
const LIMIT = '500';
const LIMIT_OVER = '50';
const FILTERS = ['severity', 'area', 'site', 'hall', 'at', 'rule', 'q'];

const tab_of = (text: string | null): Tab => TABS.find((x) => x === text) ?? 'firing';
const group_of = (text: string | null): GroupBy | null => GROUPS.find((x) => x === text) ?? null;

function Tabs({ now, counts }: { now: Tab; counts: Counts | null }) {
	return (
		<nav class="tabs" aria-label={t('tab')}>
			{TABS.map((x) => {
				const n = counts === null ? null : tab_count(counts, x);
				return (
					<a key={x} href={link('/alerts', kept({ tab: x === 'firing' ? null : x }))} aria-current={x === now ? 'page' : undefined} data-k={`tab.${x}`} data-v={n ?? 'null'}>
						{word('tab', x)}{n !== null && <span class="n">{int(n)}</span>}
					</a>
				);
			})}
		</nav>
	);
}

/* The filters go along from tab to tab. */
const kept = (change: Record<string, string | null>): Record<string, string | null> =>
	({ ...Object.fromEntries([...FILTERS, 'group'].map((k) => [k, params.value.get(k)])), ...change });

const place_of = (): string | null => {
	const get = (k: string): string | null => params.value.get(k);
	for (const kind of ['hall', 'site', 'area']) {
		if (get(kind)) {
			return `${kind}:${get(kind)}`;
		}
	}
	return get('at');
};

function Filters({ tab }: { tab: Tab }) {
	const get = (k: string): string => params.value.get(k) ?? '';
	const rules = use_api<List<Rule>>('/rules');
	const filtered = FILTERS.some((k) => get(k) !== '');
	/* on a phone the alerts come first */
	const [open, set_open] = useState(innerWidth > PHONE || filtered);
	return (
		<details class="filter-box" open={open} onToggle={(e) => set_open(e.currentTarget.open)}>
			<summary>{t('filter.title')}</summary>
			<div class="filters alert-filters">
				<TextFilter name="q" label={t('filter.q')} />
				<Select name="severity" label={t('alert.severity')} options={SEVERITIES.map((s): Option => [s, word('severity', s)])} />
				<PlacePick at={{ area: get('area'), site: get('site'), hall: get('hall') }} on={(to) => set_params({ ...to, at: null, cursor: null }, true)} />
				<Select name="rule" label={t('alert.rule')} options={(rules.data?.items ?? []).map((r): Option => [r.id, r.id])} />
				{tab !== 'history' && (
					<label class="field"><span>{t('group')}</span>
						<select value={get('group')} onChange={(e) => set_params({ group: e.currentTarget.value }, true)}>
							<option value="">{t('group.none')}</option>
							{GROUPS.map((g) => <option key={g} value={g}>{t(`group.by_${g}`)}</option>)}
						</select></label>
				)}
				{get('at') !== '' && <span class="chip">{t('alert.at', { at: `${word('kind', entity_of(get('at')).kind)} ${entity_of(get('at')).id}` })}</span>}
				{filtered && <button onClick={() => set_params({ ...Object.fromEntries(FILTERS.map((k) => [k, null])), cursor: null }, true)}>{t('filter.clear')}</button>}
			</div>
		</details>
	);
}

/* That all is quiet is worth saying together with what was looked at. */
function Quiet({ tab, list, filtered }: { tab: Tab; list: AlertList; filtered: boolean }) {
	const rules = use_api<List<Rule>>('/rules');
	const cap = use_province();
	if (filtered) {
		return <Empty>{t('empty.filtered')}</Empty>;
	}
	const n = rules.data?.items.length ?? null;
	const at = list.counts?.evaluated_at ?? list.as_of;
	return (
		<div class="quiet-box" data-k="quiet">
			<p class="mid">{tab === 'firing' && <><Mark tone="ok" /> </>}{word('quiet', tab)}</p>
			{tab === 'firing' && n !== null && <p class="hint">{n === 0 ? t('alerts.unwatched') : t('alerts.watched', {
				rules: int(n), racks: int(cap?.racks.declared), time: clock_text(Date.parse(at), zone()),
			})}</p>}
		</div>
	);
}

function GroupTitle({ by, id, sites }: { by: GroupBy; id: string | null; sites: SiteItem[] }) {
	if (id === null) {
		return <>{t('group.elsewhere')}</>;
	}
	const path = by === 'rule' ? link('/rules', { rule: id }) : link(`/${by}s/${id}`);
	return <a href={path}>{by === 'site' ? name_of(sites.find((s) => s.id === id)?.name, id) : id}</a>;
}

function Items({ list, tab }: { list: AlertList; tab: Tab }) {
	const by = tab === 'history' ? null : group_of(params.value.get('group'));
	const sites = use_api<List<SiteItem>>(by === 'site' ? '/sites?limit=1000' : null);
	const items = list.items.filter((a) => belongs(a, tab));
	const filtered = FILTERS.some((k) => params.value.get(k) !== null);
	const note = tab === 'folded' ? t('tab.note.folded') : tab === 'silenced' ? t('tab.note.silenced') : null;
	if (items.length === 0) {
		return <Quiet tab={tab} list={list} filtered={filtered || params.value.get('cursor') !== null} />;
	}
	return (
		<>
			{note !== null && <p class="hint lead">{note}</p>}
			<AlertTable label={word('tab', tab)} over={tab === 'history'} groups={groups_of(items, by, (id) =>
				<GroupTitle by={by as GroupBy} id={id} sites={sites.data?.items ?? []} />)} />
			<Pager next={list.next} shown={items.length} />
		</>
	);
}

export function Alerts() {
	const p = params.value;
	const tab = tab_of(p.get('tab'));
	const state = use_api<AlertList>(with_query('/alerts', {
		state: ASKED[tab], severity: p.get('severity'), at: place_of(), rule: p.get('rule'), q: p.get('q'),
		limit: tab === 'history' ? LIMIT_OVER : LIMIT, cursor: p.get('cursor'),
	}), true);
	/* history has no counts of its own */
	const head = use_api<AlertList>(tab === 'history' ? '/alerts?limit=1' : null);
	const counts = state.data?.counts ?? head.data?.counts ?? null;
	return (
		<>
			<Head crumbs={crumbs_to(null)} title={t('alerts')} sub={counts !== null && (
				<>{SEVERITIES.map((s) => counts[s] > 0 && <span key={s} class="badge" data-k={`loud.${s}`} data-v={counts[s]}>
					<Mark tone={severity_tone(s)} />{int(counts[s])} {word('severity', s)}</span>)}
				{counts.pending > 0 && <span>{t('alerts.pending', { n: int(counts.pending) })}</span>}</>
			)}><AlertNav /></Head>
			<Tabs now={tab} counts={counts} />
			<Filters tab={tab} />
			<Show of={state} lines={10}>{(list) => (
				<section class="card list" aria-label={word('tab', tab)}>
					<Items list={list} tab={tab} />
				</section>
			)}</Show>
		</>
	);
}
