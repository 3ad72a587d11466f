/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times as the province's clock shows them; the API speaks UTC. */

const makers = new Map<string, Intl.DateTimeFormat>();

function maker(zone: string): Intl.DateTimeFormat {
	let f = makers.get(zone);
	if (f === undefined) {
		const base: Intl.DateTimeFormatOptions = {
			year: 'numeric', month: '2-digit', day: '2-digit',
			hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
		};
		try {
			f = new Intl.DateTimeFormat('en-CA', { ...base, timeZone: zone });
		} catch {
			f = new Intl.DateTimeFormat('en-CA', { ...base, timeZone: 'UTC' });
		}
		makers.set(zone, f);
	}
	return f;
}

type Parts = Record<string, string>;

function parts(ms: number, zone: string): Parts {
	const out: Parts = {};
	for (const p of maker(zone).formatToParts(ms)) {
		out[p.type] = p.value;
	}
	return out;
}

export const date_text = (ms: number, zone: string): string => {
	const p = parts(ms, zone);
	return `${p.year}-${p.month}-${p.day}`;
};

export const minute_text = (ms: number, zone: string): string => {
	const p = parts(ms, zone);
	return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}`;
};

export const clock_text = (ms: number, zone: string): string => {
	const p = parts(ms, zone);
	return `${p.hour}:${p.minute}:${p.second}`;
};

/* 'HH:MM' on the day of `now`, else the whole date. */
export const since_text = (ms: number, now: number, zone: string): string => {
	const p = parts(ms, zone);
	return date_text(ms, zone) === date_text(now, zone)
		? `${p.hour}:${p.minute}` : minute_text(ms, zone);
};

const UNITS: Record<string, number> = { m: 60, h: 3600, d: 86400, y: 365 * 86400 };

/* Seconds of a range word such as 24h or 7d; null when it is none. */
export function span_s(text: string): number | null {
	const m = /^(\d{1,4})([mhdy])$/.exec(text);
	return m === null ? null : Number(m[1]) * UNITS[m[2]];
}
