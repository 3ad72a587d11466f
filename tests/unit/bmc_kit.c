/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "bmc_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "loopback.h"

#define STEP_NS (10 * KIT_MS)
#define EPOCH INT64_C(1760000000)

static const struct bmc_user users[] = {
    {"mon", "monpass", BMC_USER}, {"root", "calvin", BMC_ADMIN},
};

static void
measure(void *arg, uint32_t id, int64_t t, struct bmc_values *ret)
{
	(void)arg;
	(void)t;
	*ret = (struct bmc_values){.on = true, .fed = {true, true},
	    .power_w = 200 + id, .load = 0.5, .inlet_c = 22, .outlet_c = 33,
	    .psu_w = {100, 100}, .psu_v = {230, 230}};
}

static const struct bmc_model *
model_of(const char *word)
{
	for (size_t i = 0; i < bmc_models_n; i++) {
		if (strcmp(bmc_models[i].word, word) == 0) {
			return &bmc_models[i];
		}
	}
	fail_msg("racksim has no model %s", word);
	return NULL;
}

static int
open_socket(union udp_address *ret_at)
{
	socklen_t len = sizeof(ret_at->in);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	memset(ret_at, 0, sizeof(*ret_at));
	ret_at->in.sin_family = AF_INET;
	ret_at->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, &ret_at->sa, len), 0);
	assert_int_equal(getsockname(fd, &ret_at->sa, &len), 0);
	return fd;
}

static void
fill_account(struct account *account, const char *id, const char *user,
    const char *password)
{
	*account = (struct account){.privilege = ACCOUNT_USER,
	    .timeout_ns = KIT_S, .retries = 2};
	(void)snprintf(account->id, sizeof(account->id), "%s", id);
	account->identity.n_user = (uint8_t)strlen(user);
	memcpy(account->identity.user, user, strlen(user));
	memcpy(account->identity.password, password, strlen(password));
}

void
kit_start(struct kit *kit, unsigned n, const char *model)
{
	struct engine_setup setup = {.host = &kit->fake.host, .window = 64};
	struct col_error error = {.code = 0};
	union udp_address unused;

	memset(kit, 0, sizeof(*kit));
	fakehost_init(&kit->fake);
	kit->fake.now_ns = 1000 * KIT_S;
	assert_int_equal(engine_new(&setup, &kit->engine, &error), 0);
	kit->setup = (struct bmc_setup){.crypt = bmc_crypt_new(),
	    .users = users, .n_users = 2, .measure = measure};
	fill_account(&kit->accounts[0], "good", "mon", "monpass");
	fill_account(&kit->accounts[1], "root", "root", "calvin");
	fill_account(&kit->accounts[2], "bad", "mon", "wrong");
	for (unsigned i = 0; i < 3; i++) {
		kit->list[i] = &kit->accounts[i];
	}
	kit->n = n;
	for (unsigned i = 0; i < n; i++) {
		struct kit_bmc *bmc = &kit->bmcs[i];
		bmc->fd = open_socket(&bmc->at);
		bmc_init(&bmc->bmc, &kit->setup, model_of(model), 7 + i, i);
		bmc->bmc.order = &bmc->order;
	}
	kit->stray_fd = open_socket(&unused);
}

void
kit_stop(struct kit *kit)
{
	for (unsigned i = 0; i < kit->n; i++) {
		link_free(kit->bmcs[i].link);
		kit->bmcs[i].link = NULL;
	}
	if (kit->engine != NULL) {
		/* So that who answers is not waited for at the end. */
		kit_pass(kit, 50 * KIT_MS);
	}
	for (unsigned i = 0; i < kit->n; i++) {
		(void)close(kit->bmcs[i].fd);
		bmc_done(&kit->bmcs[i].bmc);
	}
	(void)close(kit->stray_fd);
	engine_free(kit->engine);
	bmc_crypt_free(kit->setup.crypt);
	fakehost_done(&kit->fake);
}

struct link *
kit_link_with(struct kit *kit, unsigned i, unsigned n_accounts,
    struct link_setup setup)
{
	setup.engine = kit->engine;
	setup.accounts = kit->list;
	setup.n_accounts = n_accounts;
	assert_int_equal(link_new(&setup, &kit->bmcs[i].link), 0);
	link_address(kit->bmcs[i].link, &kit->bmcs[i].at);
	return kit->bmcs[i].link;
}

struct link *
kit_link(struct kit *kit, unsigned i, unsigned n_accounts)
{
	return kit_link_with(kit, i, n_accounts,
	    (struct link_setup){.suite = -1});
}

int64_t
kit_time(const struct kit *kit)
{
	return EPOCH + kit->fake.now_ns / KIT_S;
}

/* ---- the BMCs' side --------------------------------------------------------------- */

static void
deliver(struct kit *kit, unsigned i, const union udp_address *to,
    uint8_t *bytes, size_t n)
{
	int fd = kit->answers_astray ? kit->stray_fd : kit->bmcs[i].fd;

	if (kit->filter == NULL || kit->filter(kit, i, false, bytes, &n)) {
		assert_int_equal(sendto(fd, bytes, n, 0, &to->sa,
		    sizeof(to->in)), n);
		kit->has_answered = true;
	}
}

static void
hold_back(struct kit *kit, unsigned i, const union udp_address *to,
    const uint8_t *bytes, size_t n)
{
	for (unsigned j = 0; j < KIT_LATE; j++) {
		struct kit_late *late = &kit->late[j];
		if (!late->used) {
			*late = (struct kit_late){.used = true, .i = i,
			    .to = *to, .n = n, .due_ns = kit->fake.now_ns +
			    kit->bmcs[i].delay_ns};
			memcpy(late->bytes, bytes, n);
			return;
		}
	}
	fail_msg("more than %d answers are late", KIT_LATE);
}

static void
serve(struct kit *kit, unsigned i)
{
	struct kit_bmc *bmc = &kit->bmcs[i];
	uint8_t in[2048], out[BMC_SIZE_MAX];
	union udp_address from;
	socklen_t len = sizeof(from);
	ssize_t got;

	while ((got = recvfrom(bmc->fd, in, sizeof(in), 0, &from.sa, &len)) >
	    0) {
		size_t n = (size_t)got;
		int answer;
		bmc->n_asked++;
		if (bmc->is_silent || (kit->filter != NULL &&
		    !kit->filter(kit, i, true, in, &n))) {
			continue;
		}
		answer = bmc_answer(&bmc->bmc, kit_time(kit), in, n, out,
		    sizeof(out));
		if (answer > 0 && bmc->delay_ns > 0) {
			hold_back(kit, i, &from, out, (size_t)answer);
		} else if (answer > 0) {
			deliver(kit, i, &from, out, (size_t)answer);
		}
		len = sizeof(from);
	}
}

static void
deliver_late(struct kit *kit)
{
	for (unsigned j = 0; j < KIT_LATE; j++) {
		struct kit_late *late = &kit->late[j];
		if (late->used && late->due_ns <= kit->fake.now_ns) {
			late->used = false;
			deliver(kit, late->i, &late->to, late->bytes, late->n);
		}
	}
}

void
kit_pass(struct kit *kit, int64_t ns)
{
	for (int64_t end = kit->fake.now_ns + ns; kit->fake.now_ns < end;) {
		kit->fake.now_ns += STEP_NS;
		engine_tick(kit->engine);
		loopback_settle();
		for (unsigned i = 0; i < kit->n; i++) {
			serve(kit, i);
		}
		deliver_late(kit);
		if (kit->has_answered) {
			loopback_settle();
			kit->has_answered = false;
		}
	}
}

/* ---- commands ---------------------------------------------------------------------- */

static void
on_answer(void *arg, int status, uint8_t completion, const uint8_t *data,
    size_t n)
{
	struct kit *kit = arg;

	kit->n_ends++;
	kit->status = status;
	kit->completion = completion;
	kit->n_data = n;
	if (n > 0) {
		memcpy(kit->data, data, n);
	}
}

void
kit_ask(struct kit *kit, struct link *link, uint8_t netfn, uint8_t command,
    int64_t patience_ns)
{
	struct link_request request = {.netfn = netfn, .command = command,
	    .deadline_ns = kit->fake.now_ns + patience_ns, .fn = on_answer,
	    .arg = kit};

	assert_int_equal(link_ask(link, &request), 0);
}

int
kit_wait(struct kit *kit, struct link *link, uint8_t netfn, uint8_t command,
    int64_t patience_ns)
{
	unsigned before = kit->n_ends;
	int64_t end = kit->fake.now_ns + patience_ns + KIT_S;

	kit_ask(kit, link, netfn, command, patience_ns);
	assert_int_equal(kit->n_ends, before); /* never from inside the call */
	while (kit->n_ends == before) {
		assert_true(kit->fake.now_ns < end);
		kit_pass(kit, STEP_NS);
	}
	assert_int_equal(kit->n_ends, before + 1);
	return kit->status;
}

int
kit_device_id(struct kit *kit, struct link *link)
{
	return kit_wait(kit, link, LANMSG_APP, 0x01, 10 * KIT_S);
}
