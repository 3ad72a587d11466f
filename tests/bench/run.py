# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs all benches and prints one table; with --doc FILE writes it as a page.

    run.py --build DIR --source DIR [--doc FILE] [--quick] [--only WORD] [--add LOG]…

Every bench prints lines "bench<TAB>NAME<TAB>VALUE<TAB>UNIT".  The aims are those
of the project; a figure is met, missed or not measured, and none decides a test.
--add LOG takes the lines of a run made before instead of running the whole daemon
anew: those of `make check-long`, for instance, with its 20,000 devices.
Environment: BENCH_DEVICES, BENCH_INTERVAL, BENCH_SLOTS size the whole daemon's
run, BENCH_RACKS that of flow, BENCH_FILES that of the store, BENCH_RESTART the racks
of the daemon that is killed.
"""
import argparse
import datetime
import gzip
import os
import pathlib
import re
import subprocess
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--build", required=True)
parser.add_argument("--source", required=True)
parser.add_argument("--doc")
parser.add_argument("--quick", action="store_true")
parser.add_argument("--add", action="append", default=[])
parser.add_argument("--only", default="", help="parts whose title has this word")
args = parser.parse_args()
if args.only and args.doc:
    parser.error("the page needs all parts")
build, source = pathlib.Path(args.build).resolve(), pathlib.Path(args.source).resolve()
quick = args.quick
freeipmi = next((str(p) for p in (build / "peers/usr/sbin", source / "build/peers/usr/sbin",
                                  pathlib.Path("/usr/sbin")) if (p / "ipmi-sensors").exists()), "")
monitoring = next((str(p) for top in (build, source / "build") for p in
                   (top / "peers").rglob("libipmimonitoring.so.6")), "")
peers = [str(top / "peers/usr/bin") for top in (build, source / "build")]
env = dict(os.environ, FREEIPMI=freeipmi, LIBIPMIMONITORING=monitoring,
           PATH=os.pathsep.join([os.environ["PATH"], *peers]),
           top_builddir=str(build), top_srcdir=str(source), LC_ALL="C.UTF-8")


def setting(name, usual, small):
    return os.environ.get(name, small if quick else usual)


notes = {}
SNMP_SIZES = (100, 10000, 180000)
SNMP_POLLERS = [
    ("raw UDP, nothing encoded or read", "v2c_get60_floor"),
    ("native, v2c GET", "v2c_get60_native"),
    ("native, v3 GET", "v3_get60_native"),
    ("native, v3 GETBULK 4 x 15", "v3_bulk4x15_native"),
    ("netsnmp, v2c GET", "v2c_get60_netsnmp"),
    ("netsnmp, v3 GET", "v3_get60_netsnmp"),
    ("netsnmp, v3 GETBULK 4 x 15", "v3_bulk4x15_netsnmp"),
    ("net-snmp sessions, v2c GET", "v2c_get60_sessions"),
    ("net-snmp sessions, v3 GET", "v3_get60_sessions"),
    ("net-snmp sessions, v3 GETBULK 4 x 15", "v3_bulk4x15_sessions"),
]

FILES = int(setting("BENCH_FILES", "4000", "500"))
RUNS = [
    ("SNMP engines", [f"{build}/tests/bench/bench_snmp"] + (["20000"] if quick else ["80000"])),
    ("IPMI", [f"{build}/tests/bench/bench_ipmi"] + (["4000", "500"] if quick else [])),
    ("SNMPv3 without sockets", [f"{build}/tests/bench/bench_usm"]),
    ("flow", [f"{build}/tests/bench/bench_flow", setting("BENCH_RACKS", "90000", "9000")]),
    ("alert", [f"{build}/tests/bench/bench_alert", setting("BENCH_RACKS", "90000", "9000")]),
    ("stock", [f"{build}/tests/bench/bench_stock", setting("BENCH_RACKS", "90000", "9000")]),
    ("folding", [f"{build}/tests/bench/bench_fold", setting("BENCH_RACKS", "90000", "9000")]),
    # of a third and two thirds of the files first: growth is seen, or is not
    ("store, a third", [f"{build}/tests/bench/bench_store", str(FILES // 3), "15", "alone"]),
    ("store, two thirds", [f"{build}/tests/bench/bench_store", str(FILES * 2 // 3), "15",
                           "alone"]),
    ("store", [f"{build}/tests/bench/bench_store", str(FILES), "15"]),
    ("HTTP", [f"{build}/tests/bench/bench_http"]),
    ("restart", ["sh", f"{source}/tests/system/restart.sh", "--racks",
                 setting("BENCH_RESTART", "3000", "300")]),
    ("the whole daemon", ["sh", f"{source}/tests/system/load.sh", "--apart", "--kill",
                          "--devices", setting("BENCH_DEVICES", "4000", "400"),
                          "--interval", setting("BENCH_INTERVAL", "10", "5"),
                          "--slots", setting("BENCH_SLOTS", "12", "4")]),
]


def parse(text):
    """{name: (value, unit)}"""
    found = {}
    for line in text.splitlines():
        m = re.match(r"(?:# )?bench\t([^\t]+)\t([^\t]+)\t(.*)", line)
        if m:
            found[m[1]] = (float(m[2]), m[3])
    return found


def parse_notes(text):
    """{name: why it is not measured}"""
    return dict(re.findall(r"^note\t([^\t\n]+)\t(.*)$", text, re.M))


def run(command):
    """{name: (value, unit)} and the status; what else it says is printed"""
    done = subprocess.run(command, env=env, cwd=build, capture_output=True, text=True)
    found = parse(done.stdout)
    notes.update(parse_notes(done.stdout))
    if done.returncode != 0 or not found:
        print(done.stdout[-5000:] + done.stderr[-3000:], end="")
    return found, done.returncode


def first_page():
    """KB that a browser loads for the first page, compressed: the page, what it names,
    and what that imports without being asked"""
    for dist in (source / "web" / "dist", build / "web" / "dist"):
        if (dist / "index.html").exists():
            break
    else:
        return None
    wanted, seen = [dist / "index.html"], {}
    while wanted:
        p = wanted.pop()
        if p in seen:
            continue
        text = p.read_text(encoding="utf-8")
        seen[p] = len(gzip.compress(p.read_bytes()))
        names = re.findall(r'"/(assets/[^"]+)"', text) if p.suffix == ".html" else \
            ["assets/" + name for name in re.findall(r'(?:from|import)\s*"\./([^"]+)"', text)]
        wanted += [dist / name for name in names]
    return sum(seen.values()) / 1024


class Figures(dict):
    def v(self, name):
        return self[name][0] if name in self else None

    def largest(self, stem):
        """The value with the largest number behind it: snmp_…_flat_180000"""
        hits = [(int(m[1]), k) for k in self
                if (m := re.fullmatch(re.escape(stem) + r"_(\d+)", k))]
        return self.v(max(hits)[1]) if hits else None


def ratio(a, b):
    return a / b if a is not None and b else None


def growth(f, name):
    """The figure by number of files: "85 (1,333), 85 (2,666), 86 (4,000)\""""
    found = sorted((int(m[1]), v) for k, (v, _) in f.items()
                   if (m := re.fullmatch(name + r"_(\d+)", k)))
    if f.v(name) is not None:
        found.append((int(f.v("store_files")), f.v(name)))
    return ", ".join(f"{v:.3g} ({n:,} files)" for n, v in found)


def aims(f):
    """(what, measured, unit, bound, note) of each aim"""
    snmp, v3 = "snmp_v2c_get60", "snmp_v3_get60"
    flat, paced = f.largest(f"{snmp}_native_flat"), f.largest(f"{snmp}_native_paced")
    floor = f.largest(f"{snmp}_floor_flat")
    net = f.largest(f"{snmp}_netsnmp_flat")
    ipmi = f.v("ipmi_suite17_kept_flat")
    v3s = {how: f.largest(f"{v3}_native_{how}") for how in ("flat", "paced")}
    poll, values = f.v("daemon_sound_cpu_poll"), f.v("daemon_sound_values_poll")
    late = f.v("daemon_sound_lateness_p99"), f.v("daemon_sick_lateness_p99")
    rss = f.v("daemon_sound_rss_device")
    return [
        ("SNMP v2c, GET of 60, flat out", flat, "us", 4,
         f"{ratio(flat, floor):.2f} x raw UDP, {ratio(net, flat):.1f} x less than net-snmp"
         if flat and floor and net else ""),
        ("SNMP v2c, GET of 60, paced 3,000/s", paced, "us", 8, ""),
        ("SNMPv3 authPriv, flat out", v3s["flat"], "us", 10, ""),
        ("SNMPv3 authPriv, paced", v3s["paced"], "us", 13, ""),
        ("IPMI, 10 sensors and DCMI, session kept", ipmi, "us", 45,
         f"raw UDP alone {f.v('ipmi_floor_flat') or 0:.0f} us;"
         f" {f.v('ipmi_suite17_each_flat'):.0f} us with a session for each; ipmi-sensors of"
         f" FreeIPMI {ratio(f.v('ipmi_freeipmi_sensors_tool'), ipmi) or 0:.0f} x, libipmimonitoring"
         f" {ratio(f.v('ipmi_libipmimonitoring'), ipmi) or 0:.0f} x (0: not here)"
         if ipmi else ""),
        ("IPMI, memory per BMC", f.v("ipmi_suite17_session"), "bytes", 512,
         "link, keys and places in tables"),
        ("whole daemon at 3,000 polls a second of 60 values",
         poll * 3000 / 1e4 * 60 / values if poll and values else None, "% of a core", 40,
         f"projected from {poll:.0f} us for a poll of {values:.0f} values, at"
         f" {f.v('daemon_sound_polls'):.0f} polls/s" if poll and values else ""),
        ("whole daemon, memory of 180,000 devices",
         rss * 180000 / 1024 / 1024 if rss else None, "GB", 4,
         f"projected from {rss:.1f} kB a device" if rss else ""),
        ("lateness p99", late[0], "ms", 1000, ""),
        ("lateness p99, 20 % dead, 5 % slow, 1 % garbage", late[1], "ms", 1000,
         f"{late[0]:.0f} ms with none of them" if late[0] is not None else ""),
        ("samples lost of the sound ones meanwhile", f.v("daemon_sick_missed"),
         "samples", 0, ""),
        ("storage of 90,000 x 32 a minute", f.v("store_core_share_90000"), "% of a core", 5,
         f"direct librrd {f.v('librrd_core_share_90000'):.1f} % in the same run"
         if f.v("librrd_core_share_90000") else ""),
        ("storage, written", f.v("store_written_90000"), "MB/s", 6,
         f"direct librrd {f.v('librrd_written_90000'):.0f} MB/s in the same run; as the"
         " kernel counts dirtied pages; " + growth(f, "store_written_per_sample") +
         " bytes a sample" if f.v("librrd_written_90000") else ""),
        ("storage, memory of a rack with 7 rows waiting", f.v("store_memory_per_rack"), "kB", 8,
         growth(f, "store_memory_per_rack") + " kB"),
        ("overview, server side, p99", f.v("http_api_v1_capacity_p99"), "ms", 20,
         "90,000 racks, one client"),
        ("rules: 12 on each of 90,000 racks", f.v("alert_loud_core"), "% of a core", 5,
         f"at 60 s, 1 of 100 racks beyond all limits; all quiet {f.v('alert_quiet_core'):.4f} %, "
         f"ends of polls of two PDUs a rack {f.v('alert_polls_core'):.3f} %"
         if f.v("alert_quiet_core") else ""),
        ("feed tree and stock of a slot", f.v("stock_slot"), "ms", 40,
         f"90,000 racks, once a slot; {f.v('stock_slot_memory'):.0f} MB, what-if of all racks"
         f" {f.v('stock_whatif'):.0f} ms" if f.v("stock_whatif") else ""),
        ("board of gauges for the rules", f.v("board"), "ms", 40,
         f"90,000 racks, once a slot, 21 columns; {f.v('board_rack'):.0f} ns a rack"
         if f.v("board_rack") else ""),
        ("folding, a poll", f.v("fold_poll") and f.v("fold_poll") / 1e3, "us", 2,
         f"180,000 feeds below a tree of six levels; a report {f.v('fold_report_good'):.0f} ns, "
         f"topology {f.v('fold_topology'):.0f} ms" if f.v("fold_report_good") else ""),
        ("first page, compressed", first_page(), "KB", 80, "all scripts and styles"),
        ("polling again after kill -9", f.v("restart_polling"), "s", 5,
         f"{f.v('restart_racks'):.0f} racks" if f.v("restart_racks") else ""),
        ("every page with its history after kill -9", f.v("restart_history"), "s", 30,
         f"{f.v('restart_pages'):.0f} pages looked at" if f.v("restart_pages") else ""),
        ("the store alone after kill -9, with history", f.v("store_restart_first_history"), "s",
         30, f"{f.v('store_files'):.0f} files, {f.v('store_restart_journal'):.0f} MB of journal"
         if f.v("store_restart_journal") else ""),
        ("deciding sample to webhook, p99", None, "s", 5, "no alerts yet"),
    ]


def version(*command):
    try:
        text = subprocess.run(command, capture_output=True, text=True).stdout
        return text.splitlines()[0].strip() if text else "?"
    except OSError:
        return "not here"


def machine():
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo")
                if line.startswith("model name")), "?")
    memory = int(open("/proc/meminfo").readline().split()[1]) // 1024 // 1024
    return [
        ("machine", f"{os.cpu_count()} x {cpu}, {memory} GB"),
        ("kernel", os.uname().release),
        ("load when it began", " ".join(f"{x:.1f}" for x in os.getloadavg())),
        ("sizes", " ".join((["--quick"] if quick else []) + sorted(
            f"{k}={v}" for k, v in os.environ.items() if k.startswith("BENCH_"))) or "as shipped"),
        ("date", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")),
        ("collectord", version(f"{build}/collectord/collectord", "--version")),
        ("compiler", version("cc", "--version")),
        ("net-snmp", version("net-snmp-config", "--version")),
        ("RRDtool", version("rrdtool", "--version").split("  ")[0]),
        ("OpenSSL", version("openssl", "version")),
    ]


def judge(measured, bound):
    return "not measured" if measured is None else "met" if measured <= bound else "missed"


def table(rows, widths):
    for row in rows:
        print("  ".join(str(c).ljust(w) for c, w in zip(row, widths)).rstrip())


def number(value):
    return "-" if value is None else f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def snmp_rows(f):
    """rows of the table of pollers: name, then per size "flat / paced (bytes)" """
    reasons = []
    for words, stem in SNMP_POLLERS:
        row = [words]
        for n in SNMP_SIZES:
            flat, paced = f.v(f"snmp_{stem}_flat_{n}"), f.v(f"snmp_{stem}_paced_{n}")
            memory, why = f.v(f"snmp_{stem}_session_{n}"), notes.get(f"snmp_{stem}_{n}")
            fewer = f.v(f"snmp_{stem}_flat_2000")
            if why and fewer:
                why += f"; with 2,000 it is {number(fewer)} us flat out"
            if why and why not in reasons:
                reasons.append(why)
            row.append(f"{number(flat)} / {number(paced)}" +
                       (f", {memory:,.0f} B" if memory else "") if flat is not None else
                       f"({reasons.index(why) + 1})" if why else "-")
        yield row
    for i, why in enumerate(reasons):
        yield [f"({i + 1}) {why}", *[""] * len(SNMP_SIZES)]


def snmp_section(f):
    rows = list(snmp_rows(f))
    return ["", "## SNMP pollers", "",
            "CPU us per request and answer of 60 objects, flat out / paced at 3,000 a second on the"
            " 10 ms tick, and heap per device; devices are asked in an order that memory does not"
            " have. *native* and *netsnmp* are this product's engines, *net-snmp sessions* is how"
            " programs usually use that library: a session and socket per device, a fresh PDU per"
            " request, epoll. v3 is authPriv with SHA-256 and AES-128. `docs/polling.md` tells where"
            " the time goes.", "",
            "| | " + " | ".join(f"{n:,} devices" for n in SNMP_SIZES) + " |",
            "|---|" + "---|" * len(SNMP_SIZES),
            *[f"| {' | '.join(r)} |" for r in rows if not r[0].startswith("(")], "",
            *[r[0] + "." for r in rows if r[0].startswith("(")]]


def page(facts, figures, judged, failed):
    out = ["# Benchmarks", "",
           "Written by `make bench-doc`; run it on your machine for your figures. CPU time, not wall"
           " time, unless a row says so; everything on loopback. No figure decides a test.", "",
           "| | |", "|---|---|"]
    out += [f"| {k} | {v} |" for k, v in facts]
    out += ["", "## Aims", "", "| what | measured | aim | | |", "|---|---|---|---|---|"]
    out += [f"| {what} | {number(m)} {unit if m is not None else ''} | <= {bound:g} {unit} |"
            f" {judge(m, bound)} | {note} |" for what, m, unit, bound, note in judged]
    out += snmp_section(figures)
    out += ["", "## Figures", "", "| name | value | unit |", "|---|---|---|"]
    out += [f"| {k} | {number(v)} | {u} |" for k, (v, u) in figures.items()]
    if args.add:
        out += ["", "The figures of the whole daemon are from a run made before."]
    if failed:
        out += ["", "Ended badly and are incomplete: " + ", ".join(failed) + "."]
    return "\n".join(line.rstrip() for line in out) + "\n"


facts, figures, failed = machine(), Figures(), []
for title, command in RUNS:
    if args.only not in title or title == "the whole daemon" and args.add:
        continue
    print(f"== {title}", flush=True)
    found, status = run(command)
    if command[-1] == "alone":
        found = {f"{k}_{command[-3]}": v for k, v in found.items() if k in
                 ("store_cpu_per_row", "store_written_per_sample", "store_memory_per_rack",
                  "store_restart_ready")}
    figures.update(found)
    if status != 0:
        failed.append(title)
    table([(k, number(v), u) for k, (v, u) in found.items()], (46, 12, 12))
for path in args.add:
    figures.update(parse(pathlib.Path(path).read_text(encoding="utf-8")))
judged = aims(figures)
print("== SNMP pollers: us flat out / paced, memory per device")
table([["", *[f"{n:,} devices" for n in SNMP_SIZES]], *snmp_rows(figures)], (38, 26, 26, 26))
print("== aims")
table([(what, f"{number(m)} {unit}", f"<= {bound:g}", judge(m, bound), note)
       for what, m, unit, bound, note in judged], (48, 18, 8, 12, 60))
if args.doc:
    pathlib.Path(args.doc).write_text(page(facts, figures, judged, failed), encoding="utf-8")
    print(f"written to {args.doc}")
if failed:
    print("ended badly: " + ", ".join(failed))
sys.exit(1 if failed else 0)
