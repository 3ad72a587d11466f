/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The own format: the envelope and the signature of Standard Webhooks.
 *
 * Source: Standard Webhooks specification 1.0.0; domain.md 4.2, 4.3.
 */
#include <config.h>

#include <string.h>

#include "alert/render.h"
#include "alert/signature.h"
#include "base/err.h"
#include "base/str.h"
#include "base/token.h"

int
format_webhook_body(struct render *render)
{
	const struct notice *notice = render->notice;
	struct json json;

	json_init(&json, &render->body);
	json_map(&json, NULL);
	json_text(&json, "type", notice_type_text(notice->type));
	json_wall(&json, "timestamp", notice->at);
	json_map(&json, "data");
	render_about(&json, render);
	json_list(&json, "alerts");
	for (size_t i = 0; i < render->n_shown; i++) {
		render_alert(&json, NULL, render, &notice->alerts[i]);
	}
	json_list_end(&json);
	json_map_end(&json);
	json_map_end(&json);
	return COL_OK;
}

/* Appends "v1,…" by one secret. */
static int
add_signature(struct render *render, const struct col_node *node, const char *key,
    char *list, size_t size)
{
	char secret[SECRET_SIZE_MAX], text[SIGNATURE_SIZE];
	size_t used = strlen(list);
	int rc = render_secret(render, node, key, secret);

	if (rc != COL_OK) {
		return rc;
	}
	rc = signature_webhook(secret, render->notice->id, render->now.ns / NS_PER_S,
	    render->body.data, render->body.size, text);
	token_wipe(secret, sizeof(secret));
	if (rc != COL_OK) {
		return err_set(render->error, COL_EIO, "receiver %s: %s is no key of a webhook: "
		    "24 to 64 bytes in base64 behind \"whsec_\" (make one: echo whsec_$(head -c 32 "
		    "/dev/urandom | base64))", render->receiver->name, key);
	}
	(void)str_format(list + used, size - used, "%sv1,%s", used > 0 ? " " : "", text);
	return COL_OK;
}

/* Both secrets sign while one is replaced by the other: the receiver may have
 * either. */
int
format_webhook_sign(struct render *render)
{
	const struct receiver *receiver = render->receiver;
	char list[2 * (SIGNATURE_SIZE + 4)] = "", seconds[STR_NUMBER_SIZE];
	int rc = format_bearer(render);

	(void)str_format(seconds, sizeof(seconds), "%lld",
	    (long long)(render->now.ns / NS_PER_S));
	if (rc == COL_OK) {
		rc = render_header(render, "webhook-id", render->notice->id, false);
	}
	if (rc == COL_OK) {
		rc = render_header(render, "webhook-timestamp", seconds, false);
	}
	if (rc == COL_OK && receiver->secret != NULL) {
		rc = add_signature(render, receiver->secret, "secret", list, sizeof(list));
	}
	if (rc == COL_OK && receiver->old_secret != NULL) {
		rc = add_signature(render, receiver->old_secret, "old_secret", list,
		    sizeof(list));
	}
	if (rc == COL_OK && list[0] != '\0') {
		rc = render_header(render, "webhook-signature", list, true);
	}
	return rc;
}
