/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The air at a rack: inlet bottom, middle and top against the band of its class, then each reading. */
import type { Num } from '../lib/api';
import type { FullRack } from '../lib/api_floor';
import { celsius, int, measure, percent, unit } from '../lib/format';
import { t, word } from '../lib/i18n';
import { Badge } from './icon';
import { age_text, span_text, Unknown } from './num';
import { Empty } from './state';

type Env = FullRack['environment'][number];
type Summary = FullRack['environment_summary'];

/* Top of the rack first, as it stands. */
const HEIGHTS = ['top', 'middle', 'bottom'] as const;
const height = (e: Env): number => HEIGHTS.indexOf((e.instance ?? '') as 'top') >>> 0;
/* Around the band, so that what is outside it still has a place. */
const AROUND = 4;

const role_of = (r: FullRack, e: Env): string => r.devices.find((d) => d.id === e.device)?.role ?? e.device;

function Bar({ value, band }: { value: Num; band: Summary['band'] }) {
	const [rec, all] = [band.recommended, band.allowable];
	const [low, high] = [Math.min(all[0], value ?? all[0]) - AROUND, Math.max(all[1], value ?? all[1]) + AROUND];
	const at = (v: number): string => `${Math.min(100, Math.max(0, (v - low) / (high - low) * 100)).toFixed(2)}%`;
	const off = value === null ? '' : value < all[0] || value > all[1] ? ' over' : value < rec[0] || value > rec[1] ? ' high' : '';
	return (
		<span class={'band-bar' + off} aria-hidden="true">
			<i class="all" style={{ left: at(all[0]), right: `calc(100% - ${at(all[1])})` }} />
			<i class="rec" style={{ left: at(rec[0]), right: `calc(100% - ${at(rec[1])})` }} />
			{value !== null && <i class="at" style={{ left: at(value) }} />}
		</span>
	);
}

/* Outside the band, in words: the bar says it by place, the badge by name. */
function Verdict({ value, band }: { value: Num; band: Summary['band'] }) {
	if (value === null) {
		return null;
	}
	const { recommended: rec, allowable: all } = band;
	const said = value > all[1] ? 'hot' : value < all[0] ? 'cold' : value > rec[1] ? 'warm' : value < rec[0] ? 'cool' : null;
	return said === null ? null : <Badge code={said === 'hot' || said === 'cold' ? 'critical' : 'warning'}>{t(`band.${said}`)}</Badge>;
}

function Inlets({ r }: { r: FullRack }) {
	const s = r.environment_summary;
	const known = HEIGHTS.filter((h) => s.inlet_c[h] !== null);
	if (known.length === 0) {
		return null;
	}
	return (
		<>
			<table class="plain inlets">
				<caption class="sr">{t('env.inlet')}</caption>
				<tbody>{HEIGHTS.map((h) => (
					<tr key={h}>
						<th scope="row">{t('env.inlet')} <span class="hint">{word('instance', h)}</span></th>
						<td><Bar value={s.inlet_c[h]} band={s.band} /></td>
						<td class="num wide" data-k={'inlet.' + h} data-v={s.inlet_c[h] ?? 'null'}>{s.inlet_c[h] === null ? <Unknown /> : celsius(s.inlet_c[h])}</td>
						<td><Verdict value={s.inlet_c[h]} band={s.band} /></td>
					</tr>
				))}</tbody>
			</table>
			<p class="hint">{t('env.band', {
				class: (r.class ?? 'a2').toUpperCase(), low: s.band.recommended[0], high: s.band.recommended[1],
				least: s.band.allowable[0], most: s.band.allowable[1],
			})}</p>
		</>
	);
}

const unit_of = (metric: string): string =>
	metric.endsWith('_c') ? '°C' : metric.endsWith('_pct') ? '%' : metric.endsWith('_pa') ? 'Pa' : '';

function Readings({ r }: { r: FullRack }) {
	const all = [...r.environment].sort((a, b) => b.metric.localeCompare(a.metric) || height(a) - height(b));
	const twins = (e: Env): boolean => all.some((o) => o !== e && o.metric === e.metric && o.instance === e.instance);
	return (
		<table class="plain env">
			<caption class="sr">{t('environment')}</caption>
			<tbody>
				{all.map((e) => (
					<tr key={e.device + e.metric + e.instance}>
						<th scope="row">{word('metric', e.metric)} <span class="hint">{[
							e.instance === null ? '' : word('instance', e.instance), twins(e) ? role_of(r, e) : ''].join(' ')}</span></th>
						<td>{e.quality !== 'good' && <Badge code={e.quality}>{word('quality', e.quality)}</Badge>}</td>
						<td class="num wide">{e.value === null ? <Unknown /> : measure(e.value, unit_of(e.metric))}</td>
						<td class="num wide hint">{age_text(e.age_s)}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

export function Environment({ r }: { r: FullRack }) {
	const s = r.environment_summary;
	if (r.environment.length === 0) {
		return <Empty>{t('empty.environment')}</Empty>;
	}
	const facts: [string, Num, string][] = [
		[t('env.in_range', { span: span_text(s.in_range_s) }), s.in_range_s === null ? null : s.in_range, percent(s.in_range)],
		[t('env.outlet'), s.outlet_c, celsius(s.outlet_c)],
		[t('env.delta'), s.delta_t_k, unit(s.delta_t_k, 'K', 1)],
		[t('env.air'), s.airflow_m3h, unit(s.airflow_m3h === null ? null : Math.round(s.airflow_m3h), 'm³/h', 0)],
		[t('env.dew'), s.dew_point_c, celsius(s.dew_point_c)],
	];
	return (
		<>
			<Inlets r={r} />
			{facts.some(([, v]) => v !== null) && (
				<dl class="pairs env-facts">{facts.filter(([, v]) => v !== null).map(([k, , text]) => <><dt>{k}</dt><dd class="num">{text}</dd></>)}</dl>
			)}
			{r.temperature_source === 'ipmi' && <p class="hint">{t('environment.by_bmc', { value: celsius(r.temperature_c) })}</p>}
			<details class="behind"><summary>{t('env.all', { n: int(r.environment.length) })}</summary><Readings r={r} /></details>
		</>
	);
}

