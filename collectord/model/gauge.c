/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/gauge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#define PROVINCE LEVEL_BIT(LEVEL_PROVINCE)
#define SITE LEVEL_BIT(LEVEL_SITE)
#define HALL LEVEL_BIT(LEVEL_HALL)
#define ROW LEVEL_BIT(LEVEL_ROW)
#define RACK LEVEL_BIT(LEVEL_RACK)
#define FEED LEVEL_BIT(LEVEL_FEED)
#define NODE LEVEL_BIT(LEVEL_NODE)
#define DEVICE LEVEL_BIT(LEVEL_DEVICE)
#define TARGET LEVEL_BIT(LEVEL_TARGET)
#define COLLECTOR LEVEL_BIT(LEVEL_COLLECTOR)
#define PLACES LEVEL_PLACES

/* More racks than any province has, and more watts than any country's. */
#define RACKS_MAX 1e8
#define WATTS_MAX 1e12
/* What currents may do to a breaker for seconds. */
#define LOAD_MAX 2000

static const struct gauge_row ROWS[GAUGE_N] = {
	[GAUGE_POWER_W] = { "power_w", "W", PLACES | RACK | FEED | NODE, false,
	    0, WATTS_MAX, "Power, when all of it is known", "功率(数据完整时)" },
	[GAUGE_LOAD_PCT] = { "load_pct", "%", PLACES | RACK | FEED | NODE, true,
	    0, LOAD_MAX, "Load: of the design power (places, racks), of the rating (nodes), "
	    "of 80 % of the breaker (feeds, by phase)",
	    "负载率:场所和机柜按设计功率,配电节点按额定容量,机柜回路按断路器的 80 %(分相)" },
	[GAUGE_CURRENT_A] = { "current_a", "A", FEED, true, 0, 1e5,
	    "Current by phase", "分相电流" },
	[GAUGE_VOLTAGE_V] = { "voltage_v", "V", RACK, false, 0, 1000,
	    "Voltage of the lowest feed", "各回路中最低的电压" },
	[GAUGE_FAILOVER_PCT] = { "failover_pct", "%", PLACES | RACK | NODE, false,
	    0, LOAD_MAX, "What the survivor would carry of its rating when one side fails; "
	    "places: the worst rack", "一路失电后另一路的负载率;场所取最差的机柜" },
	[GAUGE_IMBALANCE_PCT] = { "imbalance_pct", "%", PLACES | RACK, false, 0, 200,
	    "Imbalance of the phases of the worst feed", "三相不平衡度(最差的回路)" },
	[GAUGE_POWER_FACTOR] = { "power_factor", "", PLACES | RACK, false, 0, 1,
	    "Power factor, 0 to 1", "功率因数(0 到 1)" },
	[GAUGE_AT_RISK] = { "at_risk", "", PLACES, false, 0, RACKS_MAX,
	    "Racks that one feed alone cannot carry", "单路供电无法承载的机柜数" },
	[GAUGE_INLET_C] = { "inlet_c", "C", PLACES | RACK, false, -40, 100,
	    "Hottest inlet", "最高进风温度" },
	[GAUGE_INLET_OVER_K] = { "inlet_over_k", "K", RACK, false, -100, 100,
	    "Hottest inlet above the recommended range of the rack's class",
	    "最高进风温度超出推荐上限的度数" },
	[GAUGE_INLET_UNDER_K] = { "inlet_under_k", "K", RACK, false, -100, 100,
	    "Coldest inlet below the recommended range of the rack's class",
	    "最低进风温度低于推荐下限的度数" },
	[GAUGE_INLET_BEYOND_K] = { "inlet_beyond_k", "K", RACK, false, -100, 100,
	    "Hottest inlet above the allowable range of the rack's class",
	    "最高进风温度超出允许上限的度数" },
	[GAUGE_HUMIDITY_PCT] = { "humidity_pct", "%", RACK, false, 0, 100,
	    "Relative humidity at the inlet", "进风相对湿度" },
	[GAUGE_DEW_POINT_C] = { "dew_point_c", "C", PLACES | RACK, false, -80, 60,
	    "Dew point at the inlet; places: the highest", "进风露点温度;场所取最高值" },
	[GAUGE_DELTA_T_K] = { "delta_t_k", "K", PLACES | RACK, false, -50, 100,
	    "Rise of the air from inlet to outlet", "进出风温差" },
	[GAUGE_IN_RANGE_PCT] = { "in_range_pct", "%", PLACES | RACK, false, 0, 100,
	    "Time that inlets were in the recommended range, last 24 hours",
	    "近 24 小时进风温度在推荐范围内的时间占比" },
	[GAUGE_OVER_INDEX_PCT] = { "over_index_pct", "%", PLACES, false, -1000, 100,
	    "Over-temperature index: 100 when no inlet is above the recommended range",
	    "高温指数:没有进风超过推荐上限时为 100" },
	[GAUGE_PUE] = { "pue", "", PROVINCE | SITE, false, 1, 10,
	    "Power usage effectiveness by both meters", "电能利用效率(总表与 IT 表齐全)" },
	[GAUGE_DECLARED] = { "declared", "", PLACES, false, 0, RACKS_MAX,
	    "Declared racks", "申报机柜数" },
	[GAUGE_VERIFIED] = { "verified", "", PLACES, false, 0, RACKS_MAX,
	    "Racks verified by telemetry", "遥测证实的机柜数" },
	[GAUGE_CONTRADICTED] = { "contradicted", "", PLACES, false, 0, RACKS_MAX,
	    "Racks whose telemetry contradicts what is declared", "遥测与申报不符的机柜数" },
	[GAUGE_STALE] = { "stale", "", PLACES, false, 0, RACKS_MAX,
	    "Racks whose telemetry is too old or too short", "遥测过期的机柜数" },
	[GAUGE_UNMONITORED] = { "unmonitored", "", PLACES, false, 0, RACKS_MAX,
	    "Racks without a device", "未监测的机柜数" },
	[GAUGE_LIVE_PCT] = { "live_pct", "%", PLACES, false, 0, 100,
	    "Racks heard in the last three intervals, of those with a device",
	    "近三个周期内有数据的机柜占比(按有设备的机柜计)" },
	[GAUGE_COVERAGE_PCT] = { "coverage_pct", "%", PLACES, false, 0, 100,
	    "Devices that answered in the last interval, of those expected",
	    "上一周期应答的设备占比" },
	[GAUGE_DISCREPANCIES] = { "discrepancies", "", PLACES, false, 0, RACKS_MAX,
	    "Racks that draw power though planned or decommissioned",
	    "未投运或已退役却在用电的机柜数" },
	[GAUGE_OCCUPANCY_PCT] = { "occupancy_pct", "%", PLACES, false, 0, 100,
	    "Occupancy by racks", "上架率(按机柜数)" },
	[GAUGE_OCCUPANCY_POWER_PCT] = { "occupancy_power_pct", "%", PLACES, false,
	    0, LOAD_MAX, "Occupancy by measured power", "上架率(按实测功率)" },
	[GAUGE_COMMITTED_PCT] = { "committed_pct", "%", PLACES | RACK | NODE, false,
	    0, LOAD_MAX, "Power promised, of the design power (places) or of the limit "
	    "that holds it back", "已承诺功率占比:场所按设计功率,机柜和节点按其上限" },
	[GAUGE_FULL_IN_D] = { "full_in_d", "d", SITE | HALL, false, 0, GAUGE_FAR_D,
	    "Days until the power is used up at the present growth",
	    "按当前增速,电力用尽的剩余天数" },
	[GAUGE_SILENT_S] = { "silent_s", "s", SITE | HALL | ROW | DEVICE, false, 0, 1e9,
	    "Time since the last good answer", "距上次有效应答的时间" },
	[GAUGE_SUPPLY_LOST] = { "supply_lost", "", HALL | ROW | FEED | NODE, false, 0, 1,
	    "1 when the supply is lost", "供电中断时为 1" },
	[GAUGE_TARGET_REACHED] = { "target_reached", "", TARGET, false, 0, 1,
	    "1 when the target is reached", "目标达成时为 1" },
	[GAUGE_TARGET_PROGRESS_PCT] = { "target_progress_pct", "%", TARGET, false, 0, 1e6,
	    "Count in percent of the target", "目标完成率" },
	[GAUGE_TARGET_LATE_D] = { "target_late_d", "d", TARGET, false,
	    -GAUGE_FAR_D, GAUGE_FAR_D, "Days from the target's day to the forecast's",
	    "预计达成日晚于目标日的天数" },
	[GAUGE_TARGET_SLIP_D] = { "target_slip_d", "d", TARGET, false,
	    -GAUGE_FAR_D, GAUGE_FAR_D, "Days that the forecast has slipped within 28 days",
	    "近 28 天内预计达成日推迟的天数" },
	[GAUGE_LATENESS_S] = { "lateness_s", "s", COLLECTOR, false, 0, 1e6,
	    "Lateness of polls, 99th percentile of the last minute",
	    "采集延迟(近一分钟第 99 百分位)" },
	[GAUGE_DISK_FREE_PCT] = { "disk_free_pct", "%", COLLECTOR, false, 0, 100,
	    "Free space of the store's disk", "数据盘剩余空间" },
	[GAUGE_JOURNAL_BYTES] = { "journal_bytes", "octets", COLLECTOR, false, 0, 1e15,
	    "Journal not yet in the archives", "尚未归档的日志量" },
	[GAUGE_JOURNAL_AGE_S] = { "journal_age_s", "s", COLLECTOR, false, 0, 1e9,
	    "Time since the journal was last shortened while it holds something",
	    "日志未能清理的时间" },
	[GAUGE_STORE_ERRORS_PM] = { "store_errors_pm", "", COLLECTOR, false, 0, 1e9,
	    "Failed writes, per minute", "每分钟写入失败次数" },
	[GAUGE_POLLS_SKIPPED_PM] = { "polls_skipped_pm", "", COLLECTOR, false, 0, 1e9,
	    "Polls left out, per minute", "每分钟跳过的采集次数" },
	[GAUGE_RECEIVER_SILENT_S] = { "receiver_silent_s", "s", COLLECTOR, false, 0, 1e9,
	    "Time since a receiver last took a message that waits for it",
	    "接收端未能收下消息的时间" },
};

const struct gauge_row *
gauge_get(enum gauge gauge)
{
	return &ROWS[gauge];
}

int
gauge_find(const char *name, enum gauge *ret_gauge)
{
	for (int g = 0; g < GAUGE_N; g++) {
		if (strcmp(ROWS[g].name, name) == 0) {
			*ret_gauge = (enum gauge)g;
			return 0;
		}
	}
	return COL_ENOENT;
}

/* ---- levels -------------------------------------------------------------------- */

static const char *const LEVELS[LEVEL_N] = {
	[LEVEL_PROVINCE] = "province", [LEVEL_AREA] = "area", [LEVEL_SITE] = "site",
	[LEVEL_HALL] = "hall", [LEVEL_ROW] = "row", [LEVEL_RACK] = "rack",
	[LEVEL_FEED] = "feed", [LEVEL_NODE] = "node", [LEVEL_DEVICE] = "device",
	[LEVEL_SENSOR] = "sensor", [LEVEL_TARGET] = "target",
	[LEVEL_COLLECTOR] = "collector",
};

const char *
level_text(enum level level)
{
	return LEVELS[level];
}

int
level_find(const char *text, enum level *ret_level)
{
	for (int l = 0; l < LEVEL_N; l++) {
		if (strcmp(LEVELS[l], text) == 0) {
			*ret_level = (enum level)l;
			return 0;
		}
	}
	return COL_ENOENT;
}

/* ---- boards -------------------------------------------------------------------- */

bool
gauge_has_phases(enum gauge gauge, enum level level)
{
	return level == LEVEL_FEED && ROWS[gauge].phases;
}

static double *
column_new(size_t n)
{
	/* one more: a level of which there is nothing has a column, too */
	double *column = malloc((n + 1) * sizeof(*column));

	for (size_t i = 0; column != NULL && i <= n; i++) {
		column[i] = NAN;
	}
	return column;
}

static bool
add_columns(struct board *board, enum level level, uint64_t gauges)
{
	for (int g = 0; g < GAUGE_N; g++) {
		size_t n = board->n[level];

		if ((gauges & UINT64_C(1) << g) == 0 ||
		    (ROWS[g].levels & LEVEL_BIT(level)) == 0) {
			continue;
		}
		if (gauge_has_phases((enum gauge)g, level)) {
			n *= LEVEL_PHASES;
		}
		board->columns[level][g] = column_new(n);
		if (board->columns[level][g] == NULL) {
			return false;
		}
	}
	return true;
}

struct board *
board_new(const struct inventory *inventory, const struct board_want *want,
    const uint32_t n[LEVEL_N])
{
	struct board *board = calloc(1, sizeof(*board));

	if (board == NULL) {
		return NULL;
	}
	board->inventory = inventory_ref(inventory);
	for (int l = 0; l < LEVEL_N; l++) {
		board->n[l] = n[l];
		if (!add_columns(board, (enum level)l, want->gauges[l])) {
			board_free(board);
			return NULL;
		}
	}
	return board;
}

void
board_free(struct board *board)
{
	if (board == NULL) {
		return;
	}
	for (int l = 0; l < LEVEL_N; l++) {
		for (int g = 0; g < GAUGE_N; g++) {
			free(board->columns[l][g]);
		}
	}
	inventory_unref(board->inventory);
	free(board);
}
