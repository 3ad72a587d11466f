/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages of NetBox.  The address of the next page is made by us: the one in the
 * answer may name another host, and would be sent the token.
 */
#include <config.h>

#include "ctl/netbox.h"

#include <poll.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "ctl/import.h"
#include "ctl/token_file.h"

/* Source: docs/configuration/miscellaneous.md, MAX_PAGE_SIZE is 1000. */
#define PAGE 500
#define PAGE_BYTES_MAX (128u << 20)
#define OBJECTS_MAX 4000000
#define TIMEOUT_S 120L
#define TRIES 4
/* A NetBox that asks for more patience than this is asked another day. */
#define RETRY_AFTER_MAX_S 120

/* Source: netbox/dcim/api/urls.py. */
static const char *const PATHS[NETBOX_LIST_N] = {
	[NETBOX_SITES] = "dcim/sites", [NETBOX_LOCATIONS] = "dcim/locations",
	[NETBOX_RACKS] = "dcim/racks", [NETBOX_TYPES] = "dcim/device-types",
	[NETBOX_DEVICES] = "dcim/devices", [NETBOX_PANELS] = "dcim/power-panels",
	[NETBOX_FEEDS] = "dcim/power-feeds", [NETBOX_PORTS] = "dcim/power-ports",
};

struct client {
	CURL *curl;
	struct curl_slist *headers;
	const char *url, *token_file;
	size_t url_len;
	struct buf body;
	long status, retry_after_s;
};

static size_t
take_body(char *data, size_t one, size_t n, void *arg)
{
	struct client *client = arg;

	buf_put(&client->body, data, one * n);
	return client->body.failed ? 0 : one * n;
}

/* Source: RFC 9110 s.10.2.3; of its two forms NetBox's proxies send seconds. */
static size_t
take_header(char *data, size_t one, size_t n, void *arg)
{
	static const char name[] = "retry-after:";
	struct client *client = arg;
	size_t len = one * n, at = sizeof(name) - 1;

	if (len > at && strncasecmp(data, name, at) == 0) {
		client->retry_after_s = 0;
		while (at < len && data[at] == ' ') {
			at++;
		}
		for (; at < len && data[at] >= '0' && data[at] <= '9' &&
		    client->retry_after_s < 1000000; at++) {
			client->retry_after_s = 10 * client->retry_after_s + data[at] - '0';
		}
	}
	return len;
}

static int
open_client(struct client *client, struct col_error *error)
{
	char token[TOKEN_FILE_SIZE], header[TOKEN_FILE_SIZE + 64];
	int rc = token_file_read(client->token_file, token, error);

	if (rc != 0) {
		return rc;
	}
	/* Source: docs/integrations/rest-api.md: tokens of version 2 say nbt_. */
	(void)str_format(header, sizeof(header), "Authorization: %s %s",
	    str_starts(token, "nbt_") ? "Bearer" : "Token", token);
	client->headers = curl_slist_append(NULL, header);
	explicit_bzero(token, sizeof(token));
	explicit_bzero(header, sizeof(header));
	client->curl = curl_easy_init();
	if (client->curl == NULL || client->headers == NULL) {
		return err_set(error, COL_ENOMEM, "out of memory");
	}
	curl_slist_append(client->headers, "Accept: application/json");
	curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, client->headers);
	curl_easy_setopt(client->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(client->curl, CURLOPT_TIMEOUT, TIMEOUT_S);
	curl_easy_setopt(client->curl, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, client);
	curl_easy_setopt(client->curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(client->curl, CURLOPT_HEADERDATA, client);
	return 0;
}

/* One request.  Errors: COL_EIO when no whole answer came. */
static int
request(struct client *client, const char *address, struct col_error *error)
{
	CURLcode rc;

	buf_reset(&client->body);
	client->retry_after_s = -1;
	curl_easy_setopt(client->curl, CURLOPT_URL, address);
	rc = curl_easy_perform(client->curl);
	if (rc == CURLE_PARTIAL_FILE) {
		return err_set(error, COL_EPROTO, "%s: the answer broke off", address);
	}
	if (rc != CURLE_OK) {
		return err_set(error, COL_EIO, "%s: %s", address, curl_easy_strerror(rc));
	}
	curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &client->status);
	return 0;
}

/* What NetBox itself says of a refusal, cleaned, for the message. */
static void
detail_of(const struct client *client, char text[160])
{
	json_t *body = json_loadb(client->body.data != NULL ? client->body.data : "",
	    client->body.size, 0, NULL);
	const char *detail = json_string_value(json_object_get(body, "detail"));

	if (detail != NULL) {
		text[0] = ' ';
		text[1] = '(';
		str_clean(text + 2, 150, detail, strlen(detail));
		(void)str_copy(text + strlen(text), 2, ")");
	} else {
		text[0] = '\0';
	}
	json_decref(body);
}

static int
refuse(const struct client *client, const char *address, struct col_error *error)
{
	char detail[160];
	long status = client->status;

	detail_of(client, detail);
	if (status == 401 || status == 403) {
		return err_set(error, COL_EAUTH, "%s: HTTP %ld%s: the token in %s must be "
		    "valid and may view the objects of dcim", address, status, detail,
		    client->token_file);
	}
	if (status == 404) {
		return err_set(error, COL_ENOENT, "%s: HTTP 404: is that a NetBox? Give "
		    "its address as far as before /api", address);
	}
	if (status == 429) {
		return err_set(error, COL_EBUSY, "%s: HTTP 429%s: NetBox limits requests "
		    "and asks to wait %ld s; try again later", address, detail,
		    client->retry_after_s);
	}
	return err_set(error, status >= 500 ? COL_EBUSY : COL_EPROTO, "%s: HTTP %ld%s: "
	    "%s", address, status, detail, status >= 500 ? "NetBox is in trouble; look "
	    "at its log, and try again later" : "this answer was not expected");
}

static void
wait_s(double seconds)
{
	(void)poll(NULL, 0, (int)(seconds * 1000.0));
}

/* Asks until there is an answer of 200, as often as is decent. */
static int
get(struct client *client, const char *address, struct col_error *error)
{
	for (unsigned tries = 1;; tries++) {
		int rc = request(client, address, error);
		bool again = rc != 0 || client->status >= 500 || client->status == 429;
		long wait = rc == 0 && client->status == 429 ?
		    client->retry_after_s >= 0 ? client->retry_after_s : 1 : 0;

		if (rc == 0 && client->status == 200) {
			return 0;
		}
		if (!again || tries == TRIES || wait > RETRY_AFTER_MAX_S) {
			return rc != 0 ? rc : refuse(client, address, error);
		}
		wait_s(wait > 0 ? (double)wait : 0.25 * tries);
	}
}

/* One page: {count, next, previous, results}. */
static int
read_page(struct client *client, const char *address, json_t *list,
    json_int_t *ret_count, struct col_error *error)
{
	json_error_t where;
	json_t *page, *results;
	int rc = get(client, address, error);

	if (rc != 0) {
		return rc;
	}
	page = json_loadb(client->body.data != NULL ? client->body.data : "",
	    client->body.size, 0, &where);
	results = json_object_get(page, "results");
	if (!json_is_array(results) ||
	    !json_is_integer(json_object_get(page, "count"))) {
		rc = err_set(error, COL_EPROTO, "%s: half a page, or no NetBox: %s at "
		    "byte %d of %zu", address, page == NULL ? where.text :
		    "no count and results", page == NULL ? where.position : 0,
		    client->body.size);
	} else {
		*ret_count = json_integer_value(json_object_get(page, "count"));
		json_array_extend(list, results);
		if (json_array_size(results) == 0 &&
		    (json_int_t)json_array_size(list) < *ret_count) {
			rc = err_set(error, COL_EPROTO, "%s: an empty page, where %lld "
			    "objects were announced", address, (long long)*ret_count);
		}
	}
	json_decref(page);
	return rc;
}

static int
read_list(struct client *client, enum netbox_list which, json_t *list,
    struct col_error *error)
{
	json_int_t count = 0, first = -1;
	char address[2048];
	int rc;

	do {
		(void)str_format(address, sizeof(address),
		    "%.*s/api/%s/?limit=%d&offset=%zu%s", (int)client->url_len,
		    client->url, PATHS[which], PAGE, json_array_size(list),
		    which == NETBOX_DEVICES ? "&exclude=config_context" : "");
		rc = read_page(client, address, list, &count, error);
		first = first < 0 ? count : first;
		if (rc == 0 && (count != first || count > OBJECTS_MAX)) {
			rc = err_set(error, COL_EBUSY, "%s: the list changed from %lld to "
			    "%lld objects while it was read; try again", address,
			    (long long)first, (long long)count);
		}
	} while (rc == 0 && (json_int_t)json_array_size(list) < count);
	if (rc == 0 && (json_int_t)json_array_size(list) != count) {
		rc = err_set(error, COL_EPROTO, "%s: %zu objects came, %lld were "
		    "announced", address, json_array_size(list), (long long)count);
	}
	return rc;
}

void
netbox_free(json_t *lists[NETBOX_LIST_N])
{
	for (unsigned i = 0; i < NETBOX_LIST_N; i++) {
		json_decref(lists[i]);
		lists[i] = NULL;
	}
}

int
netbox_fetch(const char *url, const char *token_file,
    json_t *ret_lists[NETBOX_LIST_N], struct col_error *error)
{
	struct client client = { .url = url, .token_file = token_file,
	    .url_len = strlen(url) };
	json_t *lists[NETBOX_LIST_N] = { NULL };
	int rc;

	while (client.url_len > 0 && url[client.url_len - 1] == '/') {
		client.url_len--;
	}
	buf_init(&client.body, PAGE_BYTES_MAX);
	rc = open_client(&client, error);
	for (unsigned i = 0; i < NETBOX_LIST_N && rc == 0; i++) {
		lists[i] = json_array();
		rc = read_list(&client, (enum netbox_list)i, lists[i], error);
	}
	curl_slist_free_all(client.headers);
	curl_easy_cleanup(client.curl);
	buf_done(&client.body);
	if (rc != 0) {
		netbox_free(lists);
		return rc;
	}
	memcpy(ret_lists, lists, sizeof(lists));
	return 0;
}

int
ctl_import_netbox(const struct ctl_args *args)
{
	struct import_options options;
	struct import_file file = { .text = NULL };
	json_t *lists[NETBOX_LIST_N] = { NULL };
	struct col_error error = { 0, "" };
	char base[96];
	struct loaded loaded;
	struct buf text;
	int status = import_options(args, &options);

	if (status != CTL_OK || options.n_words != 1 || options.token_file == NULL) {
		return CTL_USAGE;
	}
	(void)str_format(base, sizeof(base), "%s.yaml",
	    options.name != NULL ? options.name : "netbox");
	if (!str_is_id(options.name != NULL ? options.name : "netbox")) {
		return ctl_fail("--name: '%s' is no id", options.name);
	}
	status = loaded_file(args, &loaded);
	if (status != CTL_OK) {
		return status;
	}
	buf_init(&text, 0);
	if (netbox_fetch(options.words[0], options.token_file, lists, &error) != 0) {
		status = ctl_fail("%s; nothing was written", error.text);
	} else {
		const struct netbox_setup setup = { loaded.config->inventory,
		    options.words[0], options.area, options.credential };

		file = (struct import_file){ .name = base, .base = base };
		if (netbox_map(lists, &setup, &text, &error) != 0) {
			status = ctl_fail("%s; nothing was written", error.text);
		} else {
			file.text = text.data;
			file.size = text.size;
			status = import_files(args, &options, &loaded, &file, 1);
		}
	}
	netbox_free(lists);
	buf_done(&text);
	loaded_done(&loaded);
	return status;
}
