/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the page of one device: rare metrics, and what states are called. */
import en from './device.en.json';
import zh from './device.zh.json';

export default { en, zh };
