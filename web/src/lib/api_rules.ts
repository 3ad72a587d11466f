/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules and receivers as the API has them. */
import type { Names, Num } from './api';
import type { Alert, Attempt, DeliveryItem, Severity } from './api_alerts';

export type RuleLimit = { test: string; low: Num; high: Num; words: string[] | null; severity: string | null; for_s: number };
export const WHERE = ['places', 'class', 'profile', 'kind', 'role', 'instance', 'label', 'target'] as const;
export type Rule = {
	id: string;
	on: string;
	metric: string;
	unit: string | null;
	where: Record<(typeof WHERE)[number], string[] | null> & { maintenance: boolean };
	take: { what: string; over_s: Num };
	fire: RuleLimit;
	clear: RuleLimit;
	hold_s: number;
	stale_s: Num;
	severity: Severity;
	folds: string[];
	summary: Names;
	advice: Names | null;
	file: string | null;
	line: number;
	open: number;
};
/* Why an alert fires, and why it is not told. */
export type ExplainAlert = Alert & {
	lasting_s: Num;
	rule_text: Rule | null;
	untold: { code: string; params: Record<string, string | number | null> }[];
};

export type Receiver = {
	name: string;
	type: string;
	url: string | null;
	lang: string;
	state: 'ok' | 'failing' | 'disabled' | 'idle';
	queued: number;
	dead: number;
	delivered: number;
	attempts: number;
	accepted: string | null;
	failed: string | null;
	error: string | null;
	next_try: string | null;
	resolved: boolean;
	repeat_s: Num;
	silent_s: Num;
	rate: { per_minute: Num; burst: Num };
};
export type Receivers = {
	as_of: string;
	items: Receiver[];
	heartbeat: { receiver: string | null; every_s: Num };
	canary: { minute: Num; sent: string | null; confirmed: string | null; receivers: number; confirmed_by: number };
};
export type Tested = Attempt & { delivery: DeliveryItem };
