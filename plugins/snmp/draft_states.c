/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names the states of a cell to the host: by the profile, or by a legend. */
#include "draft.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "convert.h"

#define STATES_MAX 64

static enum col_severity
severity_of(const struct profile_map *words, const char *word)
{
	static const char *const severities[] = {"none", "ok", "info",
	    "warning", "critical"};
	const char *text = convert_map(words, word);

	for (unsigned i = 0; text != NULL && i < COL_SEVERITY_N; i++) {
		if (strcmp(severities[i], text) == 0) {
			return (enum col_severity)i;
		}
	}
	return COL_SEVERITY_NONE;
}

/*
 * "Off(0),On(1)" in place: words lose their brackets.  What cannot be read is
 * left out.  Source: PowerNet-MIB, coolingUnitStatusDiscreteIntegerReferenceKey.
 */
static size_t
read_legend(char *text, const struct profile_map *words,
    struct col_state *states)
{
	size_t n = 0;
	char *save = NULL;

	for (char *item = strtok_r(text, ",;", &save); item != NULL &&
	    n < STATES_MAX; item = strtok_r(NULL, ",;", &save)) {
		char *open = strrchr(item, '('), *end;
		long long code;
		size_t i = 0;
		while (isspace((unsigned char)*item)) {
			item++;
		}
		if (open == NULL || open <= item) {
			continue;
		}
		errno = 0;
		code = strtoll(open + 1, &end, 10);
		if (errno != 0 || end == open + 1 || *end != ')') {
			continue;
		}
		while (open > item && isspace((unsigned char)open[-1])) {
			open--;
		}
		*open = '\0';
		while (i < n && states[i].code != code) {
			i++;
		}
		if (i == n && open > item && open - item < 64) {
			states[n].code = code;
			states[n].word = item;
			states[n++].severity = severity_of(words, item);
		}
	}
	return n;
}

uint16_t
row_states(const struct draft *draft, const struct profile_metric *metric,
    const struct draft_row *row)
{
	const struct col_host *host = draft->host;
	struct col_state states[STATES_MAX];
	char text[4 * CONVERT_TEXT_SIZE];
	struct col_error error;
	const struct varbind *vb;
	size_t n;
	int number;

	/* A host of the first ABI has no such service. */
	if (host == NULL || host->size < sizeof(*host) ||
	    host->states == NULL) {
		return 0;
	}
	if (metric->legend.source == PROFILE_NOWHERE) {
		number = metric->n_states == 0 ? 0 : host->states(host,
		    metric->states, metric->n_states, &error);
		return number > 0 ? (uint16_t)number : 0;
	}
	vb = row_lookup(draft, &metric->legend, row, NULL);
	if (vb == NULL) {
		return 0;
	}
	(void)convert_text(vb, text, sizeof(text));
	n = read_legend(text, &metric->words, states);
	number = n == 0 ? 0 : host->states(host, states, n, &error);
	return number > 0 ? (uint16_t)number : 0;
}
