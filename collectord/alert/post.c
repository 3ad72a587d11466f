/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One easy handle a request, all on one multi handle.  No connection is used
 * twice: its address was judged by what one receiver allows.
 *
 * An answer counts once its head is complete: what goes wrong in its body
 * afterwards does not make the message unsent.
 */
#include <config.h>

#include "alert/post.h"

#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include <collectord/err.h>

#include "alert/address.h"
#include "base/str.h"

#define POLL_MS_MAX 60000
#define DRAIN_NS NS_PER_S
#define RETRY_AFTER_MAX_S 86400

struct request {
	struct post *post;
	struct request *next;
	CURL *easy;
	struct curl_slist *headers;
	const char *const *allow;       /* the receiver's, copied in `networks` */
	char **networks;
	transport_done_fn *done;
	void *arg;
	char words[CURL_ERROR_SIZE];
	char forbidden[200];            /* the address that was refused, "" */
	size_t n_read;
	bool headed;                    /* the head of the answer is complete */
	struct answer answer;
};

struct post {
	CURLM *multi;
	const struct clock *clock;
	struct request *first;
	size_t n_requests;
	atomic_bool stopping;
	bool threaded;
	pthread_t thread;
	thread_step_fn *step;           /* of the thread */
	void *step_arg;
};

/* ---- what libcurl asks --------------------------------------------------------- */

static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct request *request = arg;

	(void)purpose;
	if (!address_allowed(&to->addr, request->allow, request->forbidden)) {
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static size_t
take_body(char *data, size_t one, size_t n, void *arg)
{
	struct request *request = arg;
	struct answer *answer = &request->answer;
	size_t size = one * n, room = sizeof(answer->reply) - answer->reply_size;
	size_t kept = size < room ? size : room;

	memcpy(answer->reply + answer->reply_size, data, kept);
	answer->reply_size += kept;
	request->n_read += size;
	return request->n_read <= POST_REPLY_MAX ? size : 0;
}

static size_t
take_header(char *data, size_t one, size_t n, void *arg)
{
	static const char NAME[] = "retry-after:";
	struct request *request = arg;
	size_t size = one * n, at = sizeof(NAME) - 1;
	char text[64];

	if (size > at && strncasecmp(data, NAME, at) == 0) {
		while (at < size && (data[at] == ' ' || data[at] == '\t')) {
			at++;
		}
		while (size > at && strchr("\r\n \t", data[size - 1]) != NULL) {
			size--;
		}
		(void)str_format(text, sizeof(text), "%.*s", (int)(size - at), data + at);
		request->answer.retry_after_s = post_retry_after(text,
		    clock_wall(request->post->clock));
	}
	if (one * n <= 2 && (data[0] == '\r' || data[0] == '\n')) {
		long status = 0;

		(void)curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
		request->headed = status >= 200;
	}
	return one * n;
}

int64_t
post_retry_after(const char *text, struct wall now)
{
	uint64_t seconds;
	int64_t wait;
	time_t at;

	if (str_to_uint(text, 0, UINT64_MAX, &seconds) == COL_OK) {
		return seconds < RETRY_AFTER_MAX_S ? (int64_t)seconds : RETRY_AFTER_MAX_S;
	}
	/* a number too large, or something that begins like one, is no date */
	at = strchr(text, ':') != NULL ? curl_getdate(text, NULL) : -1;
	if (at == -1) {
		return -1;
	}
	wait = (int64_t)at - now.ns / NS_PER_S;
	return wait < 0 ? 0 : wait < RETRY_AFTER_MAX_S ? wait : RETRY_AFTER_MAX_S;
}

/* ---- a request ------------------------------------------------------------------ */

static void
request_free(struct request *request)
{
	if (request == NULL) {
		return;
	}
	if (request->easy != NULL) {
		curl_easy_cleanup(request->easy);
	}
	curl_slist_free_all(request->headers);
	for (char **network = request->networks; network != NULL && *network != NULL;
	    network++) {
		free(*network);
	}
	free(request->networks);
	free(request);
}

/* The configuration may be replaced while the request is under way. */
static bool
copy_networks(struct request *request, const char *const *allow)
{
	size_t n = 0;

	while (allow != NULL && allow[n] != NULL) {
		n++;
	}
	request->networks = calloc(n + 1, sizeof(*request->networks));
	for (size_t i = 0; request->networks != NULL && i < n; i++) {
		request->networks[i] = strdup(allow[i]);
		if (request->networks[i] == NULL) {
			return false;
		}
	}
	request->allow = (const char *const *)request->networks;
	return request->networks != NULL;
}

static bool
add_header(struct request *request, const char *line)
{
	struct curl_slist *headers = curl_slist_append(request->headers, line);

	if (headers == NULL) {
		return false;
	}
	request->headers = headers;
	return true;
}

static bool
add_headers(struct request *request, const struct outgoing *outgoing)
{
	/* libcurl's own wait for "100 Continue" would cost a second */
	bool ok = add_header(request, "Expect:") &&
	    add_header(request, "User-Agent: collectord/" PACKAGE_VERSION);

	for (size_t i = 0; ok && i < outgoing->n_headers; i++) {
		ok = add_header(request, outgoing->headers[i]);
	}
	return ok;
}

static void
set_trust(CURL *easy, const struct receiver *receiver)
{
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR,
	    receiver->allow_http ? "https,http" : "https");
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	if (receiver->ca_file != NULL) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, receiver->ca_file);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	}
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
}

static void
set_limits(CURL *easy, const struct receiver *receiver)
{
	long ms = (long)(receiver->timeout_ns / NS_PER_MS);

	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, ms > 0 ? ms : 15000L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)POST_CONNECT_MS);
	/* else the end of a request waits for the thread that asks DNS, and with
	 * it all other requests; that thread cleans up by itself */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

static void
set_callbacks(CURL *easy, struct request *request)
{
	curl_easy_setopt(easy, CURLOPT_PRIVATE, request);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, request->words);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, request);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, request);
}

static int
post_send(void *self, const struct receiver *receiver, const struct outgoing *outgoing,
    transport_done_fn *done, void *arg)
{
	struct post *post = self;
	struct request *request;

	/* an answer that came while it stops must not lead to the next request */
	if (post->n_requests >= POST_AT_ONCE || atomic_load(&post->stopping)) {
		return COL_EFULL;
	}
	request = calloc(1, sizeof(*request));
	if (request == NULL) {
		return COL_ENOMEM;
	}
	*request = (struct request){ .post = post, .done = done, .arg = arg,
	    .easy = curl_easy_init(), .answer.retry_after_s = -1 };
	if (request->easy == NULL || !copy_networks(request, receiver->allow) ||
	    !add_headers(request, outgoing) || curl_easy_setopt(request->easy,
	    CURLOPT_URL, outgoing->url) != CURLE_OK) {
		request_free(request);
		return COL_ENOMEM;
	}
	set_trust(request->easy, receiver);
	set_limits(request->easy, receiver);
	set_callbacks(request->easy, request);
	curl_easy_setopt(request->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(request->easy, CURLOPT_HTTPHEADER, request->headers);
	curl_easy_setopt(request->easy, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)outgoing->body_size);
	curl_easy_setopt(request->easy, CURLOPT_POSTFIELDS, outgoing->body);
	if (curl_multi_add_handle(post->multi, request->easy) != CURLM_OK) {
		request_free(request);
		return COL_ENOMEM;
	}
	request->next = post->first;
	post->first = request;
	post->n_requests++;
	return COL_OK;
}

struct transport
post_transport(struct post *post)
{
	return (struct transport){ .self = post, .send = post_send };
}

/* ---- its end ---------------------------------------------------------------------- */

/* Has nothing of the request left us?  libcurl is past this point once the
 * connection and TLS stand and it is about to send. */
static bool
never_left(CURL *easy)
{
	curl_off_t before_us = 0, sent = 0;
	long head = 0;

	(void)curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &before_us);
	(void)curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &sent);
	(void)curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &head);
	return before_us == 0 && sent == 0 && head == 0;
}

static void
set_answer(struct request *request, CURLcode code)
{
	struct answer *answer = &request->answer;
	const char *words = request->forbidden[0] != '\0' && code != CURLE_OK ?
	    request->forbidden : request->words[0] != '\0' ? request->words :
	    curl_easy_strerror(code);
	curl_off_t us = 0;

	(void)curl_easy_getinfo(request->easy, CURLINFO_TOTAL_TIME_T, &us);
	answer->ms = (uint32_t)(us / 1000);
	if (request->headed) {
		(void)curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE,
		    &answer->status);
		answer->end = TRANSPORT_ANSWERED;
	} else {
		answer->end = never_left(request->easy) ? TRANSPORT_REFUSED :
		    TRANSPORT_BROKEN;
	}
	if (code == CURLE_OK && !request->headed) {
		(void)str_copy(answer->error, sizeof(answer->error),
		    "the answer ended within its head");
	} else if (code != CURLE_OK) {
		str_clean(answer->error, sizeof(answer->error), words, strlen(words));
	}
}

/* Takes it out of the list and off libcurl. */
static void
detach(struct request *request)
{
	struct post *post = request->post;
	struct request **at = &post->first;

	while (*at != request) {
		at = &(*at)->next;
	}
	*at = request->next;
	post->n_requests--;
	(void)curl_multi_remove_handle(post->multi, request->easy);
}

static void
finish(struct request *request, CURLcode code)
{
	set_answer(request, code);
	detach(request);
	request->done(request->arg, &request->answer);
	request_free(request);
}

/* Moves all on; true when answers have come. */
static bool
work(struct post *post)
{
	int n_running, n_left;
	bool any = false;
	CURLMsg *message;

	(void)curl_multi_perform(post->multi, &n_running);
	while ((message = curl_multi_info_read(post->multi, &n_left)) != NULL) {
		struct request *request = NULL;
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE) {
			continue;
		}
		(void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &request);
		finish(request, code);
		any = true;
	}
	return any;
}

static int
poll_ms(const struct post *post, struct mono due)
{
	int64_t ns;

	if (due.ns == INT64_MAX) {
		return POLL_MS_MAX;
	}
	ns = due.ns - clock_mono(post->clock).ns;
	return ns <= 0 ? 0 : ns >= POLL_MS_MAX * NS_PER_MS ? POLL_MS_MAX :
	    (int)((ns + NS_PER_MS - 1) / NS_PER_MS);
}

static void
drain(struct post *post)
{
	struct mono until = { clock_mono(post->clock).ns + DRAIN_NS };

	while (post->first != NULL && clock_mono(post->clock).ns < until.ns) {
		(void)curl_multi_poll(post->multi, NULL, 0, poll_ms(post, until), NULL);
		(void)work(post);
	}
	while (post->first != NULL) {
		struct request *request = post->first;

		(void)str_copy(request->words, sizeof(request->words),
		    "the collector stopped before the answer came");
		finish(request, CURLE_ABORTED_BY_CALLBACK);
	}
}

void
post_run(struct post *post, thread_step_fn *step, void *arg)
{
	while (!atomic_load(&post->stopping)) {
		struct mono due = step(arg);

		/* what the step has sent sets libcurl's timers before it rests */
		if (!work(post) && !atomic_load(&post->stopping)) {
			(void)curl_multi_poll(post->multi, NULL, 0, poll_ms(post, due),
			    NULL);
			(void)work(post);
		}
	}
	drain(post);
	(void)step(arg);
}

static void *
run(void *arg)
{
	struct post *post = arg;

	post_run(post, post->step, post->step_arg);
	return NULL;
}

void
post_start(struct post *post, thread_step_fn *step, void *arg)
{
	int rc;

	post->step = step;
	post->step_arg = arg;
	rc = pthread_create(&post->thread, NULL, run, post);
	assert(rc == 0);
	(void)rc;
	(void)pthread_setname_np(post->thread, "notify");
	post->threaded = true;
}

void
post_wake(struct post *post)
{
	(void)curl_multi_wakeup(post->multi);
}

void
post_stop(struct post *post)
{
	atomic_store(&post->stopping, true);
	post_wake(post);
	if (post->threaded) {
		pthread_join(post->thread, NULL);
		post->threaded = false;
	}
}

size_t
post_under_way(const struct post *post)
{
	return post->n_requests;
}

struct post *
post_open(const struct clock *clock)
{
	struct post *post = calloc(1, sizeof(*post));

	if (post == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(post);
		return NULL;
	}
	post->clock = clock;
	post->multi = curl_multi_init();
	if (post->multi == NULL) {
		free(post);
		return NULL;
	}
	curl_multi_setopt(post->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)POST_AT_ONCE);
	curl_multi_setopt(post->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)POST_PER_HOST);
	return post;
}

void
post_close(struct post *post)
{
	if (post == NULL) {
		return;
	}
	assert(!post->threaded);
	while (post->first != NULL) {
		struct request *request = post->first;

		detach(request);
		request_free(request);
	}
	(void)curl_multi_cleanup(post->multi);
	free(post);
}
