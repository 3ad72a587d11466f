/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a fuzz target over its corpus, so that make check needs no libFuzzer.
 */
#include <config.h>

#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
run(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *whole = malloc(INPUT_MAX), *exact;
	size_t size;

	if (file == NULL || whole == NULL) {
		abort();
	}
	size = fread(whole, 1, INPUT_MAX, file);
	fclose(file);
	/* Exactly as large as the input: a sanitizer sees the first byte past. */
	exact = malloc(size > 0 ? size : 1);
	if (exact == NULL) {
		abort();
	}
	memcpy(exact, whole, size);
	(void)LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	free(whole);
}

int
main(void)
{
	const char *top = getenv("top_srcdir");
	char folder[512], path[1024];
	struct dirent **list;
	int n, n_run = 0;

	snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s",
	    top != NULL ? top : ".", CORPUS);
	n = scandir(folder, &list, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (list[i]->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%s", folder,
			    list[i]->d_name);
			run(path);
			n_run++;
		}
		free(list[i]);
	}
	free(n >= 0 ? list : NULL);
	printf("%sok 1 - %d inputs of %s\n1..1\n", n_run > 0 ? "" : "not ", n_run,
	    CORPUS);
	return n_run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
