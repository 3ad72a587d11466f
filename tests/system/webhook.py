#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""
What receivers have heard, for webhook.sh: FOLDER has told.jsonl and late.jsonl.

    webhook.py FOLDER told firing|resolved RECEIVER...   exit 0: each accepted one
    webhook.py FOLDER note AT FIRED                      how long it took
    webhook.py FOLDER judge AT RECEIVER...               points
"""
import datetime
import json
import os
import re
import sys

# The receiver's name by its path; those in trouble have theirs in it.
NAMES = {"alertmanager": "am", "alertmanager-webhook": "amw", "cloudevents": "ce", "pagerduty": "pd",
         "dingtalk": "ding", "feishu": "fei", "template": "own"}
LOST = re.compile(r"supply lost, (\d+) rack feeds")
# Whom a message is about, in every format.
ENTITY = re.compile(r"\b(?:rack|row|hall|feed|device)[:/][a-z0-9][a-z0-9-]+")
FIRST_TRY = {"r-500": "500", "r-429": "429:2", "r-junk": "garbage"}


def lines(folder):
    for name in ("told.jsonl", "late.jsonl"):
        path = os.path.join(folder, name)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                for line in file:
                    if line.endswith("\n"):
                        one = json.loads(line)
                        part = one["path"].split("/")[2] if one["type"] == "webhook" else one["type"]
                        one["name"] = NAMES.get(part, part)
                        one["text"] = json.dumps(one["body"], ensure_ascii=False)
                        yield one


def state(one):
    """firing, resolved, or None when it is about something else than the feed."""
    if not LOST.search(one["text"]):
        return None
    if one["type"] == "alertmanager":
        return one["body"][0]["annotations"]["state"]
    return "resolved" if re.search(r"resolved", re.sub(r'"resolved": null', "", one["text"])) else "firing"


def say(good, text):
    print(("ok - " if good else "not ok - ") + text)


def identity(one):
    """What must be the same when it is over; None where a chat has nothing of that kind."""
    body = one["body"]
    if one["type"] == "webhook":
        return [(a["id"], a["fingerprint"], a["entity"]) for a in body["data"]["alerts"]]
    if one["type"] == "alertmanager":
        return [a["labels"] for a in body]
    return body.get("dedup_key") or body.get("groupKey")


def judge_one(name, heard):
    firing = [one for one in heard if state(one) == "firing"]
    over = [one for one in heard if state(one) == "resolved"]
    counts = [int(LOST.search(one["text"]).group(1)) for one in firing]
    # what was on its way when the daemon was killed may come once more
    twice = len(counts) - len(set(counts))
    keys = {one["key"] for one in firing}
    top = counts.index(max(counts)) if counts else 0
    say(firing and max(counts) >= 350 and twice <= 1 and len(counts) <= 8 and counts[:top] == sorted(counts[:top])
        and counts[top:] == sorted(counts[top:], reverse=True), f"{name}: one alert fires, then its count is told: {counts}")
    if firing and firing[0]["type"] == "webhook":
        say(len(keys) == len(set(counts)), f"{name}: what comes twice has the same webhook-id")
    say(len(over) == 1 and over[0]["at"] > firing[-1]["at"], f"{name}: it is told once that it is over")
    say(over and identity(over[0]) == identity(firing[0]), f"{name}: as the end of the same alert")
    say(all(not one["faults"] for one in heard), f"{name}: all passed the checks of its type")


def flawed(folder):
    """Devices that were silent from the start."""
    with open(os.path.join(folder, "devices"), encoding="utf-8") as file:
        return {"device:" + line.split()[0] for line in file if "silence" in line}


def judge(folder, since, names):
    heard = list(lines(folder))
    for name in names + list(FIRST_TRY) + ["r-down"]:
        judge_one(name, [one for one in heard if one["name"] == name and one["accepted"]])
    may = flawed(folder) | {"feed:zz1-h1-dist-a", "device:zz1-h1-ups-a"}
    named = {e.replace("/", ":") for one in heard if one["at"] > since and one["name"] in names
             for e in ENTITY.findall(one["text"])}
    say(not named - may, f"no rack, feed or device of the hall speaks for itself: {sorted(named - may)[:5]}")
    for name, answer in FIRST_TRY.items():
        mine = [one for one in heard if one["name"] == name]
        say(mine[0]["answer"] == answer and mine[0]["key"] in {one["key"] for one in mine if one["accepted"]},
            f"{name}: what was not taken came again under the same webhook-id")
    hang = min(one["at"] for one in heard if one["name"] == "r-hang")
    last = max(min(one["at"] for one in heard if one["name"] == name and state(one)) for name in names)
    say(last - hang < 20, f"nobody waits for the one that hangs: {last - hang:.2f} s")


def note(folder, lost, fired):
    decided = datetime.datetime.fromisoformat(fired.replace("Z", "+00:00")).timestamp()
    took = sorted(one["at"] - decided for one in lines(folder) if one["accepted"] and state(one) == "firing"
                  and LOST.search(one["text"]).group(1) == "3")
    print(f"# decided {decided - lost:.1f} s after the loss; then told within "
          f"{took[0]:.2f} to {took[-1]:.2f} s" if took else "# the first count was not 3")


def main():
    folder, what = sys.argv[1:3]
    if what == "told":
        wanted = set(sys.argv[4:])
        heard = {one["name"] for one in lines(folder) if one["accepted"] and state(one) == sys.argv[3]}
        sys.exit(not wanted <= heard)
    if what == "note":
        note(folder, float(sys.argv[3]), sys.argv[4])
    else:
        judge(folder, float(sys.argv[3]), sys.argv[4:])


if __name__ == "__main__":
    main()
