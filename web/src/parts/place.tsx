/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where on the map of the province: area, site and hall, each from the one before it. */
import { useEffect, useState } from 'preact/hooks';
import type { AreaPage, Kpi, SitePage } from '../lib/api';
import { name_of, t } from '../lib/i18n';
import { use_api, use_province } from '../lib/query';

export type Where = { area: string; site: string; hall: string };

function Pick({ label, value, items, on, all }: {
	label: string;
	value: string;
	items: Kpi[] | null;
	on: (id: string) => void;
	all: string;
}) {
	const known = value === '' || (items ?? []).some((i) => i.id === value);
	return (
		<label class="field">
			<span>{label}</span>
			<select value={value} onChange={(e) => on(e.currentTarget.value)}>
				<option value="">{all}</option>
				{!known && <option value={value}>{value}</option>}
				{(items ?? []).map((i) => <option key={i.id} value={i.id}>{name_of(i.name, i.id)}</option>)}
			</select>
		</label>
	);
}

export function PlacePick({ at, on }: { at: Where; on: (to: Where) => void }) {
	const cap = use_province();
	/* an address may name a hall alone */
	const hall = use_api<{ site: string; area: string }>(at.hall !== '' && at.site === '' ? '/halls/' + encodeURIComponent(at.hall) : null);
	const lone = use_api<SitePage>(at.site !== '' ? '/sites/' + encodeURIComponent(at.site) : null, true);
	const area = use_api<AreaPage>(at.area !== '' ? '/areas/' + encodeURIComponent(at.area) : null, true);
	useEffect(() => {
		if (hall.data !== null && at.site === '' && at.hall !== '') {
			on({ area: hall.data.area, site: hall.data.site, hall: at.hall });
		} else if (lone.data !== null && at.area === '' && lone.data.id === at.site) {
			on({ ...at, area: lone.data.area });
		}
	}, [hall.data, lone.data, at.area, at.site, at.hall]);
	return (
		<>
			<Pick label={t('kind.area')} value={at.area} items={cap?.areas ?? null} all={t('filter.all')} on={(area_id) => on({ area: area_id, site: '', hall: '' })} />
			<Pick label={t('kind.site')} value={at.site} items={at.area === '' ? null : area.data?.sites ?? null} all={t('filter.all')} on={(site) => on({ ...at, site, hall: '' })} />
			<Pick label={t('kind.hall')} value={at.hall} items={at.site === '' ? null : lone.data?.halls ?? null} all={t('filter.all')} on={(id) => on({ ...at, hall: id })} />
		</>
	);
}

/* Numbers of a form, as text until they are asked with. */
export function NumberField({ label, value, on, min = 0, max, step = 1, unit }: {
	label: string;
	value: string;
	on: (v: string) => void;
	min?: number;
	max?: number;
	step?: number | 'any';
	unit?: string;
}) {
	const [text, set_text] = useState(value);
	useEffect(() => set_text(value), [value]);
	return (
		<label class="field number">
			<span>{label}{unit === undefined ? '' : t('list.join') + unit}</span>
			<input type="number" inputMode="decimal" value={text} min={min} max={max} step={step}
				onInput={(e) => {
					set_text(e.currentTarget.value);
					on(e.currentTarget.value);
				}} />
		</label>
	);
}
