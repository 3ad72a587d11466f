# SPDX-License-Identifier: GPL-3.0-or-later
"""collectord beside others that poll SNMP and keep RRD files, on the same
devices, at the same pace, in one sitting: CPU per device poll and its ratio.

    peers.py --build DIR

Each is polled for 10 and for 60 objects by one GET a device, into one RRD file
a device, six samples a write: the others' best case.  A peer that is not here is
skipped with a word; COLLECTD and COLLECTD_PLUGINS, SNMP_EXPORTER name others.
Measured over twelve intervals once everybody writes its files.
Environment: PEERS_DEVICES (2000), PEERS_INTERVAL (5 s).
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

parser = argparse.ArgumentParser()
parser.add_argument("--build", required=True)
args = parser.parse_args()
build = pathlib.Path(args.build).resolve()
N = int(os.environ.get("PEERS_DEVICES", "2000"))
INTERVAL = int(os.environ.get("PEERS_INTERVAL", "5"))
# Samples per write of an RRD file, and intervals until the writing is steady.
PER_WRITE = 6
WARM = PER_WRITE + 2
SECONDS = 2 * PER_WRITE * INTERVAL
WORLD = ["--racks", str(2 * N + 100), "--seed", "7", "--step", str(INTERVAL)]
OUTLETS = "1.3.6.1.4.1.318.1.1.26.9.4.3.1"
# Numbers of an APC rack PDU: current, power and energy of its outlets.
OIDS = [f"{OUTLETS}.{column}.{row}" for row in range(1, 21) for column in (6, 7, 11)]
started = []


def spawn(command, log, **more):
    p = subprocess.Popen(command, stdout=open(log, "w"), stderr=subprocess.STDOUT, **more)
    started.append(p)
    return p


def stop(p):
    if p.poll() is None:
        p.terminate()
        try:
            p.wait(20)
        except subprocess.TimeoutExpired:
            p.kill()
            p.wait()


def cpu(p):
    """Seconds of a process and its children"""
    children = open(f"/proc/{p.pid}/task/{p.pid}/children").read().split()
    total = 0
    for pid in [str(p.pid)] + children:
        f = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
        total += int(f[11]) + int(f[12])
    return total / os.sysconf("SC_CLK_TCK")


def rss_mb(p):
    return sum(int(line.split()[1]) for line in open(f"/proc/{p.pid}/status")
               if line.startswith("VmRSS:")) / 1024


def until(seconds, condition):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def simulate(folder):
    """racksim's process, its port and N devices that have the objects"""
    log = folder / "racksim.log"
    p = spawn([build / "racksim", "serve", *WORLD, "--port", "0", "--interval", "1"], log)
    assert until(10, lambda: "ready" in log.read_text())
    port = log.read_text().split(" ready")[0].rsplit(":", 1)[1]
    out = subprocess.run([build / "racksim", "devices", *WORLD], check=True,
                         capture_output=True, text=True).stdout
    found = [line.split("\t") for line in out.splitlines()]
    return p, port, [f[:2] for f in found if f[2] == "apc-1ph" and f[4] == "-"][:N]


def answered(folder):
    """How many requests racksim has answered"""
    lines = [line for line in (folder / "racksim.log").read_text().splitlines()
             if " answered=" in line]
    return int(lines[-1].split("answered=")[1].split()[0]) if lines else 0


def measure(name, oids, p, folder, polls=None):
    """CPU microseconds a device poll, once files are written all the time"""
    time.sleep(WARM * INTERVAL)
    before, spent, began = answered(folder), cpu(p), time.monotonic()
    done = polls() if polls else 0
    time.sleep(SECONDS)
    spent, seconds = cpu(p) - spent, time.monotonic() - began
    polled = polls() - done if polls else answered(folder) - before
    due = N * seconds / INTERVAL
    cost = 1e6 * spent / max(polled, 1)
    print(f"bench\tpeer_{name}_{oids}_cpu_poll\t{cost:.0f}\tus")
    print(f"bench\tpeer_{name}_{oids}_done\t{100 * polled / due:.0f}\t% of the polls due")
    print(f"bench\tpeer_{name}_{oids}_rss\t{rss_mb(p):.0f}\tMB", flush=True)
    return cost


def collectord(folder, devices, port, n):
    at = folder / f"collectord-{n}"
    (at / "profiles").mkdir(parents=True)
    (at / "community").write_text("public\n")
    os.chmod(at / "community", 0o600)
    with open(at / "profiles" / "bench.yaml", "w") as f:
        f.write("plugin: snmp\nkind: pdu\nsummary: {en: bench, zh: bench}\n"
                "match: [{sysobjectid: 1.3.6.1.4.1.318}]\nscalars:\n")
        for i, oid in enumerate(OIDS[:n]):
            metric = ("current_a", "power_w", "energy_wh")[i % 3]
            f.write(f"  - {{metric: {metric}, instance: outlet {i}, oid: {oid}, archive: true}}\n")
    with open(at / "inventory.yaml", "w") as f:
        f.write("areas: [{id: a1}]\nsites: [{id: s1, area: a1}]\nhalls: [{id: h1, site: s1}]\n"
                "devices:\n")
        for name, address in devices:
            f.write(f"  - {{id: {name}, hall: h1, plugin: snmp, address: \"{address}:{port}\","
                    " profile: bench, credential: [v2c], kind: pdu}\n")
    stage = build / "tests" / "system" / "stage"
    daemon = next(p for p in stage.rglob("sbin/collectord"))
    plugins = next(p for p in stage.rglob("collectord/plugins") if p.is_dir())
    (at / "collectord.yaml").write_text(
        "province: {id: henan, timezone: Asia/Shanghai}\n"
        f"inventory: [inventory.yaml]\nprofiles: [profiles/*.yaml]\nplugin_dir: \"{plugins}\"\n"
        f"profile_dir: \"{at}/profiles\"\npoll: {{interval: {INTERVAL}s}}\n"
        f"store: {{dir: store, archives: lean, flush: {PER_WRITE * INTERVAL}s}}\n"
        "http: {listen: \"127.0.0.1:0\"}\n"
        "credentials: {v2c: {snmp: {version: 2c, community: {file: community}}}}\n")
    log = at / "log"
    p = spawn([daemon, "--config", at / "collectord.yaml"], log)
    if not until(30, lambda: "ready: " in log.read_text()):
        sys.exit(f"collectord does not start:\n{log.read_text()[-2000:]}")
    url = log.read_text().rsplit("http port ", 1)[1].split()[0]
    url = f"http://127.0.0.1:{url}/api/v1/collector"

    def polls():
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["polls"]["ok"]
    cost = measure("collectord", n, p, folder, polls)
    stop(p)
    return cost


def collectd(folder, devices, port, n):
    program = os.environ.get("COLLECTD") or shutil.which("collectd") or \
        (os.path.exists("/usr/sbin/collectd") and "/usr/sbin/collectd")
    if not program:
        print("collectd is not here: skipped")
        return None
    at = folder / f"collectd-{n}"
    at.mkdir()
    (at / "types.db").write_text(
        f"bench {', '.join(f'v{i}:GAUGE:U:U' for i in range(n))}\n")
    plugins = os.environ.get("COLLECTD_PLUGINS")
    with open(at / "collectd.conf", "w") as f:
        f.write((f"PluginDir \"{plugins}\"\n" if plugins else "") +
                f"BaseDir \"{at}\"\nPIDFile \"{at}/pid\"\nTypesDB \"{at}/types.db\"\n"
                f"Interval {INTERVAL}\nReadThreads 10\nFQDNLookup false\nHostname bench\n"
                "LoadPlugin snmp\nLoadPlugin rrdtool\n"
                f"<Plugin rrdtool>\n DataDir \"{at}/rrd\"\n CacheTimeout {PER_WRITE * INTERVAL}\n"
                f" CacheFlush {60 * INTERVAL}\n StepSize {INTERVAL}\n"
                " RRATimespan 3600\n RRATimespan 86400\n</Plugin>\n<Plugin snmp>\n"
                " <Data \"all\">\n  Type \"bench\"\n  Table false\n  Instance \"x\"\n"
                "  Values " + " ".join(f"\"{oid}\"" for oid in OIDS[:n]) + "\n </Data>\n")
        for name, address in devices:
            f.write(f" <Host \"{name}\">\n  Address \"{address}:{port}\"\n  Version 2\n"
                    f"  Community \"public\"\n  Collect \"all\"\n  Interval {INTERVAL}\n </Host>\n")
        f.write("</Plugin>\n")
    p = spawn([program, "-f", "-C", at / "collectd.conf"], at / "log",
              env=dict(os.environ, MIBS="", SNMPCONFPATH=str(at)))
    time.sleep(2)
    if p.poll() is not None:
        print(f"collectd does not start: skipped\n{(at / 'log').read_text()[-1500:]}")
        return None
    cost = measure("collectd", n, p, folder)
    stop(p)
    return cost


def exporter(folder, devices, port, n):
    """snmp_exporter alone, scraped at the same pace; its Prometheus comes on top"""
    program = os.environ.get("SNMP_EXPORTER") or shutil.which("prometheus-snmp-exporter") or \
        shutil.which("snmp_exporter")
    if not program:
        print("snmp_exporter is not here: skipped")
        return None
    at = folder / f"exporter-{n}"
    at.mkdir()
    with open(at / "snmp.yml", "w") as f:
        f.write("bench:\n  version: 2\n  auth: {community: public}\n  get:\n")
        f.writelines(f"  - {oid}\n" for oid in OIDS[:n])
        f.write("  metrics:\n")
        f.writelines(f"  - {{name: v{i}, oid: {oid}, type: gauge, help: bench}}\n"
                     for i, oid in enumerate(OIDS[:n]))
    p = spawn([program, f"--config.file={at}/snmp.yml", "--web.listen-address=127.0.0.1:29116"],
              at / "log")
    time.sleep(2)
    if p.poll() is not None:
        print(f"snmp_exporter does not start: skipped\n{(at / 'log').read_text()[-1500:]}")
        return None
    done, over = [0], threading.Event()

    def scrape(part):
        while not over.is_set():
            due = time.monotonic() + INTERVAL
            for _, address in part:
                url = f"http://127.0.0.1:29116/snmp?module=bench&target={address}:{port}"
                try:
                    done[0] += b"v0" in urllib.request.urlopen(url, timeout=10).read()
                except OSError:
                    pass
            over.wait(max(0, due - time.monotonic()))
    threads = [threading.Thread(target=scrape, args=(devices[i::8],)) for i in range(8)]
    for thread in threads:
        thread.start()
    cost = measure("snmp_exporter", n, p, folder, lambda: done[0])
    over.set()
    for thread in threads:
        thread.join()
    stop(p)
    return cost


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-peers-"))
    try:
        _, port, devices = simulate(folder)
        if len(devices) < N:
            sys.exit(f"only {len(devices)} devices of the kind")
        for n in (10, 60):
            own = collectord(folder, devices, port, n)
            for name, peer, aim in (("collectd + rrdtool", collectd, {10: 3, 60: 5}[n]),
                                    ("snmp_exporter without Prometheus", exporter, 30)):
                cost = peer(folder, devices, port, n)
                if cost is not None:
                    print(f"{n} objects: collectord takes 1/{cost / own:.1f} of the CPU of {name}"
                          f" (aim: 1/{aim}{' with Prometheus' if aim == 30 else ''})", flush=True)
    finally:
        for p in started:
            stop(p)
        shutil.rmtree(folder, ignore_errors=True)


main()
