/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words and looks of logging in, users, tokens and the audit log. */
import { add_words } from '../lib/i18n';
import './more';
import en from './users.en.json';
import zh from './users.zh.json';
import css from '../style/users.css' with { type: 'text' };

add_words({ en, zh });

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
