/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A device: does it answer, what is it to its rack, what does its log say, and every value it gave. */
import type { DevicePage, ExplainDevice, Metric, RackUse } from '../lib/api';
import '../i18n/device';
import { fixed, measure, unit } from '../lib/format';
import { t, word } from '../lib/i18n';
import { use_api } from '../lib/query';
import { link } from '../lib/url';
import { DeviceLog } from '../parts/devicelog';
import { crumbs_to, Head } from '../parts/frame';
import { Badge } from '../parts/icon';
import { Fact } from '../parts/kpi';
import { Ago, Int, span_text, Time, Until, Val } from '../parts/num';
import { error_text } from '../parts/reason';
import { Sensors, State } from '../parts/sensors';
import { Empty, Show } from '../parts/state';

function Facts({ d }: { d: DevicePage }) {
	const { data } = use_api<ExplainDevice>('/explain/device/' + encodeURIComponent(d.id));
	return (
		<dl class="facts">
			<Fact label={t('last_ok')} under={<Time at={d.last_ok} />}><Ago at={d.last_ok} /></Fact>
			<Fact label={t('next_poll')}><Until at={d.next_poll} /></Fact>
			<Fact label={t('rtt')}><Val raw={d.rtt_ms} text={unit(d.rtt_ms, 'ms', 1)} /></Fact>
			<Fact label={t('polls.ok')}><Int n={d.polls.ok} k="polls.ok" /></Fact>
			<Fact label={t('polls.failed')} under={<>{t('polls.timeouts')} <Int n={d.polls.timeouts} /></>}><Int n={d.polls.failed} /></Fact>
			<Fact label={t('polls.late')} under={<>{t('polls.skipped')} <Int n={d.polls.skipped} /></>}><Int n={d.polls.late} /></Fact>
			{data !== null && <>
				<Fact label={t('interval')} under={data.phase_ms === null ? undefined : t('phase', { s: fixed(data.phase_ms / 1000, 1) })}>{span_text(data.interval_s)}</Fact>
				<Fact label={t('backoff')} under={data.backoff.until === null ? undefined : <Time at={data.backoff.until} />}><Int n={data.backoff.level} /></Fact>
			</>}
		</dl>
	);
}

const metric_of = (d: DevicePage, metric: string, instance: string | null): Metric | undefined =>
	d.metrics.find((m) => m.metric === metric && m.instance === instance);

/* The two readings by which a rack may be judged, and whether it is. */
function RackUses({ d }: { d: DevicePage }) {
	const say = (of: 'power' | 'inlet', use: RackUse | null): string => {
		const m = use === null ? undefined : metric_of(d, use.metric, use.instance);
		return use === null || m === undefined ? t(`bmc.${of}.none`)
			: t(`bmc.${of}.${use.counted ? 'counted' : 'beside'}`, { value: measure(m.value, m.unit), source: use.source ?? '—' });
	};
	return (
		<section class="card rack-use">
			<h2>{t('bmc.rack')}</h2>
			<p><Badge code={d.rack_use.power?.counted ? 'ok' : 'none'} tone={d.rack_use.power?.counted ? undefined : 'off'}>{say('power', d.rack_use.power)}</Badge></p>
			<p><Badge code={d.rack_use.temperature?.counted ? 'ok' : 'none'} tone={d.rack_use.temperature?.counted ? undefined : 'off'}>{say('inlet', d.rack_use.temperature)}</Badge></p>
		</section>
	);
}

function Verdict({ d }: { d: DevicePage }) {
	/* of a server: is it on, and is anything wrong inside? */
	const states = d.kind !== 'bmc' ? [] : ['state_power', 'state_health']
		.map((metric) => metric_of(d, metric, null)).filter((m) => m !== undefined && m.text !== null) as Metric[];
	return (
		<p class="verdict"><Badge code={d.status}><b>{word('status', d.status)}</b></Badge>
			{states.map((m) => <span key={m.metric} data-k={m.metric} data-v={m.text ?? ''}><span class="hint">{word('metric', m.metric)} </span><State m={m} /></span>)}
			{d.error !== null && <span> {error_text(d.error)}</span>}</p>
	);
}

export function Device({ id }: { id: string }) {
	const state = use_api<DevicePage>('/devices/' + encodeURIComponent(id));
	const crumbs = [...crumbs_to(null), { label: t('devices'), href: link('/devices') }];
	return (
		<Show of={state} lines={14} title={id}>{(d) => (
			<>
				<Head crumbs={d.rack === null ? crumbs
					: [...crumbs, { label: d.rack, href: link('/racks/' + d.rack) }]}
					title={d.id} sub={<>
						<span>{d.plugin}{d.profile !== null && ' / ' + d.profile}</span>
						{d.address !== null && <code>{d.address}</code>}
						{d.feed !== null && <span>{t('feed.name', { id: d.feed })}</span>}</>} />
				<section class="card">
					<Verdict d={d} />
					<Facts d={d} />
				</section>
				{d.kind === 'bmc' && d.rack !== null && <RackUses d={d} />}
				<section class="card">
					<h2>{t('info')}</h2>
					{Object.keys(d.info).length === 0 ? <Empty>{t('empty.info')}</Empty> : (
						<dl class="pairs wide">{Object.entries(d.info).map(([k, v]) => (
							<><dt key={k}>{word('info', k)}</dt><dd>{v ?? '—'}</dd></>
						))}</dl>
					)}
				</section>
				{d.kind === 'bmc' && <DeviceLog id={d.id} />}
				<Sensors d={d} />
			</>
		)}</Show>
	);
}
