/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of halls, racks and their plans. */
import { add_words } from '../lib/i18n';
import en from './racks.en.json';
import './more';
import zh from './racks.zh.json';

add_words({ en, zh });
