/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The province as tiles: count, how much of it is proven, and a mark where something is wrong. */
import type { Area } from '../lib/api';
import { COLUMNS, ROWS, TILES } from '../data/tiles';
import { int } from '../lib/format';
import { lang, name_of, t, word } from '../lib/i18n';
import { link } from '../lib/url';
import { severity_tone } from './alarm';
import { few, share_text } from './kpi';

const W = 100;
const H = 66;
const GAP = 6;
const PAD = 9;
/* Room for "100 %" beside the bar. */
const SHARE = 40;

/* The worst of its alerts, by shape, and how many fire. */
function TileAlarm({ tone, x, y, n }: { tone: string; x: number; y: number; n: number }) {
	const d = tone === 'crit' ? 'M-2.5 -6h5l3.5 3.5v5l-3.5 3.5h-5l-3.5 -3.5v-5z' : tone === 'warn' ? 'M0 -6l6.5 11h-13z' : 'M-4.5 -4.5h9v9h-9z';
	return (
		<g class={'tile-alarm alarm-' + tone} transform={`translate(${x} ${y})`}>
			<path d={d} /><text class="tile-alarms" x="-10" y="4.5">{int(n)}</text>
		</g>
	);
}

function Tile({ area, at, most }: { area: Area | undefined; at: [number, number]; most: number }) {
	const [x, y] = [at[0] * (W + GAP), at[1] * (H + GAP)];
	if (area === undefined) {
		return <rect class="tile none" x={x} y={y} width={W} height={H} rx="6" />;
	}
	const { declared, verified, contradicted } = area.racks;
	const inner = W - 2 * PAD - SHARE;
	const name = short_name(name_of(area.name, area.id));
	const label = t('tile.label', {
		name, declared: int(declared), verified: int(verified), share: share_text(area), alarms: area.alarms?.worst ? ' ' + int(area.alarms.firing) : '',
	}) + (contradicted > 0 ? '; ' + t('tile.bad', { n: int(contradicted) }) : '') +
		(few(area) ? '; ' + t('live_of', { n: int(area.racks.live), of: int(declared) }) : '') +
		(area.alarms?.worst ? '; ' + t('alarms.of', { n: int(area.alarms.firing), severity: word('severity', area.alarms.worst) }) : '');
	return (
		<a href={link('/areas/' + area.id)} aria-label={label} class={'tile' + (declared === 0 ? ' none' : '')}>
			<rect class={few(area) ? 'face few' : 'face'} x={x} y={y} width={W} height={H} rx="6" />
			<rect class="shade" x={x} y={y} width={W} height={H} rx="6"
				style={{ opacity: (declared / Math.max(1, most) * 0.3).toFixed(3) }} />
			<text class="tile-name" x={x + PAD} y={y + 20}>{name}</text>{' '}
			<text class="tile-count" x={x + PAD} y={y + 43}>{int(declared)}</text>{' '}
			<text class="tile-share" x={x + W - PAD} y={y + 58}>{share_text(area)}</text>
			<rect class="tile-bar" x={x + PAD} y={y + 51} width={inner} height="6" rx="1" />
			{declared > 0 && <rect class="tile-verified" x={x + PAD} y={y + 51}
				width={inner * verified / declared} height="6" rx="1" />}
			{' '}{area.alarms?.worst && <TileAlarm tone={severity_tone(area.alarms.worst)} x={x + W - PAD - 6} y={y + 36} n={area.alarms.firing} />}
			{contradicted > 0 && <path class="tile-mark" d={`M${x + W - 6} ${y - 5}l8 14h-16z`} />}
		</a>
	);
}

/* "Zhengzhou" and 郑州 fit a tile; what stands in brackets does not. */
const short_name = (name: string): string =>
	lang.value === 'zh' && name.length > 3 ? name.replace(/市$/, '') : name.replace(/ \(.*/, '').replace(/市$/, '');

export function TileMap({ areas }: { areas: Area[] }) {
	const by_id = new Map(areas.map((a) => [a.id, a]));
	const most = Math.max(0, ...areas.map((a) => a.racks.declared));
	const extra = areas.filter((a) => TILES[a.id] === undefined);
	const rows = ROWS + Math.ceil(extra.length / COLUMNS);
	return (
		<figure class="tilemap">
			<svg viewBox={`-2 -6 ${COLUMNS * (W + GAP) - GAP + 6} ${rows * (H + GAP) - GAP + 8}`}
				role="group" aria-label={t('tile.map')}>
				{Object.entries(TILES).sort((a, b) => a[1][1] - b[1][1] || a[1][0] - b[1][0]).map(([id, at]) =>
					<Tile key={id} area={by_id.get(id)} at={at} most={most} />)}
				{extra.map((a, i) => <Tile key={a.id} area={a} most={most}
					at={[i % COLUMNS, ROWS + Math.floor(i / COLUMNS)]} />)}
			</svg>
			<figcaption class="hint">{t('tile.note')}</figcaption>
		</figure>
	);
}
