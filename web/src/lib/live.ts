/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When to ask again. The daemon says over /events that something changed;
 * without a stream the pages poll; in a hidden tab they rest.
 */
import { computed, signal } from '@preact/signals';
import { EVENTS } from './api';
import { is_door, params, route, type Route } from './url';

export type Link = 'connecting' | 'live' | 'polling' | 'paused';

const THROTTLE_MS = 2000;
const POLL_MS = 10000;
const RETRY_MS = 30000;

/* Counts up each time what is on screen may be old. */
export const tick = signal(0);
export const link_state = signal<Link>('connecting');
/* Browser time of the first request that did not get through; null = reachable. */
export const lost_since = signal<number | null>(null);
export const is_live = computed(() => params.value.get('live') !== '0');

let stream: EventSource | null = null;
let poll_timer = 0;
let retry_timer = 0;
let bump_timer = 0;
let last_bump = 0;

function bump(): void {
	const wait = last_bump + THROTTLE_MS - Date.now();
	if (wait <= 0) {
		last_bump = Date.now();
		tick.value++;
	} else if (bump_timer === 0) {
		bump_timer = setTimeout(() => {
			bump_timer = 0;
			last_bump = Date.now();
			tick.value++;
		}, wait);
	}
}

function stop(): void {
	stream?.close();
	stream = null;
	clearInterval(poll_timer);
	clearTimeout(retry_timer);
	clearTimeout(bump_timer);
	poll_timer = retry_timer = bump_timer = 0;
}

function fall_back(): void {
	stop();
	link_state.value = 'polling';
	poll_timer = setInterval(bump, POLL_MS);
	retry_timer = setTimeout(start, RETRY_MS);
}

/* News of single devices matters only where devices are shown. */
export function concerns(data: string, at: Route): boolean {
	let news: { kind?: string; ids?: string[] };
	try {
		news = JSON.parse(data);
	} catch {
		return true;
	}
	if (news.kind !== 'device') {
		return true;
	}
	/* ids may come as device:ID */
	const ids = Array.isArray(news.ids) ? news.ids.map((id) => id.replace(/^[a-z]+:/, '')) : null;
	switch (at.page) {
	case 'devices':
		return at.id === null || ids === null || ids.includes(at.id);
	case 'racks':
		return at.id !== null && (ids === null || ids.some((id) => id.startsWith(at.id + '-')));
	default:
		return at.page === 'collector';
	}
}

function start(): void {
	stop();
	if (!is_live.value) {
		link_state.value = 'paused';
		return;
	}
	if (document.hidden || is_door(route.value.page)) {
		return;
	}
	stream = new EventSource(EVENTS);
	stream.onopen = () => {
		link_state.value = 'live';
		if (lost_since.value !== null) {
			bump();
		}
	};
	stream.addEventListener('change', (e) => {
		if (concerns(e.data, route.value)) {
			bump();
		}
	});
	stream.onerror = fall_back;
}

export function watch_live(): void {
	document.addEventListener('visibilitychange', () => {
		if (document.hidden) {
			stop();
		} else {
			start();
			if (is_live.value) {
				bump();
			}
		}
	});
	addEventListener('online', bump);
	addEventListener('pagehide', stop);
	let was: boolean | null = null;
	is_live.subscribe((live) => {
		if (live !== was) {
			was = live;
			start();
		}
	});
}
