/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is around every page: banner, header, navigation, where we are. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { keep } from '../lib/keep';
import { lang, name_of, t, type Key } from '../lib/i18n';
import { is_live, link_state, lost_since } from '../lib/live';
import { as_of, use_province, zone } from '../lib/query';
import { set_theme, theme } from '../lib/theme';
import { clock_text } from '../lib/time';
import { is_door, link, route, set_params } from '../lib/url';
import { Bell, BellCount } from './alarm';
import { Icon } from './icon';
import { Search } from './search';
import { UserMenu } from './usermenu';

const NAV: [string, string, Key][] = [
	['', '/', 'nav.overview'],
	['sites', '/sites', 'nav.sites'],
	['racks', '/racks', 'nav.racks'],
	['alerts', '/alerts', 'nav.alerts'],
	['planner', '/planner', 'nav.planner'],
	['devices', '/devices', 'nav.devices'],
	['reports', '/reports', 'nav.reports'],
	['collector', '/collector', 'nav.collector'],
];
/* Pages without an entry of their own light the one they are reached from. */
const UNDER: Record<string, string> = {
	areas: '', discrepancies: '', silences: 'alerts', rules: 'alerts', receivers: 'alerts', deliveries: 'alerts', halls: 'sites', operators: 'sites', whatif: 'planner',
};

function Updated() {
	const lost = lost_since.value;
	const at = as_of.value === null ? null : clock_text(Date.parse(as_of.value), zone());
	if (lost !== null) {
		return (
			<span class="updated lost" role="status">
				<i class="dot crit" />{t('live.lost', { time: clock_text(lost, zone()) })}
			</span>
		);
	}
	const state = link_state.value;
	return (
		<span class="updated" title={t(`live.${state}`)}>
			<span class="long">{t('live.updated')} </span>
			<span class="clock">{at ?? '--:--:--'}</span>
			<button class="dot-button" aria-pressed={is_live.value}
				onClick={() => set_params({ live: is_live.value ? '0' : null })}>
				<i class={'dot ' + state} /><span class="sr">{t(`live.${state}`)}</span>
			</button>
		</span>
	);
}

function Switches() {
	const other = lang.value === 'zh' ? 'en' : 'zh';
	const dark = theme.value === 'dark';
	return (
		<>
			<button class="quiet" lang={other === 'zh' ? 'zh-CN' : 'en'} onClick={() => {
				keep('lang', other);
				set_params({ lang: other });
			}}>{other === 'zh' ? '中文' : 'English'}</button>
			<button class="quiet square" onClick={() => set_theme(dark ? 'light' : 'dark')}
				title={t(dark ? 'theme.light' : 'theme.dark')}>
				<Icon name={dark ? 'sun' : 'moon'} /><span class="sr">{t(dark ? 'theme.light' : 'theme.dark')}</span>
			</button>
		</>
	);
}

/* Before the login there is nothing to lead to and nothing to ask for. */
function Door({ children }: { children: ComponentChildren }) {
	return (
		<>
			<header class="top"><a class="brand" href={link('/')}>collectord</a><Switches /></header>
			<main id="main" class="door" tabIndex={-1}>{children}</main>
		</>
	);
}

export function Frame({ children }: { children: ComponentChildren }) {
	useEffect(() => {
		document.documentElement.lang = lang.value === 'zh' ? 'zh-CN' : 'en';
	}, [lang.value]);
	return is_door(route.value.page) ? <Door>{children}</Door> : <Around>{children}</Around>;
}

function Around({ children }: { children: ComponentChildren }) {
	const cap = use_province();
	const page = UNDER[route.value.page] ?? route.value.page;
	return (
		<>
			<a class="skip" href="#main">{t('skip')}</a>
			{cap?.demo && <p class="demo">{t('demo')}</p>}
			<header class="top">
				<a class="brand" href={link('/')}>collectord
					{cap !== null && <span> {name_of(cap.province.name, cap.province.id)}</span>}</a>
				<Search />
				<Bell />
				<Updated />
				<Switches />
				<UserMenu />
			</header>
			<nav class="side" aria-label={t('nav')}>
				{NAV.map(([id, path, key]) => (
					<a key={id} href={link(path)} aria-current={page === id ? 'page' : undefined}>
						<Icon name={id === '' ? 'overview' : id} /><span>{t(key)}</span>{id === 'alerts' && <BellCount />}
					</a>
				))}
			</nav>
			<main id="main" tabIndex={-1}>{children}</main>
		</>
	);
}

export type Crumb = { label: string; href?: string };

/* Where we are, the page's one heading, and what stands beside it. */
export function Head({ crumbs, title, sub, children }: {
	crumbs?: Crumb[];
	title: string;
	sub?: ComponentChildren;
	children?: ComponentChildren;
}) {
	useEffect(() => {
		document.title = `${title} – collectord`;
	}, [title]);
	return (
		<div class="head">
			{crumbs !== undefined && (
				<nav class="crumbs" aria-label={t('crumbs')}>
					<ol>
						{crumbs.map((c) => (
							<li key={c.label}>{c.href ? <a href={c.href}>{c.label}</a> : c.label}</li>
						))}
					</ol>
				</nav>
			)}
			<div class="title">
				<h1>{title}</h1>
				{sub !== undefined && <div class="sub">{sub}</div>}
				{children}
			</div>
		</div>
	);
}

/* Province and, where known, the area: the first steps of every breadcrumb. */
export function crumbs_to(area: string | null): Crumb[] {
	const cap = use_province();
	const first = { label: cap ? name_of(cap.province.name, cap.province.id) : '…', href: link('/') };
	if (area === null) {
		return [first];
	}
	const a = cap?.areas.find((x) => x.id === area);
	return [first, { label: name_of(a?.name, area), href: link('/areas/' + area) }];
}
