/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See tls.h. */
#include <config.h>

#include "http/tls.h"

#include <stdlib.h>
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <microhttpd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/token.h"
#include "config/secret.h"

#define PRIORITIES "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
#define DAY_S 86400
#define WARN_DAYS 21

struct tls {
	gnutls_datum_t cert;
	char key[SECRET_SIZE_MAX];
};

/* The first certificate of the file is the server's own. */
static int
check_dates(const gnutls_datum_t *cert, const char *file, struct wall now,
    struct col_error *error)
{
	gnutls_x509_crt_t *list = NULL;
	unsigned n = 0;
	time_t from, to, at = (time_t)(now.ns / NS_PER_S);
	int rc = 0;

	if (gnutls_x509_crt_list_import2(&list, &n, cert, GNUTLS_X509_FMT_PEM, 0) < 0 ||
	    n == 0) {
		return err_set(error, COL_EINVAL, "http.tls.cert: %s holds no certificate in "
		    "PEM form", file);
	}
	from = gnutls_x509_crt_get_activation_time(list[0]);
	to = gnutls_x509_crt_get_expiration_time(list[0]);
	if (at > to) {
		rc = err_set(error, COL_EINVAL, "http.tls.cert: the certificate in %s ran out "
		    "%ld days ago: renew it", file, (long)(at - to) / DAY_S);
	} else if (at < from) {
		LOG_WARN("http", "file", file, "the certificate is not valid yet");
	} else if (to - at < WARN_DAYS * DAY_S) {
		LOG_WARN("http", "file", file, "the certificate runs out in %ld days",
		    (long)(to - at) / DAY_S);
	}
	for (unsigned i = 0; i < n; i++) {
		gnutls_x509_crt_deinit(list[i]);
	}
	gnutls_free(list);
	return rc;
}

static int
check_pair(const gnutls_datum_t *cert, const gnutls_datum_t *key, const char *file,
    struct col_error *error)
{
	gnutls_certificate_credentials_t credentials;
	int rc;

	if (gnutls_certificate_allocate_credentials(&credentials) != 0) {
		return err_set(error, COL_ENOMEM, "http.tls: out of memory");
	}
	rc = gnutls_certificate_set_x509_key_mem2(credentials, cert, key,
	    GNUTLS_X509_FMT_PEM, NULL, 0);
	gnutls_certificate_free_credentials(credentials);
	return rc >= 0 ? 0 : err_set(error, COL_EINVAL, "http.tls: the certificate in %s and "
	    "the key do not go together: %s", file, gnutls_strerror(rc));
}

static int
read_pair(struct tls *tls, const struct settings *settings, struct wall now,
    struct col_error *error)
{
	gnutls_datum_t key;
	int rc = gnutls_load_file(settings->tls_cert, &tls->cert);

	if (rc != 0) {
		return err_set(error, COL_EIO, "http.tls.cert: %s cannot be read: %s",
		    settings->tls_cert, gnutls_strerror(rc));
	}
	rc = config_secret(settings->tls_key, tls->key, sizeof(tls->key), error);
	if (rc < 0) {
		return err_prefix(error, "http.tls.key"), rc;
	}
	key = (gnutls_datum_t){ (unsigned char *)tls->key, (unsigned)rc };
	rc = check_dates(&tls->cert, settings->tls_cert, now, error);
	return rc != 0 ? rc : check_pair(&tls->cert, &key, settings->tls_cert, error);
}

int
tls_new(const struct settings *settings, const struct clock *clock,
    struct tls **ret_tls, struct col_error *error)
{
	struct tls *tls;
	int rc;

	*ret_tls = NULL;
	if (settings->tls_cert == NULL) {
		return 0;
	}
	tls = calloc(1, sizeof(*tls));
	if (tls == NULL) {
		return err_set(error, COL_ENOMEM, "http.tls: out of memory");
	}
	rc = read_pair(tls, settings, clock_wall(clock), error);
	if (rc != 0) {
		tls_free(tls);
		return rc;
	}
	*ret_tls = tls;
	return 0;
}

void
tls_free(struct tls *tls)
{
	if (tls != NULL) {
		gnutls_free(tls->cert.data);
		token_wipe(tls, sizeof(*tls));
		free(tls);
	}
}

void
tls_options(const struct tls *tls, struct MHD_OptionItem *options)
{
	static const struct MHD_OptionItem END = { MHD_OPTION_END, 0, NULL };

	if (tls == NULL) {
		options[0] = END;
		return;
	}
	/* libmicrohttpd only reads them */
	options[0] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0,
	    tls->cert.data };
	options[1] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0,
	    (void *)(uintptr_t)tls->key };
	options[2] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0,
	    (void *)(uintptr_t)PRIORITIES };
	options[3] = END;
}
