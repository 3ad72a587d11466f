/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the page of one device: rare metrics, what states are called, its log. */
import { add_words, t, type Args } from '../lib/i18n';
import en from './device.en.json';
import zh from './device.zh.json';

add_words({ en, zh });

/* A string of these tables. */
export const tl = (key: keyof typeof en, args: Args = {}): string => t(key as never, args);
