/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ipmi_peers.h"

#include <dlfcn.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bmc_agents.h"

#define RUNS 20
#define SENSORS 10

static double
cpu_us(int who)
{
	struct rusage use;

	(void)getrusage(who, &use);
	return (double)use.ru_utime.tv_sec * 1e6 + (double)use.ru_utime.tv_usec
	    + (double)use.ru_stime.tv_sec * 1e6 + (double)use.ru_stime.tv_usec;
}

static void
print(const char *name, double value)
{
	(void)printf("bench\tipmi_%s\t%.2f\tus\n", name, value);
	(void)fflush(stdout);
}

static char folder[] = "/tmp/bench_ipmi.XXXXXX"; /* of caches */

/* ---- the tool --------------------------------------------------------------------- */

static double
run_tool(char **argv)
{
	double before = cpu_us(RUSAGE_CHILDREN);
	posix_spawn_file_actions_t actions;
	int pid, status = 1, rc;

	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", 1, 0);
	rc = posix_spawn(&pid, argv[0], &actions, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (rc != 0) {
		return -1;
	}
	(void)waitpid(pid, &status, 0);
	return status == 0 ? cpu_us(RUSAGE_CHILDREN) - before : -1;
}

static void
measure_tool(const char *tools, char *host)
{
	char program[512], config[64], option[128], cache[96];
	char ids[] = "--record-ids=1,2,3,4,5,6,7,8,9,10";
	char *argv[] = {program, option, (char *)"-h", host, ids, cache,
	    (char *)"-Q", NULL};
	double sum = 0;
	FILE *file;

	(void)snprintf(program, sizeof(program), "%s/ipmi-sensors", tools);
	(void)snprintf(config, sizeof(config), "%s/config", folder);
	(void)snprintf(option, sizeof(option), "--config-file=%s", config);
	(void)snprintf(cache, sizeof(cache), "--sdr-cache-directory=%s", folder);
	file = fopen(config, "wx");
	if (file == NULL) {
		return;
	}
	(void)fprintf(file, "username %s\npassword %s\nprivilege-level USER\n"
	    "driver-type LAN_2_0\ncipher-suite-id 3\n", BMC_AGENTS_USER,
	    BMC_AGENTS_PASSWORD);
	(void)fclose(file);
	if (run_tool(argv) < 0) { /* makes the cache */
		(void)fprintf(stderr, "bench_ipmi: ipmi-sensors failed\n");
	} else {
		for (int i = 0; i < RUNS; i++) {
			sum += run_tool(argv);
		}
		print("freeipmi_sensors_tool", sum / RUNS);
	}
	(void)unlink(config);
}

/* ---- the library ------------------------------------------------------------------- */

/* As struct ipmi_monitoring_ipmi_config is laid out. */
struct settings {
	int driver_type, disable_auto_probe;
	unsigned driver_address, register_spacing;
	char *driver_device;
	int protocol_version;
	char *username, *password;
	unsigned char *k_g;
	unsigned k_g_len;
	int privilege_level, authentication_type, cipher_suite_id;
	int session_timeout_len, retransmission_timeout_len;
	unsigned workaround_flags;
};

/* What is taken of the library. */
struct monitoring {
	int (*init)(unsigned flags, int *error);
	void *(*create)(void);
	void (*destroy)(void *context);
	int (*cache)(void *context, const char *folder);
	int (*read)(void *context, const char *host, struct settings *settings,
	    unsigned flags, unsigned *ids, unsigned n_ids, void *fn, void *arg);
};

static bool
find(void *library, const char *name, void *ret_fn)
{
	void *fn = dlsym(library, name);

	memcpy(ret_fn, &fn, sizeof(fn));
	return fn != NULL;
}

static void
measure_library(const struct monitoring *of, const char *host)
{
	struct settings settings = {.driver_type = -1, .protocol_version = 1,
	    .username = (char *)BMC_AGENTS_USER,
	    .password = (char *)BMC_AGENTS_PASSWORD, .cipher_suite_id = 3};
	unsigned ids[SENSORS] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	int error, n = 0;
	void *context;
	double before;

	if (of->init(0, &error) < 0 || (context = of->create()) == NULL) {
		return;
	}
	(void)of->cache(context, folder);
	if (of->read(context, host, &settings, 0, ids, SENSORS, NULL, NULL) <
	    0) {
		(void)fprintf(stderr, "bench_ipmi: libipmimonitoring failed\n");
	} else {
		before = cpu_us(RUSAGE_SELF);
		for (int i = 0; i < RUNS; i++) {
			n += of->read(context, host, &settings, 0, ids,
			    SENSORS, NULL, NULL) == SENSORS;
		}
		before = cpu_us(RUSAGE_SELF) - before;
		if (n == RUNS) {
			print("libipmimonitoring", before / RUNS);
		}
	}
	of->destroy(context);
}

static void
load_library(const char *path, const char *host)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	struct monitoring of;

	if (library == NULL) {
		(void)fprintf(stderr, "bench_ipmi: %s\n", dlerror());
		return;
	}
	if (find(library, "ipmi_monitoring_init", &of.init) &&
	    find(library, "ipmi_monitoring_ctx_create", &of.create) &&
	    find(library, "ipmi_monitoring_ctx_destroy", &of.destroy) &&
	    find(library, "ipmi_monitoring_ctx_sdr_cache_directory",
	    &of.cache) && find(library,
	    "ipmi_monitoring_sensor_readings_by_record_id", &of.read)) {
		measure_library(&of, host);
	}
	(void)dlclose(library);
}

/* Caches are files without folders. */
static void
clean_up(void)
{
	char *argv[] = {(char *)"/bin/rm", (char *)"-rf", folder, NULL};

	(void)run_tool(argv);
}

void
ipmi_peers_measure(uint16_t port)
{
	const char *tools = getenv("FREEIPMI");
	const char *library = getenv("LIBIPMIMONITORING");
	char host[64];

	if (mkdtemp(folder) == NULL) {
		return;
	}
	(void)snprintf(host, sizeof(host), "127.1.0.1:%u", port);
	if (tools != NULL && tools[0] != '\0') {
		measure_tool(tools, host);
	}
	if (library != NULL && library[0] != '\0') {
		load_library(library, host);
	}
	clean_up();
}
