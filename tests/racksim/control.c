/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The new file is written beside the old one, checked, and renamed over it: a
 * bad line never reaches the running process.
 */
#include <config.h>

#include "control.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "faults.h"
#include "text.h"

#define LINE_MAX_LEN 1024

/* Copies the old lines; a file that is not there yet has none. */
static void
copy_old(const char *path, FILE *to)
{
	FILE *from = fopen(path, "re");
	int c, last = '\n';

	if (from == NULL) {
		return;
	}
	while ((c = getc(from)) != EOF) {
		(void)putc(c, to);
		last = c;
	}
	if (last != '\n') {
		(void)putc('\n', to);
	}
	(void)fclose(from);
}

/* A file's change moves the start of all lines that do not state theirs. */
static void
write_line(const struct options *options, FILE *to)
{
	bool is_timed = false;

	for (int i = 0; i < options->n_words; i++) {
		is_timed |= strncmp(options->words[i], "from=", 5) == 0 ||
		    strncmp(options->words[i], "at=", 3) == 0;
		(void)fprintf(to, "%s%s", i > 0 ? " " : "", options->words[i]);
	}
	if (!is_timed) {
		(void)fprintf(to, " from=%" PRId64, (int64_t)time(NULL));
	}
	(void)fputc('\n', to);
}

static int
wake(const char *pidfile)
{
	char line[32];
	uint64_t pid;
	FILE *file = fopen(pidfile, "re");

	if (file == NULL || fgets(line, sizeof(line), file) == NULL) {
		if (file != NULL) {
			(void)fclose(file);
		}
		return -1;
	}
	(void)fclose(file);
	line[strcspn(line, "\n")] = '\0';
	if (text_u64(line, INT32_MAX, &pid) != 0 || pid < 2) {
		errno = EINVAL;
		return -1;
	}
	return kill((pid_t)pid, SIGHUP);
}

static int
replace(const struct options *options, const struct province *province,
    const char *path)
{
	struct faults check = {0};
	char error[FAULTS_ERROR_MAX];
	FILE *file = fopen(path, "we");
	int bad;

	if (file == NULL) {
		(void)fprintf(stderr, "racksim: %s: %s\n", path,
		    strerror(errno));
		return -1;
	}
	if (strcmp(options->words[0], "clear") != 0) {
		copy_old(options->faults, file);
		write_line(options, file);
	}
	bad = ferror(file);
	if (fclose(file) != 0 || bad) {
		(void)fprintf(stderr, "racksim: %s: cannot be written\n", path);
		return -1;
	}
	if (faults_load(&check, province, path, error) != 0) {
		(void)fprintf(stderr, "racksim: %s\n", error);
		return -1;
	}
	faults_done(&check);
	return rename(path, options->faults);
}

int
control_run(const struct options *options, const struct province *province)
{
	char path[4096];

	if (options->faults == NULL || options->pidfile == NULL ||
	    options->n_words == 0) {
		(void)fprintf(stderr, "racksim: fault needs --faults FILE, "
		    "--pidfile F and a line or clear\n");
		return 2;
	}
	if (snprintf(path, sizeof(path), "%s.new", options->faults) >=
	    (int)sizeof(path)) {
		return 1;
	}
	if (replace(options, province, path) != 0) {
		(void)unlink(path);
		return 1;
	}
	if (wake(options->pidfile) != 0) {
		(void)fprintf(stderr, "racksim: %s: %s\n", options->pidfile,
		    strerror(errno));
		return 1;
	}
	return 0;
}
