/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words that several of the later pages have in common. */
import { add_words } from '../lib/i18n';
import en from './more.en.json';
import zh from './more.zh.json';

add_words({ en, zh });
