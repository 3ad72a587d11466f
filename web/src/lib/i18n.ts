/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two languages, two flat tables with the same keys, one function to look a string up. */
import { computed, signal } from '@preact/signals';
import en from '../i18n/en.json';
import zh from '../i18n/zh.json';
import type device from '../i18n/device.en.json';
import type more from '../i18n/more.en.json';
import type plan from '../i18n/plan.en.json';
import type places from '../i18n/places.en.json';
import type racks from '../i18n/racks.en.json';
import type alerts from '../i18n/alerts.en.json';
import type users from '../i18n/users.en.json';
import type { Names } from './api';
import { recall } from './keep';
import { params } from './url';

export type Lang = 'en' | 'zh';
/*
 * Words are in tables: en.json and zh.json are of the first page, the others
 * come with the page that imports i18n/<table>.ts, and their keys are known here
 * by type only. unit.mjs checks that each page brings the words that it uses.
 */
export type Key = keyof typeof en | keyof typeof more | keyof typeof places
	| keyof typeof racks | keyof typeof plan | keyof typeof device | keyof typeof users | keyof typeof alerts;
export type Args = Record<string, string | number>;

const TABLES: Record<Lang, Record<string, string>> = { en, zh };

/* Words that only some pages need come with them, later; who reads word() is drawn again. */
const came = signal(0);

export function add_words(tables: Record<Lang, Record<string, string>>): void {
	Object.assign(TABLES.en, tables.en);
	Object.assign(TABLES.zh, tables.zh);
	came.value++;
}

/* The address wins, then an earlier choice, then the browser. */
export function choose_lang(asked: string | null, kept: string | null, browser: string): Lang {
	for (const lang of [asked, kept]) {
		if (lang === 'en' || lang === 'zh') {
			return lang;
		}
	}
	return browser.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export const lang = computed<Lang>(() =>
	choose_lang(params.value.get('lang'), recall('lang'), globalThis.navigator?.language ?? 'en'));

export function fill(text: string, args: Args): string {
	return text.replace(/\{(\w+)\}/g, (whole, key) =>
		key in args ? String(args[key]) : whole);
}

export function t(key: Key, args: Args = {}): string {
	return fill(TABLES[lang.value][key] ?? key, args);
}

/* A string whose key is made from data: `fallback` (the raw word) when it has none. */
export function word(prefix: string, code: string | null, fallback?: string): string {
	if (code === null || code === '') {
		return '—';
	}
	return came.value < 0 ? code : TABLES[lang.value][prefix + '.' + code] ?? fallback ?? code;
}

export const has_word = (key: string): boolean => key in TABLES[lang.value];

/* A name in the reader's language, else in the other one, else the id. */
export function name_of(names: Names | null | undefined, id: string): string {
	const other = lang.value === 'zh' ? 'en' : 'zh';
	return names?.[lang.value] ?? names?.[other] ?? id;
}
