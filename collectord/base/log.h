/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log: one line per event on stderr, text or JSON, rate-limited per call site.
 *
 * Only owners of decisions log (the device state machine, the server, main.c
 * and the like); everything else returns errors.
 *
 * Route: everywhere.  Thread: any.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include <collectord/plugin.h> /* enum col_log_level */

enum log_format { LOG_TEXT = 0, LOG_JSON };

/* Sets up the one sink.  Thread: MAIN, before other threads exist. */
void log_init(enum log_format format, enum col_log_level level, int fd);

/* A call site's memory for rate limiting; static in the macros below. */
struct log_site {
	int64_t window_ns;   /* start of the current 10 s window */
	uint32_t n_in_window;
	uint32_t n_suppressed;
};

/*
 * Writes one line: time, level, room, key=value (key may be NULL), text.
 * More than 20 lines in 10 s from one site are counted instead, and the count
 * is told with the next line.
 */
void log_write(struct log_site *site, enum col_log_level level,
    const char *room, const char *key, const char *value, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

#define LOG_AT(level, room, key, value, ...) do {			\
	static struct log_site log_site_;				\
	log_write(&log_site_, (level), (room), (key), (value), __VA_ARGS__); \
} while (0)

/* LOG_INFO("store", "file", path, "created with %zu sources", n) */
#define LOG_ERROR(room, key, value, ...) \
	LOG_AT(COL_LOG_ERROR, room, key, value, __VA_ARGS__)
#define LOG_WARN(room, key, value, ...) \
	LOG_AT(COL_LOG_WARN, room, key, value, __VA_ARGS__)
#define LOG_INFO(room, key, value, ...) \
	LOG_AT(COL_LOG_INFO, room, key, value, __VA_ARGS__)
#define LOG_DEBUG(room, key, value, ...) \
	LOG_AT(COL_LOG_DEBUG, room, key, value, __VA_ARGS__)

#endif
