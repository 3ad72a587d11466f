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
	chunkNames: 'later-[hash]',
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
for (const file of result.outputFiles) {
	if (/\/later-\w+\.js$/.test(file.path)) {
		put('assets/' + basename(file.path), file.contents);
	} else if (file.path.endsWith('.js')) {
		names['%APP%'] = asset('app', 'js', file.contents);
	} else if (file.path.endsWith('.css')) {
		names['%STYLE%'] = asset('style', 'css', file.contents);
	}
}
let html = readFileSync(join(here, 'src/index.html'), 'utf8');
for (const [key, value] of Object.entries(names)) {
	html = html.replace(key, value);
}
put('index.html', Buffer.from(html));

/* Import by a page that needs it: not of the first page, and nothing of that is in it. */
const first = sizes.reduce((sum, [path, , packed]) => sum + (path.includes('/later-') ? 0 : packed), 0);
if (!quiet) {
	for (const [path, plain, packed] of sizes) {
		console.log(`${path}  ${plain} B, ${packed} B gzip`);
	}
}
console.log(`first page ${(first / 1024).toFixed(1)} KB gzip`);
if (first > 80 * 1024) {
	console.error('over the budget of 80 KB gzip');
	process.exit(1);
}
