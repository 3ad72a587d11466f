/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ctl/client.h"

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define BODY_MAX (256u << 20)   /* 90,000 racks in pages are far below */
#define TIMEOUT_S 15L

static size_t
take(char *data, size_t one, size_t n, void *arg)
{
	struct buf *body = arg;

	buf_put(body, data, one * n);
	return body->failed ? 0 : one * n;
}

static int
perform(const char *address, struct buf *body, long *ret_status,
    struct col_error *error)
{
	CURL *curl = curl_easy_init();
	CURLcode rc;

	if (curl == NULL) {
		return err_set(error, COL_ENOMEM, "out of memory");
	}
	curl_easy_setopt(curl, CURLOPT_URL, address);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, TIMEOUT_S);
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
	rc = curl_easy_perform(curl);
	if (rc == CURLE_OK) {
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, ret_status);
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
problem(const json_t *body, long status, struct col_error *error)
{
	const char *detail = json_string_value(json_object_get(body, "detail"));
	int code = status == 404 ? COL_ENOENT : status == 401 || status == 403
	    ? COL_EAUTH : status == 503 ? COL_EBUSY : COL_EINVAL;

	return err_set(error, code, "%s (HTTP %ld)", detail != NULL ? detail
	    : "refused", status);
}

int
client_get(const char *url, const char *path, json_t **ret_body,
    struct col_error *error)
{
	char address[2048];
	struct buf body;
	json_error_t where;
	json_t *json;
	long status = 0;
	size_t len = strlen(url);
	int rc;

	while (len > 0 && url[len - 1] == '/') {
		len--;
	}
	if (str_format(address, sizeof(address), "%.*s%s", (int)len, url, path) >=
	    sizeof(address)) {
		return err_set(error, COL_ERANGE, "address too long");
	}
	buf_init(&body, BODY_MAX);
	rc = perform(address, &body, &status, error);
	if (rc != 0) {
		goto out;
	}
	json = json_loadb(body.data != NULL ? body.data : "", body.size, 0, &where);
	if (json == NULL) {
		rc = err_set(error, COL_EPROTO, "%s: answered no JSON (HTTP %ld): is "
		    "that collectord?", address, status);
		goto out;
	}
	if (status != 200) {
		rc = problem(json, status, error);
		json_decref(json);
		goto out;
	}
	*ret_body = json;
out:
	buf_done(&body);
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
