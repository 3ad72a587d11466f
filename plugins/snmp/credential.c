/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "credential.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/tree.h"
#include "usm_crypt.h"
#include "usm_key.h"

#define TIMEOUT_DEFAULT_NS INT64_C(1000000000)
#define RETRIES_DEFAULT 2
#define SECRET_SIZE 256

static const char *const auth_words[CREDENTIAL_AUTH_N] = {
    [CREDENTIAL_AUTH_NONE] = "", [CREDENTIAL_MD5] = "md5",
    [CREDENTIAL_SHA1] = "sha", [CREDENTIAL_SHA224] = "sha224",
    [CREDENTIAL_SHA256] = "sha256", [CREDENTIAL_SHA384] = "sha384",
    [CREDENTIAL_SHA512] = "sha512",
};
static const char *const priv_words[CREDENTIAL_PRIV_N] = {
    [CREDENTIAL_PRIV_NONE] = "", [CREDENTIAL_DES] = "des",
    [CREDENTIAL_AES128] = "aes128", [CREDENTIAL_AES192] = "aes192",
    [CREDENTIAL_AES256] = "aes256", [CREDENTIAL_AES192C] = "aes192c",
    [CREDENTIAL_AES256C] = "aes256c",
};
static const char *const keys[] = {"version", "community", "user", "auth",
    "priv", "context", "timeout", "retries", NULL};

/* The parts of a checked tree; secrets stay nodes. */
struct parts {
	struct credential fields;
	const struct col_node *community, *auth, *priv;
};

static void
check_secret(struct tree *tree, const struct col_node *node, const char *what)
{
	if (node->kind == COL_NODE_MAP && node->n_items == 1 &&
	    (strcmp(node->items[0]->key, "file") == 0 ||
	    strcmp(node->items[0]->key, "credential") == 0) &&
	    node->items[0]->kind == COL_NODE_SCALAR) {
		return;
	}
	if (node->kind == COL_NODE_SCALAR) {
		tree_report(tree, node, "%s must not be written here: put it in"
		    " a file and write {file: PATH} or {credential: NAME}", what);
	} else {
		tree_report(tree, node,
		    "%s must be {file: PATH} or {credential: NAME}", what);
	}
}

/* auth: {sha256: SECRET}: one word of words and its secret. */
static int
read_protocol(struct tree *tree, const struct col_node *node,
    const char *const *words, int n_words, const struct col_node **ret_secret)
{
	if (node->kind != COL_NODE_MAP || node->n_items != 1) {
		tree_report(tree, node, "must be one protocol and its secret,"
		    " like {%s: {file: PATH}}", words[n_words > 4 ? 4 : 1]);
		return 0;
	}
	for (int i = 1; i < n_words; i++) {
		if (strcmp(node->items[0]->key, words[i]) == 0) {
			check_secret(tree, node->items[0], "a passphrase");
			*ret_secret = node->items[0];
			return i;
		}
	}
	tree_report_words(tree, node->items[0], "protocol",
	    node->items[0]->key, words + 1, (size_t)n_words - 1);
	return 0;
}

static void
read_name(struct tree *tree, const struct col_node *node, char *ret_text,
    size_t size)
{
	const char *text = tree_text(tree, node);

	if (text == NULL) {
		return;
	}
	if (text[0] == '\0' || strlen(text) >= size) {
		tree_report(tree, node, "must have 1 to %zu bytes", size - 1);
		return;
	}
	(void)snprintf(ret_text, size, "%s", text);
}

static void
read_v3(struct tree *tree, const struct col_node *node, struct parts *parts)
{
	const struct col_node *user = col_node_get(node, "user");
	const struct col_node *context = col_node_get(node, "context");
	const struct col_node *auth = col_node_get(node, "auth");
	const struct col_node *priv = col_node_get(node, "priv");
	const struct col_node *community = col_node_get(node, "community");

	if (user == NULL) {
		tree_report(tree, node, "version 3 needs 'user'");
	} else {
		read_name(tree, user, parts->fields.user,
		    sizeof(parts->fields.user));
	}
	if (context != NULL) {
		read_name(tree, context, parts->fields.context,
		    sizeof(parts->fields.context));
	}
	if (community != NULL) {
		tree_report(tree, community, "version 3 has no community");
	}
	if (auth != NULL) {
		parts->fields.auth = (enum credential_auth)read_protocol(tree,
		    auth, auth_words, CREDENTIAL_AUTH_N, &parts->auth);
	}
	if (priv != NULL) {
		parts->fields.priv = (enum credential_priv)read_protocol(tree,
		    priv, priv_words, CREDENTIAL_PRIV_N, &parts->priv);
		if (auth == NULL) {
			tree_report(tree, priv, "'priv' needs 'auth' as well");
		}
	}
}

static void
read_community(struct tree *tree, const struct col_node *node,
    struct parts *parts)
{
	static const char *const v3_only[] = {"user", "auth", "priv", "context"};

	parts->community = col_node_get(node, "community");
	if (parts->community == NULL) {
		tree_report(tree, node, "version 1 and 2c need 'community'");
	} else {
		check_secret(tree, parts->community, "a community");
	}
	for (size_t i = 0; i < sizeof(v3_only) / sizeof(v3_only[0]); i++) {
		const struct col_node *at = col_node_get(node, v3_only[i]);
		if (at != NULL) {
			tree_report(tree, at, "'%s' belongs to version 3",
			    v3_only[i]);
		}
	}
}

static void
read_parts(struct tree *tree, const struct col_node *node, struct parts *parts)
{
	const struct col_node *at = col_node_get(node, "version");
	const char *version = at != NULL ? tree_text(tree, at) : NULL;
	int64_t n;

	memset(parts, 0, sizeof(*parts));
	parts->fields.timeout_ns = TIMEOUT_DEFAULT_NS;
	parts->fields.retries = RETRIES_DEFAULT;
	if (!tree_map(tree, node, keys)) {
		return;
	}
	if (at == NULL) {
		tree_report(tree, node, "'version' is missing: 1, 2c or 3");
	} else if (version != NULL && strcmp(version, "3") == 0) {
		parts->fields.version = CREDENTIAL_V3;
		read_v3(tree, node, parts);
	} else if (version != NULL && (strcmp(version, "2c") == 0 ||
	    strcmp(version, "1") == 0)) {
		parts->fields.version =
		    version[0] == '1' ? CREDENTIAL_V1 : CREDENTIAL_V2C;
		read_community(tree, node, parts);
	} else if (version != NULL) {
		tree_report(tree, at, "version must be 1, 2c or 3");
	}
	at = col_node_get(node, "timeout");
	if (at != NULL && tree_duration(tree, at, &n)) {
		if (n < 50000000 || n > INT64_C(30000000000)) {
			tree_report(tree, at, "must be 50ms to 30s");
		} else {
			parts->fields.timeout_ns = n;
		}
	}
	at = col_node_get(node, "retries");
	if (at != NULL && tree_integer(tree, at, 0, 10, &n)) {
		parts->fields.retries = (unsigned)n;
	}
}

int
credential_check(const struct col_host *host, const struct col_node *node)
{
	struct tree tree = {.host = host};
	struct parts parts;

	read_parts(&tree, node, &parts);
	return tree.n_faults == 0 ? 0 : COL_ECONFIG;
}

static int
load_key(const struct col_host *host, struct usm_crypt *crypt,
    enum credential_auth auth, const struct col_node *node, uint8_t *ret_key,
    struct col_error *error)
{
	char secret[SECRET_SIZE];
	int rc = host->secret(host, node, secret, sizeof(secret), error);

	if (rc >= 0) {
		struct usm_bytes passphrase = {(const uint8_t *)secret,
		    strlen(secret)};
		rc = usm_key_derive(crypt, auth, passphrase, ret_key);
		if (rc == COL_EINVAL) {
			(void)snprintf(error->text, sizeof(error->text),
			    "%s:%" PRIu32 ": a passphrase has 8 characters or more",
			    node->file, node->line);
		} else if (rc < 0) {
			(void)snprintf(error->text, sizeof(error->text),
			    "OpenSSL cannot derive a key for %s", node->key);
		}
		error->code = rc;
	}
	explicit_bzero(secret, sizeof(secret));
	return rc < 0 ? rc : 0;
}

static int
load_keys(const struct col_host *host, const struct parts *parts,
    struct credential *credential, struct col_error *error)
{
	struct usm_crypt *crypt = usm_crypt_new();
	size_t len = usm_crypt_hash_len(credential->auth);
	int rc = 0;

	if (crypt == NULL) {
		error->code = COL_ENOTSUP;
		(void)snprintf(error->text, sizeof(error->text),
		    "OpenSSL cannot be started");
		return COL_ENOTSUP;
	}
	if (parts->auth != NULL) {
		rc = load_key(host, crypt, credential->auth, parts->auth,
		    credential->auth_key, error);
		credential->auth_key_len = len;
	}
	if (rc == 0 && parts->priv != NULL) {
		rc = load_key(host, crypt, credential->auth, parts->priv,
		    credential->priv_key, error);
		credential->priv_key_len = len;
	}
	usm_crypt_free(crypt);
	return rc;
}

/* host->secret() takes the map {file: …}; that is the node itself here. */
static int
load_secrets(const struct col_host *host, const struct parts *parts,
    struct credential *credential, struct col_error *error)
{
	int rc = 0;

	if (parts->community != NULL) {
		rc = host->secret(host, parts->community, credential->community,
		    sizeof(credential->community), error);
		credential->community_len = rc < 0 ? 0 : (size_t)rc;
	}
	if (rc >= 0 && parts->auth != NULL) {
		rc = load_keys(host, parts, credential, error);
	}
	return rc < 0 ? rc : 0;
}

int
credential_load(const struct col_host *host,
    const struct col_credential *from, void *ret_credential,
    struct col_error *error)
{
	struct tree tree = {.host = host};
	struct parts parts;
	struct credential credential;
	int rc;

	read_parts(&tree, from->node, &parts);
	if (tree.n_faults > 0) {
		error->code = COL_ECONFIG;
		(void)snprintf(error->text, sizeof(error->text),
		    "credential %s is not usable", from->id);
		return COL_ECONFIG;
	}
	credential = parts.fields;
	(void)snprintf(credential.id, sizeof(credential.id), "%s",
	    from->id);
	rc = load_secrets(host, &parts, &credential, error);
	if (rc == 0) {
		*(struct credential *)ret_credential = credential;
	}
	explicit_bzero(&credential, sizeof(credential));
	return rc;
}

void
credential_done(struct credential *credential)
{
	explicit_bzero(credential, sizeof(*credential));
}
