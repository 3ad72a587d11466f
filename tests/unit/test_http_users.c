/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Users of the whole server: set-up, sessions, tokens, what each may, and what is kept of it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "http/accounts.h"
#include "http/fake.h"
#include "http/fake_users.h"
#include "http/served.h"
#include "http/server.h"

#define PASSWORD "correct horse"

/* What a client remembers. */
struct browser { char cookie[160], csrf[64]; };

static unsigned
ask(const struct browser *browser, const char *method, const char *path,
    const char *body, struct client *client)
{
	char text[2048];

	(void)str_format(text, sizeof(text), "%s " V1 "%s HTTP/1.1\r\n" HOST
	    "Connection: close\r\n%s%s%s%s%s%s%s", method, path,
	    browser != NULL && browser->cookie[0] != '\0' ? "Cookie: " : "",
	    browser != NULL ? browser->cookie : "",
	    browser != NULL && browser->cookie[0] != '\0' ? "\r\n" : "",
	    browser != NULL && browser->csrf[0] != '\0' ? "X-CSRF-Token: " : "",
	    browser != NULL ? browser->csrf : "",
	    browser != NULL && browser->csrf[0] != '\0' ? "\r\n" : "",
	    body == NULL ? "\r\n" : "Content-Type: application/json\r\n");
	if (body != NULL) {
		size_t at = strlen(text);

		(void)str_format(text + at, sizeof(text) - at, "Content-Length: %zu\r\n\r\n%s",
		    strlen(body), body);
	}
	client_open(client, http_port(served_http));
	client_send(client, text);
	(void)client_expect_end(client);
	return client->size < 12 ? 0 : (unsigned)((client->text[9] - '0') * 100 +
	    (client->text[10] - '0') * 10 + (client->text[11] - '0'));
}

static unsigned
status_of(const struct browser *browser, const char *method, const char *path,
    const char *body)
{
	struct client client;
	unsigned status = ask(browser, method, path, body, &client);

	client_close(&client);
	return status;
}

/* The text of a member of the answer. */
static void
member(const struct client *client, const char *name, char *to, size_t size)
{
	char key[64];
	const char *at;

	(void)str_format(key, sizeof(key), "\"%s\":\"", name);
	at = strstr(client_body(client), key);
	to[0] = '\0';
	if (at != NULL) {
		at += strlen(key);
		(void)str_format(to, size, "%.*s", (int)strcspn(at, "\""), at);
	}
}

static void
remember(struct browser *browser, const struct client *client)
{
	char header[200];

	assert_true(client_header(client, "Set-Cookie", header, sizeof(header)));
	assert_non_null(strstr(header, "HttpOnly"));
	assert_non_null(strstr(header, "SameSite=Strict"));
	(void)str_format(browser->cookie, sizeof(browser->cookie), "%.*s",
	    (int)strcspn(header, ";"), header);
	member(client, "csrf", browser->csrf, sizeof(browser->csrf));
	assert_int_equal(strlen(browser->csrf), TOKEN_SIZE - 1);
}

static unsigned
log_in(struct browser *browser, const char *user, const char *password)
{
	struct client client;
	char body[256];
	unsigned status;

	(void)str_format(body, sizeof(body), "{\"user\":\"%s\",\"password\":\"%s\"}", user,
	    password);
	status = ask(NULL, "POST", "/session", body, &client);
	if (status == 200) {
		remember(browser, &client);
	}
	client_close(&client);
	return status;
}

/* Makes the first admin with the token of this start. */
static void
set_up_admin(struct browser *browser)
{
	struct client client;
	char setup[TOKEN_SIZE], body[256];

	accounts_setup(served_http->accounts, setup);
	assert_int_equal(strlen(setup), TOKEN_SIZE - 1);
	(void)str_format(body, sizeof(body), "{\"token\":\"%s\",\"user\":\"li\","
	    "\"password\":\"" PASSWORD "\"}", setup);
	assert_int_equal(ask(NULL, "POST", "/setup", body, &client), 200);
	remember(browser, &client);
	client_close(&client);
	/* once */
	assert_int_equal(status_of(NULL, "POST", "/setup", body), 401);
}

static void
the_first_admin(void **state)
{
	struct browser li = {0};
	struct client client;

	(void)state;
	fake_users_reset();
	assert_int_equal(status_of(NULL, "POST", "/setup", "{\"token\":\"x\",\"user\":\"li\","
	    "\"password\":\"" PASSWORD "\"}"), 401);
	set_up_admin(&li);
	assert_int_equal(ask(&li, "GET", "/me", NULL, &client), 200);
	assert_non_null(strstr(client_body(&client), "\"user\":\"li\",\"role\":\"admin\""));
	assert_non_null(strstr(client_body(&client), "\"setup\":false"));
	client_close(&client);
	assert_string_equal(fake_users_actions(), "setup login");
	/* the loopback goes on as it was */
	assert_int_equal(status_of(NULL, "GET", "/capacity", NULL), 200);
	assert_int_equal(status_of(NULL, "GET", "/users", NULL), 403);
}

static void
changes_need_the_token_of_the_session(void **state)
{
	static const char body[] = "{\"name\":\"wang\",\"password\":\"" PASSWORD "\","
	    "\"role\":\"operator\",\"places\":\"site:s0\"}";
	struct browser li = {0}, forged;

	(void)state;
	fake_users_reset();
	set_up_admin(&li);
	forged = li;
	forged.csrf[0] = '\0';
	assert_int_equal(status_of(&forged, "POST", "/users", body), 403);
	(void)str_copy(forged.csrf, sizeof(forged.csrf), li.csrf);
	forged.csrf[5] = forged.csrf[5] == 'a' ? 'b' : 'a';
	assert_int_equal(status_of(&forged, "POST", "/users", body), 403);
	assert_int_equal(status_of(&li, "POST", "/users", body), 200);
	assert_int_equal(status_of(&li, "POST", "/users", "{\"name\":\"wu\",\"password\":"
	    "\"short\",\"role\":\"viewer\"}"), 400);
	assert_int_equal(status_of(&li, "POST", "/users", "{\"name\":\"wu\",\"password\":"
	    "\"" PASSWORD "\",\"role\":\"viewer\",\"places\":\"zz1\"}"), 400);
	assert_string_equal(fake_users_actions(), "setup login user_add");
	assert_string_equal(fake_users_detail(), "operator at site:s0");
}

static void
sessions_end(void **state)
{
	struct browser li = {0}, again = {0};

	(void)state;
	set_up_admin(&li);
	clock_test_advance(served_clock, ACCOUNTS_IDLE_NS - NS_PER_S);
	assert_int_equal(status_of(&li, "GET", "/users", NULL), 200);
	clock_test_advance(served_clock, ACCOUNTS_IDLE_NS + NS_PER_S);
	assert_int_equal(status_of(&li, "GET", "/users", NULL), 403);
	assert_int_equal(log_in(&again, "li", PASSWORD), 200);
	assert_string_not_equal(li.cookie, again.cookie);
	/* even one that is used all the time */
	for (int64_t t = 0; t < ACCOUNTS_LIFE_NS; t += ACCOUNTS_IDLE_NS / 2) {
		assert_int_equal(status_of(&again, "GET", "/users", NULL), 200);
		clock_test_advance(served_clock, ACCOUNTS_IDLE_NS / 2);
	}
	clock_test_advance(served_clock, NS_PER_S);
	assert_int_equal(status_of(&again, "GET", "/users", NULL), 403);
	assert_int_equal(log_in(&again, "li", PASSWORD), 200);
	assert_int_equal(status_of(&again, "DELETE", "/session", NULL), 200);
	assert_int_equal(status_of(&again, "GET", "/users", NULL), 403);
}

static void
failed_logins_wait(void **state)
{
	struct browser li = {0};
	struct client client;
	char wait[16];

	(void)state;
	fake_users_reset();
	set_up_admin(&li);
	for (unsigned i = 0; i < ATTEMPTS_FREE; i++) {
		assert_int_equal(log_in(&li, "li", "wrong password"), 401);
	}
	/* the right one as well: an attacker learns nothing by going on */
	assert_int_equal(ask(NULL, "POST", "/session", "{\"user\":\"li\",\"password\":\""
	    PASSWORD "\"}", &client), 429);
	assert_true(client_header(&client, "Retry-After", wait, sizeof(wait)));
	assert_string_equal(wait, "30");
	client_close(&client);
	/* others are not held up */
	assert_int_equal(log_in(&li, "wang", "wrong password"), 401);
	clock_test_advance(served_clock, ATTEMPTS_WAIT_S * NS_PER_S);
	assert_int_equal(log_in(&li, "li", PASSWORD), 200);
	assert_string_equal(fake_users_actions(), "setup login login_blocked login");
}

/* May it, as an operator, at that hall of the fake? */
static bool
at_hall(const struct who *who, const char *id)
{
	const struct inventory *inventory = fake_config()->inventory;
	const struct place *hall = inventory_place(inventory, ENTITY_HALL, id);

	assert_non_null(hall);
	return who_may(who, ROLE_OPERATOR, inventory,
	    (struct entity_ref){ ENTITY_HALL, hall->index });
}

static unsigned
with_token(const char *token, const char *method, const char *path)
{
	struct client client;
	char head[128];
	unsigned status;

	(void)str_format(head, sizeof(head), "Authorization: Bearer %s\r\n", token);
	status = client_get(&client, served_port, method, path, head);
	client_close(&client);
	return status;
}

static void
tokens(void **state)
{
	struct browser li = {0};
	struct client client;
	char token[64], id[32], path[64];

	(void)state;
	fake_users_reset();
	set_up_admin(&li);
	assert_int_equal(ask(&li, "POST", "/tokens", "{\"name\":\"grafana\",\"role\":"
	    "\"operator\",\"days\":1}", &client), 200);
	member(&client, "token", token, sizeof(token));
	member(&client, "id", id, sizeof(id));
	client_close(&client);
	assert_int_equal(strlen(token), TOKEN_SIZE - 1);
	assert_int_equal(with_token(token, "GET", V1 "/capacity"), 200);
	assert_int_equal(with_token(token, "GET", V1 "/users"), 403);
	/* a wrong one is not served as if there were none */
	token[3] = token[3] == 'a' ? 'b' : 'a';
	assert_int_equal(with_token(token, "GET", V1 "/capacity"), 401);
	token[3] = token[3] == 'a' ? 'b' : 'a';
	/* the list never shows it */
	assert_int_equal(ask(&li, "GET", "/tokens", NULL, &client), 200);
	assert_non_null(strstr(client_body(&client), id));
	client_close(&client);
	clock_test_advance(served_clock, 86401 * NS_PER_S);
	assert_int_equal(with_token(token, "GET", V1 "/users"), 401);
	assert_int_equal(log_in(&li, "li", PASSWORD), 200);
	(void)str_format(path, sizeof(path), "/tokens/%s", id);
	assert_int_equal(status_of(&li, "DELETE", path, NULL), 200);
	assert_int_equal(status_of(&li, "DELETE", path, NULL), 404);
	/* without a user there is nobody whose token it would be */
	assert_int_equal(status_of(NULL, "POST", "/tokens", "{\"name\":\"x\"}"), 403);
}

/* Whoever is an admin of one site cannot make an admin of the province. */
static void
an_admin_of_a_place_manages_no_users(void **state)
{
	struct browser li = {0}, wu = {0};

	(void)state;
	set_up_admin(&li);
	assert_int_equal(status_of(&li, "POST", "/users", "{\"name\":\"wu\",\"password\":\""
	    PASSWORD "\",\"role\":\"admin\",\"places\":\"site:s0\"}"), 200);
	assert_int_equal(log_in(&wu, "wu", PASSWORD), 200);
	assert_int_equal(status_of(&wu, "GET", "/users", NULL), 403);
	assert_int_equal(status_of(&wu, "GET", "/audit", NULL), 403);
	assert_int_equal(status_of(&wu, "POST", "/users", "{\"name\":\"wang\",\"password\":\""
	    PASSWORD "\",\"role\":\"admin\"}"), 403);
	assert_int_equal(status_of(&wu, "POST", "/users/wu", "{\"places\":\"\"}"), 403);
}

/* A token made when its user might more does not keep it. */
static void
a_token_may_no_more_than_its_user(void **state)
{
	struct browser li = {0}, wu = {0};
	struct client client;
	char token[64];
	struct who who;

	(void)state;
	set_up_admin(&li);
	assert_int_equal(status_of(&li, "POST", "/users", "{\"name\":\"wu\",\"password\":\""
	    PASSWORD "\",\"role\":\"admin\"}"), 200);
	assert_int_equal(log_in(&wu, "wu", PASSWORD), 200);
	assert_int_equal(ask(&wu, "POST", "/tokens", "{\"name\":\"x\",\"role\":\"admin\","
	    "\"places\":\"hall:s0-h0 hall:s0-h1\"}", &client), 200);
	member(&client, "token", token, sizeof(token));
	client_close(&client);
	assert_int_equal(status_of(&li, "POST", "/users/wu", "{\"role\":\"operator\","
	    "\"places\":\"hall:s0-h1 hall:s0-h2\"}"), 200);
	assert_true(accounts_by_token(served_http->accounts, token, &who));
	assert_int_equal(who.role, ROLE_OPERATOR);
	assert_true(at_hall(&who, "s0-h1"));
	assert_false(at_hall(&who, "s0-h0"));
	assert_false(at_hall(&who, "s0-h2"));
}

static void
the_last_admin_stays(void **state)
{
	struct browser li = {0};

	(void)state;
	set_up_admin(&li);
	assert_int_equal(status_of(&li, "DELETE", "/users/li", NULL), 409);
	assert_int_equal(status_of(&li, "POST", "/users/li", "{\"role\":\"viewer\"}"), 409);
	assert_int_equal(status_of(&li, "POST", "/users/li", "{\"disabled\":\"yes\"}"), 409);
	assert_int_equal(status_of(&li, "POST", "/users", "{\"name\":\"wang\",\"password\":\""
	    PASSWORD "\",\"role\":\"admin\"}"), 200);
	assert_int_equal(status_of(&li, "POST", "/users", "{\"name\":\"wang\",\"password\":\""
	    PASSWORD "\",\"role\":\"admin\"}"), 200);   /* STATE is faked: it takes all */
	assert_int_equal(status_of(&li, "DELETE", "/users/li", NULL), 200);
	/* and its session with it */
	assert_int_equal(status_of(&li, "GET", "/users", NULL), 403);
}

static void
a_new_password_ends_sessions(void **state)
{
	struct browser li = {0}, other = {0};

	(void)state;
	fake_users_reset();
	set_up_admin(&li);
	assert_int_equal(log_in(&other, "li", PASSWORD), 200);
	assert_int_equal(status_of(&li, "POST", "/me/password", "{\"old\":\"wrong word\","
	    "\"new\":\"another horse\"}"), 403);
	assert_int_equal(status_of(&li, "POST", "/me/password", "{\"old\":\"" PASSWORD "\","
	    "\"new\":\"another horse\"}"), 200);
	assert_int_equal(status_of(&other, "GET", "/users", NULL), 403);
	assert_int_equal(log_in(&li, "li", PASSWORD), 401);
	assert_int_equal(log_in(&li, "li", "another horse"), 200);
}

static void
a_full_disk_changes_nothing(void **state)
{
	struct browser li = {0};

	(void)state;
	set_up_admin(&li);
	fake_users_code(COL_EIO);
	assert_int_equal(status_of(&li, "POST", "/users", "{\"name\":\"wang\",\"password\":\""
	    PASSWORD "\",\"role\":\"viewer\"}"), 503);
	fake_users_reset();
	assert_int_equal(log_in(&li, "wang", PASSWORD), 401);
}

static int
start_closed(void **state)
{
	served_anonymous = HTTP_ANONYMOUS_NONE;
	return served_start(state);
}

static int
stop_closed(void **state)
{
	served_anonymous = HTTP_ANONYMOUS_VIEWER;
	return served_stop(state);
}

/* What is needed to log in, and what watches the process, is all that is open. */
static void
closed_to_the_nameless(void **state)
{
	struct browser li = {0};
	struct client client;
	char header[64];

	(void)state;
	assert_int_equal(ask(NULL, "GET", "/capacity", NULL, &client), 401);
	assert_true(client_header(&client, "WWW-Authenticate", header, sizeof(header)));
	client_close(&client);
	assert_int_equal(client_get(&client, served_port, "GET", "/metrics", ""), 401);
	client_close(&client);
	assert_int_equal(client_get(&client, served_port, "GET", "/", ""), 200);
	client_close(&client);
	assert_int_equal(client_get(&client, served_port, "GET", "/healthz", ""), 200);
	client_close(&client);
	assert_int_equal(status_of(NULL, "GET", "/me", NULL), 200);
	set_up_admin(&li);
	assert_int_equal(status_of(&li, "GET", "/capacity", NULL), 200);
}

static void
the_audit_log_in_pages(void **state)
{
	struct browser li = {0};
	struct client client;
	char next[16];

	(void)state;
	fake_users_reset();
	set_up_admin(&li);
	assert_int_equal(ask(&li, "GET", "/audit?limit=1", NULL, &client), 200);
	assert_non_null(strstr(client_body(&client), "\"action\":\"login\""));
	member(&client, "next", next, sizeof(next));
	assert_string_equal(next, "2");
	client_close(&client);
	assert_int_equal(ask(&li, "GET", "/audit?cursor=2", NULL, &client), 200);
	assert_non_null(strstr(client_body(&client), "\"action\":\"setup\""));
	assert_non_null(strstr(client_body(&client), "\"address\":\"127.0.0.1\""));
	client_close(&client);
}

/* site s0 holds hall s0-h0 and its racks, hall s1-h0 does not. */
static void
roles_hold_where_they_hold(void **state)
{
	const struct inventory *inventory = fake_config()->inventory;
	const struct rack *rack = inventory_rack(inventory, RACK);
	struct entity_ref ref = { ENTITY_RACK, rack->index };
	char site[64], other[64];

	(void)state;
	(void)str_format(site, sizeof(site), "hall:nowhere site:%s",
	    inventory_above(inventory, rack, ENTITY_SITE)->id);
	(void)str_format(other, sizeof(other), "hall:nowhere rack:%s", rack->id);
	assert_true(who_places_hold("", inventory, ref));
	assert_true(who_places_hold(site, inventory, ref));
	assert_false(who_places_hold("hall:nowhere", inventory, ref));
	assert_int_equal(who_places_check(site), 0);
	assert_int_equal(who_places_check(""), 0);
	assert_int_not_equal(who_places_check(other), 0);
	assert_int_not_equal(who_places_check("site"), 0);
	assert_int_not_equal(who_places_check("site:"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(the_first_admin),
		SERVED(changes_need_the_token_of_the_session),
		SERVED(sessions_end),
		SERVED(failed_logins_wait),
		SERVED(tokens),
		SERVED(an_admin_of_a_place_manages_no_users),
		SERVED(a_token_may_no_more_than_its_user),
		SERVED(the_last_admin_stays),
		SERVED(a_new_password_ends_sessions),
		SERVED(a_full_disk_changes_nothing),
		cmocka_unit_test_setup_teardown(closed_to_the_nameless, start_closed, stop_closed),
		SERVED(the_audit_log_in_pages),
		SERVED(roles_hold_where_they_hold),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, served_web_up, served_web_down);
}
