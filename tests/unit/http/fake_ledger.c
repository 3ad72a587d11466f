/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger of the fake province: as many changes as racks, one rack gone back. */
#include <config.h>

#include "state/changes.h"

#include <stdlib.h>

#include "base/str.h"
#include "http/fake.h"

const char *
change_kind_text(enum change_kind kind)
{
	static const char *const texts[] = {"state", "reservation", "maintenance", "design",
	    "rename"};

	return texts[kind];
}

/* Change n, the oldest 1; every tenth is a rename. */
static struct change
make_change(int64_t n)
{
	bool rename = n % 10 == 0;
	struct change change = { .place = {n, rename ? 7 : 0},
	    .kind = rename ? CHANGE_RENAME : CHANGE_STATE,
	    .at = {(FAKE_NOW_S - 86400) * NS_PER_S}, .written = {FAKE_NOW_S * NS_PER_S},
	    .has_design = !rename, .design_w = 4000, .voids = n == 4 ? 3 : 0,
	    .voided = n == 3, .actor = "inventory", .source = "a, b.yaml" };

	(void)str_format(change.rack, sizeof(change.rack), "a%lld", (long long)n);
	(void)str_copy(change.state, sizeof(change.state), rename ? "renamed" : "installed");
	(void)str_copy(change.subject, sizeof(change.subject), rename ? "old" : "");
	(void)str_copy(change.reason, sizeof(change.reason), rename ? "" : "=cmd|'x'");
	return change;
}

void
state_get_changes(struct state *state, const struct changes_query *query,
    state_changes_fn *fn, void *arg)
{
	int64_t n = fake_config()->inventory->n_racks;
	struct change *changes = calloc(query->limit, sizeof(*changes));
	size_t n_changes = 0;

	(void)state;
	if (changes == NULL) {
		abort();
	}
	if (query->has_before) {
		n = query->before.entry - 1;
	}
	for (; n > 0 && n_changes < query->limit; n--) {
		struct change change = make_change(n);

		if ((query->kinds & 1u << change.kind) != 0 && (query->rack[0] == '\0' ||
		    str_equal(query->rack, change.rack))) {
			changes[n_changes++] = change;
		}
	}
	fn(arg, 0, changes, n_changes);
	free(changes);
}

void
state_get_backwards(struct state *state, state_backwards_fn *fn, void *arg)
{
	const struct backwards racks[] = {
		/* of one that is in service again, and of one that is not known */
		{"none", "in_service", "installed", {1}, {2}, {3}, "f.yaml"},
		{"s0-h0-r0-a02", "decommissioning", "in_service",
		    {(FAKE_NOW_S - 86400) * NS_PER_S}, {FAKE_NOW_S * NS_PER_S},
		    {FAKE_NOW_S * NS_PER_S}, "f.yaml"},
		{"s0-h0-r0-a03", "in_service", "planned", {1}, {2}, {3}, "f.yaml"},
	};

	(void)state;
	fn(arg, 0, racks, sizeof(racks) / sizeof(racks[0]));
}
