/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sketch_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

void
sketch_mib_load(const char *dir)
{
	/* What vendors' MIB files have faults in is no news to anybody here. */
	snmp_disable_log();
	(void)netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
	(void)setenv("MIBS", "", 1);   /* read_all_mibs() needs no list */
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MIB_ERRORS, 0);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID,
	    NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_init_mib();
	if (dir != NULL) {
		(void)add_mibdir(dir);
	}
	(void)read_all_mibs();
}

static void
copy(char *to, const char *from)
{
	(void)snprintf(to, SKETCH_NAME_SIZE, "%.*s", SKETCH_NAME_SIZE - 1,
	    from != NULL ? from : "");
}

/* The deepest node on the way to name; its depth in *ret_n. */
static const struct tree *
descend(struct objref name, unsigned *ret_n)
{
	const struct tree *at = NULL, *next = get_tree_head();

	for (unsigned i = 0; i < name.n; i++) {
		while (next != NULL && next->subid != name.sub[i]) {
			next = next->next_peer;
		}
		if (next == NULL) {
			break;
		}
		at = next;
		*ret_n = i + 1;
		next = at->child_list;
	}
	return at;
}

void
sketch_mib_find(struct objref cell, struct sketch_object *ret)
{
	unsigned n = 0;
	const struct tree *at = descend(cell, &n);
	const struct index_list *index = NULL;

	*ret = (struct sketch_object){.n = 0};
	/* Groups, and nodes that another MIB only passes through, have no type. */
	if (at == NULL || at->child_list != NULL || n == cell.n ||
	    at->type == TYPE_OTHER || at->label == NULL) {
		return;
	}
	ret->n = n;
	copy(ret->label, at->label);
	copy(ret->units, at->units);
	if (at->parent != NULL &&
	    (at->parent->indexes != NULL || at->parent->augments != NULL)) {
		ret->is_column = true;
		copy(ret->entry, at->parent->label);
		index = at->parent->indexes;
	}
	for (; index != NULL && ret->n_index < SKETCH_PARTS_MAX; index = index->next) {
		copy(ret->index[ret->n_index++], index->ilabel);
	}
	for (const struct enum_list *e = at->enums;
	    e != NULL && ret->n_words < SKETCH_WORDS_MAX; e = e->next) {
		ret->words[ret->n_words].code = e->value;
		copy(ret->words[ret->n_words++].word, e->label);
	}
}
