/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ctl/client.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define BODY_MAX (256u << 20)   /* 90,000 racks in pages are far below */
#define TIMEOUT_S 15L

/* Where a body goes: a good one to a file, if there is one, else to memory. */
struct sink { CURL *curl; struct buf body; FILE *to; long status;
	const char *method;    /* of a change; NULL: GET */
	const char *upload;    /* JSON text, or NULL */
};

static size_t
take(char *data, size_t one, size_t n, void *arg)
{
	struct sink *sink = arg;
	long status = 0;

	if (sink->to != NULL &&
	    curl_easy_getinfo(sink->curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK &&
	    status == 200) {
		return one * fwrite(data, one, n, sink->to);
	}
	buf_put(&sink->body, data, one * n);
	return sink->body.failed ? 0 : one * n;
}

/* Owns: the list, to be freed after the request. */
static struct curl_slist *
set_method(CURL *curl, const struct sink *sink)
{
	struct curl_slist *headers = NULL;

	if (sink->method == NULL) {
		return NULL;
	}
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, sink->upload != NULL ? sink->upload : "");
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, sink->method);
	/* without a body there is no type; curl would make it a form's */
	headers = curl_slist_append(NULL, sink->upload != NULL ?
	    "Content-Type: application/json" : "Content-Type:");
	return headers;
}

static struct client_auth *auth;

void
client_auth(struct client_auth *now)
{
	auth = now;
}

/* The tool is one thread that asks as one user. */
static struct curl_slist *
add_auth(CURL *curl, struct curl_slist *headers)
{
	char line[768];

	if (auth == NULL) {
		return headers;
	}
	if (auth->cacert != NULL) {
		curl_easy_setopt(curl, CURLOPT_CAINFO, auth->cacert);
	}
	if (auth->token != NULL) {
		(void)str_format(line, sizeof(line), "Authorization: Bearer %s", auth->token);
		headers = curl_slist_append(headers, line);
	}
	if (auth->cookie[0] != '\0') {
		curl_easy_setopt(curl, CURLOPT_COOKIE, auth->cookie);
		(void)str_format(line, sizeof(line), "X-CSRF-Token: %s", auth->csrf);
		headers = curl_slist_append(headers, line);
	}
	explicit_bzero(line, sizeof(line));
	return headers;
}

/* Keeps the session's cookie. */
static size_t
take_header(char *data, size_t one, size_t n, void *unused)
{
	static const char NAME[] = "set-cookie:";
	size_t size = one * n, at = sizeof(NAME) - 1;

	(void)unused;
	if (auth != NULL && auth->keep_session && size > at &&
	    strncasecmp(data, NAME, at) == 0) {
		at += strspn(data + at, " ");
		(void)str_format(auth->cookie, sizeof(auth->cookie), "%.*s",
		    (int)strcspn(data + at, ";\r\n"), data + at);
	}
	return size;
}

static int
perform(const char *address, struct sink *sink, struct col_error *error)
{
	CURL *curl = curl_easy_init();
	struct curl_slist *headers;
	CURLcode rc;

	if (curl == NULL) {
		return err_set(error, COL_ENOMEM, "out of memory");
	}
	sink->curl = curl;
	curl_easy_setopt(curl, CURLOPT_URL, address);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	if (sink->to == NULL) {
		curl_easy_setopt(curl, CURLOPT_TIMEOUT, TIMEOUT_S);
	} else {
		/* a long list may take its time, but not stand still */
		curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, TIMEOUT_S);
	}
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, sink);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
	headers = add_auth(curl, set_method(curl, sink));
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	rc = curl_easy_perform(curl);
	curl_slist_free_all(headers);
	if (rc == CURLE_OK) {
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &sink->status);
	}
	curl_easy_cleanup(curl);
	if (rc != CURLE_OK) {
		return err_set(error, COL_EIO, "%s: %s: is collectord running, and "
		    "does --url name its http.listen address?", address,
		    curl_easy_strerror(rc));
	}
	return 0;
}

static int
join(const char *url, const char *path, char *address, size_t size,
    struct col_error *error)
{
	size_t len = strlen(url);

	while (len > 0 && url[len - 1] == '/') {
		len--;
	}
	return str_format(address, size, "%.*s%s", (int)len, url, path) < size ? 0 :
	    err_set(error, COL_ERANGE, "address too long");
}

static int
problem(const json_t *body, long status, struct col_error *error)
{
	const char *detail = json_string_value(json_object_get(body, "detail"));
	int code = status == 404 ? COL_ENOENT : status == 401 || status == 403
	    ? COL_EAUTH : status == 503 ? COL_EBUSY : COL_EINVAL;

	return err_set(error, code, "%s (HTTP %ld)", detail != NULL ? detail
	    : "refused", status);
}

/* Parses what is in memory; what is no good answer becomes an error. */
static int
parse(const char *address, const struct sink *sink, json_t **ret_body,
    struct col_error *error)
{
	json_error_t where;
	json_t *json = json_loadb(sink->body.data != NULL ? sink->body.data : "",
	    sink->body.size, 0, &where);
	int rc;

	if (json == NULL) {
		return err_set(error, COL_EPROTO, "%s: answered no JSON (HTTP %ld): is "
		    "that collectord?", address, sink->status);
	}
	if (sink->status < 200 || sink->status > 202) {
		rc = problem(json, sink->status, error);
		json_decref(json);
		return rc;
	}
	*ret_body = json;
	return 0;
}

int
client_get(const char *url, const char *path, json_t **ret_body,
    struct col_error *error)
{
	struct sink sink = { .to = NULL };
	char address[2048];
	int rc = join(url, path, address, sizeof(address), error);

	buf_init(&sink.body, BODY_MAX);
	rc = rc != 0 ? rc : perform(address, &sink, error);
	rc = rc != 0 ? rc : parse(address, &sink, ret_body, error);
	buf_done(&sink.body);
	return rc;
}

int
client_change(const char *url, const char *path, const struct client_change *change,
    json_t **ret_body, struct col_error *error)
{
	char *upload = change->body != NULL ? json_dumps(change->body, JSON_COMPACT) : NULL;
	struct sink sink = { .method = change->method, .upload = upload };
	char address[2048];
	int rc = join(url, path, address, sizeof(address), error);

	buf_init(&sink.body, BODY_MAX);
	rc = rc != 0 ? rc : perform(address, &sink, error);
	rc = rc != 0 ? rc : parse(address, &sink, ret_body, error);
	buf_done(&sink.body);
	free(upload);
	return rc;
}

int
client_save(const char *url, const char *path, FILE *to, struct col_error *error)
{
	struct sink sink = { .to = to };
	char address[2048];
	json_t *body = NULL;
	int rc = join(url, path, address, sizeof(address), error);

	buf_init(&sink.body, BODY_MAX);
	rc = rc != 0 ? rc : perform(address, &sink, error);
	if (rc == 0 && sink.status != 200) {
		rc = parse(address, &sink, &body, error);
		json_decref(body);
	}
	if (rc == 0 && fflush(to) != 0) {
		rc = err_errno(error, COL_EIO, "cannot write");
	}
	buf_done(&sink.body);
	return rc;
}

int
client_query(char *path, size_t path_size, const char *key, const char *value)
{
	size_t len = strlen(path);
	char *escaped = curl_easy_escape(NULL, value, 0);
	size_t need;

	if (escaped == NULL) {
		return COL_ENOMEM;
	}
	need = str_format(path + len, path_size - len, "%c%s=%s",
	    strchr(path, '?') == NULL ? '?' : '&', key, escaped);
	curl_free(escaped);
	return need < path_size - len ? 0 : COL_EFULL;
}
