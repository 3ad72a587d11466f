/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bundle the dashboards: node build.mjs OUTDIR
 *
 * OUTDIR gets index.html and assets/ with hashed names, each with a .gz
 * beside it. The same sources give the same bytes on any machine: no
 * time, no absolute path and no environment enters the output.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, 'dist'));
const quiet = process.argv.includes('--quiet');

const result = await build({
	absWorkingDir: here,
	entryPoints: { app: 'src/main.tsx', style: 'src/style/main.css' },
	bundle: true,
	splitting: true,
	/* what app shares with the pages that come later, and those pages by name */
	chunkNames: '[name]-[hash]',
	metafile: true,
	minify: true,
	format: 'esm',
	target: 'es2022',
	outdir: '/out',
	write: false,
	legalComments: 'none',
	jsx: 'automatic',
	jsxImportSource: 'preact',
	define: { 'process.env.NODE_ENV': '"production"' },
	logLevel: 'warning',
});

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'assets'), { recursive: true });

const sizes = [];

function put(path, bytes) {
	const packed = gzipSync(bytes, { level: 9 });
	writeFileSync(join(out, path), bytes);
	writeFileSync(join(out, path + '.gz'), packed);
	sizes.push([path, bytes.length, packed.length]);
}

function asset(stem, ext, bytes) {
	const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 10);
	const path = `assets/${stem}-${hash}.${ext}`;
	put(path, bytes);
	return '/' + path;
}

const names = {
	'%ICON%': asset('icon', 'svg', readFileSync(join(here, 'src/icon.svg'))),
};
/* What the first page loads: app and whatever it imports without being asked. */
const base = (path) => basename(path);
const first = new Set();
const outputs = result.metafile.outputs;
const follow = (path) => {
	if (!first.has(base(path))) {
		first.add(base(path));
		outputs[path].imports.filter((i) => i.kind === 'import-statement').forEach((i) => follow(i.path));
	}
};
follow(Object.keys(outputs).find((path) => base(path) === 'app.js'));

const shared = [];
for (const file of result.outputFiles) {
	const name = base(file.path);
	if (name === 'app.js') {
		names['%APP%'] = asset('app', 'js', file.contents);
	} else if (name.endsWith('.css')) {
		names['%STYLE%'] = asset('style', 'css', file.contents);
	} else {
		put('assets/' + name, file.contents);
		if (first.has(name)) {
			shared.push(`<link rel="modulepreload" href="/assets/${name}">`);
		}
	}
}
names['%SHARED%'] = shared.sort().join('\n');
let html = readFileSync(join(here, 'src/index.html'), 'utf8');
for (const [key, value] of Object.entries(names)) {
	html = html.replace(key, value);
}
put('index.html', Buffer.from(html));

const late = (path) => /^assets\/.*\.js$/.test(path) && path !== names['%APP%'].slice(1) && !first.has(base(path));
const total = sizes.reduce((sum, [path, , packed]) => sum + (late(path) ? 0 : packed), 0);
if (!quiet) {
	for (const [path, plain, packed] of sizes) {
		console.log(`${path}  ${plain} B, ${packed} B gzip`);
	}
}
console.log(`first page ${(total / 1024).toFixed(1)} KB gzip`);
if (total > 80 * 1024) {
	console.error('over the budget of 80 KB gzip');
	process.exit(1);
}
