/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "quirk.h"

#include <string.h>

static const struct quirk_row rows[] = {
    {"authcap", QUIRK_AUTHCAP, "Takes no notice of what Get Channel"
        " Authentication Capabilities says, or that it fails."},
    {"idzero", QUIRK_IDZERO,
        "Takes answers whose session id is 0 instead of ours."},
    {"nochecksumcheck", QUIRK_NOCHECKSUMCHECK,
        "Does not check the checksums of messages."},
    {"intel20", QUIRK_INTEL20, "Pads the user name with zeros to 16 bytes, but"
        " in RAKP 3, where it leaves out the name-only bit."},
    {"supermicro20", QUIRK_SUPERMICRO20,
        "Takes RAKP 2 and 4 with one byte too many at their ends."},
    {"sun20", QUIRK_SUN20,
        "Takes RAKP 2 and 4 with one byte too many, as supermicro20."},
    {"opensesspriv", QUIRK_OPENSESSPRIV, "Asks in Open Session for no other"
        " privilege than in RAKP 1, also when that is refused."},
    {"integritycheckvalue", QUIRK_INTEGRITYCHECKVALUE,
        "Takes RAKP 4 without looking at its integrity check value."},
    {"discretereading", QUIRK_DISCRETEREADING,
        "Takes analog readings of sensors that are declared discrete."},
    {"ignorescanningdisabled", QUIRK_IGNORESCANNINGDISABLED,
        "Takes readings that are marked 'scanning disabled'."},
    {"assumebmcowner", QUIRK_ASSUMEBMCOWNER,
        "Asks the BMC for sensors that name another owner."},
    {"ignoreauthcode", QUIRK_IGNOREAUTHCODE,
        "Does not check the authentication code of answers: anyone on the"
        " path can forge readings."},
    {"zerowatts", QUIRK_ZEROWATTS,
        "Takes a power reading of 0 W for a value instead of none."},
};

const struct quirk_row *
quirk_table(size_t *ret_n)
{
	*ret_n = sizeof(rows) / sizeof(rows[0]);
	return rows;
}

uint32_t
quirk_find(const char *name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].name, name) == 0) {
			return rows[i].bit;
		}
	}
	return 0;
}

const char *
quirk_name(uint32_t bits)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((rows[i].bit & bits) != 0) {
			return rows[i].name;
		}
	}
	return "";
}
