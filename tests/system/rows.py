# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the rows of racks' RRD files with the truth of racksim.

    rows.py STORE RACKSIM "WORLD" STEP FROM TO RACK… [--open] [--gaps] [--silent DEVICE]
        [--late MS --latest SECONDS]

WORLD are racksim's options (and --faults FILE).  The row that rrdtool labels T
holds the slot that begins at T; FROM and TO are the first and the last slot.  Every known row must
be what `racksim value` says of its slot, and exactly the slots in which the
truth is "none" may be unknown.  With --open the slot TO was not closed yet: the
rack's own sum may be missing; with --gaps any row may be unknown, since the daemon was
killed now and then, but what is known must be right.  The racks are polled SECONDS into a slot at the
latest; only when the daemon was MS late, and that reaches beyond the slot's end,
a device may have been read when the world had moved on.  Prints one TAP point per rack and a summary.
"""
import math
import subprocess
import sys


def dictionary(store):
    """{file: [(ds, role, metric, instance)]}; the last line of a file counts."""
    tables, files = {}, {}
    for line in open(f"{store}/series.dict", encoding="utf-8"):
        f = line.rstrip("\n").split("\t")
        if f[0] == "T":
            cells = f[3:-1]
            tables[f[1]] = [tuple(cells[i:i + 4])
                            for i in range(0, len(cells), 5)]
        elif f[0] == "F" and f[1] == "rack":
            files.setdefault(f[2], {})[f[6]] = f[7]
    return {rack: {path: tables[t] for path, t in parts.items()}
            for rack, parts in files.items()}


def fetch(path, step, start, end):
    """{time: {ds: value}} of the finest archive"""
    out = subprocess.run(
        ["rrdtool", "fetch", path, "AVERAGE", "-r", str(step),
         "-s", str(start - step), "-e", str(end - step)],
        check=True, capture_output=True, text=True).stdout.splitlines()
    names = out[0].split()
    rows = {}
    for line in out[2:]:
        at, values = line.split(":")
        rows[int(at)] = dict(zip(names, map(float, values.split())))
    return {t: r for t, r in rows.items() if start <= t <= end}


class Truth:
    def __init__(self, racksim, world):
        self.command = [racksim, "values"] + world.split()
        self.known = {}

    def ask(self, queries):
        new = [q for q in queries if q not in self.known]
        text = "".join(f"{' '.join(q)}\n" for q in new)
        out = subprocess.run(self.command, input=text, capture_output=True,
                             text=True).stdout.splitlines()
        assert len(out) == len(new), (len(out), len(new))
        self.known.update(zip(new, out))


def same(got, want):
    return abs(got - want) <= 1e-6 * max(1.0, abs(want))


def take_option(args, name):
    """The word behind a name, both taken out of args; None without it"""
    if name not in args:
        return None
    at = args.index(name)
    word = args[at + 1]
    del args[at:at + 2]
    return word


def read_late(truth, rows, queries, step):
    """The (slot, device) whose values are, some or all, the next slot's"""
    wanted = {(t, ds): q[:3] + (str(t + step),) for (t, ds), q in queries.items()}
    truth.ask(list(dict.fromkeys(wanted.values())))
    found, not_so = set(), set()
    for (t, ds), query in queries.items():
        got = rows[t][ds]
        words = [truth.known[query], truth.known[wanted[t, ds]]]
        fits = [w != "none" and not w.startswith("error") and not math.isnan(got)
                and same(got, float(w)) for w in words]
        if not any(fits):
            not_so.add((t, query[0]))
        elif not fits[0]:
            found.add((t, query[0]))
    return found - not_so


def main():
    args = sys.argv[1:]
    late, latest = take_option(args, "--late"), take_option(args, "--latest")
    is_open = "--open" in args
    if is_open:
        args.remove("--open")
    gaps = "--gaps" in args
    if gaps:
        args.remove("--gaps")
    silent = take_option(args, "--silent")
    store, racksim, world = args[:3]
    step, start, end = map(int, args[3:6])
    # What delays the daemon delays racksim too; half a second is for a retry.
    may_be_late = bool(late) and 0.5 + 2 * float(late) / 1000 >= step - float(latest)
    truth = Truth(racksim, world)
    files = dictionary(store)
    total = unknown = n_late = 0
    for rack in args[6:]:
        bad, n = [], 0
        for path, table in files[rack].items():
            rows = fetch(f"{store}/rrd/{path}", step, start, end)
            if sorted(rows) != list(range(start, end + 1, step)):
                bad.append(f"rows {min(rows, default=0)}..{max(rows, default=0)},"
                           f" not {start}..{end}")
            queries = {}
            for t in rows:
                for ds, role, metric, instance in table:
                    if role:
                        queries[t, ds] = (f"{rack}-{role}", metric,
                                          instance.replace(" ", "-") or "-",
                                          str(t))
            truth.ask(list(dict.fromkeys(queries.values())))
            late_ones = read_late(truth, rows, queries, step) if may_be_late else ()
            n_late += len(late_ones)
            for (t, ds), query in queries.items():
                want, got = truth.known[query], rows[t][ds]
                n += 1
                if want == "none":
                    unknown += 1
                    good = math.isnan(got)
                elif want.startswith("error"):
                    good = False
                else:
                    good = gaps if math.isnan(got) else same(got, float(want))
                if not good and (t, query[0]) not in late_ones:
                    bad.append(f"{t} {ds} {' '.join(query)}: {got}, not {want}")
            total += n
            # the rack's own power: both feeds, or unknown
            for t, row in rows.items():
                parts = [row[ds] for ds, role, metric, instance in table
                         if role and metric == "power_w" and not instance]
                want = math.fsum(parts) if len(parts) == 2 else math.nan
                got = row.get("power_w", math.nan)
                if (gaps or is_open and t == end) and math.isnan(got):
                    continue
                if len(parts) == 2 and not (math.isnan(got) and math.isnan(want)
                                            or same(got, want)):
                    bad.append(f"{t} power_w of the rack: {got}, not {want}")
        print(f"{'not ok' if bad or not n else 'ok'} - {rack}: {n} values in"
              f" rrdtool fetch as racksim value says")
        for text in bad[:12]:
            print(text)
        if len(bad) > 12:
            print(f"and {len(bad) - 12} more")
        if silent and silent.startswith(rack + "-"):
            count = sum(1 for q, v in truth.known.items()
                        if q[0] == silent and v == "none")
            print(f"{'ok' if count else 'not ok'} - {silent}: has unknown rows"
                  f" ({count} values)")
    print(f"{total} values compared, {unknown} of them unknown; {n_late} polls were"
          f" read after their slot, the daemon was {late or 0} ms late at most")


if __name__ == "__main__":
    main()
