/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a BMC says of itself and of its chassis.
 *
 * Route: link -> here -> round.  Thread: any (pure).
 * Source: IPMI v2.0 rev 1.1 s.20.1 (Get Device ID), s.22.14 (System GUID),
 * s.28.2 (Get Chassis Status), s.35.14 (Get Sensor Reading).
 */
#ifndef IPMI_CHASSIS_H
#define IPMI_CHASSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Network functions and commands of IPMI that this plugin asks. */
#define NETFN_CHASSIS 0x00
#define NETFN_SENSOR 0x04
#define NETFN_APP 0x06
#define NETFN_STORAGE 0x0a
#define APP_DEVICE_ID 0x01
#define APP_SYSTEM_GUID 0x37
#define CHASSIS_STATUS 0x01
#define SENSOR_FACTORS 0x23
#define SENSOR_READING 0x2d

/* Completion codes that mean something here.  Source: table 5-2. */
#define CC_OK 0x00
#define CC_BUSY 0xc0
#define CC_INVALID_COMMAND 0xc1
#define CC_TIMEOUT 0xc3
#define CC_RESERVATION 0xc5
#define CC_LENGTH 0xc7           /* request data length invalid */
#define CC_TOO_LONG 0xc8
#define CC_RANGE 0xc9
#define CC_TOO_MANY 0xca         /* cannot return that many bytes */
#define CC_ABSENT 0xcb
#define CC_DATA 0xcc
#define CC_ILLEGAL 0xcd
#define CC_NOT_NOW 0xd5          /* not in the present state */
#define CC_PRIVILEGE 0xd4
#define CC_UNSPECIFIED 0xff

struct device_id {
	uint8_t device, revision;
	uint8_t firmware_major, firmware_minor; /* minor: BCD */
	uint8_t aux[4];              /* 0 when not sent */
	bool updating;               /* firmware update or start in progress */
	bool device_sdrs;            /* has Device SDRs */
	bool repository, sel, fru;   /* has such a device */
	uint32_t manufacturer;       /* IANA enterprise number, 20 bits */
	uint16_t product;
};

struct chassis_status {
	bool on;
	bool overload, interlock, fault, control_fault;
	bool intrusion, drive_fault, fan_fault;
};

/* One Get Sensor Reading. */
struct sensor_reading {
	uint8_t raw;
	bool unavailable;            /* "reading/state unavailable" */
	bool scanning;               /* the BMC scans this sensor */
	bool has_states;
	uint16_t states;             /* discrete: asserted ones; threshold: bits
	                                0..5 as the answer has them */
};

/* Each: Errors: COL_EPROTO (too short). */
int chassis_device_id(const uint8_t *data, size_t n,
    struct device_id *ret_id);
int chassis_status(const uint8_t *data, size_t n,
    struct chassis_status *ret_status);
int chassis_reading(const uint8_t *data, size_t n,
    struct sensor_reading *ret_reading);

/* "1.57"; Shape: ret_text has 16 bytes. */
void chassis_firmware(const struct device_id *id, char *ret_text);
/* The maker by its enterprise number; NULL: not in our list. */
const char *chassis_maker(uint32_t manufacturer);

#endif
