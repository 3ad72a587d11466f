/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * getaddrinfo() may block for many seconds, so it runs on one detached thread
 * per POLL thread; both sides share a counted box, and whoever leaves last
 * frees it.  A stop therefore never waits for DNS.
 */
#include "address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>
#include <utlist.h>

#define FRESH_NS INT64_C(600000000000)
#define RETRY_NS INT64_C(30000000000)

struct resolver_name {
	char name[ADDRESS_HOST_SIZE]; /* hash key */
	unsigned n_refs;              /* POLL thread only */
	/* Guarded by box->lock: */
	bool queued;                  /* waiting or being looked up */
	bool dropped;                 /* free it after the look-up */
	bool has_address;
	int failure;                  /* EAI_* of the last look-up, 0: good */
	struct sockaddr_storage to;   /* port 0 */
	socklen_t to_len;
	struct resolver_name *prev, *next; /* queue */
	/* POLL thread only: */
	int64_t asked_ns;
	UT_hash_handle hh;
};

/* What the two threads share. */
struct box {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct resolver_name *queue;
	bool stop;
	unsigned n_owners;
};

struct resolver {
	const struct col_host *host;
	struct box *box;
	struct resolver_name *names;
};

static void
leave(struct box *box)
{
	struct resolver_name *name, *next;
	bool last = --box->n_owners == 0;

	(void)pthread_mutex_unlock(&box->lock);
	if (!last) {
		return;
	}
	DL_FOREACH_SAFE(box->queue, name, next) {
		DL_DELETE(box->queue, name);
		free(name);
	}
	(void)pthread_cond_destroy(&box->wake);
	(void)pthread_mutex_destroy(&box->lock);
	free(box);
}

/* Called with the lock held, which is given up for the look-up itself. */
static void
look_up(struct box *box, struct resolver_name *name)
{
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *list = NULL;
	char text[ADDRESS_HOST_SIZE];
	int rc;

	memcpy(text, name->name, sizeof(text));
	(void)pthread_mutex_unlock(&box->lock);
	rc = getaddrinfo(text, NULL, &hints, &list);
	(void)pthread_mutex_lock(&box->lock);
	name->queued = false;
	name->failure = rc;
	if (rc == 0 && list->ai_addrlen <= sizeof(name->to)) {
		memcpy(&name->to, list->ai_addr, list->ai_addrlen);
		name->to_len = list->ai_addrlen;
		name->has_address = true;
	}
	if (list != NULL) {
		freeaddrinfo(list);
	}
	if (name->dropped) {
		free(name);
	}
}

static void *
run(void *arg)
{
	struct box *box = arg;

	(void)pthread_mutex_lock(&box->lock);
	while (!box->stop) {
		struct resolver_name *name = box->queue;
		if (name == NULL) {
			(void)pthread_cond_wait(&box->wake, &box->lock);
		} else {
			DL_DELETE(box->queue, name);
			look_up(box, name);
		}
	}
	leave(box);
	return NULL;
}

struct resolver *
resolver_new(const struct col_host *host)
{
	struct resolver *resolver = calloc(1, sizeof(*resolver));
	struct box *box = calloc(1, sizeof(*box));
	pthread_t thread;
	sigset_t all, before;
	int rc;

	if (resolver == NULL || box == NULL) {
		free(resolver);
		free(box);
		return NULL;
	}
	(void)pthread_mutex_init(&box->lock, NULL);
	(void)pthread_cond_init(&box->wake, NULL);
	box->n_owners = 2;
	resolver->host = host;
	resolver->box = box;
	/* Signals belong to the daemon's own threads. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&thread, NULL, run, box);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0) {
		free(box);
		free(resolver);
		return NULL;
	}
	(void)pthread_detach(thread);
	return resolver;
}

void
resolver_free(struct resolver *resolver)
{
	if (resolver == NULL) {
		return;
	}
	/* All devices are gone, so every name has been put back. */
	(void)pthread_mutex_lock(&resolver->box->lock);
	resolver->box->stop = true;
	(void)pthread_cond_signal(&resolver->box->wake);
	leave(resolver->box);
	free(resolver);
}

static void
enqueue(struct resolver *resolver, struct resolver_name *name)
{
	name->asked_ns = resolver->host->now(resolver->host);
	(void)pthread_mutex_lock(&resolver->box->lock);
	if (!name->queued) {
		name->queued = true;
		DL_APPEND(resolver->box->queue, name);
		(void)pthread_cond_signal(&resolver->box->wake);
	}
	(void)pthread_mutex_unlock(&resolver->box->lock);
}

struct resolver_name *
resolver_get(struct resolver *resolver, const char *text)
{
	struct resolver_name *name;

	HASH_FIND_STR(resolver->names, text, name);
	if (name == NULL) {
		name = calloc(1, sizeof(*name));
		if (name == NULL) {
			return NULL;
		}
		(void)snprintf(name->name, sizeof(name->name), "%s", text);
		HASH_ADD_STR(resolver->names, name, name);
		enqueue(resolver, name);
	}
	name->n_refs++;
	return name;
}

void
resolver_put(struct resolver *resolver, struct resolver_name *name)
{
	bool busy = false;

	if (name == NULL || --name->n_refs > 0) {
		return;
	}
	HASH_DEL(resolver->names, name);
	(void)pthread_mutex_lock(&resolver->box->lock);
	if (name->queued) {
		/* In the queue it has neighbours or is the head. */
		struct resolver_name *at;
		DL_FOREACH(resolver->box->queue, at) {
			if (at == name) {
				break;
			}
		}
		if (at == name) {
			DL_DELETE(resolver->box->queue, name);
		} else {
			name->dropped = true;
			busy = true;
		}
	}
	(void)pthread_mutex_unlock(&resolver->box->lock);
	if (!busy) {
		free(name);
	}
}

enum resolver_state
resolver_look(struct resolver *resolver, struct resolver_name *name,
    struct address *address, struct col_error *error)
{
	enum resolver_state state = RESOLVER_WAITING;
	int64_t now_ns = resolver->host->now(resolver->host), age_ns;
	bool failed, queued;

	(void)pthread_mutex_lock(&resolver->box->lock);
	queued = name->queued;
	failed = name->failure != 0;
	if (name->has_address) {
		memcpy(&address->to, &name->to, name->to_len);
		address->to_len = name->to_len;
		state = RESOLVER_READY;
	} else if (failed) {
		state = RESOLVER_FAILED;
		error->code = COL_ENOENT;
		(void)snprintf(error->text, sizeof(error->text),
		    "the name %s does not resolve: %s", name->name,
		    gai_strerror(name->failure));
	}
	(void)pthread_mutex_unlock(&resolver->box->lock);
	if (state == RESOLVER_READY) {
		if (address->to.ss_family == AF_INET6) {
			((struct sockaddr_in6 *)(void *)&address->to)->sin6_port =
			    htons(address->port);
		} else {
			((struct sockaddr_in *)(void *)&address->to)->sin_port =
			    htons(address->port);
		}
	}
	age_ns = now_ns - name->asked_ns;
	if (!queued && age_ns > (failed ? RETRY_NS : FRESH_NS)) {
		enqueue(resolver, name);
	}
	return state;
}
