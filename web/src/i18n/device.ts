/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of devices and the collector: rare metrics, what states are called, logs. */
import { add_words } from '../lib/i18n';
import en from './device.en.json';
import './more';
import zh from './device.zh.json';

add_words({ en, zh });
