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
# What one rack or device of a lost feed would say for itself.
OWN = re.compile(r"no supply|has not answered|one feed alone|no redundancy|power supply|none of its")


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


def main():
    folder, what = sys.argv[1:3]
    if what == "told":
        wanted = set(sys.argv[4:])
        heard = {one["name"] for one in lines(folder) if one["accepted"] and state(one) == sys.argv[3]}
        sys.exit(not wanted <= heard)
    print(json.dumps([(one["name"], state(one), one["at"], one["accepted"], one["answer"], one["faults"]) for one in lines(folder)], indent=0))


if __name__ == "__main__":
    main()
