/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words and looks of the floor plan, the elevation, the planner and what-if: they come with the first of these pages. */
import { add_words } from '../lib/i18n';
import en from './plan.en.json';
import './racks';
import zh from './plan.zh.json';
import css from '../style/late.css' with { type: 'text' };

add_words({ en, zh });

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
