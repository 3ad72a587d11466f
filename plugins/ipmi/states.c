/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "states.h"

#include <string.h>

/* ---- table 42-2: by event/reading type ---------------------------------- */

static const struct states_word generic_01[] = {
    {"below_lower_warning", COL_SEVERITY_WARNING},
    {"above_lower_warning", COL_SEVERITY_WARNING},
    {"below_lower_critical", COL_SEVERITY_CRITICAL},
    {"above_lower_critical", COL_SEVERITY_CRITICAL},
    {"below_lower_limit", COL_SEVERITY_CRITICAL},
    {"above_lower_limit", COL_SEVERITY_CRITICAL},
    {"below_upper_warning", COL_SEVERITY_WARNING},
    {"above_upper_warning", COL_SEVERITY_WARNING},
    {"below_upper_critical", COL_SEVERITY_CRITICAL},
    {"above_upper_critical", COL_SEVERITY_CRITICAL},
    {"below_upper_limit", COL_SEVERITY_CRITICAL},
    {"above_upper_limit", COL_SEVERITY_CRITICAL},
};
static const struct states_word generic_02[] = {
    {"idle", COL_SEVERITY_NONE}, {"active", COL_SEVERITY_NONE},
    {"busy", COL_SEVERITY_NONE},
};
static const struct states_word generic_03[] = {
    {"deasserted", COL_SEVERITY_NONE}, {"asserted", COL_SEVERITY_NONE},
};
static const struct states_word generic_04[] = {
    {"no_failure_predicted", COL_SEVERITY_OK},
    {"predicted_failure", COL_SEVERITY_WARNING},
};
static const struct states_word generic_05[] = {
    {"within_limit", COL_SEVERITY_OK},
    {"limit_exceeded", COL_SEVERITY_WARNING},
};
static const struct states_word generic_06[] = {
    {"performance_met", COL_SEVERITY_OK},
    {"performance_lags", COL_SEVERITY_WARNING},
};
static const struct states_word generic_07[] = {
    {"ok", COL_SEVERITY_OK}, {"warning", COL_SEVERITY_WARNING},
    {"critical", COL_SEVERITY_CRITICAL},
    {"non_recoverable", COL_SEVERITY_CRITICAL},
    {"warning", COL_SEVERITY_WARNING}, {"critical", COL_SEVERITY_CRITICAL},
    {"non_recoverable", COL_SEVERITY_CRITICAL},
    {"monitor", COL_SEVERITY_INFO}, {"informational", COL_SEVERITY_INFO},
};
static const struct states_word generic_08[] = {
    {"absent", COL_SEVERITY_NONE}, {"present", COL_SEVERITY_OK},
};
static const struct states_word generic_09[] = {
    {"disabled", COL_SEVERITY_NONE}, {"enabled", COL_SEVERITY_NONE},
};
static const struct states_word generic_0a[] = {
    {"running", COL_SEVERITY_OK}, {"in_test", COL_SEVERITY_INFO},
    {"power_off", COL_SEVERITY_INFO}, {"on_line", COL_SEVERITY_OK},
    {"off_line", COL_SEVERITY_INFO}, {"off_duty", COL_SEVERITY_INFO},
    {"degraded", COL_SEVERITY_WARNING}, {"power_save", COL_SEVERITY_INFO},
    {"install_error", COL_SEVERITY_WARNING},
};
static const struct states_word generic_0b[] = {
    {"redundant", COL_SEVERITY_OK}, {"redundancy_lost", COL_SEVERITY_WARNING},
    {"redundancy_degraded", COL_SEVERITY_WARNING},
    {"not_redundant", COL_SEVERITY_WARNING},
    {"not_redundant", COL_SEVERITY_WARNING},
    {"insufficient", COL_SEVERITY_CRITICAL},
    {"redundancy_degraded", COL_SEVERITY_WARNING},
    {"redundancy_degraded", COL_SEVERITY_WARNING},
};
static const struct states_word generic_0c[] = {
    {"d0", COL_SEVERITY_NONE}, {"d1", COL_SEVERITY_NONE},
    {"d2", COL_SEVERITY_NONE}, {"d3", COL_SEVERITY_NONE},
};

struct row {
	const char *name;
	const struct states_word *words;
	size_t n;
};

#define ROW(name, words) {name, words, sizeof(words) / sizeof(words[0])}

static const struct row generics[] = {
    {NULL, NULL, 0},
    ROW("", generic_01),
    ROW("", generic_02),
    ROW("", generic_03),
    ROW("", generic_04),
    ROW("", generic_05),
    ROW("", generic_06),
    ROW("", generic_07),
    ROW("", generic_08),
    ROW("", generic_09),
    ROW("", generic_0a),
    ROW("", generic_0b),
    ROW("", generic_0c),
};

/* ---- table 42-3: by sensor type ------------------------------------------- */

static const struct states_word physical_security_words[] = {
    {"open", COL_SEVERITY_WARNING}, {"drive_bay_open", COL_SEVERITY_WARNING},
    {"io_area_open", COL_SEVERITY_WARNING},
    {"processor_area_open", COL_SEVERITY_WARNING},
    {"lan_lost", COL_SEVERITY_WARNING},
    {"unauthorized_dock", COL_SEVERITY_WARNING},
    {"fan_area_open", COL_SEVERITY_WARNING},
};
static const struct states_word platform_security_words[] = {
    {"secure_mode_violation", COL_SEVERITY_WARNING},
    {"user_password_violation", COL_SEVERITY_WARNING},
    {"setup_password_violation", COL_SEVERITY_WARNING},
    {"network_password_violation", COL_SEVERITY_WARNING},
    {"password_violation", COL_SEVERITY_WARNING},
    {"remote_password_violation", COL_SEVERITY_WARNING},
};
static const struct states_word processor_words[] = {
    {"internal_error", COL_SEVERITY_CRITICAL},
    {"thermal_trip", COL_SEVERITY_CRITICAL},
    {"self_test_failed", COL_SEVERITY_CRITICAL},
    {"post_hang", COL_SEVERITY_CRITICAL},
    {"start_failed", COL_SEVERITY_CRITICAL},
    {"config_error", COL_SEVERITY_CRITICAL},
    {"uncorrectable_error", COL_SEVERITY_CRITICAL},
    {"present", COL_SEVERITY_OK}, {"disabled", COL_SEVERITY_INFO},
    {"terminator", COL_SEVERITY_NONE}, {"throttled", COL_SEVERITY_WARNING},
    {"machine_check", COL_SEVERITY_CRITICAL},
    {"correctable_machine_check", COL_SEVERITY_WARNING},
};
static const struct states_word power_supply_words[] = {
    {"present", COL_SEVERITY_OK}, {"failed", COL_SEVERITY_CRITICAL},
    {"predicted_failure", COL_SEVERITY_WARNING},
    {"input_lost", COL_SEVERITY_CRITICAL},
    {"input_lost_or_out_of_range", COL_SEVERITY_CRITICAL},
    {"input_out_of_range", COL_SEVERITY_WARNING},
    {"config_error", COL_SEVERITY_WARNING}, {"standby", COL_SEVERITY_INFO},
};
static const struct states_word power_unit_words[] = {
    {"power_off", COL_SEVERITY_INFO}, {"power_cycle", COL_SEVERITY_INFO},
    {"overload_power_down", COL_SEVERITY_CRITICAL},
    {"interlock_power_down", COL_SEVERITY_CRITICAL},
    {"input_lost", COL_SEVERITY_CRITICAL},
    {"control_failed", COL_SEVERITY_CRITICAL},
    {"failed", COL_SEVERITY_CRITICAL},
    {"predicted_failure", COL_SEVERITY_WARNING},
};
static const struct states_word memory_words[] = {
    {"correctable_error", COL_SEVERITY_WARNING},
    {"uncorrectable_error", COL_SEVERITY_CRITICAL},
    {"parity_error", COL_SEVERITY_CRITICAL},
    {"scrub_failed", COL_SEVERITY_WARNING},
    {"disabled", COL_SEVERITY_WARNING},
    {"error_limit_reached", COL_SEVERITY_WARNING},
    {"present", COL_SEVERITY_OK}, {"config_error", COL_SEVERITY_WARNING},
    {"spare", COL_SEVERITY_NONE}, {"throttled", COL_SEVERITY_WARNING},
    {"over_temperature", COL_SEVERITY_CRITICAL},
};
static const struct states_word drive_words[] = {
    {"present", COL_SEVERITY_OK}, {"fault", COL_SEVERITY_CRITICAL},
    {"predicted_failure", COL_SEVERITY_WARNING},
    {"hot_spare", COL_SEVERITY_OK}, {"check_running", COL_SEVERITY_INFO},
    {"in_critical_array", COL_SEVERITY_CRITICAL},
    {"in_failed_array", COL_SEVERITY_CRITICAL},
    {"rebuilding", COL_SEVERITY_INFO},
    {"rebuild_aborted", COL_SEVERITY_WARNING},
};
static const struct states_word firmware_progress_words[] = {
    {"error", COL_SEVERITY_WARNING}, {"hang", COL_SEVERITY_CRITICAL},
    {"progress", COL_SEVERITY_NONE},
};
static const struct states_word event_log_words[] = {
    {"memory_logging_disabled", COL_SEVERITY_INFO},
    {"event_type_disabled", COL_SEVERITY_INFO},
    {"cleared", COL_SEVERITY_INFO},
    {"logging_disabled", COL_SEVERITY_WARNING},
    {"full", COL_SEVERITY_WARNING}, {"almost_full", COL_SEVERITY_INFO},
    {"machine_check_logging_disabled", COL_SEVERITY_INFO},
};
static const struct states_word watchdog1_words[] = {
    {"bios_reset", COL_SEVERITY_CRITICAL},
    {"os_reset", COL_SEVERITY_CRITICAL},
    {"os_shutdown", COL_SEVERITY_CRITICAL},
    {"os_power_down", COL_SEVERITY_CRITICAL},
    {"os_power_cycle", COL_SEVERITY_CRITICAL},
    {"os_interrupt", COL_SEVERITY_CRITICAL},
    {"os_expired", COL_SEVERITY_WARNING},
    {"os_pre_timeout", COL_SEVERITY_WARNING},
};
static const struct states_word system_event_words[] = {
    {"reconfigured", COL_SEVERITY_INFO}, {"oem_boot", COL_SEVERITY_NONE},
    {"hardware_failure", COL_SEVERITY_CRITICAL},
    {"auxiliary_log_entry", COL_SEVERITY_NONE},
    {"filter_action", COL_SEVERITY_INFO}, {"clock_sync", COL_SEVERITY_NONE},
};
static const struct states_word critical_interrupt_words[] = {
    {"front_panel_interrupt", COL_SEVERITY_CRITICAL},
    {"bus_timeout", COL_SEVERITY_CRITICAL},
    {"io_check", COL_SEVERITY_CRITICAL},
    {"software_interrupt", COL_SEVERITY_CRITICAL},
    {"pci_parity_error", COL_SEVERITY_CRITICAL},
    {"pci_system_error", COL_SEVERITY_CRITICAL},
    {"fail_safe_timeout", COL_SEVERITY_CRITICAL},
    {"bus_correctable_error", COL_SEVERITY_WARNING},
    {"bus_uncorrectable_error", COL_SEVERITY_CRITICAL},
    {"fatal_interrupt", COL_SEVERITY_CRITICAL},
    {"bus_fatal_error", COL_SEVERITY_CRITICAL},
    {"bus_degraded", COL_SEVERITY_WARNING},
};
static const struct states_word button_words[] = {
    {"power_pressed", COL_SEVERITY_INFO},
    {"sleep_pressed", COL_SEVERITY_INFO},
    {"reset_pressed", COL_SEVERITY_INFO}, {"latch_open", COL_SEVERITY_INFO},
    {"service_request", COL_SEVERITY_INFO},
};
static const struct states_word chip_set_words[] = {
    {"control_failed", COL_SEVERITY_CRITICAL},
    {"thermal_trip", COL_SEVERITY_CRITICAL},
};
static const struct states_word cable_words[] = {
    {"connected", COL_SEVERITY_OK}, {"config_error", COL_SEVERITY_WARNING},
};
static const struct states_word system_start_words[] = {
    {"power_up", COL_SEVERITY_INFO}, {"hard_reset", COL_SEVERITY_INFO},
    {"warm_reset", COL_SEVERITY_INFO}, {"network_boot", COL_SEVERITY_INFO},
    {"diagnostic_boot", COL_SEVERITY_INFO},
    {"os_hard_reset", COL_SEVERITY_INFO},
    {"os_warm_reset", COL_SEVERITY_INFO}, {"restart", COL_SEVERITY_INFO},
};
static const struct states_word boot_error_words[] = {
    {"no_bootable_media", COL_SEVERITY_WARNING},
    {"non_bootable_media", COL_SEVERITY_WARNING},
    {"no_boot_server", COL_SEVERITY_WARNING},
    {"bad_boot_sector", COL_SEVERITY_WARNING},
    {"selection_timeout", COL_SEVERITY_INFO},
};
static const struct states_word os_boot_words[] = {
    {"a_completed", COL_SEVERITY_NONE}, {"c_completed", COL_SEVERITY_NONE},
    {"network_completed", COL_SEVERITY_NONE},
    {"diagnostic_completed", COL_SEVERITY_NONE},
    {"cd_completed", COL_SEVERITY_NONE}, {"rom_completed", COL_SEVERITY_NONE},
    {"completed", COL_SEVERITY_NONE},
};
static const struct states_word os_stop_words[] = {
    {"stopped_in_load", COL_SEVERITY_CRITICAL},
    {"stopped", COL_SEVERITY_CRITICAL}, {"graceful_stop", COL_SEVERITY_INFO},
    {"graceful_shutdown", COL_SEVERITY_INFO},
    {"filter_shutdown", COL_SEVERITY_WARNING},
    {"agent_silent", COL_SEVERITY_WARNING},
};
static const struct states_word slot_words[] = {
    {"fault", COL_SEVERITY_CRITICAL}, {"identify", COL_SEVERITY_NONE},
    {"installed", COL_SEVERITY_NONE}, {"ready_to_install", COL_SEVERITY_NONE},
    {"ready_to_remove", COL_SEVERITY_NONE}, {"power_off", COL_SEVERITY_NONE},
    {"removal_request", COL_SEVERITY_INFO}, {"interlock", COL_SEVERITY_NONE},
    {"disabled", COL_SEVERITY_NONE}, {"spare", COL_SEVERITY_NONE},
};
static const struct states_word acpi_power_words[] = {
    {"working", COL_SEVERITY_OK}, {"sleeping_s1", COL_SEVERITY_INFO},
    {"sleeping_s2", COL_SEVERITY_INFO}, {"sleeping_s3", COL_SEVERITY_INFO},
    {"sleeping_s4", COL_SEVERITY_INFO}, {"soft_off", COL_SEVERITY_INFO},
    {"soft_off", COL_SEVERITY_INFO}, {"mechanical_off", COL_SEVERITY_INFO},
    {"sleeping", COL_SEVERITY_INFO}, {"sleeping", COL_SEVERITY_INFO},
    {"override_off", COL_SEVERITY_INFO}, {"on", COL_SEVERITY_OK},
    {"off", COL_SEVERITY_INFO}, {NULL, COL_SEVERITY_NONE},
    {"unknown", COL_SEVERITY_NONE},
};
static const struct states_word watchdog_words[] = {
    {"expired", COL_SEVERITY_WARNING}, {"hard_reset", COL_SEVERITY_CRITICAL},
    {"power_down", COL_SEVERITY_CRITICAL},
    {"power_cycle", COL_SEVERITY_CRITICAL}, {NULL, COL_SEVERITY_NONE},
    {NULL, COL_SEVERITY_NONE}, {NULL, COL_SEVERITY_NONE},
    {NULL, COL_SEVERITY_NONE}, {"interrupt", COL_SEVERITY_WARNING},
};
static const struct states_word platform_alert_words[] = {
    {"page", COL_SEVERITY_INFO}, {"lan_alert", COL_SEVERITY_INFO},
    {"event_trap", COL_SEVERITY_INFO}, {"snmp_trap", COL_SEVERITY_INFO},
};
static const struct states_word presence_words[] = {
    {"present", COL_SEVERITY_OK}, {"absent", COL_SEVERITY_NONE},
    {"disabled", COL_SEVERITY_NONE},
};
static const struct states_word lan_words[] = {
    {"heartbeat_lost", COL_SEVERITY_WARNING}, {"heartbeat", COL_SEVERITY_OK},
};
static const struct states_word management_health_words[] = {
    {"sensor_degraded", COL_SEVERITY_WARNING},
    {"controller_degraded", COL_SEVERITY_WARNING},
    {"controller_off_line", COL_SEVERITY_WARNING},
    {"controller_unavailable", COL_SEVERITY_WARNING},
    {"sensor_failed", COL_SEVERITY_WARNING},
    {"fru_failed", COL_SEVERITY_WARNING},
};
static const struct states_word battery_words[] = {
    {"low", COL_SEVERITY_WARNING}, {"failed", COL_SEVERITY_CRITICAL},
    {"present", COL_SEVERITY_OK},
};
static const struct states_word session_audit_words[] = {
    {"activated", COL_SEVERITY_NONE}, {"deactivated", COL_SEVERITY_NONE},
    {"bad_password", COL_SEVERITY_INFO}, {"locked_out", COL_SEVERITY_WARNING},
};
static const struct states_word version_change_words[] = {
    {"detected", COL_SEVERITY_INFO}, {"detected", COL_SEVERITY_INFO},
    {"incompatible_hardware", COL_SEVERITY_WARNING},
    {"incompatible_firmware", COL_SEVERITY_WARNING},
    {"unsupported_hardware", COL_SEVERITY_WARNING},
    {"unsupported_firmware", COL_SEVERITY_WARNING},
    {"hardware_changed", COL_SEVERITY_INFO},
    {"firmware_changed", COL_SEVERITY_INFO},
};
static const struct states_word fru_state_words[] = {
    {"not_installed", COL_SEVERITY_NONE}, {"inactive", COL_SEVERITY_NONE},
    {"activation_requested", COL_SEVERITY_NONE},
    {"activating", COL_SEVERITY_NONE}, {"active", COL_SEVERITY_OK},
    {"deactivation_requested", COL_SEVERITY_NONE},
    {"deactivating", COL_SEVERITY_NONE},
    {"communication_lost", COL_SEVERITY_WARNING},
};

static const struct row types[] = {
    {"sensor", NULL, 0},
    {"temperature", NULL, 0},
    {"voltage", NULL, 0},
    {"current", NULL, 0},
    {"fan", NULL, 0},
    ROW("physical_security", physical_security_words),
    ROW("platform_security", platform_security_words),
    ROW("processor", processor_words),
    ROW("power_supply", power_supply_words),
    ROW("power_unit", power_unit_words),
    {"cooling", NULL, 0},
    {"other_units", NULL, 0},
    ROW("memory", memory_words),
    ROW("drive", drive_words),
    {"memory_resize", NULL, 0},
    ROW("firmware_progress", firmware_progress_words),
    ROW("event_log", event_log_words),
    ROW("watchdog1", watchdog1_words),
    ROW("system_event", system_event_words),
    ROW("critical_interrupt", critical_interrupt_words),
    ROW("button", button_words),
    {"module", NULL, 0},
    {"microcontroller", NULL, 0},
    {"add_in_card", NULL, 0},
    {"chassis", NULL, 0},
    ROW("chip_set", chip_set_words),
    {"other_fru", NULL, 0},
    ROW("cable", cable_words),
    {"terminator", NULL, 0},
    ROW("system_start", system_start_words),
    ROW("boot_error", boot_error_words),
    ROW("os_boot", os_boot_words),
    ROW("os_stop", os_stop_words),
    ROW("slot", slot_words),
    ROW("acpi_power", acpi_power_words),
    ROW("watchdog", watchdog_words),
    ROW("platform_alert", platform_alert_words),
    ROW("presence", presence_words),
    {"monitor_asic", NULL, 0},
    ROW("lan", lan_words),
    ROW("management_health", management_health_words),
    ROW("battery", battery_words),
    ROW("session_audit", session_audit_words),
    ROW("version_change", version_change_words),
    ROW("fru_state", fru_state_words),
};

#define TYPES (sizeof(types) / sizeof(types[0]))
#define GENERICS (sizeof(generics) / sizeof(generics[0]))
#define READING_SPECIFIC 0x6f
#define OEM_TYPES 0xc0

const char *
states_type_name(uint8_t type)
{
	return type < TYPES ? types[type].name : type >= OEM_TYPES ? "oem" :
	    "sensor";
}

const char *
states_entity_name(uint8_t entity)
{
	static const struct {
		uint8_t entity;
		const char *name;
	} names[] = {{3, "processor"}, {4, "disk"}, {7, "board"},
	    {8, "memory module"}, {10, "power supply"}, {11, "add-in card"},
	    {12, "front panel"}, {15, "drive backplane"}, {16, "expansion board"},
	    {19, "power unit"}, {20, "power module"}, {23, "chassis"},
	    {26, "disk bay"}, {29, "fan"}, {30, "cooling unit"},
	    {31, "cable"}, {32, "memory device"}, {40, "battery"},
	    {44, "I/O module"}, {55, "air inlet"}, {64, "air inlet"},
	    {65, "processor"}, {66, "board"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].entity == entity) {
			return names[i].name;
		}
	}
	return NULL;
}

int
states_type_find(const char *name)
{
	for (size_t i = 1; i < TYPES; i++) {
		if (strcmp(types[i].name, name) == 0) {
			return (int)i;
		}
	}
	return -1;
}

static const struct row *
find_row(uint8_t type, uint8_t reading_type)
{
	if (reading_type == READING_SPECIFIC) {
		return type < TYPES ? &types[type] : NULL;
	}
	return reading_type < GENERICS ? &generics[reading_type] : NULL;
}

const struct states_word *
states_word(uint8_t type, uint8_t reading_type, unsigned offset)
{
	const struct row *row = find_row(type, reading_type);

	return row != NULL && offset < row->n &&
	    row->words[offset].word != NULL ? &row->words[offset] : NULL;
}

unsigned
states_code(uint8_t type, uint8_t reading_type, uint16_t asserted)
{
	enum col_severity worst = COL_SEVERITY_NONE;
	unsigned code = 0;

	for (unsigned i = 0; i < STATES_OFFSETS; i++) {
		const struct states_word *word = states_word(type, reading_type,
		    i);
		if ((asserted >> i & 1) == 0) {
			continue;
		}
		if (code == 0 || (word != NULL && word->severity > worst)) {
			code = i + 1;
			worst = word == NULL ? COL_SEVERITY_NONE :
			    word->severity;
		}
	}
	return code;
}

/* What a sensor without an asserted state means: a supply that is not there,
 * a cover that is closed, else that nothing is wrong. */
static struct col_state
none_of(uint8_t type, uint8_t reading_type)
{
	if (reading_type == READING_SPECIFIC && (type == SENSOR_POWER_SUPPLY ||
	    type == SENSOR_DRIVE)) {
		return (struct col_state){0, "absent", COL_SEVERITY_NONE};
	}
	if (reading_type == READING_SPECIFIC &&
	    type == SENSOR_PHYSICAL_SECURITY) {
		return (struct col_state){0, "closed", COL_SEVERITY_OK};
	}
	return reading_type == READING_SPECIFIC ?
	    (struct col_state){0, "normal", COL_SEVERITY_OK} :
	    (struct col_state){0, "none", COL_SEVERITY_NONE};
}

size_t
states_table(uint8_t type, uint8_t reading_type, struct col_state *ret_states)
{
	const struct row *row = find_row(type, reading_type);
	size_t n = 0;

	if (row == NULL || row->n == 0) {
		return 0;
	}
	ret_states[n++] = none_of(type, reading_type);
	for (unsigned i = 0; i < row->n && i < STATES_OFFSETS; i++) {
		if (row->words[i].word != NULL) {
			ret_states[n++] = (struct col_state){i + 1,
			    row->words[i].word, row->words[i].severity};
		}
	}
	return n;
}

enum col_severity
states_threshold(unsigned offset)
{
	const struct states_word *word = states_word(0, 1, offset);

	return word == NULL ? COL_SEVERITY_INFO : word->severity;
}
