/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"

#define WINDOW_NS (10 * NS_PER_S)
#define LINES_PER_WINDOW 20

static struct {
	pthread_mutex_t lock;
	enum log_format format;
	enum col_log_level level;
	int fd;
} sink = { PTHREAD_MUTEX_INITIALIZER, LOG_TEXT, COL_LOG_INFO, STDERR_FILENO };

static const char *const LEVELS[] = { "error", "warn", "info", "debug" };

void
log_init(enum log_format format, enum col_log_level level, int fd)
{
	pthread_mutex_lock(&sink.lock);
	sink.format = format;
	sink.level = level;
	sink.fd = fd;
	pthread_mutex_unlock(&sink.lock);
}

/* Called with the lock held; returns false when the line is only counted. */
static bool
admit(struct log_site *site, uint32_t *ret_suppressed)
{
	int64_t now = clock_mono(clock_real()).ns;

	*ret_suppressed = 0;
	if (site->window_ns == 0 || now - site->window_ns >= WINDOW_NS) {
		*ret_suppressed = site->n_suppressed;
		site->window_ns = now;
		site->n_in_window = 0;
		site->n_suppressed = 0;
	}
	if (site->n_in_window >= LINES_PER_WINDOW) {
		site->n_suppressed++;
		return false;
	}
	site->n_in_window++;
	return true;
}

static void
put_text(struct buf *out, const char *stamp, enum col_log_level level,
    const char *room, const char *key, const char *value, const char *text)
{
	buf_printf(out, "%s %-5s %s: ", stamp, LEVELS[level], room);
	if (key != NULL) {
		buf_printf(out, "%s=%s: ", key, value != NULL ? value : "-");
	}
	buf_puts(out, text);
}

static void
put_json(struct buf *out, const char *stamp, enum col_log_level level,
    const char *room, const char *key, const char *value, const char *text)
{
	struct json json;

	json_init(&json, out);
	json_map(&json, NULL);
	json_text(&json, "time", stamp);
	json_text(&json, "level", LEVELS[level]);
	json_text(&json, "room", room);
	if (key != NULL) {
		json_text(&json, key, value);
	}
	json_text(&json, "text", text);
	json_map_end(&json);
}

void
log_write(struct log_site *site, enum col_log_level level, const char *room,
    const char *key, const char *value, const char *format, ...)
{
	char text[1024], stamp[CLOCK_RFC3339_SIZE];
	struct buf out;
	uint32_t suppressed;
	va_list args;

	pthread_mutex_lock(&sink.lock);
	if (level > sink.level || !admit(site, &suppressed)) {
		pthread_mutex_unlock(&sink.lock);
		return;
	}
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (char *p = text; *p != '\0'; p++) { /* one event, one line */
		if ((unsigned char)*p < 0x20) {
			*p = ' ';
		}
	}
	buf_init(&out, 16384);
	clock_rfc3339(clock_wall(clock_real()), stamp);
	(sink.format == LOG_JSON ? put_json : put_text)(&out, stamp, level, room,
	    key, value, text);
	if (suppressed > 0 && sink.format == LOG_TEXT) {
		buf_printf(&out, " (%u more like this before)", suppressed);
	}
	buf_puts(&out, "\n");
	if (!out.failed && write(sink.fd, out.data, out.size) < 0) {
		/* nobody is left to tell */
	}
	buf_done(&out);
	pthread_mutex_unlock(&sink.lock);
}
