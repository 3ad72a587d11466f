/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Light or dark: the address, then an earlier choice, then the system. */
import { computed, effect, signal } from '@preact/signals';
import { keep, recall } from './keep';
import { params, set_params } from './url';

export type Theme = 'light' | 'dark';

const system = signal<Theme>('light');

const known = (s: string | null): Theme | null => (s === 'light' || s === 'dark' ? s : null);

export const theme = computed<Theme>(() =>
	known(params.value.get('theme')) ?? known(recall('theme')) ?? system.value);

export function set_theme(to: Theme): void {
	keep('theme', to);
	set_params({ theme: to });
}

export function watch_theme(): void {
	const dark = matchMedia('(prefers-color-scheme: dark)');
	system.value = dark.matches ? 'dark' : 'light';
	dark.addEventListener('change', (e) => {
		system.value = e.matches ? 'dark' : 'light';
	});
	effect(() => {
		document.documentElement.dataset.theme = theme.value;
	});
}
