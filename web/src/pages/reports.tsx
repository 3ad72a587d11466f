/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The month for billing: energy per site, tenant and rack, to read, print or take as a file. */
import '../i18n/places';
import { useState } from 'preact/hooks';
import type { List, SiteItem } from '../lib/api';
import type { Report, ReportRack, ReportRow } from '../lib/api_ledger';
import { fixed, int, watts } from '../lib/format';
import { lang, name_of, t } from '../lib/i18n';
import { now_ms, use_api, use_province, zone } from '../lib/query';
import { date_text } from '../lib/time';
import { link, params, set_params, with_query } from '../lib/url';
import { crumbs_to, Head } from '../parts/frame';
import { Fact } from '../parts/kpi';
import { Int, Pct, Val } from '../parts/num';
import { Show } from '../parts/state';
import { Table, type Column } from '../parts/table';

const MONTHS = 24;

/* The latest months, newest first; the one that runs is marked as incomplete by the daemon. */
export function months(today: string, n: number): string[] {
	const [y, m] = today.split('-').map(Number);
	return Array.from({ length: n }, (_, i) => {
		const at = y * 12 + m - 1 - i;
		return `${Math.floor(at / 12)}-${String(at % 12 + 1).padStart(2, '0')}`;
	});
}

const kwh = (wh: number | null): string => (wh === null ? '' : fixed(wh / 1000, 1));

type Metered = { id: string; energy_wh: number | null; coverage: number | null; metered?: number | null; peak_w?: number | null };

/* Peaks are of racks: their sums would be peaks of nothing. */
function energy_columns<T extends Metered>(peaks: boolean): Column<T>[] {
	return [
		{
			id: 'energy', head: t('report.kwh'), num: true, value: (r) => (r.energy_wh === null ? null : r.energy_wh / 1000),
			show: (r) => <Val raw={r.energy_wh} text={kwh(r.energy_wh)} />,
		},
		{ id: 'coverage', head: t('col.coverage'), num: true, value: (r) => r.coverage, show: (r) => <Pct r={r.coverage} /> },
		{ id: 'metered', head: t('report.metered'), num: true, minor: true, value: (r) => r.metered ?? null, show: (r) => <Pct r={r.metered} /> },
		...(peaks ? [{ id: 'peak', head: t('report.peak'), num: true, minor: true, value: (r: T) => r.peak_w ?? null, show: (r: T) => <Val raw={r.peak_w} text={watts(r.peak_w)} /> }] : []),
	];
}

type Named = ReportRow & { id: string };

const racks_column: Column<Named> = {
	id: 'racks', head: '', num: true, minor: true, value: (r) => r.racks ?? null, show: (r) => <Int n={r.racks} />,
};

function Picker({ month, place }: { month: string; place: string }) {
	const cap = use_province();
	const sites = use_api<List<SiteItem>>('/sites?limit=1000');
	const today = date_text(now_ms(), zone());
	const province = cap === null ? '' : name_of(cap.province.name, cap.province.id);
	return (
		<div class="filters">
			<label class="field">
				<span>{t('report.month')}</span>
				<select value={month} onChange={(e) => set_params({ month: e.currentTarget.value }, true)}>
					{months(today, MONTHS).map((m) => <option key={m} value={m}>{m}</option>)}
				</select>
			</label>
			<label class="field">
				<span>{t('report.place')}</span>
				<select value={place} onChange={(e) => set_params({ place: e.currentTarget.value }, true)}>
					<option value="">{province}</option>
					<optgroup label={t('areas')}>
						{(cap?.areas ?? []).map((a) => <option key={a.id} value={'area:' + a.id}>{name_of(a.name, a.id)}</option>)}
					</optgroup>
					<optgroup label={t('sites')}>
						{(sites.data?.items ?? []).map((s) => <option key={s.id} value={'site:' + s.id}>{name_of(s.name, s.id)}</option>)}
					</optgroup>
				</select>
			</label>
			<Files month={month} place={place} />
		</div>
	);
}

/* The daemon's own files: these links leave the pages. */
function Files({ month, place }: { month: string; place: string }) {
	const url = (format: string): string => '/api/v1' + with_query('/reports/monthly', { month, place, format, lang: lang.value });
	return (
		<p class="file-links">
			<a class="button" href={url('html')} target="_blank" rel="noopener">{t('report.print')}</a>
			<a href={url('csv')} download={`report-${month}.csv`}>CSV</a>
		</p>
	);
}

function Totals({ r }: { r: Report }) {
	const pue = typeof r.totals.pue === 'object' && r.totals.pue !== null ? r.totals.pue.value : r.totals.pue;
	return (
		<dl class="facts">
			<Fact label={t('report.energy')}><Val raw={r.totals.energy_wh} text={kwh(r.totals.energy_wh) + '\u202fkWh'} k="report.energy_wh" /></Fact>
			<Fact label={t('coverage_cap')}><Pct r={r.coverage} k="report.coverage" /></Fact>
			<Fact label={t('racks')} under={r.totals.missing ? t('report.missing', { n: int(r.totals.missing) }) : <>{t('verified')} <Int n={r.totals.verified} /></>}><Int n={r.totals.racks} k="report.racks" /></Fact>
			<Fact label={t('report.peak')}><Val raw={r.totals.peak_w} text={watts(r.totals.peak_w)} /></Fact>
			<Fact label={t('pue')}><Val raw={pue} text={pue === null ? '' : pue.toFixed(2)} /></Fact>
		</dl>
	);
}

const SHOWN = 50;

function Sheets({ r }: { r: Report }) {
	const [all, set_all] = useState(false);
	const racks = r.racks.map((x) => ({ ...x, id: x.rack }));
	const count: Column<Named> = { ...racks_column, head: t('racks') };
	const sites = use_api<List<SiteItem>>('/sites?limit=1000');
	const site = (x: ReportRow): string => x.site ?? x.id ?? '—';
	const site_name = (id: string): string => name_of(sites.data?.items.find((s) => s.id === id)?.name, id);
	return (
		<>
			<section class="card">
				<h2>{t('report.by_site')}</h2>
				<Table rows={r.sites.map((x): Named => ({ ...x, id: site(x) }))} label={t('report.by_site')} file={`report-${r.month}-sites`}
					sort={{ id: 'energy', down: true }} empty={t('empty.sites')} columns={[
						{ id: 'site', head: t('kind.site'), value: (x) => site_name(site(x)), wide: true, show: (x) => <a href={link('/sites/' + site(x))}>{site_name(site(x))}</a> },
						count, ...energy_columns<Named>(false),
					]} />
			</section>
			<section class="card">
				<h2>{t('report.by_tenant')}</h2>
				<Table rows={r.tenants.map((x): Named => ({ ...x, id: x.tenant ?? x.id ?? '—' }))} label={t('report.by_tenant')} file={`report-${r.month}-tenants`}
					sort={{ id: 'energy', down: true }} empty={t('report.no_tenants')} columns={[
						{ id: 'tenant', head: t('report.tenant'), value: (x) => (x.id === '—' ? t('tenant.none') : x.id), wide: true },
						count, ...energy_columns<Named>(false),
					]} />
			</section>
			<section class="card">
				<h2>{t('report.by_rack')}</h2>
				<Table rows={all ? racks : racks.slice(0, SHOWN)} label={t('report.by_rack')}
					sort={{ id: 'rack', down: false }} empty={t('report.no_racks')} columns={[
						{ id: 'rack', head: t('kind.rack'), value: (x) => x.rack, wide: true, show: (x) => <a href={link('/racks/' + x.rack)}>{x.rack}</a> },
						{ id: 'tenant', head: t('report.tenant'), value: (x) => x.tenant, minor: true, show: (x) => x.tenant ?? t('tenant.none') },
						...energy_columns<ReportRack & { id: string }>(true),
					]} />
				{r.next && <p class="hint">{t('report.first', { n: int(racks.length) })}</p>}
				{!all && racks.length > SHOWN && <button onClick={() => set_all(true)}>{t('report.all', { n: int(racks.length) })}</button>}
			</section>
		</>
	);
}

export function Reports() {
	const today = date_text(now_ms(), zone());
	const asked = params.value.get('month');
	const [running, last] = months(today, 2);
	const place = params.value.get('place') ?? '';
	const crumbs = crumbs_to(null);
	const wanted = use_api<Report>(with_query('/reports/monthly', { month: asked ?? last, place }), true);
	/* a collector younger than a month has only the month that runs */
	const young = asked === null && wanted.error?.problem.code === 'no_such_month';
	const instead = use_api<Report>(young ? with_query('/reports/monthly', { month: running, place }) : null, true);
	const state = young ? instead : wanted;
	const month = young ? running : asked ?? last;
	return (
		<>
			<Head crumbs={crumbs} title={t('report.title', { month })} />
			<Picker month={month} place={place} />
			<Show of={state} lines={14}>{(r) => (
				<>
					{!r.complete && <p class="note">{t('report.incomplete')}</p>}
					<Totals r={r} />
					<Sheets r={r} />
				</>
			)}</Show>
		</>
	);
}
