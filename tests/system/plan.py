# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries a plan out and judges what became of it.

plan.py put URL FILE QUERY        asks for more servers than fit, writes the
                                  placements as equipment, prints why not more
plan.py over URL                  racks that are committed beyond a limit
plan.py judge URL QUERY CODE OVER none but those of the file OVER are, and one
                                  server more is refused for CODE
"""
import json
import sys
import urllib.request

# A server is planned with 0.6 of its nameplate (domain.md 2.3, formula 9).
NAMEPLATE = 0.6


def get(url, path):
    with urllib.request.urlopen(url + "/api/v1" + path, timeout=20) as answer:
        return json.load(answer)


def items(url, path):
    found, cursor = [], ""
    while cursor is not None:
        body = get(url, path + "&limit=1000" + cursor)
        found += body["items"]
        cursor = "&cursor=" + body["next"] if body["next"] else None
    return found


def put(url, name, query):
    plan = get(url, "/plan?n=10000&" + query)
    asked = plan["asked"]
    with open(name, "w") as out:
        print("equipment:", file=out)
        for place in plan["placements"]:
            for u in place["u"]:
                item = {
                    "id": f"planned-{place['rack']}-{u}", "rack": place["rack"],
                    "u": u, "height": asked["u"], "kg": asked["kg"],
                    "nameplate_w": round(asked["kw"] * 1000 / NAMEPLATE, 6),
                    "feeds": ["A", "B"], "outlets": asked["outlets"],
                    "ports": asked["ports"]}
                words = (f"{k}: {json.dumps(v)}" for k, v in item.items() if v != 0)
                print("  - {" + ", ".join(words) + "}", file=out)
    print(plan["placed"], plan["refused"]["code"], len(plan["placements"]))


def over(url):
    """Racks that are committed beyond a limit: their own, or one of a node above."""
    racks = {}
    for rack in items(url, "/racks?state=in_service,energized,installed"):
        budget = get(url, "/racks/" + rack["id"])["budget"]
        if budget["available_w"] is not None and budget["available_w"] < -1e-3:
            racks[rack["id"]] = (budget["available_w"], budget["binding"])
    return racks


def judge(url, query, code, before):
    now = over(url)
    new = {k: v for k, v in now.items() if k not in before}
    print("ok" if not new else "not ok", "- no rack is committed beyond a limit that was not",
          list(new.items())[:3] if new else "")
    plan = get(url, "/plan?n=1&" + query)
    refused = plan["refused"]
    print("ok" if plan["placed"] == 0 else "not ok", "- one server more has no place",
          plan["placements"])
    print("ok" if refused and refused["code"] == code else "not ok",
          f"- for the reason that the planner named: {code}", refused or "", plan["bound_by"])


if __name__ == "__main__":
    if sys.argv[1] == "put":
        put(*sys.argv[2:5])
    elif sys.argv[1] == "over":
        print(json.dumps(over(sys.argv[2])))
    else:
        judge(*sys.argv[2:5], json.load(open(sys.argv[5])))
