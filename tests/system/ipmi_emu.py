# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what ipmi_sim needs for one BMC: lan.conf and sim.emu in DIR.

    ipmi_emu.py DIR PORT

Users: mon (administrator), low (USER at most); suite 3 only, no DCMI, as
ipmi_sim has it.  The sensors are made after a listing of an Inspur server.
Source: ipmi_sim_cmd(5), ipmi_lan(5); IPMI v2.0 s.43.1 (full sensor record).
"""
import pathlib
import sys

# name, number, sensor type, base unit, entity.instance, M, B, R exponent, raw, signed
SENSORS = [
    ("Inlet_Temp", 1, 0x01, 1, (0x37, 1), 1, 0, 0, 23, False),
    ("Outlet_Temp", 2, 0x01, 1, (0x37, 2), 1, 0, 0, 35, False),
    ("Total_Power", 3, 0x0b, 6, (0x13, 1), 4, 0, 0, 74, False),
    ("PSU1_Input", 4, 0x08, 6, (0x0a, 1), 4, 0, 0, 38, False),
    ("P12V", 5, 0x02, 4, (0x07, 1), 60, 0, -3, 201, False),
    ("FAN0_Speed", 6, 0x04, 18, (0x1d, 1), 100, 0, 0, 52, False),
    ("Margin", 7, 0x01, 1, (0x03, 1), 1, 0, 0, 0x100 - 40, True),
    ("PSU1_Current", 8, 0x03, 5, (0x0a, 1), 1, 5, -1, 7, False),
]


def record(index, name, number, kind, unit, entity, m, b, r_exp, signed):
    body = bytes([0x20, 0x00, number, entity[0], entity[1], 0x7f, 0x68, kind, 0x01])
    body += bytes(6)                                  # event and reading masks
    body += bytes([0x80 if signed else 0, unit, 0, 0])  # format, base, modifier, linear
    body += bytes([m & 0xff, m >> 8 << 6, b & 0xff, b >> 8 << 6, 0, (r_exp & 0xf) << 4])
    body += bytes([0x07, 0, 0, 0, 0xff, 0])           # analog flags, nominal, max, min
    body += bytes(6 + 2 + 2 + 1)                      # thresholds, hysteresis, reserved, OEM
    text = name.encode("ascii")
    body += bytes([0xc0 | len(text)]) + text
    return index.to_bytes(2, "little") + bytes([0x51, 0x01, len(body)]) + body


def main():
    folder, port = pathlib.Path(sys.argv[1]), sys.argv[2]
    auths = "\n".join(f"  allowed_auths_{level} none md2 md5 straight"
                      for level in ("callback", "user", "operator", "admin"))
    (folder / "lan.conf").write_text(f"""name "sim1"
set_working_mc 0x20
startlan 1
  addr 127.0.0.1 {port}
  priv_limit admin
{auths}
  guid a123456789abcdefa123456789abcdef
endlan
startnow false
user 1 true "" "test" user 10 none md2 md5 straight
user 2 true "mon" "mon-pass" admin 10 none md2 md5 straight
user 3 true "low" "low-pass" user 10 none md2 md5 straight
""", encoding="ascii")
    lines = ["mc_setbmc 0x20", "mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02",
             "sel_enable 0x20 1000 0x0a", "sensor_add 0x20 0 0 35 0x6f event-only"]
    for index, (name, number, kind, unit, entity, m, b, r_exp, raw, signed) in \
            enumerate(SENSORS, 1):
        lines += [f"sensor_add 0x20 0 {number} 0x{kind:02x} 0x01",
                  f"sensor_set_value 0x20 0 {number} {raw} 0",
                  f"sensor_set_event_support 0x20 0 {number} enable scanning per-state"
                  + " 000000000000000" * 4,
                  "main_sdr_add 0x20 " + " ".join(
                      f"0x{x:02x}" for x in record(index, name, number, kind, unit, entity,
                                                   m, b, r_exp, signed))]
    lines += ["sel_add 0x20 0x02 0x00 0x00 0x00 0x10 0x20 0x00 0x04 0x01 0x03 0x01 0x57 0x50 0x46",
              "mc_enable 0x20"]
    (folder / "sim.emu").write_text("\n".join(lines) + "\n", encoding="ascii")


main()
