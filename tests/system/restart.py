# SPDX-License-Identifier: GPL-3.0-or-later
"""After a restart: waits until devices are polled and every page has history.

    restart.py --before URL FILE
    restart.py URL FILE BEGAN_MS

The first call, before the kill, notes which pages have a curve: of the province,
of all areas, sites and halls, and of some hundred racks.  Afterwards a page has
its history when /series gives at least as many values of that time again.
Prints TAP points and "bench" lines.
"""
import json
import sys
import time
import urllib.error
import urllib.request

is_before = sys.argv[1] == "--before"
url, notes = sys.argv[1 + is_before:3 + is_before]
began = time.time() if is_before else int(sys.argv[3]) / 1000
LIMIT = 180


def get(path):
    try:
        with urllib.request.urlopen(f"{url}/api/v1{path}", timeout=10) as reply:
            return json.load(reply)
    except (urllib.error.URLError, TimeoutError, ConnectionError, ValueError):
        return None


def until(condition):
    while time.time() < began + LIMIT:
        if condition():
            return time.time() - began
        time.sleep(0.02)
    return None


def tell(name, value, unit):
    print(f"bench\trestart_{name}\t{value:.4g}\t{unit}")


def polls():
    d = get("/collector")
    return d and d["polls"]["ok"] > 0


def entities():
    """Those of every page that shows a curve"""
    found, cursor = ["province:henan"], ""
    for path, kind in (("/sites", "site"), ("/halls", "hall")):
        d = get(f"{path}?limit=1000")
        found += [f"{kind}:{x['id']}" for x in d["items"]] if d else []
    capacity = get("/capacity")
    found += [f"area:{a['id']}" for a in capacity["areas"]] if capacity else []
    racks = []
    while True:
        d = get(f"/racks?limit=1000&state=in_service{cursor}")
        racks += [x["id"] for x in d["items"]]
        if not d["next"]:
            break
        cursor = f"&cursor={d['next']}"
    return found + [f"rack:{r}" for r in racks[::max(1, len(racks) // 300)]]


def known(entity, until_s):
    """How many values there are of the minutes before"""
    d = get(f"/series?entity={entity}&metric=power_w&from={until_s - 600}"
            f"&to={until_s}&max_points=600")
    return sum(v is not None for v in d["avg"]) if d and "avg" in d else 0


if is_before:
    now = int(time.time())
    pages = {e: known(e, now) for e in entities()}
    with open(notes, "w", encoding="utf-8") as f:
        json.dump({"now": now, "pages": {e: n for e, n in pages.items() if n}}, f)
    sys.exit(0)

with open(notes, encoding="utf-8") as f:
    noted = json.load(f)
took = until(polls)
print(f"{'ok' if took is not None else 'not ok'} - devices are polled again")
tell("polling", took or LIMIT, "s")
pages = noted["pages"]
lacking, slowest = list(pages), 0.0


def all_known():
    global slowest
    for entity in list(lacking):
        asked = time.monotonic()
        if known(entity, noted["now"]) < pages[entity]:
            return False
        slowest = max(slowest, time.monotonic() - asked)
        lacking.remove(entity)
    return True


took = until(all_known)
print(f"{'ok' if took is not None and len(pages) > 20 else 'not ok'} - {len(pages)} pages have their history"
      f"{'' if took is not None else ': not ' + ' '.join(lacking[:5])}")
tell("pages", len(pages), "pages")
tell("history", took or LIMIT, "s")
tell("page_slowest", 1000 * slowest, "ms")
