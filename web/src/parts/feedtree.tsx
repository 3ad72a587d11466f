/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the power of a site comes from, drawn as trees: A beside B, each node
 * with its load on a scale that ends at its rating and marks the derated limit.
 */
import { useState } from 'preact/hooks';
import type { PowerNode } from '../lib/api_ledger';
import { percent, scaled } from '../lib/format';
import { name_of, t, word } from '../lib/i18n';
import { LoadBar } from './bar';
import { Badge } from './icon';
import { AtLeast, Unknown } from './num';

/* With more nodes than this the lowest level is folded away. */
const MANY = 12;
const DERATE = 0.8;

type Branch = { node: PowerNode; below: Branch[] };

export function branches(nodes: PowerNode[]): Branch[] {
	const all = new Map(nodes.map((node): [string, Branch] => [node.id, { node, below: [] }]));
	const roots: Branch[] = [];
	for (const b of all.values()) {
		(b.node.from === null ? roots : all.get(b.node.from)?.below ?? roots).push(b);
	}
	return roots;
}

const size = (b: Branch): number => 1 + b.below.reduce((sum, x) => sum + size(x), 0);

function Node({ of }: { of: PowerNode }) {
	const { load } = of;
	const title = name_of(of.name, of.id);
	const derate = of.limit_va !== null && of.rated_va ? of.limit_va / of.rated_va : DERATE;
	const value = load.apparent_va ?? null;
	return (
		<div class="node" data-node={of.id} data-ratio={of.ratio ?? 'null'}>
			<div class="node-name">
				<span title={of.id}>{title}</span>
				<span class="hint">{title === of.id ? '' : word('power_node', of.kind)}</span>
				{of.failover !== null && of.failover !== 'ok' && (
					<Badge code={of.failover} tone={of.failover === 'unknown' ? 'none' : undefined}>
						<span class="hint">{word('risk', of.failover)}</span></Badge>
				)}
			</div>
			<LoadBar value={value} limit={of.rated_va} derate={derate} label={title} />
			<div class="node-load">
				{value === null ? <Unknown /> : <AtLeast raw={value} partial={load.partial} text={scaled(value, 'VA')} />}
				<span class="hint">{t('power_node.of', { rated: of.rated_va === null ? t('unknown') : scaled(of.rated_va, 'VA') })}</span>
				{of.ratio !== null && <b>{percent(of.ratio, 0)}</b>}
				{of.failover_ratio !== null && of.failover_ratio !== undefined &&
					<span class="hint">{t('power_node.fails', { ratio: percent(of.failover_ratio, 0) })}</span>}
				<span class="hint">{t('power_node.feeds', { known: load.known, expected: load.expected })}</span>
			</div>
		</div>
	);
}

function Twig({ b, fold }: { b: Branch; fold: boolean }) {
	const leaves = b.below.length > 0 && b.below.every((x) => x.below.length === 0);
	const [open, set_open] = useState(!fold);
	return (
		<li>
			<Node of={b.node} />
			{leaves && fold ? (
				<details open={open} onToggle={(e) => set_open(e.currentTarget.open)}>
					<summary>{t('power_node.below', { n: b.below.length, kind: word('power_node', b.below[0].node.kind) })}</summary>
					{open && <ul>{b.below.map((x) => <Twig key={x.node.id} b={x} fold={fold} />)}</ul>}
				</details>
			) : b.below.length > 0 && <ul>{b.below.map((x) => <Twig key={x.node.id} b={x} fold={fold} />)}</ul>}
		</li>
	);
}

export function FeedTree({ nodes }: { nodes: PowerNode[] }) {
	const roots = branches(nodes);
	return (
		<>
			<div class="trees">
				{roots.map((b) => (
					<ul key={b.node.id} class={'tree' + (/-b$/.test(b.node.id) ? ' tree-b' : '')}>
						<Twig b={b} fold={size(b) > MANY} />
					</ul>
				))}
			</div>
			<p class="hint">{t('power_node.note')}</p>
		</>
	);
}
