# SPDX-License-Identifier: GPL-3.0-or-later
"""Recomputes what the API says of a province from its list of devices.

    province.py counts URL       every level's counts of racks add up
    province.py coverage URL     every aggregate's coverage is its own polled
                                 share; its power names known and expected parts
    province.py first URL        every device was polled
    province.py devices URL      declared racks have both feeds, an eighth of
                                 them BMCs, all of which answer
    province.py dead URL STEP    no rack is live, and none was so called for
                                 longer than three intervals after its last word

Prints TAP points; exit status 1 while one is not ok, so that a test can wait.
"""
import datetime
import json
import sys
import urllib.request

what, url = sys.argv[1:3]
failed = 0


def get(path):
    with urllib.request.urlopen(url + "/api/v1" + path, timeout=10) as answer:
        return json.load(answer)


def items(path):
    body = get(path + ("&" if "?" in path else "?") + "limit=1000")
    assert body["next"] is None
    return body["items"]


def point(good, text, notes=()):
    global failed
    failed |= not good
    print(f"{'ok' if good else 'not ok'} - {text}")
    if not good:
        for note in list(notes)[:10]:
            print(note)


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def aggregates():
    """Every KPI object, province to row, with its place as (kind, id)"""
    capacity = get("/capacity")
    found = [capacity]
    for area in capacity["areas"]:
        body = get("/areas/" + area["id"])
        found.append(body)
        for site in body["sites"]:
            body = get("/sites/" + site["id"])
            found.append(body)
            for hall in body["halls"]:
                body = get("/halls/" + hall["id"])
                found += [body] + body["rows"]
    return found


def level(aggregate, racks):
    """The racks that stand in it"""
    if aggregate["kind"] == "province":
        return racks
    return [r for r in racks if r[aggregate["kind"]] == aggregate["id"]]


def counts():
    racks = items("/racks?")
    wrong, declared = [], 0
    for a in aggregates():
        c = a["racks"]
        inside = level(a, racks)
        planned = sum(r["state"] in ("planned", "decommissioned") for r in inside)
        four = sum(c[k] for k in ("verified", "contradicted", "stale", "unmonitored"))
        listed = {k: sum(r["evidence"] == k for r in inside)
                  for k in ("verified", "contradicted", "stale", "unmonitored")}
        if a["kind"] == "province":
            declared = c["declared"]
        if c["declared"] != four or c["declared"] != len(inside) - planned \
                or c["planned"] != planned or any(c[k] != listed[k] for k in listed):
            wrong.append(f"{a['kind']} {a['id']}: {c}, listed {listed}, planned {planned}")
    point(not wrong and declared > 0, f"province to row: the four add up to declared"
          f" ({declared}), and the listed racks say the same", wrong)


def coverage():
    before = get("/capacity")["slot"]
    racks, devices = items("/racks?"), items("/devices?")
    halls = {r["id"]: r for r in racks}
    start = seconds(before)
    wrong = {"coverage": [], "power": [], "sum": []}
    partial = n = 0
    for a in aggregates():
        n += 1
        inside = {r["id"]: r for r in level(a, racks)}
        places = {r["hall"] for r in inside.values()}
        mine = [d for d in devices if d["rack"] in inside or
                (d["rack"] is None and a["kind"] != "row"
                 and d["id"].rsplit("-ups", 1)[0] in places)]
        good = [d for d in mine if d["last_ok"] and seconds(d["last_ok"]) >= start]
        share = len(good) / len(mine) if mine else None
        name = f"{a['kind']} {a['id']}"
        if a["slot"] != before:
            wrong["coverage"].append(f"{name}: slot {a['slot']}, not {before}")
        if (a["coverage"] is None) != (share is None) or \
                share is not None and abs(a["coverage"] - share) > 1e-5:
            wrong["coverage"].append(f"{name}: {a['coverage']}, polled {share}")
        feeds = [d for d in mine if d["feed"]]
        known = [d for d in good if d["feed"]]
        says = {"known": len(known), "expected": len(feeds),
                "partial": len(known) < len(feeds)}
        partial += says["partial"]
        if a["power"] != says or (a["power_w"] is None) != (not known):
            wrong["power"].append(f"{name}: {a['power_w']} {a['power']}, not {says}")
        total = [r["power_w"] for r in inside.values() if r["power_w"] is not None]
        if a["power_w"] is not None and abs(a["power_w"] - sum(total)) > 1:
            wrong["sum"].append(f"{name}: {a['power_w']}, racks {sum(total)}")
    point(not wrong["coverage"], f"{n} aggregates: coverage is the polled share",
          wrong["coverage"])
    point(not wrong["power"], f"{n} aggregates: power says how many feeds are known"
          f" of how many ({partial} are partial)", wrong["power"])
    point(not wrong["sum"], f"{n} aggregates: power is the sum of the racks' known parts",
          wrong["sum"])


def first():
    """How long it took is a note: a busy machine must not fail for being slow"""
    collector, devices = get("/collector"), items("/devices?")
    began = seconds(collector["started"])
    waiting = [d["id"] for d in devices if d["last_ok"] is None and d["error"] is None]
    slots = sorted({seconds(d["last_ok"]) for d in devices if d["last_ok"]})
    point(not waiting and len(devices) > 0,
          f"each of {len(devices)} devices was polled", waiting)
    print(f"# after {collector['uptime_s']} s; slots from the start:",
          *(f"{slot - began:.0f} s" for slot in slots))


def devices():
    racks, found = items("/racks?"), items("/devices?")
    declared = {r["id"] for r in racks if r["state"] not in ("planned", "decommissioned")}
    feeds = {(d["rack"], d["feed"]) for d in found if d["feed"]}
    lacking = sorted(r for r in declared if not {(r, "A"), (r, "B")} <= feeds)
    point(not lacking and declared, f"every one of {len(declared)} declared racks has feeds"
          " A and B", lacking)
    bmcs = [d for d in found if d["plugin"] == "ipmi"]
    served = {d["rack"] for d in bmcs}
    point(len(served) * 8 >= len(declared), f"{len(served)} racks have a BMC")
    up = [d for d in bmcs if d["status"] == "up"]
    point(len(up) >= 0.9 * len(bmcs), f"{len(up)} of {len(bmcs)} BMCs answer",
          [f"{d['id']} {d['status']} {d['error']}" for d in bmcs if d not in up])
    both = [r for r in (get("/racks/" + r) for r in sorted(served))
            if r["power_difference"] is not None and r["power_w"] > 1000]
    apart = [f"{r['id']}: {r['power_w']} W, of its servers {r['power_sources']}"
             for r in both if not 0.02 < r["power_difference"] < 0.12]
    point(not apart and both, f"{len(both)} racks: servers draw a little less than the"
          " PDUs give", apart)


def dead():
    """By the stamps of the answer itself, however late it is asked"""
    capacity = get("/capacity")
    heard = max(seconds(d["last_ok"]) for d in items("/devices?") if d["last_ok"])
    age = seconds(capacity["as_of"]) - heard
    live = capacity["racks"]["live"]
    point(live == 0 or age < 3 * int(sys.argv[3]),
          f"{live} racks are live {age:.1f} s after the last answer")
    point(live == 0, "no rack is live")


{"counts": counts, "devices": devices, "coverage": coverage, "first": first, "dead": dead}[what]()
sys.exit(failed)
