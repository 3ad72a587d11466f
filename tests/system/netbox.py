#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small server that speaks the JSON of NetBox's REST API.

netbox.py STATE-FILE: listens on a free port of 127.0.0.1, prints "PORT ready".
STATE-FILE is read for every request: one word of trouble (see TROUBLES), or
nothing; "renamed" shows rack 3 under another name, "grown" has 1,203 racks.

Where the fields come from (NetBox 4, Apache-2.0; nothing is copied):
  pages {count, next, previous, results}, limit, offset, the header
  "Authorization: Token KEY", {value, label} of choices, nested objects
      docs/integrations/rest-api.md
  sites: slug, status, region, tenant           docs/models/dcim/site.md,
      netbox/dcim/api/serializers_/sites.py
  locations: site, parent, slug, status         docs/models/dcim/location.md
  racks: site, location, tenant, status (reserved, available, planned, active,
  deprecated), u_height, max_weight, weight_unit, custom_fields
      docs/models/dcim/rack.md, netbox/dcim/api/serializers_/racks.py
  device-types: manufacturer, model, u_height, is_full_depth, weight
      docs/models/dcim/devicetype.md
  devices: device_type, role, rack, position, face, status, primary_ip
      docs/models/dcim/device.md, netbox/dcim/api/serializers_/devices.py
  power-panels: site, location, name            docs/models/dcim/powerpanel.md
  power-feeds: power_panel, rack, status, type (primary, redundant), supply,
  phase (single-phase, three-phase), voltage, amperage, max_utilization
      docs/models/dcim/powerfeed.md, netbox/dcim/api/serializers_/power.py
  power-ports: device, maximum_draw, allocated_draw, connected_endpoints,
  connected_endpoints_type                      docs/models/dcim/powerport.md
  refusals {detail}: Django REST framework, "Status codes", "Throttling"
"""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "0123456789abcdef0123456789abcdef01234567"
TROUBLES = ("forbidden", "busy", "busy-once", "broken", "half", "closed", "empty")


def choice(value):
    return {"value": value, "label": value.capitalize()}


def brief(id, name, **more):
    return {"id": id, "url": f"http://netbox/api/{id}/", "display": name, "name": name,
            **more}


SITES = [
    {**brief(1, "郑州示例数据中心", slug="zz-demo"), "status": choice("active"),
     "region": brief(5, "郑州", slug="zhengzhou"), "tenant": brief(9, "Example Operator"),
     "custom_fields": {}},
    {**brief(2, "Luoyang Two", slug="ly-two"), "status": choice("active"),
     "region": brief(6, "Luoyang", slug="luoyang"), "tenant": None, "custom_fields": {}},
]
LOCATIONS = [
    {**brief(11, "Hall 1", slug="hall-1"), "site": brief(1, "x"), "parent": None,
     "status": choice("active")},
    {**brief(12, "Store room", slug="store"), "site": brief(1, "x"), "parent": None,
     "status": choice("active")},
]


def rack(id, name, status, site=1, location=11, **more):
    return {**brief(id, name), "site": brief(site, "x"),
            "location": brief(location, "y") if location else None,
            "tenant": None, "status": choice(status), "u_height": 42, "max_weight": 1000,
            "weight_unit": choice("kg"), "custom_fields": {"design_kw": 6}, **more}


RACKS = [
    rack(1, "A01", "active", tenant=brief(9, "Bank")),
    rack(2, "A02", "available"),
    rack(3, "A03", "reserved", tenant=brief(9, "Bank")),
    rack(4, "A04", "planned"),
    rack(5, "A05", "deprecated", weight_unit=choice("lb")),
    rack(6, "A01", "active", site=2, location=None),
    rack(7, "机柜七", "available", site=2, location=None, custom_fields={}),
]
TYPES = [
    {"id": 21, "manufacturer": brief(1, "Acme"), "model": "Server 2U", "u_height": 2.0,
     "is_full_depth": True, "weight": 25.0, "weight_unit": choice("kg")},
    {"id": 22, "manufacturer": brief(1, "Acme"), "model": "PDU", "u_height": 0.0,
     "is_full_depth": False, "weight": None, "weight_unit": None},
]


def device(id, name, type, role, position, **more):
    return {**brief(id, name), "device_type": {"id": type, "manufacturer": brief(1, "Acme"),
                                               "model": TYPES[type - 21]["model"]},
            "role": brief(3, role, slug=role), "tenant": None, "site": brief(1, "x"),
            "rack": brief(1, "A01"), "position": position,
            "face": choice("front") if position else None, "status": choice("active"),
            "primary_ip": None, **more}


DEVICES = [
    device(31, "srv-1", 21, "server", 10.0),
    device(32, "srv-2", 21, "server", "12.0"),
    device(33, "pdu-left", 22, "pdu", None, primary_ip={"address": "192.0.2.33/24"}),
    device(34, "pdu-right", 22, "pdu", None, primary_ip={"address": "192.0.2.34/24"}),
    device(35, "spare", 21, "server", None, rack=None),
]
PANELS = [{**brief(41, "RPP A"), "site": brief(1, "x"), "location": None},
          {**brief(42, "RPP B"), "site": brief(1, "x"), "location": None}]


def feed(id, name, panel, rack, type, **more):
    return {**brief(id, name), "power_panel": brief(panel, "p"), "rack": brief(rack, "r"),
            "status": choice("active"), "type": choice(type), "supply": choice("ac"),
            "phase": choice("single-phase"), "voltage": 220, "amperage": 32,
            "max_utilization": 80, **more}


FEEDS = [
    feed(51, "A01 feed 1", 41, 1, "primary"),
    feed(52, "A01 feed 2", 42, 1, "redundant"),
    feed(53, "A02-A", 41, 2, "primary", phase=choice("three-phase"), voltage=380,
         amperage=63),
    feed(54, "A03-A", 41, 3, "primary", status=choice("planned")),
]


def port(id, device, draw, kind, ends):
    return {"id": id, "device": brief(device, "d"), "name": f"PSU{id}",
            "maximum_draw": draw, "allocated_draw": None, "connected_endpoints": ends,
            "connected_endpoints_type": kind}


PORTS = [
    port(61, 31, 400, "dcim.poweroutlet", [{"id": 1, "device": brief(33, "p")}]),
    port(62, 31, 400, "dcim.poweroutlet", [{"id": 2, "device": brief(34, "p")}]),
    port(63, 32, 750, "dcim.poweroutlet", [{"id": 3, "device": brief(33, "p")}]),
    port(64, 33, None, "dcim.powerfeed", [brief(51, "f")]),
    port(65, 34, None, "dcim.powerfeed", [brief(52, "f")]),
]
LISTS = {"sites": SITES, "locations": LOCATIONS, "racks": RACKS, "device-types": TYPES,
         "devices": DEVICES, "power-panels": PANELS, "power-feeds": FEEDS,
         "power-ports": PORTS}
asked = {}


def objects(name, state):
    items = LISTS[name]
    if name == "racks" and state == "renamed":
        items = [{**r, "name": "B99"} if r["id"] == 3 else r for r in items]
    if name == "racks" and state == "grown":
        items = items + [rack(100 + i, f"C{i:04}", "active") for i in range(1196)]
    return items


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body, headers=(), cut=0):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data[:len(data) - cut])
        if cut:
            self.close_connection = True

    def do_GET(self):
        parts = urlsplit(self.path)
        name = parts.path.split("/")[-2] if parts.path.startswith("/api/dcim/") else None
        with open(sys.argv[1]) as f:
            state = f.read().strip()
        asked[state] = asked.get(state, 0) + 1
        late = name == "racks"  # trouble comes when much has been read already
        if self.headers.get("Authorization") != f"Token {TOKEN}" or (
                state == "forbidden" and late):
            return self.answer(403, {"detail": "Invalid token"})
        if name not in LISTS:
            return self.answer(404, {"detail": "Not found."})
        if state == "busy" or (state == "busy-once" and asked[state] == 1):
            wait = "1" if state == "busy-once" else "3600"
            return self.answer(429, {"detail": "Request was throttled."},
                               [("Retry-After", wait)])
        if state == "broken" and late:
            return self.answer(500, {"error": "boom", "exception": "X"})
        query = parse_qs(parts.query)
        limit, offset = int(query["limit"][0]), int(query.get("offset", ["0"])[0])
        limit = min(limit, 1000)
        items = objects(name, state)
        page = items[offset:offset + limit]
        more = f"http://elsewhere.invalid{parts.path}?limit={limit}&offset={offset + limit}"
        body = {"count": len(items), "next": more if offset + limit < len(items) else None,
                "previous": None, "results": [] if state == "empty" and late else page}
        if state == "half" and late:
            data = json.dumps(body).encode()[:200]
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            return None
        return self.answer(200, body, cut=50 if state == "closed" and late else 0)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"{server.server_port} ready", flush=True)
try:
    server.serve_forever()
except KeyboardInterrupt:
    pass
