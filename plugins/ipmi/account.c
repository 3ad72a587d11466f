/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/tree.h"

#define TIMEOUT_DEFAULT_NS INT64_C(1000000000)
#define TIMEOUT_MIN_NS INT64_C(50000000)
#define TIMEOUT_MAX_NS INT64_C(30000000000)
#define RETRIES_DEFAULT 2
#define SECRET_SIZE 64

static const char *const keys[] = {"user", "password", "kg", "privilege",
    "timeout", "retries", NULL};
static const char *const privileges[] = {"user", "operator",
    "administrator"};
#define PRIVILEGES_N (sizeof(privileges) / sizeof(privileges[0]))

/* The parts of a checked tree; secrets stay nodes. */
struct parts {
	struct account fields;
	const struct col_node *password, *kg;
};

/* ---- checking ------------------------------------------------------------------- */

static void
check_secret(struct tree *tree, const struct col_node *node, const char *what)
{
	if (node->kind == COL_NODE_MAP && node->n_items == 1 &&
	    (strcmp(node->items[0]->key, "file") == 0 ||
	    strcmp(node->items[0]->key, "credential") == 0) &&
	    node->items[0]->kind == COL_NODE_SCALAR) {
		return;
	}
	tree_report(tree, node, node->kind == COL_NODE_SCALAR ?
	    "%s must not be written here: put it in a file and write"
	    " {file: PATH} or {credential: NAME}" :
	    "%s must be {file: PATH} or {credential: NAME}", what);
}

static void
read_user(struct tree *tree, const struct col_node *node,
    struct rakp_identity *identity)
{
	const char *text = tree_text(tree, node);
	size_t n = text != NULL ? strlen(text) : 0;

	if (text == NULL) {
		return;
	}
	if (n > RAKP_USER_MAX) {
		tree_report(tree, node, "must have at most %d bytes",
		    RAKP_USER_MAX);
		return;
	}
	memcpy(identity->user, text, n);
	identity->n_user = (uint8_t)n;
}

static void
read_privilege(struct tree *tree, const struct col_node *node,
    struct account *account)
{
	const char *text = tree_text(tree, node);

	for (size_t i = 0; text != NULL && i < PRIVILEGES_N; i++) {
		if (strcmp(text, privileges[i]) == 0) {
			account->privilege = (uint8_t)(ACCOUNT_USER + i);
			return;
		}
	}
	if (text != NULL) {
		tree_report_words(tree, node, "privilege", text, privileges,
		    PRIVILEGES_N);
	}
}

static void
read_patience(struct tree *tree, const struct col_node *node,
    struct account *account)
{
	const struct col_node *timeout = col_node_get(node, "timeout");
	const struct col_node *retries = col_node_get(node, "retries");
	int64_t n;

	if (timeout != NULL && tree_duration(tree, timeout, &n)) {
		if (n < TIMEOUT_MIN_NS || n > TIMEOUT_MAX_NS) {
			tree_report(tree, timeout, "must be 50ms to 30s");
		} else {
			account->timeout_ns = n;
		}
	}
	if (retries != NULL && tree_integer(tree, retries, 0, 10, &n)) {
		account->retries = (uint8_t)n;
	}
}

static void
read_parts(struct tree *tree, const struct col_node *node, struct parts *parts)
{
	const struct col_node *at;

	memset(parts, 0, sizeof(*parts));
	parts->fields.timeout_ns = TIMEOUT_DEFAULT_NS;
	parts->fields.retries = RETRIES_DEFAULT;
	parts->fields.privilege = ACCOUNT_USER;
	if (!tree_map(tree, node, keys)) {
		return;
	}
	at = col_node_get(node, "user");
	if (at == NULL) {
		tree_report(tree, node, "'user' is missing");
	} else {
		read_user(tree, at, &parts->fields.identity);
	}
	parts->password = col_node_get(node, "password");
	if (parts->password == NULL) {
		tree_report(tree, node, "'password' is missing");
	} else {
		check_secret(tree, parts->password, "a password");
	}
	parts->kg = col_node_get(node, "kg");
	if (parts->kg != NULL) {
		check_secret(tree, parts->kg, "a K_g");
	}
	at = col_node_get(node, "privilege");
	if (at != NULL) {
		read_privilege(tree, at, &parts->fields);
	}
	read_patience(tree, node, &parts->fields);
}

int
account_check(const struct col_host *host, const struct col_node *node)
{
	struct tree tree = {.host = host};
	struct parts parts;

	read_parts(&tree, node, &parts);
	return tree.n_faults == 0 ? 0 : COL_ECONFIG;
}

/* ---- loading -------------------------------------------------------------------- */

static int
refuse(struct col_error *error, const struct col_node *at, const char *why)
{
	error->code = COL_EINVAL;
	(void)snprintf(error->text, sizeof(error->text), "%s:%" PRIu32 ": %s",
	    at->file, at->line, why);
	return COL_EINVAL;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "0x…" as ipmitool -y takes it.  Returns bytes, or -1. */
static int
from_hex(const char *text, uint8_t *ret_bytes)
{
	int n = 0;

	for (; *text != '\0'; text += 2, n++) {
		int high = digit(text[0]), low = high < 0 ? -1 :
		    digit(text[1]);
		if (low < 0 || n == RAKP_PASSWORD_MAX) {
			return -1;
		}
		ret_bytes[n] = (uint8_t)(high << 4 | low);
	}
	return n;
}

/* Reads a key of up to 20 bytes, padded with zeros. */
static int
load_key(const struct col_host *host, const struct col_node *node, bool hex,
    uint8_t *ret_key, struct col_error *error)
{
	char secret[SECRET_SIZE];
	int rc = host->secret(host, node, secret, sizeof(secret), error);

	if (rc >= 0 && hex && strncmp(secret, "0x", 2) == 0) {
		rc = from_hex(secret + 2, ret_key) < 0 ? refuse(error, node,
		    "a K_g in hexadecimal has at most 40 digits, two a byte") :
		    0;
	} else if (rc > RAKP_PASSWORD_MAX) {
		rc = refuse(error, node, "IPMI 2.0 allows at most 20 bytes");
	} else if (rc >= 0) {
		memcpy(ret_key, secret, (size_t)rc);
	}
	explicit_bzero(secret, sizeof(secret));
	return rc < 0 ? rc : 0;
}

int
account_load(const struct col_host *host, const struct col_credential *from,
    void *ret_account, struct col_error *error)
{
	struct tree tree = {.host = host};
	struct account *account = ret_account;
	struct rakp_identity *identity = &account->identity;
	struct parts parts;
	int rc;

	read_parts(&tree, from->node, &parts);
	*account = parts.fields;
	(void)snprintf(account->id, sizeof(account->id), "%s", from->id);
	if (tree.n_faults > 0) {
		return refuse(error, from->node, "it is not usable");
	}
	rc = load_key(host, parts.password, false, identity->password, error);
	if (rc == 0 && parts.kg != NULL) {
		rc = load_key(host, parts.kg, true, identity->kg, error);
		identity->has_kg = true;
	}
	return rc;
}
