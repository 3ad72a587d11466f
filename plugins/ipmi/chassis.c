/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chassis.h"

#include <stdio.h>
#include <string.h>

#include <collectord/err.h>

#include "text.h"

int
chassis_device_id(const uint8_t *data, size_t n, struct device_id *ret_id)
{
	/* The additional support byte is the sixth; older BMCs end at 11. */
	if (n < 11) {
		return COL_EPROTO;
	}
	*ret_id = (struct device_id){
	    .device = data[0], .revision = data[1] & 15,
	    .device_sdrs = (data[1] & 0x80) != 0,
	    .firmware_major = data[2] & 0x7f, .firmware_minor = data[3],
	    .updating = (data[2] & 0x80) != 0,
	    .repository = (data[5] & 0x02) != 0,
	    .sel = (data[5] & 0x04) != 0, .fru = (data[5] & 0x08) != 0,
	    .manufacturer = (text_u16(data + 6) |
	        (uint32_t)data[8] << 16) & 0xfffff,
	    .product = text_u16(data + 9),
	};
	if (n >= 15) {
		memcpy(ret_id->aux, data + 11, 4);
	}
	return 0;
}

int
chassis_status(const uint8_t *data, size_t n,
    struct chassis_status *ret_status)
{
	if (n < 3) {
		return COL_EPROTO;
	}
	*ret_status = (struct chassis_status){
	    .on = (data[0] & 0x01) != 0, .overload = (data[0] & 0x02) != 0,
	    .interlock = (data[0] & 0x04) != 0, .fault = (data[0] & 0x08) != 0,
	    .control_fault = (data[0] & 0x10) != 0,
	    .intrusion = (data[2] & 0x01) != 0,
	    .drive_fault = (data[2] & 0x04) != 0,
	    .fan_fault = (data[2] & 0x08) != 0,
	};
	return 0;
}

int
chassis_reading(const uint8_t *data, size_t n,
    struct sensor_reading *ret_reading)
{
	if (n < 2) {
		return COL_EPROTO;
	}
	*ret_reading = (struct sensor_reading){
	    .raw = data[0], .unavailable = (data[1] & 0x20) != 0,
	    .scanning = (data[1] & 0x40) != 0, .has_states = n >= 3,
	};
	if (n >= 3) {
		ret_reading->states = data[2];
	}
	if (n >= 4) {
		ret_reading->states |= (uint16_t)((data[3] & 0x7f) << 8);
	}
	return 0;
}

void
chassis_firmware(const struct device_id *id, char *ret_text)
{
	(void)snprintf(ret_text, 16, "%u.%02x", id->firmware_major,
	    id->firmware_minor);
}

/* Source: IANA Private Enterprise Numbers. */
const char *
chassis_maker(uint32_t manufacturer)
{
	static const struct {
		uint32_t number;
		const char *name;
	} makers[] = {
	    {2, "IBM"}, {11, "HPE"}, {42, "Oracle"}, {119, "NEC"},
	    {343, "Intel"}, {674, "Dell"}, {2011, "Huawei"}, {2623, "ASUS"},
	    {5771, "Cisco"}, {6653, "Tyan"}, {7244, "Quanta"},
	    {10368, "Fujitsu"}, {10876, "Supermicro"}, {15370, "Gigabyte"},
	    {19046, "Lenovo"}, {20301, "IBM"}, {20974, "AMI"}, {25506, "H3C"},
	    {27500, "Sugon"}, {37945, "Inspur"}, {47488, "Supermicro"}, {49769, "YADRO"},
	    {49871, "OpenBMC"}, {58132, "xFusion"},
	};

	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		if (makers[i].number == manufacturer) {
			return makers[i].name;
		}
	}
	return NULL;
}
