/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last 24 hours of a floor plan: a slider over frames, play, step, and back to now. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { get, type Num } from '../lib/api';
import type { FrameLayer, Frames } from '../lib/api_floor';
import { t } from '../lib/i18n';
import { now_ms, zone } from '../lib/query';
import { minute_text } from '../lib/time';
import { with_query } from '../lib/url';
import { Icon } from './icon';

const PLAY_MS = 450;
/* steps of a quarter of an hour */
const DAY = 96;

export type Film = { frames: Frames; column: Map<string, number> } | null;

/* A daemon that started an hour ago has nothing to show of the hours before. */
export function trimmed(f: Frames): Frames {
	const first = f.values.findIndex((row) => row.some((v) => v !== null));
	const from = first < 0 ? f.t.length : first;
	return { ...f, t: f.t.slice(from), values: f.values.slice(from) };
}

/*
 * Frames are many numbers: asked for when the slider is first touched (or the address names
 * a moment), and again when the next one is due, not with every answer.
 */
export function use_frames(hall: string, layer: FrameLayer | null): { film: Film; failed: boolean } {
	const [film, set_film] = useState<Film>(null);
	const [failed, set_failed] = useState(false);
	useEffect(() => {
		set_film(null);
		set_failed(false);
		if (layer === null) {
			return undefined;
		}
		const stop = new AbortController();
		let timer = 0;
		const ask = (): void => {
			get<Frames>(with_query(`/halls/${encodeURIComponent(hall)}/frames`, { layer }), null, stop.signal).then((a) => {
				if (a !== 'same') {
					set_film({ frames: trimmed(a.body), column: new Map(a.body.racks.map((id, i) => [id, i])) });
					timer = setTimeout(ask, Math.max(60, a.body.step_s) * 1000);
				}
			}).catch(() => set_failed(!stop.signal.aborted));
		};
		ask();
		return () => {
			stop.abort();
			clearTimeout(timer);
		};
	}, [hall, layer]);
	return { film, failed };
}

/* The frame at a time; null when there is none. */
export function frame_at(film: Film, at: Num): number | null {
	if (film === null || at === null) {
		return null;
	}
	const i = film.frames.t.indexOf(at);
	return i < 0 ? null : i;
}

const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

export function Timeline({ film, failed, at, on_at, on_touch }: {
	film: Film;
	failed: boolean;
	at: number | null;
	on_at: (t: number | null) => void;
	on_touch: () => void;
}) {
	const [playing, set_playing] = useState(false);
	const times = film?.frames.t ?? [];
	const last = film === null ? DAY : times.length;
	const i = at === null ? last : times.indexOf(at);
	const here = useRef(i);
	here.current = i;
	/* until the frames are there, how far back is remembered */
	const ahead = useRef(0);
	const go_to = (to: number): void => {
		if (film === null) {
			ahead.current = Math.min(0, ahead.current + to - last);
		} else {
			on_at(to >= times.length || to < 0 ? null : times[to]);
		}
	};
	useEffect(() => {
		if (film !== null && ahead.current < 0) {
			go_to(Math.max(0, times.length + ahead.current));
			ahead.current = 0;
		}
	}, [film]);
	useEffect(() => {
		if (!playing || times.length === 0) {
			return undefined;
		}
		const timer = setInterval(() => {
			const next = here.current >= times.length ? 0 : here.current + 1;
			if (next >= times.length) {
				set_playing(false);
			}
			go_to(next);
		}, PLAY_MS);
		return () => clearInterval(timer);
	}, [playing, times.length]);
	if (failed || film !== null && times.length === 0) {
		return <p class="hint timeline-none">{t(failed ? 'time.failed' : 'time.none')}</p>;
	}
	const text = at === null ? t('time.now', { time: minute_text(now_ms(), zone()) }) : minute_text(at * 1000, zone());
	const step = (by: number): void => {
		set_playing(false);
		go_to(Math.max(0, Math.min(last, i + by)));
	};
	return (
		<div class="timeline" role="group" aria-label={t('time.label')} onFocusIn={on_touch} onPointerEnter={on_touch}>
			{!calm() && <button class="square" aria-pressed={playing} onClick={() => set_playing(!playing)}>
				<Icon name={playing ? 'pause' : 'play'} /><span class="sr">{t(playing ? 'time.pause' : 'time.play')}</span></button>}
			<button class="square" disabled={i <= 0} onClick={() => step(-1)}><Icon name="left" /><span class="sr">{t('time.back')}</span></button>
			<input type="range" min={0} max={last} step={1} value={i < 0 ? last : i} aria-label={t('time.label')} aria-valuetext={text}
				onInput={(e) => {
					set_playing(false);
					go_to(Number(e.currentTarget.value));
				}} />
			<button class="square" disabled={at === null} onClick={() => step(1)}><Icon name="right" /><span class="sr">{t('time.on')}</span></button>
			<span class="time-at" data-k="frame" data-v={at ?? 'now'}>{text}</span>
			{at !== null && <button class="quiet" onClick={() => {
				set_playing(false);
				on_at(null);
			}}>{t('time.live')}</button>}
		</div>
	);
}
