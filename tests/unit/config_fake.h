/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Three plugins for tests of config: snmp with options and checks, jsonl that
 * only writes, broken that was refused.
 *
 * Route: tests of config only.  Thread: the test's.
 */
#ifndef TESTS_UNIT_CONFIG_FAKE_H
#define TESTS_UNIT_CONFIG_FAKE_H

#include "config/config.h"
#include "model/ids.h"

extern const struct plugins config_fake_plugins;

/* A load of a text without files; errors as printed are in text. */
struct config_fake {
	struct ids *ids;
	const struct config *config; /* NULL: refused */
	struct buf text;
	size_t n_errors;
};
void config_fake_text(struct config_fake *fake, const char *yaml);
void config_fake_file(struct config_fake *fake, const char *file);
/* Loads once more with the same numbers; the old config is let go. */
void config_fake_again(struct config_fake *fake, const char *yaml);
void config_fake_done(struct config_fake *fake);

/* A new folder under $TMPDIR; a file in it; all removed at the end. */
const char *config_fake_folder(void);
void config_fake_write(const char *folder, const char *name, const char *text);
void config_fake_remove(const char *folder);

#endif
