/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Receivers: where messages go, and what each type of them needs and may have.
 * A URL that lets anybody post is a secret as a password is.
 */
#include <config.h>

#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "config/alerts.h"
#include "config/node.h"
#include "config/secret.h"
#include "model/placeholder.h"

#define RECEIVERS_MAX 256
#define DAY 86400.0
#define PAGERDUTY_URL "https://events.pagerduty.com/v2/enqueue"

struct written {
	struct receiver receiver;       /* first: the table points into it */
	int type;
	struct schema_texts mentions, allow;
	const struct col_node *node;
};

#define RECEIVER_AT(member) SCHEMA_AT(struct written, receiver.member)

static const struct schema_field rate_fields[] = {
	{ .key = "per_minute", .type = SCHEMA_NUMBER, RECEIVER_AT(per_minute),
	  .min = 0.1, .max = 6000, .help = "Messages per minute." },
	{ .key = "burst", .type = SCHEMA_NUMBER, RECEIVER_AT(burst),
	  .min = 1, .max = 1000, .help = "Messages at once." },
	SCHEMA_END
};

const struct schema_field alerts_receiver_fields[] = {
	{ .key = "type", .type = SCHEMA_CHOICE, SCHEMA_AT(struct written, type),
	  .choices = "webhook|alertmanager|alertmanager-webhook|cloudevents|slack|teams|"
	    "pagerduty|dingtalk|wecom|feishu|template", .required = true,
	  .help = "What stands at the other end." },
	{ .key = "url", .type = SCHEMA_NODE, RECEIVER_AT(url),
	  .help = "Where messages are sent: `{file: PATH}` or `{credential: NAME}`; as "
	    "text where the address alone lets nobody in, so not of chat robots." },
	{ .key = "secret", .type = SCHEMA_SECRET, RECEIVER_AT(secret),
	  .help = "Key of the signature: webhook (Standard Webhooks, whsec_…), "
	    "dingtalk, feishu." },
	{ .key = "old_secret", .type = SCHEMA_SECRET, RECEIVER_AT(old_secret),
	  .help = "A second key of Standard Webhooks while one is replaced." },
	{ .key = "token", .type = SCHEMA_SECRET, RECEIVER_AT(token),
	  .help = "Sent as Authorization: Bearer by webhook, alertmanager, "
	    "alertmanager-webhook, cloudevents and template; of pagerduty the routing "
	    "key." },
	{ .key = "keyword", .type = SCHEMA_TEXT, RECEIVER_AT(keyword),
	  .help = "A word that the robot demands in every message: dingtalk, wecom, "
	    "feishu." },
	{ .key = "mentions", .type = SCHEMA_TEXTS, SCHEMA_AT(struct written, mentions),
	  .help = "Who is called by critical alerts: telephone numbers or user ids of "
	    "dingtalk, wecom, feishu; `all` for everybody." },
	{ .key = "body", .type = SCHEMA_NODE, RECEIVER_AT(body),
	  .help = "Of template: the JSON that is sent, written as YAML; its texts may hold "
	    "placeholders." },
	{ .key = "content_type", .type = SCHEMA_TEXT, RECEIVER_AT(content_type),
	  .help = "Of template: instead of application/json." },
	{ .key = "ca_file", .type = SCHEMA_PATH, RECEIVER_AT(ca_file),
	  .help = "Certificates of an own authority, PEM; instead of the system's." },
	{ .key = "allow_http", .type = SCHEMA_BOOL, RECEIVER_AT(allow_http),
	  .fallback = "false", .help = "An http:// URL is taken: everybody on the way can "
	    "read and change what is sent." },
	{ .key = "allow", .type = SCHEMA_TEXTS, SCHEMA_AT(struct written, allow),
	  .help = "Private networks that it may be in, such as 10.0.0.0/8; all others "
	    "but the public ones are refused." },
	{ .key = "lang", .type = SCHEMA_CHOICE, RECEIVER_AT(lang), .fallback = "both",
	  .choices = "both|en|zh", .help = "Language of the messages." },
	{ .key = "timeout", .type = SCHEMA_DURATION, RECEIVER_AT(timeout_ns),
	  .fallback = "15s", .min = 1, .max = 60,
	  .help = "How long one attempt may take." },
	{ .key = "rate", .type = SCHEMA_SECTION, .fields = rate_fields,
	  .help = "What it takes at most; without it what its type is known to take. What "
	    "is more becomes one digest." },
	{ .key = "resolved", .type = SCHEMA_BOOL, RECEIVER_AT(send_resolved),
	  .fallback = "true", .help = "It is told when an alert is over." },
	{ .key = "repeat", .type = SCHEMA_DURATION, RECEIVER_AT(repeat_ns),
	  .fallback = "4h", .min = 0, .max = 30 * DAY,
	  .help = "What still fires is told again after so long; `0s`: never." },
	{ .key = "silent", .type = SCHEMA_DURATION, RECEIVER_AT(silent_ns),
	  .fallback = "30m", .min = 60, .max = 30 * DAY,
	  .help = "When it has taken nothing for so long though something waits, that is "
	    "an alert of its own." },
	{ .key = "keep", .type = SCHEMA_DURATION, RECEIVER_AT(keep_ns),
	  .fallback = "72h", .min = 60, .max = 30 * DAY,
	  .help = "Messages that could not be delivered for so long are given up." },
	SCHEMA_END
};

/* What a type may have. */
enum has { HAS_NO = 0, HAS_MAY, HAS_MUST };
static const struct type_row {
	bool url_is_secret;
	enum has secret, old_secret, token, keyword, mentions, body;
} types[RECEIVER_TYPE_N] = {
	[RECEIVER_WEBHOOK] = { .secret = HAS_MAY, .old_secret = HAS_MAY, .token = HAS_MAY },
	[RECEIVER_ALERTMANAGER] = { .token = HAS_MAY },
	[RECEIVER_ALERTMANAGER_WEBHOOK] = { .token = HAS_MAY },
	[RECEIVER_CLOUDEVENTS] = { .token = HAS_MAY },
	[RECEIVER_SLACK] = { .url_is_secret = true },
	[RECEIVER_TEAMS] = { .url_is_secret = true },
	[RECEIVER_PAGERDUTY] = { .token = HAS_MUST },
	[RECEIVER_DINGTALK] = { .url_is_secret = true, .secret = HAS_MAY,
	    .keyword = HAS_MAY, .mentions = HAS_MAY },
	[RECEIVER_WECOM] = { .url_is_secret = true, .keyword = HAS_MAY,
	    .mentions = HAS_MAY },
	[RECEIVER_FEISHU] = { .url_is_secret = true, .secret = HAS_MAY,
	    .keyword = HAS_MAY, .mentions = HAS_MAY },
	[RECEIVER_TEMPLATE] = { .token = HAS_MAY, .body = HAS_MUST },
};

/* ---- keys of a type ------------------------------------------------------------ */

static bool
check_key(struct load *load, const struct written *written, const char *key,
    enum has has)
{
	const struct col_node *at = col_node_get(written->node, key);
	const char *type = receiver_type_text(written->receiver.type);

	if (at != NULL && has == HAS_NO) {
		config_errors_add(load->kept.errors, at, "receivers of type %s have no %s; "
		    "remove it", type, key);
		return false;
	}
	if (at == NULL && has == HAS_MUST) {
		config_errors_add(load->kept.errors, written->node, "a receiver of type %s "
		    "needs the key '%s'", type, key);
		return false;
	}
	return true;
}

static bool
check_keys(struct load *load, const struct written *written)
{
	const struct type_row *row = &types[written->receiver.type];
	const struct { const char *key; enum has has; } keys[] = {
		{ "secret", row->secret }, { "old_secret", row->old_secret },
		{ "token", row->token }, { "keyword", row->keyword },
		{ "mentions", row->mentions }, { "body", row->body },
		{ "content_type", row->body != HAS_NO ? HAS_MAY : HAS_NO },
		{ "url", written->receiver.type == RECEIVER_PAGERDUTY ? HAS_MAY : HAS_MUST },
	};
	bool good = true;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		good = check_key(load, written, keys[i].key, keys[i].has) && good;
	}
	if (good && written->receiver.old_secret != NULL &&
	    written->receiver.secret == NULL) {
		config_errors_add(load->kept.errors, written->receiver.old_secret,
		    "old_secret is the second key beside secret; write secret, too");
		good = false;
	}
	return good;
}

/* ---- url ----------------------------------------------------------------------- */

/* What is wrong with a URL, or NULL; the URL itself is never repeated. */
static const char *
fault_of_url(const struct receiver *receiver, const char *url)
{
	const char *rest;

	if (str_starts(url, "https://")) {
		rest = url + strlen("https://");
	} else if (str_starts(url, "http://")) {
		rest = url + strlen("http://");
		if (!receiver->allow_http) {
			return "is http without TLS, so that everybody on the way can read "
			    "and change what is sent; use https, or write allow_http: true";
		}
	} else {
		return "must begin with https://";
	}
	if (strcspn(rest, "/?#:@") == 0) {
		return "names no host after ://";
	}
	if (memchr(rest, '@', strcspn(rest, "/?#")) != NULL) {
		return "has a user name before '@'; write the password as token: {file: …}";
	}
	for (const char *c = url; *c != '\0'; c++) {
		if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f ||
		    strchr("\"<>\\^`{|}", *c) != NULL) {
			return "has a blank or another character that must be written as "
			    "%XX";
		}
	}
	return NULL;
}

static bool
check_secret_url(struct load *load, const struct receiver *receiver)
{
	char url[SECRET_SIZE_MAX];
	struct col_error error;
	const char *fault;
	int rc;

	if (load->kept.no_files) {
		return true;
	}
	rc = config_secret(receiver->url, url, sizeof(url), &error);
	if (rc < 0) {
		config_errors_add(load->kept.errors, receiver->url, "url: %s", error.text);
		return false;
	}
	fault = fault_of_url(receiver, url);
	explicit_bzero(url, sizeof(url));
	if (fault != NULL) {
		config_errors_add(load->kept.errors, receiver->url, "the url in %.256s %s",
		    receiver->url->items[0]->text, fault);
	}
	return fault == NULL;
}

static bool
check_url(struct load *load, struct receiver *receiver)
{
	const struct col_node *node = receiver->url;
	const char *fault;

	if (node == NULL) {
		receiver->url = node_scalar(load->kept.arena, load->config->file, "url",
		    PAGERDUTY_URL);
		return true;
	}
	if (secret_is_reference(node)) {
		return check_secret_url(load, receiver);
	}
	if (node->kind != COL_NODE_SCALAR || node_is_null(node)) {
		config_errors_add(load->kept.errors, node, "url must be a URL, {file: PATH} "
		    "or {credential: NAME}");
		return false;
	}
	if (types[receiver->type].url_is_secret) {
		config_errors_add(load->kept.errors, node, "whoever has the url of a %s "
		    "receiver can post there: it is a secret; put it in a file (mode 0600) "
		    "and write url: {file: PATH} or {credential: NAME}",
		    receiver_type_text(receiver->type));
		return false;
	}
	fault = fault_of_url(receiver, node->text);
	if (fault != NULL) {
		config_errors_add(load->kept.errors, node, "url %s", fault);
	}
	return fault == NULL;
}

/* ---- the rest ------------------------------------------------------------------ */

/* "10.0.0.0/8", "fd00::/8", one address. */
static bool
is_network(const char *text)
{
	const char *slash = strchr(text, '/');
	size_t len = slash != NULL ? (size_t)(slash - text) : strlen(text);
	char address[INET6_ADDRSTRLEN];
	unsigned char raw[16];
	uint64_t bits = 0, max;

	if (len >= sizeof(address)) {
		return false;
	}
	memcpy(address, text, len);
	address[len] = '\0';
	max = inet_pton(AF_INET, address, raw) == 1 ? 32 :
	    inet_pton(AF_INET6, address, raw) == 1 ? 128 : 0;
	if (max == 0 || (slash != NULL && str_to_uint(slash + 1, 0, max, &bits) != COL_OK)) {
		return false;
	}
	/* no bit behind the prefix */
	for (uint64_t i = slash != NULL ? bits : max; i < max; i++) {
		if ((raw[i / 8] >> (7 - i % 8) & 1) != 0) {
			return false;
		}
	}
	return true;
}

static bool
check_networks(struct load *load, const struct schema_texts *texts)
{
	bool good = alerts_globs_check(load, "allow", texts);

	for (size_t i = 0; good && i < texts->n; i++) {
		if (!is_network(texts->items[i])) {
			config_errors_add(load->kept.errors, texts->nodes[i], "allow must be "
			    "of networks such as 10.0.0.0/8 or fd00::/8, not '%.64s'",
			    texts->items[i]);
			good = false;
		}
	}
	return good;
}

/* {each: alerts, item: …} stands for a list with an item an alert; none within
 * another. */
static bool
check_each(struct load *load, const struct col_node *node, bool within)
{
	const struct col_node *each = col_node_get(node, "each");

	if (each == NULL || (!within && node->n_items == 2 &&
	    col_node_get(node, "item") != NULL && each->kind == COL_NODE_SCALAR &&
	    strcmp(each->text, "alerts") == 0)) {
		return true;
	}
	config_errors_add(load->kept.errors, node, "body: a list of alerts is written "
	    "{each: alerts, item: …}, and not within another");
	return false;
}

/* Depth is bounded by the parser. */
static bool
check_body(struct load *load, const struct col_node *node, bool within)
{
	struct col_error error;
	bool good = check_each(load, node, within);

	within = within || col_node_get(node, "each") != NULL;
	for (size_t i = 0; i < node->n_items; i++) {
		good = check_body(load, node->items[i], within) && good;
	}
	if (node->kind == COL_NODE_SCALAR && placeholder_check(node->text,
	    PLACEHOLDERS_BODY, &error) != COL_OK) {
		config_errors_add(load->kept.errors, node, "body: %s", error.text);
		good = false;
	}
	return good;
}

static bool
check_file(struct load *load, const struct written *written)
{
	const char *path = written->receiver.ca_file;
	const struct col_node *at = col_node_get(written->node, "ca_file");

	if (path == NULL || load->kept.no_files || access(path, R_OK) == 0) {
		return true;
	}
	config_errors_add(load->kept.errors, at, "ca_file '%.256s' cannot be read",
	    at->text);
	return false;
}

static void
read_receiver(struct load *load, const struct col_node *node, struct receiver *to)
{
	struct written written = { .node = node };
	struct receiver *receiver = &written.receiver;

	receiver->name = node->key;
	if (!str_is_id(node->key)) {
		config_errors_add(load->kept.errors, node, "the name of a receiver must be "
		    "an id: 1 to 63 of a-z, 0-9, '-', '_', not '%.64s'", node->key);
	}
	if (schema_read(&load->kept, "a receiver", alerts_receiver_fields, node,
	    &written) != COL_OK) {
		return;
	}
	receiver->type = (enum receiver_type)written.type;
	if (!check_keys(load, &written) || !check_url(load, receiver) ||
	    !check_file(load, &written) || !check_networks(load, &written.allow) ||
	    !alerts_globs_check(load, "mentions", &written.mentions) ||
	    (receiver->body != NULL && !check_body(load, receiver->body, false))) {
		return;
	}
	receiver->mentions = alerts_texts(&written.mentions);
	receiver->allow = alerts_texts(&written.allow);
	receiver->hash = node_hash(node, 1);
	*to = *receiver;
}

void
alerts_receivers_read(struct load *load, const struct col_node *map)
{
	struct alerting *alerting = &load->config->alerting;
	struct receiver *receivers;

	if (map == NULL) {
		return;
	}
	if (map->n_items > RECEIVERS_MAX) {
		config_errors_add(load->kept.errors, map, "more than %d receivers",
		    RECEIVERS_MAX);
		return;
	}
	receivers = arena_alloc(load->kept.arena, (map->n_items + 1) * sizeof(*receivers));
	for (size_t i = 0; i < map->n_items; i++) {
		receivers[i].name = map->items[i]->key;
		read_receiver(load, map->items[i], &receivers[i]);
	}
	alerting->receivers = receivers;
	alerting->n_receivers = map->n_items;
}

bool
alerts_receiver_check(struct load *load, const struct col_node *at, const char *name)
{
	const struct alerting *alerting = &load->config->alerting;
	struct errors_guess guess;

	errors_guess_init(&guess, name);
	for (size_t i = 0; i < alerting->n_receivers; i++) {
		if (strcmp(alerting->receivers[i].name, name) == 0) {
			return true;
		}
		errors_guess_try(&guess, alerting->receivers[i].name);
	}
	load_unknown(load, at, "receiver", &guess);
	return false;
}
