/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rack from the front and from the rear: units, gear, what it draws, what is free or reserved. */
import { useRef, useState } from 'preact/hooks';
import type { Equipment, FullRack } from '../lib/api_floor';
import { line_of, next_index, slots_of, type Slot } from '../lib/elevation';
import { DASH, int, unit, watts } from '../lib/format';
import { name_of, t } from '../lib/i18n';
import { link } from '../lib/url';
import { Val } from './num';
import { Empty } from './state';
import { Table } from './table';

const name_of_gear = (e: Equipment): string => name_of(e.name, e.model ?? e.id);
/* What it draws, else what it is planned with, else its plate. */
const draw_of = (e: Equipment): number => e.power_w ?? e.budget_w ?? e.nameplate_w ?? 0;
export const span_of_units = (u: number, height: number): string => (height === 1 ? `U${u}` : `U${u}–${u + height - 1}`);

function Watts({ e, most }: { e: Equipment; most: number }) {
	return (
		<i class={e.power_w === null ? 'draw planned' : 'draw'} aria-hidden="true">
			<b style={{ width: `${Math.max(2, draw_of(e) / most * 100).toFixed(1)}%` }} /></i>
	);
}

function Detail({ e }: { e: Equipment }) {
	const lines: [string, string][] = [
		[t('gear.units'), e.u === null ? DASH : span_of_units(e.u, e.height ?? 1)],
		[t('gear.face'), t(`face.${e.face === 'front' || e.face === 'rear' ? e.face : 'both'}`)],
		[t('power'), watts(e.power_w)], [t('gear.budget'), watts(e.budget_w)], [t('gear.nameplate'), watts(e.nameplate_w)],
		[t('gear.feeds'), e.feeds.length === 0 ? DASH : e.feeds.join(' + ')],
		[t('gear.weight'), unit(e.kg, 'kg', 0)], [t('gear.outlets'), int(e.outlets)], [t('gear.ports'), int(e.ports)],
	];
	return (
		<div class="gear-detail" aria-live="polite">
			<h3>{e.device === null ? name_of_gear(e) : <a href={link('/devices/' + e.device)}>{name_of_gear(e)}</a>}</h3>
			<p class="hint">{[e.model, e.tenant].filter((x) => x).join(' · ')}</p>
			<dl class="pairs">{lines.filter(([, v]) => v !== DASH).map(([k, v]) => <><dt>{k}</dt><dd>{v}</dd></>)}</dl>
		</div>
	);
}

function Faces({ r, slots, chosen, on_choose }: { r: FullRack; slots: Slot[]; chosen: string | null; on_choose: (id: string) => void }) {
	const units = r.units as number;
	const box = useRef<HTMLDivElement>(null);
	const gear = slots.filter((s) => s.gear !== null);
	const home = gear.some((s) => s.gear?.id === chosen) ? chosen : gear[0]?.gear?.id;
	const most = Math.max(1, ...gear.map((s) => draw_of(s.gear as Equipment)));
	const rows = (s: Slot) => ({ gridRow: `${line_of(units, s.u, s.height)} / span ${s.height}` });
	const move = (e: KeyboardEvent, i: number): void => {
		const to = next_index(i, gear.length, e.key);
		if (to === null || e.ctrlKey || e.metaKey || e.altKey) {
			return;
		}
		e.preventDefault();
		const id = gear[to].gear?.id ?? '';
		on_choose(id);
		box.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus();
	};
	const piece = (s: Slot, side: 'front' | 'rear') => {
		const e = s.gear as Equipment;
		const face = e.face === 'rear' || e.face === 'front' ? e.face : 'both';
		if (face !== 'both' && face !== side) {
			return null;
		}
		if (face === 'both' && side === 'rear') {
			return <div key={'r' + e.id} class={'gear back rear' + (e.id === chosen ? ' chosen' : '')} style={rows(s)} aria-hidden="true"
				onClick={() => on_choose(e.id)}><span>{e.feeds.join(' + ')}</span></div>;
		}
		const i = gear.indexOf(s);
		return (
			<button key={e.id} class={`gear ${side}${s.height > 1 ? ' tall' : ''}`} style={rows(s)} data-id={e.id} tabIndex={e.id === home ? 0 : -1}
				aria-pressed={e.id === chosen} onClick={() => on_choose(e.id)} onKeyDown={(ev) => move(ev, i)}
				title={`${span_of_units(s.u, s.height)} ${name_of_gear(e)}`}>
				<span class="name"><span class="sr">{span_of_units(s.u, s.height)} </span>{name_of_gear(e)}</span>{' '}
				<small>{watts(e.power_w ?? e.budget_w)}</small>
				<Watts e={e} most={most} />
			</button>
		);
	};
	const gap = (s: Slot) => (
		<div key={s.kind + s.u} class={'gap ' + s.kind} style={rows(s)}>
			{s.height >= 2 || s.kind === 'reserved' ? <span>{t(s.kind === 'reserved' ? 'gap.reserved' : 'gap.free', { n: int(s.height) })}</span> : null}
		</div>
	);
	return (
		<div class="elevation" ref={box} role="group" aria-label={t('elevation.label')}
			style={{ gridTemplateRows: `auto repeat(${units}, var(--unit))` }}>
			<small class="face-head front">{t('face.front')}</small><small class="face-head rear">{t('face.rear')}</small>
			<div class="faces" style={{ gridTemplateRows: `repeat(${units}, var(--unit))` }}>
				{Array.from({ length: units }, (_, i) => {
					const u = units - i;
					return <small key={u} class="u-no" aria-hidden="true" style={{ gridRow: String(i + 1) }}>{u}</small>;
				})}
				<div class="frame front" style={{ gridRow: `1 / span ${units}` }} /><div class="frame rear" style={{ gridRow: `1 / span ${units}` }} />
				{slots.map((s) => s.gear === null ? gap(s) : piece(s, 'front'))}
				{slots.map((s) => s.gear !== null && piece(s, 'rear'))}
			</div>
		</div>
	);
}

export function Elevation({ r }: { r: FullRack }) {
	const [chosen, set_chosen] = useState<string | null>(null);
	if (r.units === null || r.units < 1) {
		return <section class="card elevation-card"><h2>{t('elevation')}</h2><Empty>{t('elevation.none')}</Empty></section>;
	}
	const slots = slots_of(r.units, r.equipment, r.space.gaps, r.space.reserved);
	const e = r.equipment.find((x) => x.id === chosen) ?? null;
	return (
		<section class="card elevation-card">
			<h2>{t('elevation')} <span class="hint">{unit(r.units, 'U', 0)}</span></h2>
			{r.equipment.length === 0 && <p class="hint">{t('elevation.empty')}</p>}
			<Faces r={r} slots={slots} chosen={chosen} on_choose={set_chosen} />
			{r.equipment.length > 0 && <p class="hint">{t('elevation.hint')}</p>}
			{e !== null && <Detail e={e} />}
			{r.equipment.length > 0 && (
				<details class="behind">
					<summary>{t('elevation.table', { n: int(r.equipment.length) })}</summary>
					<Table rows={r.equipment} label={t('elevation')} file={'equipment-' + r.id} columns={[
						{ id: 'u', head: 'U', num: true, value: (x) => x.u, show: (x) => x.u === null ? '—' : span_of_units(x.u, x.height ?? 1) },
						{ id: 'name', head: t('name'), value: (x) => name_of_gear(x), show: (x) => x.device === null ? name_of_gear(x) : <a href={link('/devices/' + x.device)}>{name_of_gear(x)}</a> },
						{ id: 'tenant', head: t('tenant'), value: (x) => x.tenant, minor: true },
						{ id: 'feeds', head: t('gear.feeds'), value: (x) => x.feeds.join('+'), minor: true },
						{ id: 'power', head: t('power'), num: true, value: (x) => x.power_w, show: (x) => <Val raw={x.power_w} text={watts(x.power_w)} /> },
						{ id: 'budget', head: t('gear.budget'), num: true, value: (x) => x.budget_w, show: (x) => <Val raw={x.budget_w} text={watts(x.budget_w)} /> },
					]} />
				</details>
			)}
		</section>
	);
}
