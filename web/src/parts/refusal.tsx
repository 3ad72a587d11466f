/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A question or a command that the daemon refused: in words; nothing tries again by itself. */
import type { ApiError } from '../lib/api';
import { Mark } from './icon';
import { problem_text } from './state';

export const Refusal = ({ error }: { error: ApiError }) => (
	<div class="trouble" role="alert"><Mark tone="warn" /><p><b>{problem_text(error)}</b></p></div>
);
