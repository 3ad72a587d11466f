/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "snmp_host.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct fakehost *
fake_of(const struct col_host *host)
{
	return (struct fakehost *)(uintptr_t)host;
}

static void
host_log(const struct col_host *host, enum col_log_level level,
    const char *device, const char *format, ...)
{
	va_list ap;

	if (fake_of(host)->log == NULL) {
		return;
	}
	va_start(ap, format);
	fprintf(fake_of(host)->log, "log %d %s: ", (int)level,
	    device == NULL ? "-" : device);
	vfprintf(fake_of(host)->log, format, ap);
	fprintf(fake_of(host)->log, "\n");
	va_end(ap);
}

static int64_t
host_now(const struct col_host *host)
{
	struct timespec ts;

	if (!fake_of(host)->real_clock) {
		return fake_of(host)->now_ns;
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* splitmix64: the tests are the same each time. */
static uint64_t
host_random(const struct col_host *host)
{
	uint64_t z = fake_of(host)->seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static bool
same_slot(const struct col_slot *a, const struct col_slot *b)
{
	return strcmp(a->metric, b->metric) == 0 &&
	    strcmp(a->instance, b->instance) == 0 &&
	    strcmp(a->unit, b->unit) == 0 &&
	    strcmp(a->source, b->source) == 0 && a->flags == b->flags;
}

/* Units that DESIGN.md and unit.h know; anything else is refused. */
static bool
known_unit(const char *unit)
{
	static const char *const units[] = {"W", "kW", "MW", "mW", "VA", "kVA",
	    "var", "kvar", "1", "permille", "0.0001", "Wh", "kWh", "MWh", "J",
	    "A", "mA", "V", "mV", "kV", "Hz", "mHz", "%", "C", "F", "K",
	    "0.1K", "m3/h", "l/s", "CFM", "l/min", "GPM",
	    "m/s", "ft/min", "g/m3", "dBm", "Pa", "kPa", "bar", "psi", "rpm", "s", "ms", "min", "h", "ticks", "octets", "bits", ""};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(units[i], unit) == 0) {
			return true;
		}
	}
	return false;
}

static const struct col_layout *
host_layout(const struct col_host *host, const struct col_slot *slots,
    size_t n, struct col_error *error)
{
	struct fakehost *fake = fake_of(host);
	struct col_layout *layout;

	for (size_t i = 0; i < n; i++) {
		if (!known_unit(slots[i].unit)) {
			error->code = COL_EINVAL;
			(void)snprintf(error->text, sizeof(error->text),
			    "unknown unit '%s'", slots[i].unit);
			return NULL;
		}
	}
	for (layout = fake->layouts; layout != NULL; layout = layout->next) {
		size_t i = 0;
		while (layout->n == n && i < n &&
		    same_slot(&layout->slots[i], &slots[i])) {
			i++;
		}
		if (layout->n == n && i == n) {
			return layout;
		}
	}
	layout = calloc(1, sizeof(*layout));
	layout->slots = calloc(n + 1, sizeof(*layout->slots));
	layout->n = n;
	for (size_t i = 0; i < n; i++) {
		layout->slots[i] = slots[i];
		layout->slots[i].metric = strdup(slots[i].metric);
		layout->slots[i].instance = strdup(slots[i].instance);
		layout->slots[i].unit = strdup(slots[i].unit);
		layout->slots[i].source = strdup(slots[i].source);
	}
	layout->next = fake->layouts;
	fake->layouts = layout;
	fake->n_layouts++;
	return layout;
}

/* Numbers the tables as they come; the test looks into fake->states. */
static int
host_states(const struct col_host *host, const struct col_state *states,
    size_t n_states, struct col_error *error)
{
	struct fakehost *fake = fake_of(host);
	char text[HOST_TEXT_SIZE] = "";
	size_t used = 0;

	(void)error;
	for (size_t i = 0; i < n_states && used < sizeof(text); i++) {
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%s%lld=%s/%d", i == 0 ? "" : ",",
		    (long long)states[i].code, states[i].word,
		    (int)states[i].severity);
	}
	for (unsigned i = 0; i < fake->n_states; i++) {
		if (strcmp(fake->states[i], text) == 0) {
			return (int)i + 1;
		}
	}
	if (fake->n_states == HOST_STATES_MAX) {
		return COL_EFULL;
	}
	(void)snprintf(fake->states[fake->n_states++], HOST_TEXT_SIZE, "%s",
	    text);
	return (int)fake->n_states;
}

static void
host_emit(struct col_poll *poll, const struct col_layout *layout,
    const struct col_value *values, uint64_t uptime_ms)
{
	poll->n_emits++;
	poll->layout = layout;
	poll->uptime_ms = uptime_ms;
	free(poll->values);
	poll->values = malloc((layout->n + 1) * sizeof(*values));
	memcpy(poll->values, values, layout->n * sizeof(*values));
}

static void
host_info(struct col_poll *poll, const char *metric, const char *text)
{
	if (poll->n_infos < 16) {
		(void)snprintf(poll->infos[poll->n_infos].metric, 64, "%s",
		    metric);
		(void)snprintf(poll->infos[poll->n_infos++].text,
		    HOST_TEXT_SIZE, "%s", text);
	}
}

static void
host_identify(struct col_poll *poll, const struct col_identity *identity)
{
	if (identity->profile != NULL) {
		(void)snprintf(poll->profile, HOST_TEXT_SIZE, "%s",
		    identity->profile);
	}
	if (identity->credential != NULL) {
		(void)snprintf(poll->credential, HOST_TEXT_SIZE, "%s",
		    identity->credential);
	}
}

static void
host_done(struct col_poll *poll, enum col_status status, const char *detail)
{
	poll->done = true;
	poll->n_done++;
	poll->status = status;
	(void)snprintf(poll->detail, HOST_TEXT_SIZE, "%s",
	    detail == NULL ? "" : detail);
}

static struct col_timer *
host_timer(const struct col_host *host, int64_t due_ns, col_timer_fn *fn,
    void *arg)
{
	struct fakehost *fake = fake_of(host);

	fake->timer_fn = fn;
	fake->timer_arg = arg;
	fake->timer_due_ns = due_ns;
	return (struct col_timer *)fake;
}

static void
host_timer_cancel(const struct col_host *host, struct col_timer *timer)
{
	if (timer != NULL) {
		fake_of(host)->timer_fn = NULL;
	}
}

/* {file: PATH} is read; {credential: NAME} gives NAME itself. */
static int
host_secret(const struct col_host *host, const struct col_node *node,
    char *buffer, size_t size, struct col_error *error)
{
	const struct col_node *file = col_node_get(node, "file");
	const struct col_node *name = col_node_get(node, "credential");
	FILE *in;

	(void)host;
	if (name != NULL) {
		return snprintf(buffer, size, "%s", name->text);
	}
	in = file == NULL ? NULL : fopen(file->text, "re");
	if (in == NULL || fgets(buffer, (int)size, in) == NULL) {
		if (in != NULL) {
			(void)fclose(in);
		}
		error->code = COL_EIO;
		(void)snprintf(error->text, sizeof(error->text),
		    "cannot read the secret");
		return COL_EIO;
	}
	(void)fclose(in);
	buffer[strcspn(buffer, "\n")] = '\0';
	return (int)strlen(buffer);
}

static void
host_report(const struct col_host *host, const struct col_node *at,
    const char *format, ...)
{
	struct fakehost *fake = fake_of(host);
	size_t used = strlen(fake->reports);
	va_list ap;

	fake->n_reports++;
	used += (size_t)snprintf(fake->reports + used,
	    sizeof(fake->reports) - used, "%s:%u:%u: ",
	    at == NULL ? "?" : at->file, at == NULL ? 0 : at->line,
	    at == NULL ? 0 : at->column);
	if (used >= sizeof(fake->reports) - 1) {
		return;
	}
	va_start(ap, format);
	used += (size_t)vsnprintf(fake->reports + used,
	    sizeof(fake->reports) - used, format, ap);
	va_end(ap);
	if (used < sizeof(fake->reports) - 1) {
		fake->reports[used] = '\n';
		fake->reports[used + 1] = '\0';
	}
}

static void
host_found(struct col_discovery *to, const struct col_found *found)
{
	to->n_found++;
	(void)snprintf(to->profile, HOST_TEXT_SIZE, "%s",
	    found->profile == NULL ? "" : found->profile);
	(void)snprintf(to->credential, HOST_TEXT_SIZE, "%s",
	    found->credential == NULL ? "" : found->credential);
	(void)snprintf(to->kind, sizeof(to->kind), "%s",
	    found->kind == NULL ? "" : found->kind);
	(void)snprintf(to->description, HOST_TEXT_SIZE, "%s",
	    found->description);
}

static void
host_discovered(struct col_discovery *to)
{
	to->n_ended++;
}

static int
host_folder(const struct col_host *host, char *path, size_t size)
{
	const struct fakehost *fake = fake_of(host);

	if (fake->folder[0] == '\0' || strlen(fake->folder) >= size) {
		return fake->folder[0] == '\0' ? COL_ENOTSUP : COL_ERANGE;
	}
	memcpy(path, fake->folder, strlen(fake->folder) + 1);
	return 0;
}

static int
host_event(const struct col_host *host, const char *device,
    const struct col_event *event)
{
	struct fakehost *fake = fake_of(host);

	if (fake->n_events < 32) {
		(void)snprintf(fake->events[fake->n_events], HOST_TEXT_SIZE,
		    "%s %llu %d %s %s %s", device, (unsigned long long)event->id,
		    (int)event->severity, event->code,
		    event->sensor == NULL ? "-" : event->sensor, event->text);
	}
	fake->n_events++;
	return 0;
}

void
fakehost_init(struct fakehost *fake)
{
	memset(fake, 0, sizeof(*fake));
	fake->now_ns = 1000000000;
	fake->host = (struct col_host){
	    .size = sizeof(struct col_host), .abi_major = COL_ABI_MAJOR,
	    .abi_minor = COL_ABI_MINOR, .log = host_log, .now = host_now,
	    .random = host_random, .layout = host_layout, .emit = host_emit,
	    .info = host_info, .identify = host_identify, .done = host_done,
	    .timer = host_timer, .timer_cancel = host_timer_cancel,
	    .secret = host_secret, .report = host_report,
	    .found = host_found, .discovered = host_discovered,
	    .states = host_states, .folder = host_folder, .event = host_event,
	};
}

void
fakehost_done(struct fakehost *fake)
{
	while (fake->layouts != NULL) {
		struct col_layout *next = fake->layouts->next;
		for (size_t i = 0; i < fake->layouts->n; i++) {
			struct col_slot *slot = &fake->layouts->slots[i];
			free((void *)(uintptr_t)slot->metric);
			free((void *)(uintptr_t)slot->instance);
			free((void *)(uintptr_t)slot->unit);
			free((void *)(uintptr_t)slot->source);
		}
		free(fake->layouts->slots);
		free(fake->layouts);
		fake->layouts = next;
	}
}

void
fakehost_poll_clear(struct col_poll *poll)
{
	free(poll->values);
	memset(poll, 0, sizeof(*poll));
}

int
fakehost_slot(const struct col_poll *poll, const char *metric,
    const char *instance)
{
	for (size_t i = 0; poll->layout != NULL && i < poll->layout->n; i++) {
		if (strcmp(poll->layout->slots[i].metric, metric) == 0 &&
		    strcmp(poll->layout->slots[i].instance, instance) == 0) {
			return (int)i;
		}
	}
	return -1;
}
