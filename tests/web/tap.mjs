/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The few words of TAP the web tests speak. */
let n = 0;
let bad = 0;

const lines = (text) => String(text).split('\n').map((l) => `#   ${l}`).join('\n');

export function ok(pass, name, why = '') {
	n++;
	bad += pass ? 0 : 1;
	console.log(`${pass ? 'ok' : 'not ok'} ${n} - ${name.replaceAll('#', '')}`);
	if (!pass && why !== '') {
		console.log(lines(why));
	}
	return pass;
}

export const is = (got, want, name) =>
	ok(Object.is(got, want), name, `got  ${JSON.stringify(got)}\nwant ${JSON.stringify(want)}`);

export function skip_all(why) {
	console.log(`1..0 # SKIP ${why}`);
	process.exit(0);
}

export function done() {
	console.log(`1..${n}`);
	process.exitCode = bad > 0 || n === 0 ? 1 : 0;
}
