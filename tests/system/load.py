# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches a daemon for some slots and then recomputes every sample that its
racks' RRD files hold, from racksim and rrdtool alone.

    load.py NAME STORE URL PID STEP SLOTS RACKSIM WORLD…

WORLD are racksim's options, --faults FILE among them; LINE in the environment
what it was told of the line.  A sample is missed when
racksim's truth is known and the row is not; doubled or misplaced when the row
holds the value of another slot; invented when the device was silent.  Devices
that answer garbage are left out, slow ones are not.  A poll that is due just
before a slot's end may be answered after it, when the world has moved on: each
value of such a row must be this or the next slot's truth, and the poll due as
close to the end as the daemon's own lateness explains.  Power of a BMC may be the
mean with what kept its session alive half an interval before.  Prints TAP points
and what it cost.
"""
import datetime
import json
import math
import os
import re
import subprocess
import sys
import time
import urllib.request

from rows import dictionary, same

name, store, url, pid, step, slots, racksim = sys.argv[1:8]
world = sys.argv[8:]
step, slots = int(step), int(slots)


def collector():
    with urllib.request.urlopen(f"{url}/api/v1/collector", timeout=60) as answer:
        return json.load(answer)


def delays():
    """[(seconds, polls that started no later than that after their due time)]"""
    with urllib.request.urlopen(f"{url}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    return [(float(le), int(n)) for le, n in re.findall(
        r'collectord_poll_start_delay_seconds_bucket\{le="([^"]*)"\} (\d+)', text)]


def lateness(before, after):
    """{p50, p99, max} in ms of the polls between two readings: upper bounds"""
    polls = [(le, n - m) for (le, n), (_, m) in zip(after, before)]
    total = polls[-1][1]
    return {name: next(le for le, n in polls if n >= share * total) * 1000
            for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1))} | {"polls": total}


def phases():
    """When in its slot each device is due, in seconds"""
    found, cursor = {}, ""
    while cursor is not None:
        with urllib.request.urlopen(f"{url}/api/v1/devices?limit=1000{cursor}",
                                    timeout=60) as answer:
            body = json.load(answer)
        for d in body["items"]:
            if d["next_poll"]:
                due = datetime.datetime.fromisoformat(d["next_poll"].replace("Z", "+00:00"))
                found[d["id"]] = due.timestamp() % step
        cursor = body["next"] and f"&cursor={body['next']}"
    return found


def values_a_poll(names):
    """How many values the daemon reads of a device, on average of a few"""
    total = 0
    for device in names:
        with urllib.request.urlopen(f"{url}/api/v1/devices/{device}", timeout=60) as answer:
            total += len(json.load(answer)["metrics"])
    return total / len(names)


def cpu():
    """Seconds of the daemon and its store process"""
    total = 0
    children = open(f"/proc/{pid}/task/{pid}/children").read().split()
    for p in [pid] + children:
        fields = open(f"/proc/{p}/stat").read().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def rss_mb():
    children = open(f"/proc/{pid}/task/{pid}/children").read().split()
    total = 0
    for p in [pid] + children:
        for line in open(f"/proc/{p}/status"):
            if line.startswith("VmRSS:"):
                total += int(line.split()[1])
    return total / 1024


def until(seconds, condition):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.3)
    return True


class Rrdtool:
    """One rrdtool for all files: a process each would take minutes"""
    def __init__(self):
        self.process = subprocess.Popen(["rrdtool", "-"], text=True,
                                        stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def ask(self, *words):
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.startswith("OK ") or line.startswith("ERROR"):
                break
            lines.append(line)
        return lines

    def last(self, path):
        lines = self.ask("last", path)
        return int(lines[0]) if lines else 0

    def fetch(self, path, start, n):
        """[ds names], [[value of each slot] of each ds]"""
        lines = self.ask("fetch", path, "AVERAGE", "-r", str(step), "-s",
                         str(start - step), "-e", str(start + (n - 1) * step - 1))
        names = lines[0].split() if lines else []
        rows = {}
        for line in lines[2:]:
            at, values = line.split(":", 1)
            rows[int(at)] = list(map(float, values.split()))
        none = [math.nan] * len(names)
        return names, list(zip(*[rows.get(start + i * step, none)
                                 for i in range(n)]))


def devices():
    """{id: faults} of what stands in racks, and of the UPSes; {id: kind}, where a
    host that is off is of another kind than one that runs"""
    out = subprocess.run([racksim, "devices"] + world, check=True,
                         capture_output=True, text=True).stdout
    found = [line.split("\t") for line in out.splitlines()]
    return [{f[0]: f[4].split(",") for f in found if (f[2] == "ups") == ups}
            for ups in (False, True)] + [{f[0]: f[2] + (" off" if f[3] in ("installed", "energized") else "")
                                   for f in found}]


class Sources:
    """What racksim calls the source of a series: of PDUs the same words, of
    BMCs the number of the sensor, which the API names, alike for a model"""
    def __init__(self, kinds, answering):
        self.kinds, self.models = kinds, {}
        for device in sorted(answering):
            if kinds[device].startswith("bmc-"):
                self.models.setdefault(kinds[device], []).append(device)

    def table(self, kind):
        if isinstance(self.models[kind], list):
            found = {}
            # One may not have been asked for all yet; some are looked at.
            for device in self.models[kind][::len(self.models[kind]) // 10 or 1]:
                with urllib.request.urlopen(f"{url}/api/v1/devices/{device}",
                                            timeout=30) as answer:
                    for m in json.load(answer)["metrics"]:
                        numbers = re.findall(r"\((0x[0-9a-f]{2})\)", m["source"] or "")
                        found[m["metric"], m["instance"] or ""] = \
                            numbers[0] if len(numbers) == 1 else "-"
            self.models[kind] = found
        return self.models[kind]

    def words(self, device, metric, instance):
        kind = self.kinds[device]
        if kind not in self.models:
            return f"{metric} {instance.replace(' ', '-') or '-'}"
        number = self.table(kind).get((metric, instance))
        return number and f"{metric} {number}"


class Count:
    def __init__(self):
        self.compared = self.good = self.missed = self.invented = 0
        self.wrong = self.edge = self.silent = 0
        self.notes = []
        self.edges = set()

    def note(self, text):
        if len(self.notes) < 12:
            self.notes.append(text)


def read_at(device, source, value, before, truth):
    """What a poll read: the truth where the value is its mean with the slot before,
    as a keepalive makes it"""
    if source == "power_w -" and "-bmc-" in device and "none" not in (before, truth) \
            and abs(value - (float(before) + float(truth)) / 2) < 0.51:
        return float(truth)
    return value


def compare_device(count, device, got, want):
    """got and want: {source: [values]}, want with a slot more at both ends"""
    for i in range(slots):
        pairs = [(s, read_at(device, s, got[s][i], *want[s][i:i + 2]),
                  want[s][i + 1], want[s][i + 2]) for s in got]
        known = [p for p in pairs if p[2] != "none"]
        count.compared += len(pairs)
        for source, value, truth, _ in pairs:
            if truth == "none" and not math.isnan(value):
                count.invented += 1
                count.note(f"{device} {source} slot {i}: {value} while silent")
            elif truth == "none":
                count.silent += 1
        if all(same(v, float(t)) for _, v, t, _ in known):
            count.good += len(known)
            continue
        lost = [p for p in known if math.isnan(p[1])]
        if lost:
            count.missed += len(lost)
            count.note(f"{device} {lost[0][0]} slot {i}: unknown, not"
                       f" {lost[0][2]} ({len(lost)} values)")
            continue
        # Its requests may also lie on both sides of the edge.
        if all(same(v, float(t)) or n != "none" and same(read_at(device, s, v, t, n), float(n))
               for s, v, t, n in known):
            count.edge += len(known)
            count.edges.add(device)
            continue
        bad = [p for p in known if not same(p[1], float(p[2]))]
        count.wrong += len(bad)
        count.note(f"{device} {bad[0][0]} slot {i}: {bad[0][1]}, not {bad[0][2]}"
                   f" ({len(bad)} values)")


def check(start, sound, sources_of):
    """All racks' files, in bunches that keep racksim busy"""
    rrdtool, count = Rrdtool(), Count()
    files = dictionary(store)
    end = start + (slots - 1) * step
    late = []

    def flushed():
        late[:] = [p for parts in files.values() for p in parts
                   if rrdtool.last(f"{store}/rrd/{p}") < end + step]
        return not late
    until(300 + 2 * step, flushed)
    racks = sorted(files)
    for at in range(0, len(racks), 200):
        got, queries = {}, []
        for rack in racks[at:at + 200]:
            for path, table in files[rack].items():
                names, columns = rrdtool.fetch(f"{store}/rrd/{path}", start, slots)
                columns = dict(zip(names, columns))
                lacking = [t[0] for t in table if t[1] and t[0] not in columns]
                if lacking:
                    count.note(f"{path} lacks {lacking[0]}; it has {len(names)} sources")
                for ds, role, metric, instance in table:
                    device = f"{rack}-{role}"
                    if role and device in sound:
                        source = sources_of.words(device, metric, instance)
                        if source is None or metric.startswith("state_"):
                            continue
                        got.setdefault(device, {})[source] = columns.get(
                            ds, [math.nan] * slots)
        for device, sources in got.items():
            queries += [f"{device} {s} {start - step}/{step}/{slots + 2}\n" for s in sources]
        out = subprocess.run([racksim, "values"] + world, input="".join(queries),
                             capture_output=True, text=True).stdout.splitlines()
        assert len(out) == len(queries), (len(out), len(queries))
        # What a device does not have can have no value either.
        none = " ".join(["none"] * (slots + 2))
        answers = iter([none if a.startswith("error: no such metric") else a
                        for a in out])
        for device, sources in got.items():
            compare_device(count, device, sources,
                           {s: next(answers).split() for s in sources})
        count.seen = getattr(count, "seen", 0) + len(got)
    return count, late


def main():
    failed = 0

    def point(good, text, notes=()):
        nonlocal failed
        failed |= not good
        print(f"{'ok' if good else 'not ok'} - {name}: {text}")
        for note in notes:
            print(note)

    all_of, others, kinds = devices()
    sound = {d for d, f in all_of.items() if "garbage" not in f}
    answering = {d for d in sound if "silence" not in all_of[d]}
    # All are learnt at once in the first minutes.
    limit = 300 + 3 * step + len(all_of) / 50
    none = [(le, 0) for le, _ in delays()]
    began = time.time()
    up = len(answering) + sum(1 for f in others.values()
                              if "silence" not in f and "garbage" not in f)
    good = until(limit, lambda: collector()["devices"]["up"] >= up)
    point(good, f"{len(answering)} of {len(all_of)} devices in racks answer",
          () if good else [str(collector()["devices"])])
    learned_s, learning = time.time() - began, delays()
    print(f"{name}: learned in {learned_s:.0f} s, lateness ms meanwhile"
          f" {json.dumps(lateness(none, learning))}")
    start = (int(time.time()) // step + 1) * step
    until(step + 1, lambda: time.time() >= start)
    before, spent, began = collector(), cpu(), time.monotonic()
    settled = delays()
    until(slots * step + 1, lambda: time.time() >= start + slots * step)
    after, spent = collector(), cpu() - spent
    settled = lateness(settled, delays())
    seconds = time.monotonic() - began
    # A slot closes half an interval after its end at the latest.
    time.sleep(step / 2 + 1)
    count, late = check(start, sound, Sources(kinds, answering))
    point(not late, "all files are up to date", [str(late[:3])] if late else ())
    point(count.seen >= len(answering), f"{count.seen} devices have rows")
    point(count.missed == 0, f"no sample is missed, of {count.compared} in"
          f" {slots} slots of {step} s")
    point(count.wrong == 0, "none is doubled or in another slot")
    point(count.invented == 0, f"none is invented ({count.silent} are unknown"
          " as they should be)")
    due = phases()
    # What delays the daemon delays racksim too; half a second is for a retry,
    # and who is slow may need as long as a poll lasts.
    reach = 0.5 + 2 * after["lateness_ms"]["max"] / 1000
    lossy = bool(os.environ.get("LINE"))
    slow = {d for d, f in all_of.items() if lossy or any("delay" in x for x in f)}
    early = [f"{d} is due {step - due[d]:.2f} s before the end" for d in
             sorted(count.edges) if d in due
             and step - due[d] > max(reach, step / 2 if d in slow else 0)]
    point(not early, f"{count.edge} values of {len(count.edges)} devices were read"
          " just after their slot, due at its very end", early[:12])
    print(f"the daemon was {after['lateness_ms']['max']:.0f} ms late at most")
    polls = {k: after["polls"][k] - before["polls"][k]
             for k in ("started", "ok", "failed", "timeouts", "late", "skipped")}
    dropped = [q for q in after["queues"] if q["dropped"]]
    point(not polls["skipped"] and not dropped and
          not after["store"]["late_dropped"],
          "no poll was skipped, nothing dropped",
          [f"{polls} {dropped} {after['store']}"])
    for text in count.notes:
        print(text)
    print(f"{name}: {seconds:.0f} s, CPU {100 * spent / seconds:.2f} % of a core,"
          f" RSS {rss_mb():.0f} MB, lateness ms when settled {json.dumps(settled)},"
          f" of all {json.dumps(after['lateness_ms'])}, polls {json.dumps(polls)}")
    learning = lateness(none, learning)
    per_s = polls["started"] / seconds
    for what, value, unit in (
            ("devices", len(all_of) + len(others), ""),
            ("polls", per_s, "/s"),
            ("cpu", 100 * spent / seconds, "% of a core"),
            ("cpu_poll", 1e6 * spent / max(polls["started"], 1), "us"),
            ("values_poll", values_a_poll(sorted(answering)[::len(answering) // 20 or 1]), ""),
            ("rss", rss_mb(), "MB"),
            ("rss_device", rss_mb() * 1024 / (len(all_of) + len(others)), "kB"),
            ("learned", learned_s, "s"),
            ("learning_lateness_p50", learning["p50"], "ms"),
            ("learning_lateness_p99", learning["p99"], "ms"),
            ("lateness_p50", settled["p50"], "ms"),
            ("lateness_p99", settled["p99"], "ms"),
            ("missed", count.missed, "samples"), ("wrong", count.wrong, "samples"),
            ("invented", count.invented, "samples"),
            ("compared", count.compared, "samples")):
        print(f"bench\tdaemon_{name}_{what}\t{value:.10g}\t{unit}")
    return failed


sys.exit(main())
