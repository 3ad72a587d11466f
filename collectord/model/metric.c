/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/metric.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "model/unit.h"

#define METRICS_MAX 1024

/* Ranges are what a rack, a room or its supply can physically show; a value
 * outside is a misread scale or a broken sensor. */
static const struct col_metric FIXED[METRIC_FIXED_N] = {
	[METRIC_POWER_W] = { "power_w", "W", COL_GAUGE, -1e5, 1e8, true,
	    "Active power", "有功功率" },
	[METRIC_APPARENT_VA] = { "apparent_va", "VA", COL_GAUGE, 0, 1e8, false,
	    "Apparent power", "视在功率" },
	[METRIC_REACTIVE_VAR] = { "reactive_var", "var", COL_GAUGE, -1e8, 1e8, false,
	    "Reactive power", "无功功率" },
	[METRIC_POWER_FACTOR] = { "power_factor", "1", COL_GAUGE, -1, 1, false,
	    "Power factor", "功率因数" },
	[METRIC_ENERGY_WH] = { "energy_wh", "Wh", COL_METER, 0, 1e15, true,
	    "Energy meter reading", "电量读数" },
	[METRIC_CURRENT_A] = { "current_a", "A", COL_GAUGE, -1e4, 1e5, true,
	    "Current", "电流" },
	[METRIC_VOLTAGE_V] = { "voltage_v", "V", COL_GAUGE, -1e3, 1e6, true,
	    "Voltage", "电压" },
	[METRIC_FREQUENCY_HZ] = { "frequency_hz", "Hz", COL_GAUGE, 0, 1000, false,
	    "Frequency", "频率" },
	[METRIC_LOAD_PCT] = { "load_pct", "%", COL_GAUGE, 0, 1000, false,
	    "Load in percent of the rating", "负载率" },
	[METRIC_RATED_CURRENT_A] = { "rated_current_a", "A", COL_GAUGE, 0, 1e5, false,
	    "Rated current", "额定电流" },
	[METRIC_RATED_POWER_W] = { "rated_power_w", "W", COL_GAUGE, 0, 1e8, false,
	    "Rated power", "额定功率" },
	[METRIC_TEMPERATURE_C] = { "temperature_c", "C", COL_GAUGE, -60, 150, true,
	    "Temperature", "温度" },
	[METRIC_HUMIDITY_PCT] = { "humidity_pct", "%", COL_GAUGE, 0, 100, true,
	    "Relative humidity", "相对湿度" },
	[METRIC_DEW_POINT_C] = { "dew_point_c", "C", COL_GAUGE, -60, 100, false,
	    "Dew point", "露点" },
	[METRIC_AIRFLOW_M3H] = { "airflow_m3h", "m3/h", COL_GAUGE, 0, 1e7, false,
	    "Air flow", "风量" },
	[METRIC_PRESSURE_PA] = { "pressure_pa", "Pa", COL_GAUGE, -1e6, 1e8, false,
	    "Pressure", "压力" },
	[METRIC_FAN_RPM] = { "fan_rpm", "rpm", COL_GAUGE, 0, 1e5, false,
	    "Fan speed", "风扇转速" },
	[METRIC_FAN_PCT] = { "fan_pct", "%", COL_GAUGE, 0, 200, false,
	    "Fan speed in percent", "风扇转速比" },
	[METRIC_RUNTIME_S] = { "runtime_s", "s", COL_GAUGE, 0, 1e8, false,
	    "Remaining battery run time", "电池剩余时间" },
	[METRIC_CHARGE_PCT] = { "charge_pct", "%", COL_GAUGE, 0, 100, false,
	    "Battery charge", "电池电量" },
	[METRIC_OCTETS_IN] = { "octets_in", "octets", COL_COUNTER, 0, 1e12, false,
	    "Octets received, per second", "接收字节率" },
	[METRIC_OCTETS_OUT] = { "octets_out", "octets", COL_COUNTER, 0, 1e12, false,
	    "Octets sent, per second", "发送字节率" },
	[METRIC_RATED_APPARENT_VA] = { "rated_apparent_va", "VA", COL_GAUGE, 0, 1e8,
	    false, "Rated apparent power", "额定视在功率" },
	[METRIC_RATED_VOLTAGE_V] = { "rated_voltage_v", "V", COL_GAUGE, 0, 1e6, false,
	    "Rated voltage", "额定电压" },
	[METRIC_UNBALANCE_PCT] = { "unbalance_pct", "%", COL_GAUGE, -100, 1000, false,
	    "Unbalance of the phases", "三相不平衡度" },
	[METRIC_THD_PCT] = { "thd_pct", "%", COL_GAUGE, 0, 1000, false,
	    "Total harmonic distortion", "总谐波畸变率" },
	[METRIC_COOLING_W] = { "cooling_w", "W", COL_GAUGE, -1e6, 1e8, true,
	    "Heat carried away", "制冷量" },
	[METRIC_COOLING_PCT] = { "cooling_pct", "%", COL_GAUGE, 0, 200, false,
	    "Cooling in percent of capacity", "制冷输出比" },
	[METRIC_COMPRESSOR_PCT] = { "compressor_pct", "%", COL_GAUGE, 0, 200, false,
	    "Compressor in percent", "压缩机输出比" },
	[METRIC_VALVE_PCT] = { "valve_pct", "%", COL_GAUGE, 0, 100, false,
	    "Valve position", "阀门开度" },
	[METRIC_FLOW_M3H] = { "flow_m3h", "m3/h", COL_GAUGE, 0, 1e6, false,
	    "Flow of water or coolant", "水流量" },
	[METRIC_AIR_SPEED_MPS] = { "air_speed_mps", "m/s", COL_GAUGE, 0, 100, false,
	    "Air speed", "风速" },
	[METRIC_AIRFLOW_PCT] = { "airflow_pct", "%", COL_GAUGE, 0, 200, false,
	    "Relative air flow", "相对风量" },
	[METRIC_ABS_HUMIDITY_GM3] = { "abs_humidity_gm3", "g/m3", COL_GAUGE, 0, 500, false,
	    "Absolute humidity", "绝对湿度" },
	[METRIC_OPTICAL_DBM] = { "optical_dbm", "dBm", COL_GAUGE, -60, 40, false,
	    "Optical power", "光功率" },
	[METRIC_CPU_PCT] = { "cpu_pct", "%", COL_GAUGE, 0, 100, false,
	    "Processor load", "处理器负载" },
	[METRIC_USED_OCTETS] = { "used_octets", "octets", COL_GAUGE, 0, 1e18, false,
	    "Storage in use", "已用存储" },
	[METRIC_SIZE_OCTETS] = { "size_octets", "octets", COL_GAUGE, 0, 1e18, false,
	    "Size of storage", "存储容量" },
	[METRIC_USED_PCT] = { "used_pct", "%", COL_GAUGE, 0, 100, false,
	    "Storage in use in percent", "存储使用率" },
	[METRIC_KNOWN] = { "known", "", COL_GAUGE, 0, 1e9, true,
	    "Parts known in a sum", "已知分项数" },
	[METRIC_EXPECTED] = { "expected", "", COL_GAUGE, 0, 1e9, true,
	    "Parts expected in a sum", "应有分项数" },
};

/* Appended under the lock, read without: entries never move or change. */
static struct {
	pthread_mutex_t lock;
	_Atomic uint32_t n;
	const struct col_metric *added[METRICS_MAX];
} table = { .lock = PTHREAD_MUTEX_INITIALIZER };

const struct col_metric *
metric_get(uint32_t index)
{
	assert(index < metric_count());
	return index < METRIC_FIXED_N ? &FIXED[index]
	    : table.added[index - METRIC_FIXED_N];
}

uint32_t
metric_count(void)
{
	return METRIC_FIXED_N + atomic_load(&table.n);
}

static int
find(const char *name, uint32_t *ret_index)
{
	uint32_t n = metric_count();

	for (uint32_t i = 0; i < n; i++) {
		if (strcmp(metric_get(i)->name, name) == 0) {
			*ret_index = i;
			return 0;
		}
	}
	return COL_ENOENT;
}

static bool
well_formed(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return name[len] == '\0' && len >= 3 && len < 48 &&
	    name[0] >= 'a' && name[0] <= 'z' && name[len - 1] != '_';
}

/* Called with the lock held. */
static int
append(const struct col_metric *metric, uint32_t *ret_index)
{
	uint32_t n = atomic_load(&table.n);
	struct col_metric *copy;

	if (n == METRICS_MAX) {
		return COL_EFULL;
	}
	copy = malloc(sizeof(*copy));
	if (copy == NULL) {
		return COL_ENOMEM;
	}
	*copy = *metric;
	copy->name = strdup(metric->name);
	copy->unit = strdup(metric->unit);
	copy->en = strdup(metric->en != NULL ? metric->en : metric->name);
	copy->zh = strdup(metric->zh != NULL ? metric->zh : copy->en);
	assert(copy->name != NULL && copy->unit != NULL && copy->zh != NULL);
	table.added[n] = copy;
	atomic_store(&table.n, n + 1);
	*ret_index = METRIC_FIXED_N + n;
	return 0;
}

int
metric_find(const char *name, uint32_t *ret_index)
{
	struct col_metric open = { .name = name, .unit = "" };
	int rc = find(name, ret_index);

	if (rc == 0) {
		return 0;
	}
	if (str_starts(name, "state_")) {
		open.kind = COL_STATE;
	} else if (str_starts(name, "info_")) {
		open.kind = COL_INFO;
	} else {
		return COL_ENOENT;
	}
	if (!well_formed(name)) {
		return COL_EINVAL;
	}
	pthread_mutex_lock(&table.lock);
	rc = find(name, ret_index);
	if (rc != 0) {
		rc = append(&open, ret_index);
	}
	pthread_mutex_unlock(&table.lock);
	return rc;
}

int
metric_add(const struct col_metric *metric, struct col_error *error)
{
	const struct col_metric *old;
	const struct unit *unit = unit_find(metric->unit);
	uint32_t index;
	int rc;

	if (!well_formed(metric->name)) {
		return err_set(error, COL_EINVAL, "metric '%s': not a metric name",
		    metric->name);
	}
	if (unit == NULL || strcmp(unit->name, unit->base) != 0) {
		return err_set(error, COL_EINVAL, "metric '%s': '%s' is no base unit",
		    metric->name, metric->unit);
	}
	pthread_mutex_lock(&table.lock);
	rc = find(metric->name, &index);
	if (rc == 0) {
		old = metric_get(index);
		if (strcmp(old->unit, metric->unit) != 0 || old->kind != metric->kind) {
			rc = err_set(error, COL_EEXIST, "metric '%s': known already "
			    "with unit '%s'", metric->name, old->unit);
		}
	} else {
		rc = append(metric, &index);
		if (rc != 0) {
			(void)err_set(error, rc, "metric '%s': %s", metric->name,
			    err_text(rc));
		}
	}
	pthread_mutex_unlock(&table.lock);
	return rc;
}
