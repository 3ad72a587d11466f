/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The API client: the shapes the daemon serves under /api/v1 and how to get them. */

export type Num = number | null;
export type Names = { en: string | null; zh: string | null };
export type Params = Record<string, string | number | null>;
export type Reason = { code: string; params: Params };
export type Evidence = 'verified' | 'contradicted' | 'stale' | 'unmonitored';
export type Partial3 = { known: number; expected: number; partial: boolean };

export type Kpi = {
	kind: string;
	id: string;
	name: Names;
	racks: Record<Evidence | 'declared' | 'planned' | 'live', number>;
	standard_racks: { declared: Num; verified: Num };
	power_w: Num;
	power: Partial3;
	design_w: Num;
	occupancy: { by_count: Num; by_power: Num };
	temperature_c: { max: Num };
	coverage: Num;
	monitored_share: Num;
	age_s: Num;
	slot: string | null;
	/* open alerts here and below; a daemon without alerting says nothing */
	alarms?: { worst: Alarm; firing: number } | null;
};
export type Alarm = 'critical' | 'warning' | 'info' | null;

export type Target = {
	id: string;
	name: Names;
	racks: number;
	reach: 'above' | 'at_least';
	basis: 'physical' | 'standard';
	by: string | null;
	source: Names | null;
	count: number;
	verified: number;
	progress: Num;
	status: 'reached' | 'overdue' | 'on_track' | 'behind';
	overdue_days: Num;
	required_per_day: Num;
	pace_per_day: Num;
	forecast: {
		method: string;
		k: Num;
		date: string | null;
		earliest: string | null;
		latest: string | null;
		reason: string | null;
	};
};

export type Area = Kpi & { sites: number };
export type Capacity = Kpi & {
	as_of: string;
	province: { id: string; name: Names; timezone: string };
	demo: boolean;
	interval_s: number;
	standard_rack_kw: number;
	targets: Target[];
	areas: Area[];
};
export type History = {
	as_of: string;
	t: string[];
	declared: Num[];
	verified: Num[];
	planned: Num[];
	standard: Num[];
};
export type List<T> = { as_of: string; items: T[]; next: string | null };
export type SiteItem = Kpi & { area: string; operator: string | null };
export type AreaPage = Kpi & { as_of: string; sites: Kpi[] };
export type SitePage = SiteItem & { as_of: string; halls: Kpi[] };
export type Cell = {
	id: string;
	label: string;
	state: string;
	evidence: Evidence | null;
	power_w: Num;
	power_source: PowerSource | null;
	partial: boolean;
	live: boolean;
	temperature_c: Num;
	temperature_source: 'probe' | 'ipmi' | null;
	alarm?: Alarm;
};
/* Who says what a rack draws: the PDUs on its feeds, or else its BMCs. */
export type PowerSource = 'pdu' | 'ipmi';
export type Row = Kpi & { racks_list: Cell[] };
export type HallPage = Kpi & { as_of: string; site: string; area: string; rows: Row[] };

export type RackItem = {
	id: string;
	label: string;
	area: string;
	site: string;
	hall: string;
	row: string;
	state: string;
	since: string | null;
	evidence: Evidence | null;
	evidence_reason: Reason | null;
	power_w: Num;
	power_source: PowerSource | null;
	partial: boolean;
	live: boolean;
	coverage: Num;
	age_s: Num;
	devices: number;
};
export type Feed = {
	id: string;
	breaker_a: Num;
	phases: Num;
	volts: Num;
	power_w: Num;
	current_a: Record<string, Num>;
	load_pct: Num;
	devices: string[];
	quality: string | null;
};
export type DeviceError = { code: string; text: string | null };
export type Place = { id: string; name: Names };
export type RackPage = {
	as_of: string;
	id: string;
	label: string;
	place: { area: Place; site: Place; hall: Place; row: Place };
	state: string;
	since: string | null;
	units: Num;
	design_w: Num;
	evidence: Evidence | null;
	evidence_reason: Reason | null;
	live: boolean;
	power_w: Num;
	power: Partial3;
	power_source: PowerSource | null;
	power_sources: { source: PowerSource; power_w: Num; known: number; expected: number }[];
	power_difference_w: Num;
	power_difference: Num;
	temperature_c: Num;
	temperature_source: 'probe' | 'ipmi' | null;
	coverage: Num;
	age_s: Num;
	slot: string | null;
	feeds: Feed[];
	failover: { state: string; ratio: Num; headroom_w: Num };
	environment: {
		device: string;
		instance: string | null;
		metric: string;
		value: Num;
		quality: string | null;
		age_s: Num;
	}[];
	space: { units: Num; used: Num };
	devices: {
		id: string;
		role: string;
		kind: string | null;
		plugin: string;
		feed: string | null;
		status: string;
		profile: string | null;
		age_s: Num;
		error: DeviceError | null;
	}[];
	ledger: { time: string; written?: string; state: string; reason?: string | null; actor: string | null; source: string | null }[];
	energy_per_month: { month: string; energy_wh: Num; coverage: Num }[];
};
export type DeviceItem = {
	id: string;
	rack: string | null;
	role: string;
	kind: string | null;
	feed: string | null;
	plugin: string;
	address: string | null;
	profile: string | null;
	status: string;
	last_ok: string | null;
	rtt_ms: Num;
	next_poll: string | null;
	error: DeviceError | null;
};
export type Polls = { ok: Num; failed: Num; timeouts: Num; late: Num; skipped: Num };
export type Metric = {
	metric: string;
	instance: string | null;
	value: number | string | null;
	text: string | null;      /* of a state: its word */
	severity: string | null;
	unit: string | null;
	quality: string | null;
	age_s: Num;
	source: string | null;
	archived: boolean;
};
export type DevicePage = DeviceItem & {
	as_of: string;
	info: Record<string, string | null>;
	polls: Polls;
	metrics: Metric[];
	rack_use: { power: RackUse | null; temperature: RackUse | null };
};
/* The reading that a rack may be judged by; counted is false while another device's is. */
export type RackUse = { metric: string; instance: string | null; source: string | null; counted: boolean };
/* An entry of a device's own log; time is by its clock, skew_s how far that is ahead. */
export type DeviceEvent = {
	id: number;
	time: string | null;
	seen: string;
	skew_s: Num;
	severity: string | null;
	cleared: boolean;
	code: string;
	sensor: string | null;
	instance: string | null;
	text: string | null;
	source: string | null;
};
export type ExplainRack = {
	window_s: Num;
	good_s: Num;
	power_s: Num;
	below_s: Num;
	voltage_s: Num;
	min_power_w: Num;
	min_live_s: Num;
};
export type ExplainDevice = {
	phase_ms: Num;
	interval_s: Num;
	backoff: { level: Num; until: string | null };
};
export type Series = {
	as_of: string;
	entity: string;
	metric: string;
	instance: string | null;
	unit: string | null;
	step_s: Num;
	basis_s: Num;
	t: number[];
	avg: Num[];
	min: Num[];
	max: Num[];
};
export type SeriesName = {
	role: string | null;
	metric: string;
	instance: string | null;
	unit: string | null;
};
export type Plugin = {
	name: string;
	summary: Names | null;
	file: string | null;
	abi: string | null;
	kind: string;
	state: string;
	reason: string | null;
	devices: Num;
};
export type Profile = {
	id: string;
	summary: Names | null;
	plugin: string;
	match: string[];
	devices: Num;
	metrics: Num;
};
/* A condition (active until it ends) or an event; params: how many, of what, in the system's words. */
export type StoreProblem = {
	code: string;
	active: boolean;
	since: string | null;
	last: string | null;
	count: number;
	params: { n: number; subject: string | null; detail: string | null };
};
export type Collector = {
	as_of: string;
	version: string;
	pid: number;
	started: string;
	uptime_s: number;
	config: { file: string | null; loaded: string | null; version: Num; error: string | null; waiting: string[] };
	demo: boolean;
	polls: Polls & { started: Num; partial: Num; retries: Num; in_flight: Num; due_per_s: Num };
	devices: { total: Num; up: Num; degraded: Num; down: Num; unknown: Num };
	lateness_ms: { p50: Num; p99: Num; max: Num };
	queues: { name: string; depth: Num; size: Num; dropped: Num }[];
	store: {
		accepted: Num;
		journal_bytes: Num;
		journal_segments: Num;
		unflushed: Num;
		files: Num;
		flushed: Num;
		late_dropped: Num;
		sync_ms_p99: Num;
		last_error: string | null;
		class: string | null;
		disk_need_bytes: Num;
		disk_free_bytes: Num;
		files_moved?: Num;
		files_to_move?: Num;
		problems?: StoreProblem[];
	};
	slowest: { id: string; rtt_ms: Num }[];
	failing: { id: string; error: DeviceError | null; since: string | null }[];
	stats: { name: string; value: Num; help: string | null }[];
	plugins: Plugin[];
};
export type Hit = { kind: string; id: string; name: string | Names | null; place: string | null };

export type Problem = {
	status: number;
	code: string;
	title: string;
	detail: string | null;
	params: Params;
};

/* What went wrong, in the daemon's own words where it spoke at all. */
export class ApiError extends Error {
	problem: Problem;

	constructor(problem: Problem) {
		super(problem.detail ?? problem.title);
		this.problem = problem;
	}
}

export type Answer<T> = { body: T; etag: string | null } | 'same';

const BASE = '/api/v1';

/* What happens when the daemon wants a login first; who.ts knows the way there. */
export const door = { open: (): void => {} };

/* Every problem passes here, whoever asked. */
export function failure(problem: Problem): ApiError {
	if (problem.status === 401 && problem.code === 'login_required') {
		door.open();
	}
	return new ApiError(problem);
}

async function problem_of(res: Response): Promise<Problem> {
	const plain: Problem = {
		status: res.status,
		code: 'http',
		title: res.statusText,
		detail: null,
		params: {},
	};
	try {
		const body = await res.json();
		return { ...plain, ...body, status: res.status, params: body.params ?? {} };
	} catch {
		return plain;
	}
}

/* One GET; 'same' when the server says that nothing changed since etag. */
export async function get<T>(
	path: string,
	etag: string | null = null,
	signal?: AbortSignal,
): Promise<Answer<T>> {
	const headers: Record<string, string> = { Accept: 'application/json' };
	if (etag !== null) {
		headers['If-None-Match'] = etag;
	}
	let res: Response;
	try {
		res = await fetch(BASE + path, { headers, signal, credentials: 'same-origin' });
	} catch (e) {
		if (signal?.aborted) {
			throw e;
		}
		throw new ApiError({
			status: 0,
			code: 'offline',
			title: 'offline',
			detail: null,
			params: {},
		});
	}
	if (res.status === 304) {
		return 'same';
	}
	if (!res.ok) {
		throw failure(await problem_of(res));
	}
	return { body: (await res.json()) as T, etag: res.headers.get('ETag') };
}

export const EVENTS = BASE + '/events';
