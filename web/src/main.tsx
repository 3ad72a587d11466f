/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Start: the address says which page, the page asks the daemon, nothing else is loaded. */
import { signal } from '@preact/signals';
import { render } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ApiError } from './lib/api';
import { t } from './lib/i18n';
import { watch_live } from './lib/live';
import { watch_theme } from './lib/theme';
import { follow_links, link, route, where } from './lib/url';
import { Frame, Head } from './parts/frame';
import { Empty, Skeleton, Trouble } from './parts/state';
import { AreaView } from './pages/area';
import { CollectorView } from './pages/collector';
import { Devices } from './pages/devices';
import { Hall } from './pages/hall';
import { Overview } from './pages/overview';
import { Rack } from './pages/rack';
import { Racks } from './pages/racks';
import { Site } from './pages/site';
import { Sites } from './pages/sites';

type Pages = typeof import('./pages/device');
const late = signal<Pages | ApiError | null>(null);

/* The page of one device and its words come when they are first wanted: the first page does without. */
function LateDevice({ id }: { id: string }) {
	const pages = late.value;
	useEffect(() => {
		import('./pages/device').then((m) => {
			late.value = m;
		}).catch(() => {
			late.value = new ApiError({ status: 0, code: 'offline', title: 'offline', detail: null, params: {} });
		});
	}, [id]);
	if (pages !== null && !(pages instanceof ApiError)) {
		return <pages.Device id={id} />;
	}
	return <><Head title={id} />{pages === null ? <Skeleton lines={14} tall /> : <Trouble error={pages} />}</>;
}

function Page() {
	const { page, id } = route.value;
	switch (page) {
	case '': return <Overview />;
	case 'areas': return <AreaView key={id} id={id ?? ''} />;
	case 'sites': return id === null ? <Sites /> : <Site key={id} id={id} />;
	case 'halls': return <Hall key={id} id={id ?? ''} />;
	case 'racks': return id === null ? <Racks /> : <Rack key={id} id={id} />;
	case 'devices': return id === null ? <Devices /> : <LateDevice key={id} id={id} />;
	case 'collector': return <CollectorView />;
	default: return (
		<>
			<Head title={t('lost.title')} />
			<Empty>{t('lost.text')} <a href={link('/')}>{t('nav.overview')}</a></Empty>
		</>
	);
	}
}

function App() {
	const path = where.value.path;
	const first = useRef(true);
	useEffect(() => {
		/* a new page: a screen reader starts at its top, as after a load */
		if (!first.current) {
			document.getElementById('main')?.focus({ preventScroll: true });
		}
		first.current = false;
	}, [path]);
	return <Frame><Page /></Frame>;
}

watch_theme();
follow_links();
watch_live();
render(<App />, document.getElementById('app') as HTMLElement);
