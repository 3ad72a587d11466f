/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "reader_work.h"

/* Source: RFC 3417 s.3.1. */
#define SNMP_PORT 161

static void drop_parked(struct reader *reader);

/* ---- description ----------------------------------------------------------------- */

static int
take_credentials(struct reader *reader, const struct col_device *device)
{
	struct credential_set *set = reader->shared->credentials;

	for (size_t i = 0; i < device->n_credentials &&
	    reader->n_credentials + reader->n_unusable <
	    READER_CREDENTIALS_MAX; i++) {
		const struct credential *credential = credential_set_get(set,
		    &device->credentials[i]);
		char *id;
		if (credential == NULL) {
			return COL_ENOMEM;
		}
		if (credential_set_fault(credential) != NULL) {
			reader->credentials[READER_CREDENTIALS_MAX -
			    ++reader->n_unusable] = credential;
			continue;
		}
		id = strdup(device->credentials[i].id);
		if (id == NULL) {
			credential_set_put(set, credential);
			return COL_ENOMEM;
		}
		reader->credential_ids[reader->n_credentials] = id;
		reader->credentials[reader->n_credentials++] = credential;
	}
	return 0;
}

static void
give_credentials(struct reader *reader)
{
	for (unsigned i = 0; i < READER_CREDENTIALS_MAX; i++) {
		credential_set_put(reader->shared->credentials,
		    reader->credentials[i]);
		free(reader->credential_ids[i]);
	}
}

static char *
copy_text(const char *text)
{
	return text == NULL ? NULL : strdup(text);
}

int
reader_init(struct reader *reader, struct reader_shared *shared,
    const struct col_device *device, struct col_error *error)
{
	bool is_auto = device->profile == NULL ||
	    strcmp(device->profile, "auto") == 0;
	int rc;

	memset(reader, 0, sizeof(*reader));
	reader->shared = shared;
	fetch_limits_init(&reader->limits);
	reader->uptime_ms = COL_UPTIME_UNKNOWN;
	rc = address_parse(device->address, SNMP_PORT, &reader->address,
	    error);
	if (rc != 0) {
		return rc;
	}
	reader->id = copy_text(device->id);
	reader->address_text = copy_text(device->address);
	reader->profile_id = is_auto ? NULL : copy_text(device->profile);
	if (!reader->address.is_file && !reader->address.is_literal) {
		reader->name = resolver_get(shared->resolver,
		    reader->address.name);
	}
	if (reader->id == NULL || reader->address_text == NULL ||
	    (!is_auto && reader->profile_id == NULL) ||
	    take_credentials(reader, device) != 0) {
		reader_done(reader);
		error->code = COL_ENOMEM;
		(void)snprintf(error->text, sizeof(error->text),
		    "out of memory");
		return COL_ENOMEM;
	}
	return 0;
}

void
reader_done(struct reader *reader)
{
	reader_cancel(reader);
	drop_parked(reader);
	attempt_drop_session(reader);
	give_credentials(reader);
	resolver_put(reader->shared->resolver, reader->name);
	plan_unref(reader->plan);
	profile_group_done(&reader->group);
	free(reader->id);
	free(reader->address_text);
	free(reader->profile_id);
	memset(reader, 0, sizeof(*reader));
}

void
reader_use(struct reader *reader, const struct engine_ops *ops, void *engine)
{
	if (reader->ops != ops) {
		drop_parked(reader);
		attempt_drop_session(reader);
		reader->ops = ops;
		reader->engine = engine;
	}
}

/* ---- end of a poll ------------------------------------------------------------------ */

void
work_free(struct reader *reader, struct reader_work *work)
{
	if (work != NULL) {
		turn_give(reader, work);
		fetch_free(work->fetch);
		snapshot_free(work->snapshot);
		learning_free(work->learning);
		plan_values_free(&work->values);
		free(work);
	}
}

static void
free_work(struct reader *reader)
{
	struct reader_work *work = reader->work;

	reader->work = NULL;
	work_free(reader, work);
}

static void
drop_parked(struct reader *reader)
{
	struct reader_work *work = reader->parked;

	reader->parked = NULL;
	work_free(reader, work);
}

static void
stop_waiting(struct reader *reader)
{
	struct reader_shared *shared = reader->shared;

	if (reader->in_turns) {
		turn_leave(reader);
	} else if (reader->prev != NULL) {
		DL_DELETE(shared->waiting, reader);
		reader->prev = NULL;
		reader->next = NULL;
	}
}

void
reader_cancel(struct reader *reader)
{
	stop_waiting(reader);
	if (park_may(reader)) {
		park_quietly(reader);
	} else {
		free_work(reader);
	}
}

void
work_end(struct reader *reader, enum col_status status, const char *detail)
{
	const struct col_host *host = reader->shared->host;
	struct col_poll *poll = reader->work->poll;
	struct reader_discovery discovery = reader->work->discovery;
	char text[200];

	if (reader->work->emitted && status != COL_POLL_PROFILE &&
	    status != COL_POLL_INTERNAL) {
		status = reader->work->end_status;
		detail = reader->work->end_detail;
	}
	/* detail may live in the work that goes away here. */
	(void)snprintf(text, sizeof(text), "%s", detail == NULL ? "" : detail);
	free_work(reader);
	if (poll != NULL) {
		host->done(poll, status, text[0] == '\0' ? NULL : text);
	} else {
		discovery.ended(discovery.arg);
	}
}

/* ---- start of a poll ------------------------------------------------------------------ */

/* Somebody else may answer: nothing half learned is of use. */
static void
forget_session(struct reader *reader)
{
	struct reader_work *work = reader->work;
	struct reader_work fresh = {.has_turn = work->has_turn, .poll = work->poll,
	    .discovery = work->discovery, .deadline_ns = work->deadline_ns};

	drop_parked(reader);
	fetch_free(work->fetch);
	snapshot_free(work->snapshot);
	learning_free(work->learning);
	*work = fresh;
	attempt_drop_session(reader);
}

void
work_go(struct reader *reader)
{
	struct reader_work *work = reader->work;
	const struct col_host *host = reader->shared->host;
	int64_t until_ns = work->deadline_ns - WORK_MARGIN_NS;

	if (work->fetch == NULL) {
		attempt_start(reader);
	} else if (host->now(host) >= until_ns) {
		park_end(reader, true);
	} else if (fetch_go(work->fetch, until_ns) != 0) {
		work_end(reader, COL_POLL_INTERNAL, "cannot send a request");
	}
}

static void
begin(struct reader *reader)
{
	const struct col_host *host = reader->shared->host;
	struct col_error error = {.code = 0};
	struct sockaddr_storage before = reader->address.to;
	enum resolver_state state;

	if (reader->name != NULL) {
		state = resolver_look(reader->shared->resolver, reader->name,
		    &reader->address, &error);
		if (state == RESOLVER_WAITING && host->now(host) <
		    reader->work->deadline_ns - WORK_MARGIN_NS) {
			if (reader->prev == NULL) {
				DL_APPEND(reader->shared->waiting, reader);
			}
			return;
		}
		stop_waiting(reader);
		if (state != RESOLVER_READY) {
			work_end(reader, COL_POLL_ADDRESS,
			    state == RESOLVER_FAILED ? error.text :
			    "the name is still being looked up");
			return;
		}
		if (memcmp(&before, &reader->address.to, sizeof(before)) != 0) {
			forget_session(reader);
		}
	}
	if (reader->n_credentials == 0 && !reader->address.is_file) {
		work_end(reader, COL_POLL_AUTH, reader->n_unusable > 0 ?
		    credential_set_fault(reader->credentials[
		    READER_CREDENTIALS_MAX - 1]) :
		    "no snmp credential is configured for this device");
		return;
	}
	work_go(reader);
}

void
reader_tick(struct reader_shared *shared)
{
	struct reader *reader, *next;

	DL_FOREACH_SAFE(shared->waiting, reader, next) {
		begin(reader);
	}
	turn_tick(shared);
}

static bool
new_work(struct reader *reader, int64_t deadline_ns)
{
	reader_cancel(reader);
	if (reader->parked != NULL && reader->parked->learning->
	    profiles_version != reader->shared->profiles_version) {
		drop_parked(reader);
	}
	reader->work = calloc(1, sizeof(*reader->work));
	if (reader->work == NULL) {
		return false;
	}
	reader->work->deadline_ns = deadline_ns;
	return true;
}

void
reader_poll(struct reader *reader, int64_t deadline_ns, struct col_poll *poll)
{
	const struct col_host *host = reader->shared->host;

	if (!new_work(reader, deadline_ns)) {
		host->done(poll, COL_POLL_INTERNAL, "out of memory");
		return;
	}
	reader->work->poll = poll;
	if (reader->parked != NULL && reader->plan == NULL) {
		park_resume(reader);
	}
	begin(reader);
}

void
reader_discover(struct reader *reader, int64_t deadline_ns,
    const struct reader_discovery *discovery)
{
	if (!new_work(reader, deadline_ns)) {
		discovery->ended(discovery->arg);
		return;
	}
	reader->work->discovery = *discovery;
	begin(reader);
}
