/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "users.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* Source: RFC 3414 section 11.2: passphrases have eight characters at least. */
#define PASSPHRASE_MIN 8

const struct users_one *
users_find(const struct users *users, const uint8_t *name, size_t len)
{
	for (size_t i = 0; i < users->n; i++) {
		if (strlen(users->list[i].name) == len &&
		    memcmp(users->list[i].name, name, len) == 0) {
			return &users->list[i];
		}
	}
	return NULL;
}

static const char *
copy(char *to, size_t size, const char *from, size_t min)
{
	size_t len = strlen(from);

	if (len < min || len >= size) {
		return "a name or passphrase is too short or too long";
	}
	memcpy(to, from, len + 1);
	return NULL;
}

/* Reads "AUTH PASSPHRASE" or "PRIV PASSPHRASE" of a line, already cut. */
static const char *
take_secrets(struct users_one *user, char *const *words, size_t n)
{
	const char *why;

	if (n != 0 && n != 2 && n != 4) {
		return "takes NAME [AUTH PASSPHRASE [PRIV PASSPHRASE]]";
	}
	if (n >= 2) {
		if (keys_find_auth(words[0], &user->master.auth) != 0 ||
		    user->master.auth == KEYS_NO_AUTH) {
			return "AUTH is md5, sha, sha224, sha256, sha384 or "
			    "sha512";
		}
		why = copy(user->auth_passphrase, USERS_PASSPHRASE_MAX,
		    words[1], PASSPHRASE_MIN);
		if (why != NULL) {
			return why;
		}
	}
	if (n == 4) {
		if (keys_find_priv(words[2], &user->master.priv) != 0 ||
		    user->master.priv == KEYS_NO_PRIV) {
			return "PRIV is des, aes128, aes192, aes256, aes192c "
			    "or aes256c";
		}
		return copy(user->priv_passphrase, USERS_PASSPHRASE_MAX,
		    words[3], PASSPHRASE_MIN);
	}
	return NULL;
}

static const char *
make_keys(struct users_one *user, struct keys *keys)
{
	struct keys_master *master = &user->master;

	if ((master->auth != KEYS_NO_AUTH && keys_ku(keys, master->auth,
	    user->auth_passphrase, master->auth_ku) != 0) ||
	    (master->priv != KEYS_NO_PRIV && keys_ku(keys, master->auth,
	    user->priv_passphrase, master->priv_ku) != 0)) {
		return "OpenSSL refuses";
	}
	return NULL;
}

/* Takes one line; returns what is wrong with it, or NULL. */
static const char *
take_line(struct users *users, struct keys *keys, char *line)
{
	struct users_one *user = &users->list[users->n];
	char *words[5], *name = text_word(&line);
	const char *why;
	size_t n = 0;

	if (name == NULL || name[0] == '#') {
		return NULL;
	}
	while (n < 5 && (words[n] = text_word(&line)) != NULL) {
		n++;
	}
	if (users->n == USERS_MAX) {
		return "too many users";
	}
	if (users_find(users, (const uint8_t *)name, strlen(name)) != NULL) {
		return "a user stands twice";
	}
	memset(user, 0, sizeof(*user));
	why = copy(user->name, sizeof(user->name), name, 1);
	if (why == NULL) {
		why = take_secrets(user, words, n);
	}
	if (why == NULL) {
		why = make_keys(user, keys);
	}
	users->n += why == NULL;
	return why;
}

static int
load_file(struct users *users, struct keys *keys, const char *source,
    char *error)
{
	FILE *file = fopen(source, "re");
	const char *why = NULL;
	char *line = NULL;
	size_t size = 0;
	int number = 0;

	if (file == NULL) {
		(void)snprintf(error, USERS_ERROR_MAX, "%.80s: %s", source,
		    strerror(errno));
		return -1;
	}
	while (why == NULL && getline(&line, &size, file) >= 0) {
		line[strcspn(line, "\r\n")] = '\0';
		why = take_line(users, keys, line);
		number++;
	}
	free(line);
	(void)fclose(file);
	if (why == NULL && users->n == 0) {
		why = "no user in it";
	}
	if (why != NULL) {
		(void)snprintf(error, USERS_ERROR_MAX, "%.80s:%d: %s", source,
		    number, why);
		return -1;
	}
	return 0;
}

int
users_load(struct users *ret, struct keys *keys, const char *source,
    char *error)
{
	char demo[] = "demo sha256 demo-auth-pass aes128 demo-priv-pass";
	const char *why;

	ret->n = 0;
	if (source != NULL) {
		return load_file(ret, keys, source, error);
	}
	why = take_line(ret, keys, demo);
	if (why != NULL) {
		(void)snprintf(error, USERS_ERROR_MAX, "%s", why);
		return -1;
	}
	return 0;
}
