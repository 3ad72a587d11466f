/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mkcert FOLDER DAYS: a key and a certificate of 127.0.0.1 signed by itself, for
 * tests of TLS, in FOLDER/key.pem and FOLDER/cert.pem.  DAYS < 0: it ran out then.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#define DAY_S 86400

static void
check(int rc, const char *what)
{
	if (rc < 0) {
		(void)fprintf(stderr, "mkcert: %s: %s\n", what, gnutls_strerror(rc));
		exit(1);
	}
}

static void
put(const char *folder, const char *name, const gnutls_datum_t *text)
{
	char path[4096];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	(void)umask(077);
	file = fopen(path, "w");
	if (file == NULL || fwrite(text->data, 1, text->size, file) != text->size ||
	    fclose(file) != 0) {
		(void)fprintf(stderr, "mkcert: cannot write %s\n", path);
		exit(1);
	}
}

int
main(int argc, char **argv)
{
	static const unsigned char ADDRESS[4] = { 127, 0, 0, 1 };
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t cert;
	gnutls_datum_t text;
	time_t now = time(NULL);
	long days = argc == 3 ? strtol(argv[2], NULL, 10) : 0;

	if (argc != 3) {
		(void)fprintf(stderr, "usage: mkcert FOLDER DAYS\n");
		return 2;
	}
	check(gnutls_x509_privkey_init(&key), "key");
	check(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0), "key");
	check(gnutls_x509_crt_init(&cert), "certificate");
	check(gnutls_x509_crt_set_version(cert, 3), "version");
	check(gnutls_x509_crt_set_serial(cert, "\1", 1), "serial");
	check(gnutls_x509_crt_set_dn(cert, "CN=collectord test", NULL), "name");
	check(gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_IPADDRESS, ADDRESS,
	    sizeof(ADDRESS), GNUTLS_FSAN_SET), "address");
	check(gnutls_x509_crt_set_basic_constraints(cert, 1, -1), "constraints");
	check(gnutls_x509_crt_set_activation_time(cert, now - 100 * DAY_S), "dates");
	check(gnutls_x509_crt_set_expiration_time(cert, now + days * DAY_S), "dates");
	check(gnutls_x509_crt_set_key(cert, key), "key");
	check(gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA256, 0), "signature");
	check(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &text), "key");
	put(argv[1], "key.pem", &text);
	gnutls_free(text.data);
	check(gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_PEM, &text), "certificate");
	put(argv[1], "cert.pem", &text);
	gnutls_free(text.data);
	gnutls_x509_crt_deinit(cert);
	gnutls_x509_privkey_deinit(key);
	return 0;
}
