/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The province: how many racks, proven how, and when the target is passed. */
import type { Kpi, List, SiteItem } from '../lib/api';
import type { DeepCapacity, DeepTarget } from '../lib/api_ledger';
import { int, percent } from '../lib/format';
import { name_of, t } from '../lib/i18n';
import { use_api, zone } from '../lib/query';
import { date_text } from '../lib/time';
import { link, params, set_params } from '../lib/url';
import { BySeverity } from '../parts/alarm';
import { EvidenceBar, EvidenceLegend, TargetBar } from '../parts/bar';
import { BurnUp } from '../parts/burnup';
import { Head } from '../parts/frame';
import { Fresh } from '../parts/fresh';
import { Basis, Facts } from '../parts/kpi';
import { area_columns, use_change } from '../parts/areas';
import { Int, Pct, ToRacks } from '../parts/num';
import { Discrepancies, Outlook } from '../parts/outlook';
import { Empty, Show } from '../parts/state';
import { Table } from '../parts/table';
import { TileMap } from '../parts/tilemap';

const WORST = 5;
function TargetHead({ cap, x }: { cap: DeepCapacity; x: DeepTarget }) {
	return (
		<div class="target-head">
			<p class="label">{t(x.reach === 'above' ? 'target.above' : 'target.at_least')}</p>
			<p class="target-value">
				<span class="big2" data-k="target.racks" data-v={x.racks}>{int(x.racks)}</span>
				<span class="of"> {t(x.basis === 'physical' ? 'basis.physical' : 'basis.standard', {
					kw: cap.standard_rack_kw,
				})}{x.by !== null && ' · ' + t('target.by', { date: x.by })}</span>
			</p>
			{cap.targets.length > 1 ? (
				<label class="pick">
					<span class="sr">{t('target')}</span>
					<select value={x.id} onChange={(e) =>
						set_params({ target: e.currentTarget.value === cap.targets[0].id ? null : e.currentTarget.value }, true)}>
						{cap.targets.map((o) => (
							<option key={o.id} value={o.id}>{name_of(o.name, o.id)}: {int(o.racks)}</option>
						))}
					</select>
				</label>
			) : <p class="hint">{name_of(x.name, x.id)}</p>}
			{x.source !== null && <p class="hint">{t('target.source', { source: name_of(x.source, '') })}</p>}
		</div>
	);
}

type CountBasis = 'physical' | 'standard';

function BasisSwitch({ now, own }: { now: CountBasis; own: CountBasis }) {
	return (
		<div class="segments small" role="group" aria-label={t('basis')}>
			{(['physical', 'standard'] as const).map((b) => (
				<button key={b} aria-pressed={b === now} onClick={() => set_params({ basis: b === own ? null : b })}>
					{t(b === 'physical' ? 'basis.short_physical' : 'basis.short_standard')}
				</button>
			))}
		</div>
	);
}

/* The count in the asked basis; the target is measured in its own. */
function Hero({ cap, x }: { cap: DeepCapacity; x: DeepTarget | undefined }) {
	const own: CountBasis = x?.basis ?? 'physical';
	const asked = params.value.get('basis');
	const basis: CountBasis = asked === 'physical' || asked === 'standard' ? asked : own;
	const same = basis === own && x !== undefined;
	const all = basis === 'standard' ? cap.standard_racks : cap.racks;
	const verified = same ? x.verified : all.verified;
	const count = same ? x.count : all.declared;
	return (
		<section class="hero" aria-label={t('hero')}>
			<div class="hero-top">
				<div>
					<p class="label">{t(basis === 'standard' ? 'hero.standard' : 'hero.racks')}</p>
					<p class="headline">
						<ToRacks query={{ evidence: 'verified' }}>
							<span class="big" data-k="target.verified" data-v={verified}>{int(verified)}</span>
						</ToRacks>
						<span class="of">{t('verified_of')}{' '}
							<ToRacks query={{}}><Int n={count} k="target.count" /></ToRacks> {t('declared_tail')}</span>
					</p>
					<BasisSwitch now={basis} own={own} />
					{basis === 'standard' && <p class="hint">{t('basis.divisor', { kw: cap.standard_rack_kw })}</p>}
				</div>
				{x !== undefined && <TargetHead cap={cap} x={x} />}
			</div>
			{same && count !== null && verified !== null && (
				<>
					<TargetBar count={count} verified={verified} target={x.racks} />
					<ul class="legend keys">
						<li><i class="key k-verified" />{t('verified')} <Pct r={x.racks > 0 ? verified / x.racks : null} k="target.verified_share" /></li>
						<li><i class="key k-declared" />{t('declared')} <Pct r={x.racks > 0 ? count / x.racks : null} /></li>
						<li><i class="key k-mark" />{t('target')} {int(x.racks)}</li>
					</ul>
				</>
			)}
			{x !== undefined && !same && <p class="hint">{t(own === 'physical' ? 'basis.other_physical' : 'basis.other_standard')}</p>}
			{x !== undefined && <Outlook x={x} now={cap.as_of} />}
			<div class="partition">
				<h2 class="label">{t('hero.partition', { n: int(cap.racks.declared) })}</h2>
				<Discrepancies />
			</div>
			<EvidenceBar racks={cap.racks} />
			<EvidenceLegend racks={cap.racks} query={{}} />
			<Basis kpi={cap} />
		</section>
	);
}

function Worst() {
	const state = use_api<List<SiteItem>>('/sites?limit=1000');
	const open = (k: Kpi): number => k.racks.declared - k.racks.verified;
	const dark = (k: Kpi): number => Math.max(0, k.racks.declared - k.racks.live);
	const need = (k: Kpi): number => Math.max(open(k), dark(k));
	return (
		<section class="card">
			<h2>{t('worst')}</h2>
			<Show of={state} lines={5}>{(list) => {
				const worst = list.items.filter((s) => need(s) > 0)
					.sort((a, b) => need(b) - need(a) || open(b) - open(a)).slice(0, WORST);
				return worst.length === 0 ? <Empty>{t(list.items.length === 0 ? 'empty.sites' : 'worst.none')}</Empty> : (
					<ol class="worst">
						{worst.map((s) => (
							<li key={s.id}>
								<a href={link('/sites/' + s.id)}>{name_of(s.name, s.id)}</a>
								<span class="bar-cell"><EvidenceBar racks={s.racks} slim /></span>
								<span class="num">{t('worst.open', { n: int(open(s)), dark: int(dark(s)), share: percent(s.racks.declared > 0 ? s.racks.verified / s.racks.declared : null, 0) })}</span>
							</li>
						))}
					</ol>
				);
			}}</Show>
		</section>
	);
}

function AreaTable({ cap }: { cap: DeepCapacity }) {
	const change = use_change(cap.areas.map((a) => 'area:' + a.id));
	return <Table rows={cap.areas} columns={area_columns(change)} label={t('areas')} file="areas"
		sort={{ id: 'racks', down: true }} empty={t('empty.areas')} />;
}

export function Overview() {
	const state = use_api<DeepCapacity>('/capacity');
	return (
		<Show of={state} lines={14} title={t('nav.overview')}>{(cap) => {
			const x = cap.targets.find((o) => o.id === params.value.get('target')) ?? cap.targets[0];
			return (
				<>
					<Head title={name_of(cap.province.name, cap.province.id)}
						sub={t('overview.sub', { date: date_text(Date.parse(cap.as_of), zone()) })} />
					<Hero cap={cap} x={x} />
					<div class="two">
						<section class="card"><BurnUp cap={cap} x={x} /></section>
						<section class="card">
							<h2>{t('areas.map')}</h2>
							<TileMap areas={cap.areas} />
						</section>
					</div>
					<section class="card"><h2>{t('facts')}</h2><Facts kpi={cap} /></section>
					<section class="card">
						<h2>{t('areas')}</h2>
						<AreaTable cap={cap} />
					</section>
					<div class={cap.alarms ? 'three' : 'two'}>
						<Worst />
						<BySeverity />
						<Fresh cap={cap} />
					</div>
				</>
			);
		}}</Show>
	);
}
