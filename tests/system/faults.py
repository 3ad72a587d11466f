# SPDX-License-Identifier: GPL-3.0-or-later
"""The devices of faults.tsv as an inventory and as faults, and what became of
them.

    faults.py inventory TSV DIR PORT ENGINE…    writes DIR/conf/inventory.yaml,
                                                DIR/learn.faults, DIR/poll.faults
    faults.py check TSV DIR URL PHASE ENGINE…   TAP points; exit status 1 while
                                                one is not ok; PHASE is learn,
                                                poll or sound (no fault at all)
"""
import json
import re
import sys
import urllib.request

SOUND = 8
what, tsv, folder = sys.argv[1:4]
rows = [line.rstrip("\n").split("\t") for line in open(tsv)
        if not line.startswith("#")]
rows += [[f"sound-{i}", "-", "v2c" if i % 2 else "v3", "up", "-"]
         for i in range(SOUND)]


def places():
    """A device of racksim for each row; the slow ones have few values"""
    all_of = {"ups": [], "pdu": []}
    for line in open(f"{folder}/sound"):
        f = line.split("\t")
        all_of["ups" if f[2] == "ups" else "pdu"].append(f[:2])
    return [all_of["ups" if re.match("toobig|endless", r[4]) else "pdu"].pop(0)
            for r in rows]


def inventory(port, engines):
    with open(f"{folder}/conf/inventory.yaml", "w") as f:
        f.write("areas: [{id: a1}]\nsites: [{id: s1, area: a1}]\n"
                "halls: [{id: h1, site: s1}]\ndevices:\n")
        for engine in engines:
            for row, place in zip(rows, places()):
                f.write(f"  - {{id: {engine}-{row[0]}, hall: h1, plugin: snmp,"
                        f" address: \"{place[1]}:{port}\", profile: auto,"
                        f" credential: [{row[2]}], kind: pdu,"
                        f" engine: {engine}}}\n")
    for phase in ("learn", "poll"):
        with open(f"{folder}/{phase}.faults", "w") as f:
            for row, place in zip(rows, places()):
                if row[1] == phase:
                    f.write(f"{row[4]} device={place[0]}\n")


def judge(device, want):
    """Whether a device is as it should be, and what it says"""
    error = device["error"]
    text = f"{error['code']}: {error['text']}" if error else "no error"
    if want == "up@native":
        want = "up" if device["id"].startswith("native-") else "any"
    if want == "up":
        good = device["status"] == "up" and not error
    elif want == "any":
        good = device["status"] == "up" or bool(error and error["text"])
    else:
        good = bool(error and error["text"]) and bool(re.search(want, text))
    return good, f"{device['id']}: {device['status']}, {text}"


def check(url, phase, engines):
    with urllib.request.urlopen(f"{url}/api/v1/devices?limit=1000", timeout=10) as a:
        devices = {d["id"]: d for d in json.load(a)["items"]}
    failed = 0
    for engine in engines:
        others = [judge(devices[f"{engine}-{r[0]}"], "up") for r in rows
                  if r[1] != phase]
        bad = [text for good, text in others if not good]
        print(f"{'not ok' if bad else 'ok'} - {engine}, {phase}:"
              f" {len(others)} others are up")
        for text in bad:
            print(text)
        failed |= bool(bad)
        for name, at, _, want, fault in rows:
            if at != phase:
                continue
            good, text = judge(devices[f"{engine}-{name}"], want)
            failed |= not good
            print(f"{'ok' if good else 'not ok'} - {engine}, {name}, {fault}:"
                  f" {want}")
            print(text)
    return failed


if what == "inventory":
    inventory(sys.argv[4], sys.argv[5:])
else:
    sys.exit(check(sys.argv[4], sys.argv[5], sys.argv[6:]))
