/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "tell.h"

#include <stdlib.h>

#include <collectord/err.h>

#include "alert/post.h"
#include "base/err.h"

struct tell {
	struct notify *notify;
	struct post *post;              /* NULL: a test's transport */
	struct transport transport;
};

static void
wake(void *arg)
{
	struct tell *tell = arg;

	if (tell->post != NULL) {
		post_wake(tell->post);
	}
}

static int
open_notify(struct tell *tell, const struct tell_setup *setup, struct col_error *error)
{
	struct notify_setup notify = { .clock = setup->clock, .state = setup->state,
	    .transport = setup->transport != NULL ? setup->transport : &tell->transport,
	    .wake = wake, .wake_arg = tell, .silent = setup->silent,
	    .silent_arg = setup->silent_arg };
	struct deliveries_loaded loaded;

	if (deliveries_load(setup->state, &loaded) != COL_OK) {
		return err_set(error, COL_EIO, "state database: messages to receivers "
		    "cannot be read");
	}
	tell->notify = notify_new(&notify, &loaded, setup->open);
	deliveries_loaded_done(&loaded);
	return tell->notify != NULL ? COL_OK : err_set(error, COL_ENOMEM, "out of memory");
}

int
tell_new(const struct tell_setup *setup, const struct config *config,
    struct tell **ret_tell, struct col_error *error)
{
	struct tell *tell = calloc(1, sizeof(*tell));
	int rc;

	if (tell != NULL && setup->transport == NULL) {
		tell->post = post_open(setup->clock);
	}
	if (tell == NULL || (setup->transport == NULL && tell->post == NULL)) {
		free(tell);
		return err_set(error, COL_ENOMEM, "out of memory");
	}
	if (tell->post != NULL) {
		tell->transport = post_transport(tell->post);
	}
	rc = open_notify(tell, setup, error);
	if (rc != COL_OK) {
		tell_free(tell);
		return rc;
	}
	notify_apply(tell->notify, config);
	*ret_tell = tell;
	return COL_OK;
}

void
tell_start(struct tell *tell)
{
	if (tell != NULL && tell->post != NULL) {
		post_start(tell->post, notify_step, tell->notify);
	}
}

struct mono
tell_step(struct tell *tell)
{
	return tell != NULL ? notify_step(tell->notify) : (struct mono){ INT64_MAX };
}

void
tell_changes(struct tell *tell, const struct alert_change *changes, size_t n_changes)
{
	if (tell != NULL) {
		notify_changes(tell->notify, changes, n_changes);
	}
}

void
tell_apply(struct tell *tell, const struct config *config)
{
	if (tell != NULL) {
		notify_apply(tell->notify, config);
	}
}

void
tell_stop(struct tell *tell)
{
	if (tell != NULL && tell->post != NULL) {
		post_stop(tell->post);
	}
}

void
tell_free(struct tell *tell)
{
	if (tell == NULL) {
		return;
	}
	post_close(tell->post);         /* its requests are notify's */
	notify_free(tell->notify);
	free(tell);
}

struct notify *
tell_notify(struct tell *tell)
{
	return tell != NULL ? tell->notify : NULL;
}
