/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The province: how many racks, proven how, and when the target is passed. */
import type { Capacity, Kpi, List, SiteItem, Target } from '../lib/api';
import { int, percent, short } from '../lib/format';
import { name_of, t } from '../lib/i18n';
import { use_api, zone } from '../lib/query';
import { date_text } from '../lib/time';
import { link, params, set_params } from '../lib/url';
import { EvidenceBar, EvidenceLegend, TargetBar } from '../parts/bar';
import { BurnUp } from '../parts/burnup';
import { Head } from '../parts/frame';
import { Badge } from '../parts/icon';
import { Basis, Facts, kpi_columns } from '../parts/kpi';
import { Int, Pct, ToRacks } from '../parts/num';
import { Empty, Show } from '../parts/state';
import { Table } from '../parts/table';
import { TileMap } from '../parts/tilemap';

const WORST = 5;
const HORIZON_Y = 20;

/* Days are dates already: no clock turns them into another day. */
const day = (text: string | null): string => (text === null ? '—' : text.slice(0, 10));

function outlook(x: Target, now: string): string {
	const f = x.forecast;
	if (x.status === 'reached') {
		return '';
	}
	if (f.date === null) {
		return t(f.reason === 'not_enough_history' ? 'forecast.short' : 'forecast.never');
	}
	/* the daemon gives no date further away than this as the upper end */
	const horizon = Number(now.slice(0, 4)) + HORIZON_Y;
	if (Number(f.date.slice(0, 4)) >= horizon) {
		return t('forecast.later', { year: horizon });
	}
	if (f.earliest === null) {
		return t('forecast.date', { date: day(f.date) });
	}
	return f.latest === null
		? t('forecast.open', { date: day(f.date), earliest: day(f.earliest), year: horizon })
		: t('forecast.range', { date: day(f.date), earliest: day(f.earliest), latest: day(f.latest) });
}

function method(x: Target): string {
	const f = x.forecast;
	return x.status === 'reached' || f.date === null ? ''
		: ' · ' + t('forecast.method', { k: int(f.k) }) + (f.latest !== null
			? t('forecast.interval') : '');
}

function TargetLine({ x, now }: { x: Target; now: string }) {
	const status = x.status === 'overdue' && x.overdue_days !== null
		? t(x.overdue_days === 1 ? 'target.overdue_day' : 'target.overdue', { n: int(x.overdue_days) })
		: t(`target.${x.status}`);
	const next = outlook(x, now);
	return (
		<p class="target-line">
			<Badge code={x.status}><b>{status}</b></Badge>
			{next !== '' && <span>{next}</span>}
			<span class="hint">{t('target.pace', { n: x.pace_per_day === null ? '—' : short(x.pace_per_day) })}
				{x.required_per_day !== null && t('target.required', { n: short(x.required_per_day) })}{method(x)}</span>
		</p>
	);
}

function TargetHead({ cap, x }: { cap: Capacity; x: Target }) {
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

function Hero({ cap, x }: { cap: Capacity; x: Target | undefined }) {
	const standard = x?.basis === 'standard';
	const verified = x?.verified ?? cap.racks.verified;
	const count = x?.count ?? cap.racks.declared;
	return (
		<section class="hero" aria-label={t('hero')}>
			<div class="hero-top">
				<div>
					<p class="label">{t(standard ? 'hero.standard' : 'hero.racks')}</p>
					<p class="headline">
						<ToRacks query={{ evidence: 'verified' }}>
							<span class="big" data-k="target.verified" data-v={verified}>{int(verified)}</span>
						</ToRacks>
						<span class="of">{t('verified_of')}{' '}
							<ToRacks query={{}}><Int n={count} k="target.count" /></ToRacks> {t('declared_tail')}</span>
					</p>
				</div>
				{x !== undefined && <TargetHead cap={cap} x={x} />}
			</div>
			{x !== undefined && (
				<>
					<TargetBar count={count} verified={verified} target={x.racks} />
					<ul class="legend keys">
						<li><i class="key k-verified" />{t('verified')} <Pct r={x.racks > 0 ? verified / x.racks : null} k="target.verified_share" /></li>
						<li><i class="key k-declared" />{t('declared')} <Pct r={x.racks > 0 ? count / x.racks : null} /></li>
						<li><i class="key k-mark" />{t('target')} {int(x.racks)}</li>
					</ul>
					<TargetLine x={x} now={cap.as_of} />
				</>
			)}
			<h2 class="label">{t('hero.partition', { n: int(cap.racks.declared) })}</h2>
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

export function Overview() {
	const state = use_api<Capacity>('/capacity');
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
						<Table rows={cap.areas} columns={kpi_columns('area')} label={t('areas')} file="areas"
							sort={{ id: 'racks', down: true }} empty={t('empty.areas')} />
					</section>
					<Worst />
				</>
			);
		}}</Show>
	);
}
