/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who changed what, from where, newest first; its lines cannot be changed. */
import '../i18n/users';
import { detail_of, type Audit as Line } from '../lib/account';
import type { List } from '../lib/api';
import { DASH } from '../lib/format';
import { t, word } from '../lib/i18n';
import { use_api } from '../lib/query';
import { params, with_query } from '../lib/url';
import { Pager } from '../parts/filter';
import { crumbs_to, Head } from '../parts/frame';
import { Mark } from '../parts/icon';
import { Time } from '../parts/num';
import { ForRole } from '../parts/role';
import { Show } from '../parts/state';
import { Table, type Column } from '../parts/table';

const LIMIT = '50';

type Row = Omit<Line, 'id'> & { id: string };

function detail_text(line: Row): string {
	const d = detail_of(line.action, line.detail);
	const parts = [
		d.name,
		d.role === undefined ? undefined : word('role', d.role),
		d.places === undefined ? undefined : d.places === 'all' ? t('places.all') : t('who.places', { places: d.places }),
		d.disabled ? t('users.disabled') : undefined,
		d.password ? t('audit.password') : undefined,
		d.owner === undefined ? undefined : t('audit.owner', { user: d.owner }),
		d.wait_s === undefined ? undefined : t('audit.wait', { n: d.wait_s }),
		d.first ? t('audit.first') : undefined,
		d.text,
	].filter((x) => x !== undefined && x !== '');
	return parts.length === 0 ? DASH : parts.join(t('audit.comma'));
}

function columns(): Column<Row>[] {
	const all: Column<Row>[] = [
		{ id: 'time', head: t('audit.time'), wide: true, value: (x) => x.time, show: (x) => <Time at={x.time} /> },
		{ id: 'actor', head: t('audit.actor'), wide: true, value: (x) => x.actor, show: (x) => x.actor === 'anonymous' ? t('audit.anonymous') : x.actor },
		{ id: 'action', head: t('audit.action'), wide: true, value: (x) => x.action, show: (x) =>
			x.action === 'login_blocked' ? <span class="badge"><Mark tone="warn" />{word('action', x.action)}</span> : word('action', x.action) },
		{ id: 'subject', head: t('audit.subject'), value: (x) => x.subject },
		{ id: 'detail', head: t('audit.detail'), value: (x) => detail_text(x), show: (x) => <span class="audit-detail">{detail_text(x)}</span> },
		{ id: 'address', head: t('audit.address'), minor: true, wide: true, value: (x) => x.address },
	];
	/* the daemon's order: newest first */
	return all.map((c) => ({ ...c, fixed: true }));
}

function Lines() {
	const state = use_api<List<Line>>(with_query('/audit', { limit: LIMIT, cursor: params.value.get('cursor') }), true);
	return (
		<Show of={state} lines={14}>{(list) => (
			<section class="card list">
				<Table rows={list.items.map((x) => ({ ...x, id: String(x.id) }))} columns={columns()} label={t('audit')} file="audit" empty={t('audit.none')} />
				{list.items.length > 0 && <Pager next={list.next} shown={list.items.length} />}
			</section>
		)}</Show>
	);
}

export const Audit = () => (
	<>
		<Head crumbs={crumbs_to(null)} title={t('audit')} sub={t('audit.sub')} />
		<ForRole role="admin"><Lines /></ForRole>
	</>
);
