/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The daemon's own counters and gauges: one table, atomic cells.
 *
 * Route: everywhere; read by /metrics and /collector.  Thread: any.
 */
#ifndef BASE_STATS_H
#define BASE_STATS_H

#include <stddef.h>
#include <stdint.h>

/* X(id, "openmetrics_name_without_prefix", kind, "help") */
#define STATS_TABLE(X) \
	X(POLL_STARTED, "polls_started", COUNTER, "Polls started") \
	X(POLL_OK, "polls_ok", COUNTER, "Polls that ended with every value") \
	X(POLL_PARTIAL, "polls_partial", COUNTER, "Polls that ended with values missing") \
	X(POLL_FAILED, "polls_failed", COUNTER, "Polls that ended without a value") \
	X(POLL_TIMEOUT, "polls_timeout", COUNTER, "Polls that had no answer in time") \
	X(POLL_LATE, "polls_late", COUNTER, \
	    "Polls started more than 1 s after they were due") \
	X(POLL_SKIPPED, "polls_skipped", COUNTER, \
	    "Polls skipped: the last one was running, or half an interval late") \
	X(POLL_LATE_CALLS, "poll_late_calls", COUNTER, \
	    "Calls of plugins for a poll that had ended") \
	X(POLL_IN_FLIGHT, "polls_in_flight", GAUGE, "Polls in flight") \
	X(FLOW_BATCHES, "flow_batches", COUNTER, "Batches normalised") \
	X(FLOW_SAMPLES, "flow_samples", COUNTER, "Samples normalised") \
	X(FLOW_IMPLAUSIBLE, "flow_implausible", COUNTER, \
	    "Samples outside their plausible range") \
	X(FLOW_LATE, "flow_late_batches", COUNTER, \
	    "Batches that came after their slot had closed") \
	X(FLOW_DROPPED, "flow_dropped_batches", COUNTER, \
	    "Batches dropped from a full queue") \
	X(FLOW_SLOTS_CLOSED, "flow_slots_closed", COUNTER, "Slots closed") \
	X(STORE_ACCEPTED, "store_accepted_samples", COUNTER, \
	    "Samples synced in the journal") \
	X(STORE_DROPPED, "store_dropped_records", COUNTER, \
	    "Records dropped from a full queue") \
	X(STORE_LATE, "store_late_samples", COUNTER, \
	    "Samples older than the flushed part of their file") \
	X(STORE_OUTSIDE, "store_outside_samples", COUNTER, \
	    "Samples outside -72 h..+5 min") \
	X(STORE_FLUSHED, "store_flushed_rows", COUNTER, "Rows written to RRD files") \
	X(STORE_FILES, "store_files", GAUGE, "RRD files known") \
	X(STORE_JOURNAL_BYTES, "store_journal_bytes", GAUGE, \
	    "Bytes of journal not yet freed") \
	X(STORE_SYNCS, "store_journal_syncs", COUNTER, "fdatasync calls on the journal") \
	X(STORE_ERRORS, "store_errors", COUNTER, "Failed store operations") \
	X(STORE_RETRIES, "store_retries", COUNTER, "RRD files locked by another program") \
	X(STATE_POSTED, "state_posts", COUNTER, "Changes posted to the state database") \
	X(STATE_ERRORS, "state_errors", COUNTER, "Failed changes of the state database") \
	X(EVENTS_ADDED, "device_events", COUNTER, \
	    "Events of devices' own logs that were new") \
	X(EVENTS_KNOWN, "device_events_known", COUNTER, \
	    "Events of devices' own logs that were told again") \
	X(EVENTS_WAITED, "device_events_refused", COUNTER, \
	    "Events put off because too many came at a time") \
	X(NOTIFY_ACCEPTED, "messages_accepted", COUNTER, "Messages that receivers accepted") \
	X(NOTIFY_FAILED, "message_tries_failed", COUNTER, \
	    "Tries of messages that were not accepted") \
	X(NOTIFY_DEAD, "messages_dead", COUNTER, "Messages that became dead letters") \
	X(NOTIFY_MERGED, "messages_merged", COUNTER, "Messages said by a digest instead") \
	X(NOTIFY_WAITING, "messages_waiting", GAUGE, "Messages that wait for receivers") \
	X(OUTPUT_BATCHES, "output_batches", COUNTER, "Batches handed to output plugins") \
	X(OUTPUT_DROPPED, "output_dropped_batches", COUNTER, \
	    "Batches an output plugin was too slow for") \
	X(OUTPUT_ERRORS, "output_errors", COUNTER, "Failed writes of output plugins") \
	X(HTTP_REQUESTS, "http_requests", COUNTER, "HTTP requests answered") \
	X(HTTP_REJECTED, "http_rejected", COUNTER, "HTTP requests refused by the guards") \
	X(HTTP_ERRORS, "http_errors", COUNTER, "HTTP answers with status 5xx") \
	X(HTTP_CONNECTIONS, "http_connections", GAUGE, "HTTP connections open") \
	X(HTTP_STREAMS, "http_event_streams", GAUGE, "Event streams open") \
	X(CONFIG_RELOADS, "config_reloads", COUNTER, "Configurations applied") \
	X(CONFIG_REFUSED, "config_refused", COUNTER, "Configurations refused on reload")

enum stats_kind { STATS_COUNTER, STATS_GAUGE };

enum stats_id {
#define X(id, name, kind, help) STATS_##id,
	STATS_TABLE(X)
#undef X
	STATS_N
};

void stats_add(enum stats_id id, int64_t n);
void stats_set(enum stats_id id, int64_t value);
int64_t stats_get(enum stats_id id);
const char *stats_name(enum stats_id id);
const char *stats_help(enum stats_id id);
enum stats_kind stats_kind(enum stats_id id);

/* A histogram of milliseconds on a log scale, for lateness and sync times. */
struct stats_histogram {
	_Atomic uint64_t cells[64];  /* cell i: below 2^(i/2) tenths of a ms */
	_Atomic uint64_t max_us;
};
void stats_observe(struct stats_histogram *h, int64_t us);
/* Upper bound of the p-quantile in ms (0 when empty).  Units: p in 0..1. */
double stats_quantile(const struct stats_histogram *h, double p);
/* How many were in cell i; *ret_us is below what.  Shape: i in 0..63. */
uint64_t stats_cell(const struct stats_histogram *h, unsigned i, uint64_t *ret_us);

#endif
