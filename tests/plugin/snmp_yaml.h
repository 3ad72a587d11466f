/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * YAML text to the read-only tree that the host hands to plugins, for tests
 * that run without the daemon's config room.
 *
 * Route: tests of plugins/snmp.  Thread: one.
 */
#ifndef TESTS_SNMP_YAML_H
#define TESTS_SNMP_YAML_H

#include <stddef.h>

#include <collectord/plugin.h>

/* Parses one document; NULL when it is no YAML.  Free with yamltree_free. */
struct col_node *yamltree_parse(const char *text, const char *file);
/* The same from a file. */
struct col_node *yamltree_load(const char *path);
void yamltree_free(struct col_node *node); /* accepts NULL */

#endif
