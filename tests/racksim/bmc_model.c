/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sensor sets. Names and scales follow what such machines are seen to have
 * (DESIGN's device notes): two sensors named "Temp", percent fans, watts with
 * states in one sensor, parts of the power beside the whole, no watts at all.
 */
#include <config.h>

#include "bmc_model.h"

/* An analog sensor: NUMBER ENTITY.INSTANCE TYPE, then FORM, then the rest. */
#define FULL(number, entity, instance, type, ...) \
	{0x01, number, entity, instance, type, 0x01, __VA_ARGS__}
/* The same with states of a power supply beside the reading. */
#define HYBRID(number, entity, instance, ...) \
	{0x01, number, entity, instance, 0x08, 0x6f, __VA_ARGS__}
/* Forms: units, base unit, linearisation, M, B, exponents of R and of B. */
#define C1 BMC_UNSIGNED, BMC_CELSIUS, BMC_LINEAR, 1, 0, 0, 0
#define C_TWOS BMC_TWOS, BMC_CELSIUS, BMC_LINEAR, 1, 0, 0, 0
#define C_ONES BMC_ONES, BMC_CELSIUS, BMC_LINEAR, 1, 0, 0, 0
#define C_B128 BMC_UNSIGNED, BMC_CELSIUS, BMC_LINEAR, 1, -128, 0, 0
#define RPM(m) BMC_UNSIGNED, BMC_RPM, BMC_LINEAR, m, 0, 0, 0
#define RPM_RECIPROCAL BMC_UNSIGNED, BMC_RPM, BMC_RECIPROCAL, 1, 0, -6, 0
#define PERCENT_FINE BMC_PERCENT, BMC_NO_UNIT, BMC_LINEAR, 392, 0, -3, 0
#define PERCENT BMC_PERCENT, BMC_NO_UNIT, BMC_LINEAR, 1, 0, 0, 0
#define BARE BMC_UNSIGNED, BMC_NO_UNIT, BMC_LINEAR, 1, 0, 0, 0
#define WATT(m) BMC_UNSIGNED, BMC_WATT, BMC_LINEAR, m, 0, 0, 0
/* Said to be watts per hour, which no machine means. */
#define WATT_HOUR(m) BMC_PER_HOUR, BMC_WATT, BMC_LINEAR, m, 0, 0, 0
#define AMP(m) BMC_UNSIGNED, BMC_AMPERE, BMC_LINEAR, m, 0, -2, 0
#define VOLT(m, r) BMC_UNSIGNED, BMC_VOLT, BMC_LINEAR, m, 0, r, 0
#define VOLT_OFFSET BMC_UNSIGNED, BMC_VOLT, BMC_LINEAR, 12, 5, -3, 2
#define VOLT_SQUARE BMC_UNSIGNED, BMC_VOLT, BMC_SQUARE, 1, 0, -1, 0
/* A discrete sensor, an event-only one, and the two locators. */
#define STATES(number, entity, instance, type, event, what, index, name) \
	{0x02, number, entity, instance, type, event, 0, 0, 0, 0, 0, 0, 0, \
	    what, index, 0, 0, 0, 0, 0, name}
#define EVENTS(number, entity, instance, type, name) \
	{0x03, number, entity, instance, type, 0x6f, 0, 0, 0, 0, 0, 0, 0, \
	    BMC_STATE_QUIET, 0, 0, 0, 0, 0, 0, name}
#define FRU(name) \
	{0x11, 0, 7, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, BMC_STATE_QUIET, 0, 0, \
	    0, 0, 0, 0, name}
#define CONTROLLER(name) \
	{0x12, 0, 6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, BMC_STATE_QUIET, 0, 0, \
	    0, 0, 0, 0, name}
#define MAKERS_OWN(name) \
	{0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, BMC_STATE_QUIET, 0, 0, \
	    0, 0, 0, 0, name}
/* Thresholds: lower critical and not, upper not and critical. */
#define NO_LIMITS 0, 0, 0, 0
#define AIR 3, 5, 40, 45
#define CHIP 3, 5, 88, 95
#define SLOW 400, 600, 0, 0

/* After the manner of Dell: B = -128, twins named "Temp", steps of 14 W. */
static const struct bmc_sensor dell[] = {
	CONTROLLER("iDRAC-like"),
	FRU("System Board"),
	FULL(0x04, 7, 1, 0x01, C_B128, BMC_INLET, 0, 0, AIR, "Inlet Temp"),
	FULL(0x01, 7, 1, 0x01, C_B128, BMC_OUTLET, 0, 0, 3, 5, 70, 75, "Exhaust Temp"),
	FULL(0x0e, 3, 1, 0x01, C_B128, BMC_HOT, 0, 38, CHIP, "Temp"),
	FULL(0x0f, 3, 2, 0x01, C_B128, BMC_HOT, 1, 38, CHIP, "Temp"),
	FULL(0x30, 7, 1, 0x04, RPM(120), BMC_FAN, 0, 15000, SLOW, "Fan1"),
	FULL(0x31, 7, 1, 0x04, RPM(120), BMC_FAN, 1, 15000, SLOW, "Fan2"),
	FULL(0x32, 7, 1, 0x04, RPM(120), BMC_FAN, 2, 15000, SLOW, "Fan3"),
	FULL(0x33, 7, 1, 0x04, RPM(120), BMC_FAN, 3, 15000, SLOW, "Fan4"),
	FULL(0x6c, 10, 1, 0x02, VOLT(2, 0), BMC_PSU_VOLT, 0, 0, NO_LIMITS, "Voltage 1"),
	FULL(0x6d, 10, 2, 0x02, VOLT(2, 0), BMC_PSU_VOLT, 1, 0, NO_LIMITS, "Voltage 2"),
	FULL(0x6a, 10, 1, 0x03, AMP(20), BMC_PSU_AMP, 0, 0, NO_LIMITS, "Current 1"),
	FULL(0x6b, 10, 2, 0x03, AMP(20), BMC_PSU_AMP, 1, 0, NO_LIMITS, "Current 2"),
	FULL(0x77, 7, 1, 0x0b, WATT(14), BMC_POWER, 0, 0, 0, 0, 3200, 3400, "Pwr Consumption"),
	FULL(0xf0, 3, 1, 0xc0, PERCENT, BMC_USAGE, 0, 0, NO_LIMITS, "CPU Usage"),
	FULL(0x90, 11, 1, 0x01, C_B128, BMC_DISABLED, 0, 0, NO_LIMITS, "PCIe Slot1"),
	STATES(0x63, 10, 1, 0x08, 0x6f, BMC_STATE_PSU, 0, "Status"),
	STATES(0x64, 10, 2, 0x08, 0x6f, BMC_STATE_PSU, 1, "Status"),
	STATES(0x74, 7, 1, 0x08, 0x0b, BMC_STATE_REDUNDANCY, 0, "PS Redundancy"),
	STATES(0x73, 7, 1, 0x05, 0x6f, BMC_STATE_QUIET, 0, "Intrusion"),
	STATES(0x40, 3, 1, 0x25, 0x6f, BMC_STATE_QUIET, 0, "Presence"),
	EVENTS(0x72, 7, 1, 0x10, "SEL"),
	EVENTS(0x02, 32, 1, 0x0c, "ECC Corr Err"),
	MAKERS_OWN("vendor data"),
};

/* After the manner of Inspur: signed temperatures, parts beside the whole. */
static const struct bmc_sensor inspur[] = {
	FULL(0x01, 7, 1, 0x01, C_TWOS, BMC_INLET, 0, 0, AIR, "Inlet_Temp"),
	FULL(0x02, 7, 2, 0x01, C_TWOS, BMC_OUTLET, 0, 0, 0, 0, 70, 75, "Outlet_Temp"),
	FULL(0x03, 3, 1, 0x01, C_TWOS, BMC_HOT, 0, 42, CHIP, "CPU0_Temp"),
	FULL(0x04, 3, 2, 0x01, C_TWOS, BMC_HOT, 1, 42, CHIP, "CPU1_Temp"),
	FULL(0x05, 3, 1, 0x01, C_TWOS, BMC_MARGIN, 0, 0, NO_LIMITS, "CPU0_DTS"),
	FULL(0x06, 3, 2, 0x01, C_TWOS, BMC_MARGIN, 1, 0, NO_LIMITS, "CPU1_DTS"),
	FULL(0x07, 32, 1, 0x01, C_TWOS, BMC_HOT, 0, 14, CHIP, "CPU0_DIMM_Temp"),
	FULL(0x08, 32, 2, 0x01, C_TWOS, BMC_HOT, 1, 14, CHIP, "CPU1_DIMM_Temp"),
	FULL(0x09, 10, 1, 0x01, C_TWOS, BMC_HOT, 0, 9, CHIP, "PSU0_Temp"),
	FULL(0x0a, 10, 2, 0x01, C_TWOS, BMC_HOT, 1, 9, CHIP, "PSU1_Temp"),
	FULL(0x0b, 11, 1, 0x01, C_TWOS, BMC_UNAVAILABLE, 0, 0, CHIP, "GPU0_Temp"),
	FULL(0x0c, 11, 2, 0x01, C_TWOS, BMC_UNAVAILABLE, 0, 0, CHIP, "GPU1_Temp"),
	FULL(0x10, 7, 1, 0x02, VOLT(15, -3), BMC_RAIL, 0, 3.3F, 2.97F, 3.06F, 3.55F, 3.62F, "P3V3"),
	FULL(0x11, 7, 1, 0x02, VOLT(24, -3), BMC_RAIL, 1, 5, 4.5F, 4.64F, 5.4F, 5.5F, "P5V"),
	FULL(0x12, 7, 1, 0x02, VOLT(60, -3), BMC_RAIL, 2, 12, 10.8F, 11.1F, 12.9F, 13.2F, "P12V"),
	FULL(0x13, 7, 1, 0x02, VOLT_OFFSET, BMC_RAIL, 0, 3.1F, 2.6F, 2.7F, 0, 0, "RTC_Battery"),
	FULL(0x20, 29, 1, 0x04, RPM(72), BMC_FAN, 0, 12000, SLOW, "FAN0_F_Speed"),
	FULL(0x21, 29, 1, 0x04, RPM(72), BMC_FAN, 1, 10500, SLOW, "FAN0_R_Speed"),
	FULL(0x22, 29, 2, 0x04, RPM(72), BMC_FAN, 2, 12000, SLOW, "FAN1_F_Speed"),
	FULL(0x23, 29, 2, 0x04, RPM(72), BMC_FAN, 3, 10500, SLOW, "FAN1_R_Speed"),
	FULL(0x30, 10, 1, 0x0b, WATT(10), BMC_PSU_IN, 0, 0, NO_LIMITS, "PSU0_PIN"),
	FULL(0x31, 10, 2, 0x0b, WATT(10), BMC_PSU_IN, 1, 0, NO_LIMITS, "PSU1_PIN"),
	FULL(0x32, 10, 1, 0x0b, WATT(10), BMC_PSU_OUT, 0, 0, NO_LIMITS, "PSU0_POUT"),
	FULL(0x33, 10, 2, 0x0b, WATT(10), BMC_PSU_OUT, 1, 0, NO_LIMITS, "PSU1_POUT"),
	FULL(0x34, 10, 1, 0x02, VOLT(1, 0), BMC_PSU_VOLT, 0, 0, NO_LIMITS, "PSU0_VIN"),
	FULL(0x35, 10, 2, 0x02, VOLT(1, 0), BMC_PSU_VOLT, 1, 0, NO_LIMITS, "PSU1_VIN"),
	FULL(0x36, 7, 1, 0x0b, WATT(12), BMC_POWER, 0, 0, NO_LIMITS, "Total_Power"),
	FULL(0x37, 3, 1, 0x0b, WATT(4), BMC_PART_W, 0, 0.28F, NO_LIMITS, "CPU_Power"),
	FULL(0x38, 32, 1, 0x0b, WATT(2), BMC_PART_W, 0, 0.09F, NO_LIMITS, "MEM_Power"),
	FULL(0x39, 29, 1, 0x0b, WATT(2), BMC_PART_W, 0, 0.07F, NO_LIMITS, "FAN_Power"),
	STATES(0x40, 3, 1, 0x07, 0x6f, BMC_STATE_PRESENT, 0, "CPU0_Status"),
	STATES(0x41, 10, 1, 0x08, 0x6f, BMC_STATE_PSU, 0, "PSU0_Status"),
	STATES(0x42, 10, 2, 0x08, 0x6f, BMC_STATE_PSU, 1, "PSU1_Status"),
	STATES(0x43, 10, 3, 0x08, 0x0b, BMC_STATE_REDUNDANCY, 0, "PSU_Redundant"),
	STATES(0x44, 29, 1, 0x04, 0x08, BMC_STATE_PRESENT, 0, "FAN0_Present"),
	EVENTS(0x50, 32, 1, 0x0c, "Mem_ECC"),
	FRU("Builtin FRU"),
	CONTROLLER("AST BMC"),
};

/* After the manner of HPE: numbered names, percent fans, watts with states. */
static const struct bmc_sensor hpe[] = {
	CONTROLLER("iLO-like"),
	STATES(0x01, 23, 1, 0x22, 0x6f, BMC_STATE_HOST, 0, "ACPI State"),
	STATES(0x02, 23, 2, 0x1b, 0x6f, BMC_STATE_QUIET, 0, "UID Light"),
	FULL(0x10, 55, 1, 0x01, C1, BMC_INLET, 0, 0, 0, 0, 42, 46, "01-Inlet Ambient"),
	FULL(0x11, 3, 1, 0x01, C1, BMC_HOT, 0, 20, 0, 0, 70, 0, "02-CPU 1"),
	FULL(0x12, 3, 2, 0x01, C1, BMC_HOT, 1, 20, 0, 0, 70, 0, "03-CPU 2"),
	FULL(0x13, 32, 1, 0x01, C1, BMC_HOT, 0, 8, 0, 0, 87, 0, "04-P1 DIMM 1-6"),
	FULL(0x14, 10, 1, 0x01, C1, BMC_HOT, 1, 11, NO_LIMITS, "14-P/S 1"),
	FULL(0x15, 10, 2, 0x01, C1, BMC_HOT, 0, 11, NO_LIMITS, "15-P/S 2"),
	FULL(0x16, 11, 1, 0x01, C1, BMC_DISABLED, 0, 0, 0, 0, 100, 0, "28-PCI 1"),
	FULL(0x17, 7, 1, 0x01, C1, BMC_OUTLET, 0, 0, 0, 0, 75, 0, "49-Sys Exhaust"),
	FULL(0x20, 29, 1, 0x04, PERCENT_FINE, BMC_FAN, 0, 60, NO_LIMITS, "Fan 1"),
	FULL(0x21, 29, 2, 0x04, PERCENT_FINE, BMC_FAN, 1, 60, NO_LIMITS, "Fan 2"),
	FULL(0x22, 29, 3, 0x04, PERCENT_FINE, BMC_FAN, 2, 60, NO_LIMITS, "Fan 3"),
	HYBRID(0x3b, 10, 1, WATT(10), BMC_PSU_IN, 0, 0, NO_LIMITS, "Power Supply 1"),
	HYBRID(0x3c, 10, 2, WATT(10), BMC_PSU_IN, 1, 0, NO_LIMITS, "Power Supply 2"),
	FULL(0x3d, 7, 1, 0x0b, WATT_HOUR(14), BMC_POWER, 0, 0, NO_LIMITS, "Power Meter"),
	STATES(0x3e, 10, 3, 0x08, 0x0b, BMC_STATE_REDUNDANCY, 0, "Power Supplies"),
	STATES(0x3f, 30, 1, 0x04, 0x0b, BMC_STATE_QUIET, 0, "Fans"),
	STATES(0x50, 26, 1, 0x0d, 0x6f, BMC_STATE_QUIET, 0, "C1 P1I Bay 1"),
	FRU("FRU Device"),
};

/* After the manner of Supermicro: no watts anywhere but by DCMI. */
static const struct bmc_sensor supermicro[] = {
	FULL(0x01, 3, 1, 0x01, C1, BMC_HOT, 0, 30, 0, 5, 91, 96, "CPU1 Temp"),
	FULL(0x02, 3, 2, 0x01, C1, BMC_HOT, 1, 30, 0, 5, 91, 96, "CPU2 Temp"),
	FULL(0x0a, 7, 1, 0x01, C1, BMC_HOT, 0, 26, 0, 5, 90, 95, "PCH Temp"),
	FULL(0x0b, 7, 2, 0x01, C1, BMC_INLET, 0, 0, 0, 5, 80, 85, "System Temp"),
	FULL(0x0c, 7, 3, 0x01, C1, BMC_HOT, 0, 18, 0, 5, 80, 85, "Peripheral Temp"),
	FULL(0xb0, 32, 64, 0x01, C1, BMC_HOT, 0, 10, 0, 5, 80, 85, "P1-DIMMA1 Temp"),
	FULL(0xb1, 32, 65, 0x01, C1, BMC_UNAVAILABLE, 0, 0, 0, 5, 80, 85, "P1-DIMMA3 Temp"),
	FULL(0x41, 29, 1, 0x04, RPM(100), BMC_FAN, 0, 9000, 400, 600, 24000, 24500, "FAN1"),
	FULL(0x42, 29, 2, 0x04, RPM(100), BMC_FAN, 1, 9000, 400, 600, 24000, 24500, "FAN2"),
	FULL(0x43, 29, 3, 0x04, RPM(100), BMC_UNAVAILABLE, 0, 0, 400, 600, 24000, 24500, "FAN3"),
	FULL(0x30, 7, 11, 0x02, VOLT(63, -3), BMC_RAIL, 0, 12.1F, 10.3F, 10.8F, 12.9F, 13.3F,
	    "12V"),
	FULL(0x31, 7, 12, 0x02, VOLT(26, -3), BMC_RAIL, 1, 5, 4.3F, 4.5F, 5.4F, 5.6F, "5VCC"),
	FULL(0x32, 7, 13, 0x02, VOLT(17, -3), BMC_RAIL, 2, 3.32F, 2.8F, 3, 3.5F, 3.7F, "3.3VCC"),
	FULL(0x33, 40, 1, 0x02, VOLT_OFFSET, BMC_RAIL, 0, 3.13F, 2.5F, 2.6F, 0, 0, "VBAT"),
	STATES(0xaa, 23, 1, 0x05, 0x6f, BMC_STATE_QUIET, 0, "Chassis Intru"),
	STATES(0xc8, 10, 1, 0x08, 0x6f, BMC_STATE_PSU, 0, "PS1 Status"),
	STATES(0xc9, 10, 2, 0x08, 0x6f, BMC_STATE_PSU, 1, "PS2 Status"),
	FRU("Builtin FRU Dev"),
	CONTROLLER("AST-like BMC"),
};

/* After the manner of Intel: 22 W steps, short reads, slots that leak. */
static const struct bmc_sensor intel[] = {
	CONTROLLER("BMC"),
	FRU("Baseboard FRU"),
	STATES(0x01, 21, 1, 0x09, 0x6f, BMC_STATE_QUIET, 0, "Pwr Unit Status"),
	STATES(0x02, 21, 1, 0x09, 0x0b, BMC_STATE_REDUNDANCY, 0, "Pwr Unit Redund"),
	FULL(0x20, 7, 1, 0x01, C1, BMC_HOT, 0, 12, 0, 5, 110, 115, "BB P1 VR Temp"),
	FULL(0x21, 12, 1, 0x01, C1, BMC_INLET, 0, 0, 0, 5, 50, 55, "Front Panel Temp"),
	FULL(0x22, 7, 1, 0x01, C1, BMC_HOT, 1, 22, 0, 5, 98, 103, "SSB Temp"),
	FULL(0x2e, 7, 1, 0x01, C1, BMC_OUTLET, 0, 0, 0, 5, 75, 80, "Exit Air Temp"),
	FULL(0x30, 29, 1, 0x04, RPM(77), BMC_FAN, 0, 13000, 1500, 1700, 0, 0, "System Fan 1"),
	FULL(0x31, 29, 2, 0x04, RPM(77), BMC_FAN, 1, 13000, 1500, 1700, 0, 0, "System Fan 2"),
	FULL(0x50, 10, 1, 0x08, WATT(14), BMC_PSU_IN, 0, 0, NO_LIMITS, "PS1 Input Power"),
	FULL(0x51, 10, 2, 0x08, WATT(14), BMC_PSU_IN, 1, 0, NO_LIMITS, "PS2 Input Power"),
	FULL(0x54, 10, 1, 0x08, BARE, BMC_PSU_PCT, 0, 4000, NO_LIMITS, "PS1 Curr Out %"),
	FULL(0x55, 10, 2, 0x08, BARE, BMC_PSU_PCT, 1, 4000, NO_LIMITS, "PS2 Curr Out %"),
	FULL(0x74, 3, 1, 0x01, C_TWOS, BMC_MARGIN, 0, 0, NO_LIMITS, "P1 Therm Margin"),
	FULL(0x75, 3, 2, 0x01, C_TWOS, BMC_MARGIN, 1, 0, NO_LIMITS, "P2 Therm Margin"),
	FULL(0xd0, 7, 1, 0x02, VOLT(55, -3), BMC_RAIL, 0, 11.9F, 10.6F, 10.9F, 13, 13.4F,
	    "BB +12.0V"),
	FULL(0xd1, 7, 1, 0x02, VOLT(21, -3), BMC_RAIL, 1, 5, 4.5F, 4.6F, 5.2F, 5.3F, "BB +5.0V"),
	FULL(0xe4, 7, 1, 0x02, VOLT(7, -3), BMC_DISABLED, 0, 0, NO_LIMITS, "BB +1.35 P1LV AB"),
	FULL(0xee, 7, 1, 0x03, WATT(22), BMC_POWER, 0, 0, NO_LIMITS, "Pwr Consumption"),
	EVENTS(0x04, 7, 1, 0x05, "Physical Scrty"),
};

/* A machine of no name: no DCMI, one's complement, reciprocal fans. */
static const struct bmc_sensor plain[] = {
	FULL(0x10, 55, 1, 0x01, C_ONES, BMC_INLET, 0, 0, AIR, "Ambient"),
	FULL(0x11, 3, 1, 0x01, C_ONES, BMC_HOT, 0, 35, CHIP, "CPU 1"),
	FULL(0x12, 3, 2, 0x01, C_ONES, BMC_MARGIN, 0, 0, NO_LIMITS, "CPU 2 Margin"),
	FULL(0x20, 29, 1, 0x04, RPM_RECIPROCAL, BMC_FAN, 0, 16000, NO_LIMITS, "Fan A"),
	FULL(0x21, 29, 2, 0x04, RPM_RECIPROCAL, BMC_FAN, 1, 16000, NO_LIMITS, "Fan B"),
	FULL(0x30, 10, 1, 0x0b, WATT(10), BMC_PSU_IN, 0, 0, NO_LIMITS, "PSU1 Input"),
	FULL(0x31, 10, 2, 0x0b, WATT(10), BMC_PSU_IN, 1, 0, NO_LIMITS, "PSU2 Input"),
	FULL(0x32, 10, 1, 0x0b, WATT(10), BMC_PSU_OUT, 0, 0, NO_LIMITS, "PSU1 Output"),
	FULL(0x33, 10, 2, 0x0b, WATT(10), BMC_PSU_OUT, 1, 0, NO_LIMITS, "PSU2 Output"),
	FULL(0x34, 10, 1, 0x02, VOLT_SQUARE, BMC_PSU_VOLT, 0, 0, NO_LIMITS, "PSU1 VIN"),
	FULL(0x35, 10, 1, 0x03, AMP(10), BMC_PSU_AMP, 0, 0, NO_LIMITS, "PSU1 IIN"),
	FULL(0x40, 7, 1, 0x02, VOLT(60, -3), BMC_RAIL, 0, 12, 10.8F, 11.1F, 12.9F, 13.2F, "12V"),
	STATES(0x50, 10, 1, 0x08, 0x6f, BMC_STATE_PSU, 0, "PSU1"),
	STATES(0x51, 10, 2, 0x08, 0x6f, BMC_STATE_PSU, 1, "PSU2"),
	FRU("FRU"),
};

#define SET(list) list, sizeof(list) / sizeof((list)[0])

/*
 * Source of the makers' numbers: IANA private enterprise numbers. The first
 * five go into ordinary racks, the rest into dense ones as well.
 */
const struct bmc_model bmc_models[] = {
	{"bmc-dell", 674, 0x0100, 0x0281, 4, false, true, false, false, 0,
	    true, false, "DELL-like", "Rack Server R", "0XXXXXA01", SET(dell)},
	{"bmc-inspur", 37945, 0x0102, 0x0430, 15, false, true, false, false,
	    0, true, false, "Inspur-like", "NF Server", "YZMB-00882-1",
	    SET(inspur)},
	{"bmc-hpe", 11, 0x2000, 0x0278, 8, false, true, false, false, 32, true,
	    true, "HPE-like", "DL Server Gen8", "653200-B21", SET(hpe)},
	{"bmc-plain", 20974, 0x0001, 0x0112, 4, false, true, true, false, 16,
	    false, false, "No Name", "Rack Server", "RS-1", SET(plain)},
	{"bmc-supermicro", 10876, 0x0903, 0x0346, 20, false, true, false, false,
	    0, true, false, "Supermicro-like", "X Server", "X10-LIKE",
	    SET(supermicro)},
	{"bmc-intel", 343, 0x0070, 0x0121, 4, true, false, false, true, 16,
	    true, false, "Intel-like", "S2600-like", "G00000-300", SET(intel)},
};
const size_t bmc_models_n = sizeof(bmc_models) / sizeof(bmc_models[0]);
