/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is silent and who speaks behind a rack's evidence: "pdu-a silent since 03:12, pdu-b 1.9 kW". */
import type { Reason } from '../lib/api';
import type { FullRack } from '../lib/api_floor';
import { watts } from '../lib/format';
import { t } from '../lib/i18n';
import { now_ms, zone } from '../lib/query';
import { since_text } from '../lib/time';
import { link } from '../lib/url';
import { reason_text } from './reason';

/* A device of a rack by its role: its id without the rack's. */
export const role_of = (device: string, rack: string): string =>
	device.startsWith(rack + '-') ? device.slice(rack.length + 1) : device;

export const plain_reason = (r: Pick<FullRack, 'evidence_reason'>): string => {
	const e = r.evidence_reason;
	if (e === null) {
		return '';
	}
	const { silent: _s, speaking: _p, ...params } = e.params;
	return reason_text({ code: e.code, params } as Reason);
};

export function Witness({ r }: { r: Pick<FullRack, 'evidence_reason' | 'id'> }) {
	const { silent = [], speaking = [] } = r.evidence_reason?.params ?? {};
	if (silent.length === 0) {
		return null;
	}
	const parts = [
		...silent.map((d) => ({ id: d.device, text: d.since === null ? t('witness.never') : t('witness.silent', { time: since_text(Date.parse(d.since), now_ms(), zone()) }) })),
		...speaking.map((d) => ({ id: d.device, text: d.power_w === null ? t('witness.speaks') : watts(d.power_w) })),
	];
	return (
		<p class="witness">
			{parts.map((p, i) => <span key={p.id}>{i > 0 && t('list.join')}<a class="num-link" href={link('/devices/' + p.id)}>{role_of(p.id, r.id)}</a> {p.text}</span>)}
		</p>
	);
}
