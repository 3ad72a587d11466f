/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After `npm install --package-lock-only`: drop what names a host from the
 * lock (funding links), so that it pins contents by integrity and nothing else. */
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const pkg of Object.values(lock.packages)) {
	delete pkg.funding;
	delete pkg.resolved;
}
writeFileSync(file, JSON.stringify(lock, null, 2) + '\n');
