/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "delay.h"

#include <stdlib.h>
#include <string.h>

void
delay_done(struct delay *delay)
{
	for (size_t i = 0; i < delay->n; i++) {
		free((void *)(uintptr_t)delay->items[i].to.bytes);
	}
	free(delay->items);
	memset(delay, 0, sizeof(*delay));
}

static void
swap(struct delay_item *a, struct delay_item *b)
{
	struct delay_item copy = *a;

	*a = *b;
	*b = copy;
}

int
delay_put(struct delay *delay, int64_t due_ms, const struct udp_packet *to,
    const uint8_t *bytes, size_t len)
{
	uint8_t *copy;
	size_t at;

	if (delay->n == DELAY_MAX) {
		return -1;
	}
	if (delay->n == delay->size) {
		size_t size = delay->size ? delay->size * 2 : 64;
		void *grown = realloc(delay->items,
		    size * sizeof(*delay->items));

		if (grown == NULL) {
			return -1;
		}
		delay->items = grown;
		delay->size = size;
	}
	copy = malloc(len);
	if (copy == NULL) {
		return -1;
	}
	memcpy(copy, bytes, len);
	at = delay->n++;
	delay->items[at].due_ms = due_ms;
	delay->items[at].to = *to;
	delay->items[at].to.bytes = copy;
	delay->items[at].to.len = len;
	while (at > 0 && delay->items[(at - 1) / 2].due_ms > due_ms) {
		swap(&delay->items[at], &delay->items[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	return 0;
}

int
delay_take(struct delay *delay, int64_t now_ms, struct delay_item *ret_item)
{
	size_t at = 0, child;

	if (delay->n == 0 || delay->items[0].due_ms > now_ms) {
		return -1;
	}
	*ret_item = delay->items[0];
	delay->items[0] = delay->items[--delay->n];
	while ((child = 2 * at + 1) < delay->n) {
		if (child + 1 < delay->n && delay->items[child + 1].due_ms <
		    delay->items[child].due_ms) {
			child++;
		}
		if (delay->items[at].due_ms <= delay->items[child].due_ms) {
			break;
		}
		swap(&delay->items[at], &delay->items[child]);
		at = child;
	}
	return 0;
}

int64_t
delay_wait(const struct delay *delay, int64_t now_ms)
{
	if (delay->n == 0) {
		return -1;
	}
	return delay->items[0].due_ms > now_ms ?
	    delay->items[0].due_ms - now_ms : 0;
}
