/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the test's packages are: NODE_MODULES (the build directory's), else
 * web/node_modules beside the sources. The tests may run out of tree.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const beside = join(here, '../../web/node_modules');
const asked = process.env.NODE_MODULES;
/* a bundle that came with a tarball was built without packages */
const dir = resolve(asked && existsSync(asked) ? asked : beside);

export const source = resolve(here, '../../web/src');
export const dist = resolve(process.env.DIST ?? join(here, '../../web/dist'));
export const has_modules = existsSync(dir);
/* In a clone under CI a missing peer is a failure; a tarball brings its bundle and no packages. */
export const must_run = process.env.CI === 'true' && existsSync(join(here, '../../.git'));
export const load = createRequire(join(dir, 'anything.js'));
