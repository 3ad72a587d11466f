# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what the API, `collectorctl poll` and `profile run` say of a device
with values written down by hand: DEVICE METRIC "INSTANCE" VALUE OID a line."""
import json
import shlex
import sys

folder, wanted = sys.argv[1:]


def metrics(name):
    with open(f"{folder}/{name}") as file:
        return json.load(file)


def find(body, metric, instance):
    return [m for m in body["metrics"]
            if m["metric"] == metric and (m["instance"] or "") == instance]


SHAPE = {"metric", "instance", "value", "unit", "quality", "source"}
STATE = SHAPE | {"text", "severity"}
cache = {}
for line in open(wanted):
    device, metric, instance, value, oid = shlex.split(line)
    good, notes = True, []
    for name in (f"{device}.json", f"poll-{device}.out", f"run-{device}.out"):
        body = cache.setdefault(name, metrics(name))
        found = find(body, metric, instance)
        if len(found) != 1:
            good = False
            notes.append(f"{name}: {len(found)} of them")
            continue
        m = found[0]
        if m["value"] is None or abs(m["value"] - float(value)) > 1e-7 * abs(float(value)) \
                or m["source"] != oid or m["quality"] != "good":
            good = False
            notes.append(f"{name}: {m}")
    print(f"{'ok' if good else 'not ok'} - {device} {metric} {instance or '-'}"
          f" is {value}, by {oid}")
    for note in notes:
        print(note)

for name, body in sorted(cache.items()):
    if name.startswith("run-"):
        good = set(body) == {"profile", "info", "metrics"} \
            and all(set(m) == (STATE if m["metric"].startswith("state_") else SHAPE)
                for m in body["metrics"]) \
            and not any(m["source"].startswith(".") for m in body["metrics"])
        print(f"{'ok' if good else 'not ok'} - {name[4:-4]}: the shape of profile run")
