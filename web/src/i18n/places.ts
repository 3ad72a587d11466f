/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of areas, sites, operators, discrepancies and reports. */
import { add_words } from '../lib/i18n';
import en from './places.en.json';
import './more';
import zh from './places.zh.json';

add_words({ en, zh });
