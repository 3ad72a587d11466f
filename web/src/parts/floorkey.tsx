/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the colours of a floor plan mean, how many racks have each, and where the limits are. */
import type { FloorCell } from '../lib/api_floor';
import { DASH, int, THIN } from '../lib/format';
import { t, word } from '../lib/i18n';
import { beyond, STEPS, step_of, type Layer, type Scale } from '../lib/layers';
import { severity_tone } from './alarm';
import { absent, type Reading } from './floor';
import { Mark, tone_of } from './icon';

const ORDER: Record<string, string[]> = {
	evidence: ['verified', 'contradicted', 'stale', 'unmonitored', 'none'],
	state: ['planned', 'installed', 'energized', 'in_service', 'decommissioning', 'decommissioned'],
};
const BAR = 28;
const ALARMS = ['critical', 'warning', 'info'] as const;

/* Racks by the worst of their alerts; on the layer of its own, the quiet ones, too. */
function Alarms({ cells, own }: { cells: FloorCell[]; own: boolean }) {
	const n = (s: FloorCell['alarm']): number => cells.filter((c) => c.alarm === s && (s !== null || c.evidence !== null)).length;
	return (
		<ul class="legend plan-keys" data-k="alarm_keys">
			{ALARMS.map((s) => n(s) > 0 && <li key={s}><i class="cell-key alarm-key"><Mark tone={severity_tone(s)} /></i>{t('plan.alarm', { severity: word('severity', s) })} <b data-k={`racks.${s}`} data-v={n(s)}>{int(n(s))}</b></li>)}
			{own && <li><i class="cell-key" />{t('plan.quiet')} <b>{int(n(null))}</b></li>}
		</ul>
	);
}


function Words({ cells, layer }: { cells: FloorCell[]; layer: 'evidence' | 'state' }) {
	const key = (c: FloorCell): string => (layer === 'evidence' ? c.evidence ?? 'none' : c.state);
	const more: [string, number][] = layer === 'evidence' ? [] : [
		['reserved', cells.filter((c) => c.reserved).length], ['maintenance', cells.filter((c) => c.maintenance).length],
		['discrepancy', cells.filter((c) => c.discrepancy).length],
	];
	return (
		<ul class="legend plan-keys">
			{ORDER[layer].map((k) => {
				const n = cells.filter((c) => key(c) === k).length;
				return n > 0 && (
					<li key={k}>
						<i class={'cell-key ' + (layer === 'evidence' ? 'e-' : 's-') + k}>
							{layer === 'evidence' ? <Mark tone={k === 'none' ? 'off' : tone_of(k)} /> : word('state.short', k)}</i>
						{word(layer, k)} <b>{int(n)}</b>
					</li>
				);
			})}
			{more.map(([k, n]) => n > 0 && (
				<li key={k}><i class="cell-key">{k === 'discrepancy' ? '!' : t(k === 'reserved' ? 'plan.short_reserved' : 'plan.short_maintenance')}</i>
					{word('plan', k)} <b>{int(n)}</b></li>
			))}
		</ul>
	);
}

type Count = { bins: number[]; unknown: number; single: number; gone: Map<string, number>; high: number; over: number };

function count(cells: FloorCell[], layer: Layer, r: Reading, s: Scale): Count {
	const c: Count = { bins: new Array<number>(STEPS).fill(0), unknown: 0, single: 0, gone: new Map(), high: 0, over: 0 };
	for (const cell of cells) {
		const v = r.value(cell);
		if (v !== null) {
			c.bins[step_of(v, s)]++;
			const how = beyond(cell, layer, v);
			c.high += how === 'high' ? 1 : 0;
			c.over += how === 'over' ? 1 : 0;
		} else if (absent(cell, v)) {
			c.gone.set(cell.state, (c.gone.get(cell.state) ?? 0) + 1);
		} else if (layer === 'failover' && cell.failover === 'single') {
			c.single++;
		} else {
			c.unknown++;
		}
	}
	return c;
}

function Ramp({ s, c }: { s: Scale; c: Count }) {
	const most = Math.max(1, ...c.bins);
	const width = (s.high - s.low) / STEPS;
	const edge = (i: number): string => (s.low + i * width).toFixed(width >= 1.5 && Number.isInteger(width) ? 0 : width >= 1 ? 0 : 1);
	const at = (v: number): string => `${((v - s.low) / (s.high - s.low) * 100).toFixed(2)}%`;
	return (
		<div class="ramp2">
			<ol aria-label={t('plan.legend', { unit: s.unit })}>
				{c.bins.map((n, i) => (
					<li key={i} title={`${edge(i)}–${edge(i + 1)}${THIN}${s.unit}${t('colon')}${n}`}>
						<span class="sr">{`${edge(i)}–${edge(i + 1)} ${s.unit}${t('colon')}${n}`}</span>
						<i class="bin" style={{ height: `${Math.round(n / most * BAR)}px` }} />
						<i class={'bin-key heat-' + i} />
						<small aria-hidden="true">{edge(i)}</small>
					</li>
				))}
			</ol>
			{s.limits.map((l) => l.at < s.high && <i key={l.tone} class={'mark-limit ' + l.tone} style={{ left: at(l.at) }}
				title={t('plan.limit', { v: l.at + THIN + s.unit })}><small>{l.at}</small></i>)}
			<small class="unit hint">{s.unit}</small>
		</div>
	);
}

export function FloorKey({ cells, layer, reading }: { cells: FloorCell[]; layer: Layer; reading: Reading }) {
	const s = reading.scale;
	const loud = cells.some((c) => c.alarm !== null);
	if (layer === 'alarms') {
		return <Alarms cells={cells} own />;
	}
	if (s === null) {
		return <><Words cells={cells} layer={layer === 'evidence' ? 'evidence' : 'state'} />{loud && <Alarms cells={cells} own={false} />}</>;
	}
	const c = count(cells, layer, reading, s);
	return (
		<div class="floor-key">
			{c.bins.some((n) => n > 0) && <Ramp s={s} c={c} />}
			<ul class="legend plan-keys">
				{c.high > 0 && <li><i class="cell-key high" />{t(`plan.high.${layer}` as 'plan.high.power')} <b>{int(c.high)}</b></li>}
				{c.over > 0 && <li><i class="cell-key over" />{t(`plan.over.${layer}` as 'plan.over.power')} <b>{int(c.over)}</b></li>}
				{c.single > 0 && <li><i class="cell-key single">1N</i>{t('failover.single')} <b>{int(c.single)}</b></li>}
				{c.unknown > 0 && <li><i class="cell-key unknown-fill">{DASH}</i>{t('unknown')} <b>{int(c.unknown)}</b></li>}
				{[...c.gone].map(([k, n]) => <li key={k}><i class="cell-key s-planned">{word('state.short', k)}</i>{word('state', k)} <b>{int(n)}</b></li>)}
			</ul>
			{loud && <Alarms cells={cells} own={false} />}
		</div>
	);
}
