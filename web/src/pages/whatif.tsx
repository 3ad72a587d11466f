/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What if: lose a feed, a node, a device or a rack, derate one, add servers; before and after, and who breaks. */
import { useEffect, useState } from 'preact/hooks';
import '../i18n/plan';
import { ApiError, type Hit, type List, type Names, type Num } from '../lib/api';
import type { Balance, Broken, Node, WhatIfAnswer } from '../lib/api_floor';
import { int, percent, watts } from '../lib/format';
import { name_of, t, word } from '../lib/i18n';
import { KINDS, whatif_body, type Kind } from '../lib/planform';
import { send } from '../lib/post';
import { use_api } from '../lib/query';
import { link, params, set_params, with_query, type Query } from '../lib/url';
import { crumbs_to, Head } from '../parts/frame';
import { Badge } from '../parts/icon';
import { Val } from '../parts/num';
import { NumberField, PlacePick, type Where } from '../parts/place';
import { refused_text } from '../parts/refused';
import { Refusal } from '../parts/refusal';
import { Empty, Skeleton } from '../parts/state';
import { Table } from '../parts/table';

type Form = Record<'feed' | 'id' | 'share' | 'n' | 'u' | 'kw' | 'kg' | 'outlets' | 'ports', string>;
const FIELDS = ['feed', 'id', 'share', 'n', 'u', 'kw', 'kg', 'outlets', 'ports'] as const;
const FIRST: Form = { feed: 'A', id: '', share: '50', n: '40', u: '2', kw: '0.5', kg: '25', outlets: '1', ports: '2' };

const NOWHERE: Where = { area: '', site: '', hall: '' };

function where_of(at: string | null): Where {
	const [kind, id] = (at ?? '').split(':');
	return kind === 'hall' || kind === 'site' || kind === 'area' ? { ...NOWHERE, [kind]: id ?? '' } : NOWHERE;
}

const at_of = (w: Where): string | null => w.hall !== '' ? 'hall:' + w.hall : w.site !== '' ? 'site:' + w.site
	: w.area !== '' ? 'area:' + w.area : null;

/* Ids that begin with what was typed: the search of the daemon. */
function IdField({ kind, value, on }: { kind: 'rack' | 'device'; value: string; on: (v: string) => void }) {
	const hits = use_api<{ items: Hit[] }>(value.length >= 2 ? with_query('/search', { q: value }) : null, true);
	const fit = (hits.data?.items ?? []).filter((h) => h.kind === kind);
	return (
		<label class="field">
			<span>{t(`kind.${kind}`)}</span>
			<input type="text" list="ids" value={value} autocomplete="off" spellcheck={false} required placeholder={t('whatif.id')}
				onInput={(e) => on(e.currentTarget.value)} />
			<datalist id="ids">{fit.map((h) => <option key={h.id} value={h.id} />)}</datalist>
		</label>
	);
}

/* Nodes of the feed tree of a site; an id that came with a link stays. */
function NodeField({ site, value, on }: { site: string; value: string; on: (v: string) => void }) {
	const list = use_api<List<Node>>(site === '' ? null : with_query('/feeds', { site, limit: '1000' }), true);
	const nodes = list.data?.items ?? [];
	return (
		<label class="field">
			<span>{t('whatif.node')}</span>
			<select value={value} onChange={(e) => on(e.currentTarget.value)}>
				<option value="">{t(site === '' ? 'whatif.site_first' : 'whatif.choose')}</option>
				{value !== '' && !nodes.some((n) => n.id === value) && <option value={value}>{value}</option>}
				{nodes.map((n) => <option key={n.id} value={n.id}>{`${word('node', n.kind)} ${name_of(n.name as Names | null, n.id)}`}</option>)}
			</select>
		</label>
	);
}

function Ask({ kind }: { kind: Kind }) {
	const q = params.value;
	const from_address = (): Form => FIELDS.reduce((f, k) => ({ ...f, [k]: q.get(k) ?? FIRST[k] }), {} as Form);
	const [form, set_form] = useState<Form>(from_address);
	const [where, set_where] = useState<Where>(() => where_of(q.get('at')));
	const stamp = q.toString();
	useEffect(() => {
		set_form(from_address());
		set_where(where_of(q.get('at')));
	}, [stamp]);
	const put = (key: keyof Form, v: string): void => set_form((was) => ({ ...was, [key]: v }));
	const number = (key: keyof Form, label: string, unit?: string, max?: number) =>
		<NumberField label={label} unit={unit} value={form[key]} max={max} step="any" on={(v) => put(key, v)} />;
	const submit = (e: Event): void => {
		e.preventDefault();
		const change: Query = { kind, at: null };
		for (const f of FIELDS) {
			change[f] = null;
		}
		if (kind === 'lose_feed') {
			change.feed = form.feed;
			change.at = at_of(where);
		} else if (kind === 'add') {
			for (const f of ['n', 'u', 'kw', 'kg', 'outlets', 'ports'] as const) {
				change[f] = form[f];
			}
			change.at = at_of(where);
		} else {
			change.id = form.id.trim();
			change.share = kind === 'derate_node' ? form.share : null;
		}
		set_params(change, true);
	};
	const node = kind === 'lose_node' || kind === 'derate_node';
	return (
		<form class="filters plan-form" aria-label={t('whatif')} onSubmit={submit}>
			{kind === 'lose_feed' && (
				<label class="field"><span>{t('kind.feed')}</span>
					<select value={form.feed} onChange={(e) => put('feed', e.currentTarget.value)}>
						{['A', 'B'].map((f) => <option key={f} value={f}>{t('feed.name', { id: f })}</option>)}
					</select></label>
			)}
			{kind === 'add' && <>
				{number('n', t('form.n'))}{number('u', t('form.u'), 'U')}{number('kw', t('form.kw'), 'kW')}
				{number('kg', t('form.kg'), 'kg')}{number('outlets', t('form.outlets'))}{number('ports', t('form.ports'))}</>}
			{(kind === 'lose_feed' || kind === 'add' || node) && <PlacePick at={where} on={set_where} />}
			{node && <NodeField site={where.site} value={form.id} on={(v) => put('id', v)} />}
			{kind === 'derate_node' && number('share', t('whatif.share'), '%', 100)}
			{kind === 'lose_device' && <IdField kind="device" value={form.id} on={(v) => put('id', v)} />}
			{(kind === 'lose_rack' || kind === 'remove_rack') && <IdField kind="rack" value={form.id} on={(v) => put('id', v)} />}
			<button class="button primary" type="submit">{t('whatif.ask')}</button>
		</form>
	);
}

type Line = { id: string; label: string; before: Num; after: Num; text: (v: Num) => string; more: 'good' | 'bad' | null };

function lines(b: Balance, a: Balance): Line[] {
	const one = (id: string, label: string, get: (x: Balance) => Num, text: (v: Num) => string, more: Line['more']): Line =>
		({ id, label, before: get(b), after: get(a), text, more });
	const safe = (k: keyof Balance['failover'], more: Line['more']): Line => one('failover.' + k, t('whatif.racks', { what: word('safe', k) }), (x) => x.failover[k], int, more);
	return [
		one('declared', t('declared'), (x) => x.declared, int, 'good'),
		one('verified_power_w', t('whatif.power'), (x) => x.verified_power_w, watts, null),
		safe('ok', 'good'), safe('at_risk', 'bad'), safe('no_redundancy', 'bad'), safe('single', 'bad'), safe('unknown', null),
		one('overloaded_nodes', t('whatif.overloaded'), (x) => x.overloaded_nodes, int, 'bad'),
		one('available_w', t('stock.available'), (x) => x.available_w, watts, 'good'),
		one('deployable', t('stock.deployable'), (x) => x.deployable, int, 'good'),
		one('stranded_w', t('stock.stranded_w'), (x) => x.stranded_w, watts, 'bad'),
	];
}

function Delta({ l }: { l: Line }) {
	if (l.before === null || l.after === null || l.before === l.after) {
		return <span class="hint">{l.before === null || l.after === null ? '' : '='}</span>;
	}
	const d = l.after - l.before;
	const worse = l.more !== null && (l.more === 'bad') === d > 0;
	const text = (d > 0 ? '+' : '−') + l.text(Math.abs(d));
	return worse ? <Badge code="warning">{text}</Badge> : <span class="val">{text}</span>;
}

function Compare({ a }: { a: WhatIfAnswer }) {
	return (
		<section class="card">
			<h2>{t('whatif.compare')}</h2>
			<p class="hint">{t('whatif.province')}</p>
			<div class="scroll" tabIndex={0} role="region" aria-label={t('whatif.compare')}>
				<table class="compare">
					<thead><tr><th scope="col"><span class="sr">{t('metric')}</span></th><th scope="col" class="num">{t('whatif.before')}</th>
						<th scope="col" class="num">{t('whatif.after')}</th><th scope="col" class="num">{t('whatif.change')}</th></tr></thead>
					<tbody>{lines(a.before, a.after).map((l) => (
						<tr key={l.id} class={l.before !== l.after ? 'moved' : ''}>
							<th scope="row">{l.label}</th>
							<td class="num"><Val raw={l.before} text={l.text(l.before)} k={'before.' + l.id} /></td>
							<td class="num"><Val raw={l.after} text={l.text(l.after)} k={'after.' + l.id} /></td>
							<td class="num"><Delta l={l} /></td>
						</tr>
					))}</tbody>
				</table>
			</div>
		</section>
	);
}

function Breaks({ a }: { a: WhatIfAnswer }) {
	type Row = Broken & { key: string };
	const rows: Row[] = a.broken.map((b) => ({ ...b, key: b.kind + b.id }));
	const safe = (code: string | null) => code === null ? '—' : <Badge code={code} tone={code === 'overload' || code === 'dark' ? 'crit' : code === 'partly_dark' ? 'warn' : undefined}>{word('safe', code)}</Badge>;
	return (
		<section class="card">
			<h2>{t('whatif.broken')} <span class="hint" data-k="broken_total" data-v={a.broken_total}>{int(a.broken_total)}</span></h2>
			{rows.length === 0 ? <p><Badge code="ok">{t('whatif.none')}</Badge></p> : (
				<Table rows={rows} label={t('whatif.broken')} file="whatif" sort={{ id: 'ratio', down: true }} columns={[
					{
						id: 'id', head: t('whatif.what'), value: (b) => b.id, wide: true,
						show: (b) => b.kind === 'rack' ? <a href={link('/racks/' + b.id)}>{b.id}</a>
							: <a href={link('/whatif', { kind: 'lose_node', id: b.id })}>{b.id}</a>,
					},
					{ id: 'from', head: t('whatif.before'), value: (b) => b.from, wide: true, minor: true, show: (b) => safe(b.from) },
					{ id: 'to', head: t('whatif.after'), value: (b) => b.to, wide: true, show: (b) => safe(b.to) },
					{ id: 'ratio', head: t('whatif.ratio'), num: true, value: (b) => b.ratio, show: (b) => <Val raw={b.ratio} text={percent(b.ratio, 0)} /> },
					{ id: 'load', head: t('whatif.load'), num: true, minor: true, value: (b) => b.load_w, show: (b) => <Val raw={b.load_w} text={watts(b.load_w)} /> },
					{ id: 'limit', head: t('whatif.limit'), num: true, minor: true, value: (b) => b.limit_w, show: (b) => <Val raw={b.limit_w} text={watts(b.limit_w)} /> },
				]} />
			)}
			{a.broken_total > rows.length && <p class="hint">{t('whatif.first', { n: int(rows.length), of: int(a.broken_total) })}</p>}
		</section>
	);
}

type Said = { key: string; answer: WhatIfAnswer | null; error: ApiError | null };

function Answer({ body }: { body: Record<string, unknown> }) {
	const key = JSON.stringify(body);
	const [said, set_said] = useState<Said>({ key: '', answer: null, error: null });
	const [again, set_again] = useState(0);
	useEffect(() => {
		const stop = new AbortController();
		send<WhatIfAnswer>('POST', '/whatif', body, stop.signal)
			.then((answer) => set_said({ key, answer, error: null }))
			.catch((e) => {
				if (!stop.signal.aborted) {
					set_said({ key, answer: null, error: e instanceof ApiError ? e : new ApiError({ status: 0, code: 'bad_reply', title: String(e), detail: null, params: {} }) });
				}
			});
		return () => stop.abort();
	}, [key, again]);
	if (said.key !== key) {
		return <Skeleton lines={8} tall />;
	}
	if (said.error !== null || said.answer === null) {
		return <><Refusal error={said.error as ApiError} /><p><button onClick={() => set_again((n) => n + 1)}>{t('whatif.again')}</button></p></>;
	}
	const a = said.answer;
	return (
		<>
			{a.placed !== null && <p class="plan-verdict"><Badge code={a.refused === null ? 'ok' : 'warning'}><b data-k="whatif.placed" data-v={a.placed}>{t('whatif.placed', { n: int(a.placed) })}</b></Badge>
				{a.refused !== null && <span>{t('planner.next', { why: refused_text(a.refused) })}</span>}</p>}
			<div class="whatif-grid"><Compare a={a} /><Breaks a={a} /></div>
		</>
	);
}

export function WhatIf() {
	const asked = params.value.get('kind');
	const kind = KINDS.find((k) => k === asked) ?? 'lose_feed';
	const body = whatif_body(params.value);
	return (
		<>
			<Head crumbs={crumbs_to(null)} title={t('whatif')} sub={<><span>{t('whatif.sub')}</span><a href={link('/planner')}>{t('whatif.plan')}</a></>} />
			<div class="segments kinds" role="group" aria-label={t('whatif.kind')}>
				{KINDS.map((k) => (
					<button key={k} aria-pressed={k === kind} onClick={() => set_params({ kind: k, id: null, feed: null, n: null }, true)}>{t(`whatif.${k}`)}</button>
				))}
			</div>
			<Ask key={kind} kind={kind} />
			{body === null ? <Empty>{t('whatif.wait')}</Empty> : <Answer body={body} />}
		</>
	);
}
