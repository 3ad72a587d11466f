/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words and looks of alerts, silences, rules, receivers and deliveries. */
import { add_words } from '../lib/i18n';
import en from './alerts.en.json';
import './device';
import './users';
import zh from './alerts.zh.json';
import css from '../style/alerts.css' with { type: 'text' };

add_words({ en, zh });

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
