/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Start: the address says which page, the page asks the daemon. The overview is
 * here; every other page comes with its words (i18n/<table>.ts, which the page's
 * module imports) when it is first wanted.
 */
import { signal } from '@preact/signals';
import { render, type ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ApiError } from './lib/api';
import { t } from './lib/i18n';
import { watch_live } from './lib/live';
import { watch_theme } from './lib/theme';
import { follow_links, link, route, where } from './lib/url';
import { watch_who } from './lib/who';
import { Frame, Head } from './parts/frame';
import { Empty, Skeleton, Trouble } from './parts/state';
import { Overview } from './pages/overview';

type View = ComponentType<{ id: string }>;

/* By the first part of the path; with a slash when an id follows. */
const LATE: Record<string, () => Promise<View>> = {
	'areas/': () => import('./pages/area').then((m) => m.AreaView),
	sites: () => import('./pages/sites').then((m) => m.Sites),
	'sites/': () => import('./pages/site').then((m) => m.Site),
	'halls/': () => import('./pages/hall').then((m) => m.Hall),
	racks: () => import('./pages/racks').then((m) => m.Racks),
	'racks/': () => import('./pages/rack').then((m) => m.Rack),
	devices: () => import('./pages/devices').then((m) => m.Devices),
	'devices/': () => import('./pages/device').then((m) => m.Device),
	planner: () => import('./pages/planner').then((m) => m.Planner),
	whatif: () => import('./pages/whatif').then((m) => m.WhatIf),
	operators: () => import('./pages/operators').then((m) => m.Operators),
	discrepancies: () => import('./pages/discrepancies').then((m) => m.Discrepancies),
	reports: () => import('./pages/reports').then((m) => m.Reports),
	login: () => import('./pages/login').then((m) => m.Login),
	setup: () => import('./pages/setup').then((m) => m.Setup),
	users: () => import('./pages/users').then((m) => m.Users),
	tokens: () => import('./pages/tokens').then((m) => m.Tokens),
	audit: () => import('./pages/audit').then((m) => m.Audit),
	alerts: () => import('./pages/alerts').then((m) => m.Alerts),
	'alerts/': () => import('./pages/alert').then((m) => m.AlertView),
	silences: () => import('./pages/silences').then((m) => m.Silences),
	rules: () => import('./pages/rules').then((m) => m.Rules),
	receivers: () => import('./pages/receivers').then((m) => m.Receivers),
	deliveries: () => import('./pages/deliveries').then((m) => m.Deliveries),
	'deliveries/': () => import('./pages/deliveries').then((m) => m.Delivery),
	collector: () => import('./pages/collector').then((m) => m.CollectorView),
};

const came = signal<Record<string, View | ApiError>>({});

const put = (key: string, view: View | ApiError): void => {
	came.value = { ...came.value, [key]: view };
};

function Late({ name, id }: { name: string; id: string }) {
	const view = came.value[name];
	useEffect(() => {
		LATE[name]().then((v) => put(name, v)).catch(() => put(name,
			new ApiError({ status: 0, code: 'offline', title: 'offline', detail: null, params: {} })));
	}, [name]);
	if (view !== undefined && !(view instanceof ApiError)) {
		const Shown = view;
		return <Shown id={id} />;
	}
	return <><Head title={id} />{view === undefined ? <Skeleton lines={14} tall /> : <Trouble error={view} />}</>;
}

function Page() {
	const { page, id } = route.value;
	const name = id === null ? page : page + '/';
	if (page === '') {
		return <Overview />;
	}
	return LATE[name] !== undefined ? <Late key={`${name}${id}`} name={name} id={id ?? ''} /> : (
		<>
			<Head title={t('lost.title')} />
			<Empty>{t('lost.text')} <a href={link('/')}>{t('nav.overview')}</a></Empty>
		</>
	);
}

function App() {
	const path = where.value.path;
	const first = useRef(true);
	useEffect(() => {
		/* a new page: a screen reader starts at its top, as after a load; but who
		 * types already goes on */
		if (!first.current && !(document.activeElement instanceof HTMLInputElement)) {
			document.getElementById('main')?.focus({ preventScroll: true });
		}
		first.current = false;
	}, [path]);
	return <Frame><Page /></Frame>;
}

watch_theme();
follow_links();
watch_live();
watch_who();
render(<App />, document.getElementById('app') as HTMLElement);
