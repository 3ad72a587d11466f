/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Own line icons, 16 px, 1.5 px stroke; a shape for every state beside its word. */
import type { ComponentChildren } from 'preact';

const PATHS: Record<string, string> = {
	alerts: 'M8 1.5v1M4 11V7a4 4 0 0 1 8 0v4l1.5 1.5h-11zM6.5 14.5h3',
	overview: 'M2 13V8.5M6 13V3M10 13V6M14 13v-3',
	sites: 'M2.5 14V4.5L8 2l5.5 2.5V14M2 14h12M6 14v-3h4v3M5.5 6.5h5',
	racks: 'M3 2h10v12H3zM3 6h10M3 10h10M10.5 4h.5M10.5 8h.5M10.5 12h.5',
	planner: 'M2.5 2.5h11v11h-11zM2.5 6.5h11M6.5 6.5v7M9 10h3M10.5 8.5v3',
	devices: 'M5.5 2v3M10.5 2v3M4 5h8v3.5a4 4 0 0 1-8 0zM8 12.5V15',
	reports: 'M4 1.5h6l3 3v10H4zM10 1.5v3h3M6.5 8h4M6.5 11h4',
	collector: 'M1.5 8h3l2-5 3.5 10 2-5h2.5',
	search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.6 10.6 14.5 14.5',
	user: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 14.5c.6-3 2.6-4.5 5.5-4.5s4.9 1.5 5.5 4.5',
	sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1',
	moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z',
	up: 'M4 10l4-4 4 4',
	down: 'M4 6l4 4 4-4',
	close: 'M4 4l8 8M12 4l-8 8',
	right: 'M6 3l5 5-5 5',
	left: 'M10 3 5 8l5 5',
	play: 'M5 3l8 5-8 5z',
	pause: 'M5.5 3v10M10.5 3v10',
};

export function Icon({ name }: { name: string }) {
	return (
		<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
			<path d={PATHS[name] ?? ''} />
		</svg>
	);
}

export type Tone = 'ok' | 'warn' | 'crit' | 'none' | 'verified' | 'off' | 'info';

/* The mark of a state: dot, triangle, octagon, dashed ring, crossed ring, square. */
export function Mark({ tone }: { tone: Tone }) {
	return (
		<svg class={'mark mark-' + tone} viewBox="0 0 12 12" aria-hidden="true" focusable="false">
			{tone === 'warn' ? <path d="M6 1 11.5 11H.5z" />
				: tone === 'crit' ? <><path d="M3.6.5h4.8l3.1 3.1v4.8l-3.1 3.1H3.6L.5 8.4V3.6z" /><path class="cut" d="M4 4l4 4M8 4l-4 4" /></>
				: tone === 'info' ? <path d="M1.75 1.75h8.5v8.5h-8.5zM6 5.5v3M6 3.2v.6" />
				: tone === 'none' ? <circle cx="6" cy="6" r="4.25" />
				: tone === 'off' ? <path d="M6 1.75a4.25 4.25 0 1 0 0 8.5 4.25 4.25 0 0 0 0-8.5zM3 9l6-6" />
				: <circle cx="6" cy="6" r="4.5" />}
		</svg>
	);
}

const TONES: Record<string, Tone> = {
	verified: 'verified', contradicted: 'warn', stale: 'none', unmonitored: 'off',
	up: 'ok', degraded: 'warn', down: 'crit', unknown: 'none',
	good: 'ok', implausible: 'warn', error: 'crit', unavailable: 'off',
	reached: 'ok', on_track: 'ok', behind: 'warn', overdue: 'warn',
	ok: 'ok', at_risk: 'warn', no_redundancy: 'crit', single: 'off',
	running: 'ok', refused: 'crit',
	warning: 'warn', critical: 'crit',
};

export const tone_of = (code: string | null | undefined): Tone =>
	TONES[code ?? ''] ?? 'none';

export function Badge({ code, tone, children }: {
	code: string | null;
	tone?: Tone;
	children: ComponentChildren;
}) {
	return (
		<span class="badge" data-code={code ?? 'none'}>
			<Mark tone={tone ?? tone_of(code)} />
			{children}
		</span>
	);
}
