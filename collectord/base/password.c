/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See password.h. */
#include <config.h>

#include "base/password.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/str.h"
#include "base/token.h"

#define METHOD "$y$"
/* 15 ms here.  Source: distributed.md section 6. */
#define COST 5
/* Of nobody: whoever asks for a user that does not exist waits as long. */
#define NOBODY "$y$j9T$ant6b3On8IZV7TLpFiL/k0$a5i805dC.fxLk4l.P3s50cdtiQAL./jixnPlexrq6xB"

int
password_check(const char *text, const char *user, struct col_error *error)
{
	size_t letters = 0;

	if (strlen(text) > PASSWORD_MAX) {
		return err_set(error, COL_EINVAL, "a password has at most %d bytes",
		    PASSWORD_MAX);
	}
	for (const char *c = text; *c != '\0'; c++) {
		/* the first byte of each UTF-8 letter */
		letters += ((unsigned char)*c & 0xc0) != 0x80;
		if ((unsigned char)*c < 0x20 || *c == 0x7f) {
			return err_set(error, COL_EINVAL,
			    "a password has no control characters");
		}
	}
	if (letters < PASSWORD_MIN) {
		return err_set(error, COL_EINVAL, "a password has at least %d letters",
		    PASSWORD_MIN);
	}
	if (strcasecmp(text, user) == 0) {
		return err_set(error, COL_EINVAL, "a password is not the user's name");
	}
	return 0;
}

int
password_hash(const char *text, char hash[PASSWORD_HASH_SIZE], struct col_error *error)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	char salt[CRYPT_GENSALT_OUTPUT_SIZE];
	const char *made = NULL;
	int rc = 0;

	if (data != NULL && crypt_gensalt_rn(METHOD, COST, NULL, 0, salt,
	    sizeof(salt)) != NULL) {
		made = crypt_r(text, salt, data);
	}
	/* what begins with '*' is crypt's way to say no */
	if (made == NULL || made[0] == '*' ||
	    str_copy(hash, PASSWORD_HASH_SIZE, made) >= PASSWORD_HASH_SIZE) {
		rc = err_set(error, COL_EIO, "this system cannot hash passwords with "
		    "yescrypt (libcrypt 4.3 or newer is needed)");
	}
	if (data != NULL) {
		token_wipe(data, sizeof(*data));
	}
	free(data);
	return rc;
}

bool
password_matches(const char *text, const char *hash)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	bool nobody = hash[0] == '\0', same = false;
	const char *wanted = nobody ? NOBODY : hash;
	const char *made = data != NULL && strlen(text) <= PASSWORD_MAX ?
	    crypt_r(text, wanted, data) : NULL;

	if (made != NULL && made[0] != '*' && strlen(made) == strlen(wanted)) {
		same = token_equal(made, wanted, strlen(wanted));
	}
	if (data != NULL) {
		token_wipe(data, sizeof(*data));
	}
	free(data);
	return same && !nobody;
}
