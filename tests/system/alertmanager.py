# SPDX-License-Identifier: GPL-3.0-or-later
"""
alertmanager.py LOG: compares what a real Alertmanager posts for an alert with what
we post as alertmanager-webhook for the same alert; both stand in the receiver's log.
"""
import json
import sys


def shape(value, path=""):
    """Paths of all members with the type of what they hold."""
    if isinstance(value, dict) and not path.endswith(("abels", "nnotations")):
        return {p for key, item in value.items() for p in shape(item, f"{path}.{key}")}
    if isinstance(value, list):
        return {p for item in value for p in shape(item, path + "[]")}
    return {(path, type(value).__name__)}


def say(good, what):
    print(("ok" if good else "not ok"), "-", what)


def main():
    lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
    bodies = [line["body"] for line in lines if line["type"] == "alertmanager-webhook"]
    theirs = {b["status"]: b for b in bodies if b["receiver"] == "peer"}
    ours = {b["status"]: b for b in bodies if b["receiver"] == "noc"}
    for status in ("firing", "resolved"):
        if status not in theirs or status not in ours:
            say(False, f"both have posted {status}")
            continue
        a, b = theirs[status], ours[status]
        say(shape(a) == shape(b), f"{status}: fields and types are Alertmanager's")
        for other in sorted(shape(a) ^ shape(b)):
            print("#", *other)
        x, y = a["alerts"][0], b["alerts"][0]
        say(x["labels"] == y["labels"], f"{status}: so are the labels")
        say({k: v for k, v in x["annotations"].items() if k != "description"} ==
            {k: v for k, v in y["annotations"].items() if k != "description"}, f"{status}: and the annotations")
        say(x["status"] == y["status"] == status, f"{status}: and the status of the alert")
        say(x["generatorURL"] == y["generatorURL"], f"{status}: and its link")
        say(a["commonLabels"] == b["commonLabels"], f"{status}: and what is common")
        say(a["groupLabels"] == b["groupLabels"], f"{status}: and the labels of the group")
        say(a["groupKey"] == b["groupKey"], f"{status}: and the key of the group")


main()
