/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger of one place, day by day: declared, verified, planned. */
import { useMemo } from 'preact/hooks';
import type { PlaceHistory } from '../lib/api_ledger';
import { int } from '../lib/format';
import { t } from '../lib/i18n';
import { now_ms, use_api } from '../lib/query';
import { with_query } from '../lib/url';
import { one_axis } from './burnup';
import { Chart } from './chart';
import { Empty, Show } from './state';

const noon = (day: string): number => Date.parse(day.slice(0, 10) + 'T12:00:00Z') / 1000;

export function Growth({ place }: { place: string }) {
	const state = use_api<PlaceHistory>(with_query('/capacity/history', { place }));
	return <Show of={state} lines={6}>{(h) => <Drawn h={h} />}</Show>;
}

function Drawn({ h }: { h: PlaceHistory }) {
	const days = h.t.map(noon);
	const data = useMemo(() => one_axis([h.declared, h.verified, h.planned].map((mid) => ({ t: days, mid }))),
		[JSON.stringify([h.t.length, h.declared, h.verified.at(-1), h.planned.at(-1)])]);
	const now = now_ms() / 1000;
	if (days.length < 2) {
		return <><h2>{t('burnup')}</h2><Empty>{t('burnup.short')}</Empty></>;
	}
	return (
		<Chart title={t('burnup')} unit={t('racks_unit')} data={data} days zero whole fmt={int}
			from={days[0] ?? now - 86400} to={days.at(-1) ?? now} lines={[
				{ label: t('declared'), color: 'declared-line' },
				{ label: t('verified'), color: 'verified' },
				{ label: t('planned'), color: 'ink-3', dash: true },
			]} />
	);
}
