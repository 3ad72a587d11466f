#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""
A receiver of alerts of all types, for tests: it checks each message against what
the documents of its type demand (signature, schema, limits), logs it as a line of
JSON, and answers what it is told to.

    receiver.py --log FILE [--tls FOLDER] [--port N] [--secret NAME=VALUE]...

It prints "ready PORT".  Messages are posted to /TYPE/...; everything behind the type
is the type's own path.  A message with a fault is answered with 400 and logged with
its faults.

POST /_order {"path": "/slack", "answers": ["500", "429:7", "hang", ...]} sets what the
next messages to paths that begin so are answered with, one each; the last one stays
when "stay" is true.  Answers: a status, a status:SECONDS (Retry-After), hang,
redirect, garbage, close, robot:CODE, body:TEXT (with 200), ok.
GET /_log is the log, GET /_left what is still ordered.

Sources: Standard Webhooks 1.0.0; Alertmanager API v2 and webhook_config; CloudEvents
1.0.2; Slack Block Kit; Adaptive Cards 1.4; PagerDuty Events API v2; the robots'
guides (domain knowledge of the project: body, signature, codes).
"""
import argparse
import base64
import hashlib
import hmac
import json
import re
import ssl
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RFC3339 = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
LABEL = re.compile(r"^[a-zA-Z_][a-zA-Z0-9_]*$")
SECRETS = {
    "webhook": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    "dingtalk": ["SECdemo0123456789"],
    "feishu": ["demo0123456789"],
    "keyword": [],
    "token": [],
    "key": [],
}


class Faults(list):
    """What is wrong with a message; each check says what it wanted."""

    def want(self, truth, text):
        if not truth:
            self.append(text)
        return bool(truth)

    def text(self, value, what, least=0, most=None):
        if not self.want(isinstance(value, str), f"{what} is no text"):
            return ""
        self.want(len(value) >= least, f"{what} is shorter than {least}")
        self.want(most is None or len(value) <= most, f"{what} has {len(value)} > {most} characters")
        bad = [c for c in value if ord(c) < 32 and c not in "\n\t"]
        self.want(not bad, f"{what} holds control characters")
        return value

    def time(self, value, what):
        return self.want(isinstance(value, str) and RFC3339.match(value), f"{what} is no RFC 3339 time: {value}")

    def keys(self, value, what, must, may=()):
        if not self.want(isinstance(value, dict), f"{what} is no object"):
            return {}
        for key in must:
            self.want(key in value, f"{what} lacks {key}")
        for key in value:
            self.want(key in must or key in may, f"{what} has an unknown {key}")
        return value

    def list(self, value, what, least=0, most=None):
        if not self.want(isinstance(value, list), f"{what} is no list"):
            return []
        self.want(len(value) >= least, f"{what} is too short")
        self.want(most is None or len(value) <= most, f"{what} has {len(value)} > {most} entries")
        return value

    def url(self, value, what, empty=False):
        if empty and value == "":
            return
        parts = urllib.parse.urlsplit(value) if isinstance(value, str) else None
        self.want(parts and parts.scheme in ("http", "https") and parts.netloc, f"{what} is no URL: {value}")


def mac(key, data):
    return base64.b64encode(hmac.new(key, data, hashlib.sha256).digest()).decode()


# ---- one check a type: (request, body, faults) ------------------------------------------

ALERT = ("id fingerprint rule severity state entity instance area site hall row rack value limit unit word count "
         "under folded flapping since fired changed resolved end acknowledged summary advice url").split()
ABOUT = "receiver group province test repeat severity n_more url".split()


def own_alert(alert, f):
    f.keys(alert, "alert", ALERT)
    f.want(re.match(r"^[1-9]\d*$", str(alert.get("id"))), "alert.id is no number")
    f.want(re.match(r"^[0-9a-f]{16}$", str(alert.get("fingerprint"))), "alert.fingerprint is not 16 hex digits")
    f.want(alert.get("severity") in ("info", "warning", "critical"), "alert.severity is unknown")
    f.want(alert.get("state") in ("firing", "acknowledged", "stale", "resolved"), "alert.state is unknown")
    f.want(re.match(r"^[a-z]+:.+$", str(alert.get("entity"))), "alert.entity is no kind:id")
    f.time(alert.get("since"), "alert.since")
    f.want((alert.get("state") == "resolved") == (alert.get("resolved") is not None), "resolved without its time")
    for key in ("value", "limit"):
        f.want(alert.get(key) is None or isinstance(alert[key], (int, float)), f"alert.{key} is no number")
    for key in ("summary", "advice"):
        f.keys(alert.get(key), f"alert.{key}", ("en", "zh"))


def about(data, f):
    f.text(data.get("receiver"), "data.receiver", 1)
    f.text(data.get("group"), "data.group")
    f.want(isinstance(data.get("test"), bool) and isinstance(data.get("repeat"), bool), "data.test or repeat is no truth")
    f.want(isinstance(data.get("n_more"), int) and data["n_more"] >= 0, "data.n_more is no count")


def webhook(request, body, f):
    ident = request.headers.get("webhook-id", "")
    stamp = request.headers.get("webhook-timestamp", "")
    f.want(re.match(r"^[A-Za-z0-9_-]{1,64}$", ident), "webhook-id is missing or odd")
    f.want(stamp.isdigit() and abs(int(stamp) - time.time()) < 300, f"webhook-timestamp {stamp} is missing or old")
    f.want(len(request.raw) <= 20 * 1024, "body over 20 KB")
    given = request.headers.get("webhook-signature", "").split(" ")
    good = []
    for secret in request.secrets("webhook"):
        key = base64.b64decode(secret.removeprefix("whsec_") + "===")
        good.append("v1," + mac(key, f"{ident}.{stamp}.".encode() + request.raw))
    f.want(any(hmac.compare_digest(a, b) for a in given for b in good), "webhook-signature does not fit")
    f.want(all(re.match(r"^v1,[A-Za-z0-9+/]{43}=$", one) for one in given), "webhook-signature is malformed")
    f.keys(body, "body", ("type", "timestamp", "data"))
    f.want(body.get("type") in ("alert.firing", "alert.resolved", "alert.acknowledged", "alert.digest",
                                "collector.heartbeat", "collector.canary", "test.ping"), "type is unknown")
    f.time(body.get("timestamp"), "timestamp")
    data = f.keys(body.get("data"), "data", ABOUT + ["alerts"])
    about(data, f)
    for alert in f.list(data.get("alerts"), "data.alerts"):
        own_alert(alert, f)
    request.key = ident


def label_set(labels, what, f, empty=False):
    if not f.want(isinstance(labels, dict) and (labels or empty), f"{what} is no set of labels"):
        return {}
    for name, value in labels.items():
        f.want(LABEL.match(name), f"{what}: {name} is no name of a label")
        f.text(value, f"{what}.{name}", 1)
    return labels


def alertmanager(request, body, f):
    f.want(request.path.endswith("/api/v2/alerts"), "path is not /api/v2/alerts")
    for alert in f.list(body, "body", 1):
        f.keys(alert, "alert", ("labels",), ("annotations", "startsAt", "endsAt", "generatorURL"))
        f.want("alertname" in label_set(alert.get("labels"), "labels", f), "no alertname")
        label_set(alert.get("annotations", {}), "annotations", f, True)
        for key in ("startsAt", "endsAt"):
            if key in alert:
                f.time(alert[key], key)
        if "generatorURL" in alert:
            f.url(alert["generatorURL"], "generatorURL")


def alertmanager_webhook(request, body, f):
    f.keys(body, "body", ("version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels", "commonLabels",
                          "commonAnnotations", "externalURL", "alerts"))
    f.want(body.get("version") == "4", "version is not 4")
    f.text(body.get("groupKey"), "groupKey", 1)
    f.want(isinstance(body.get("truncatedAlerts"), int), "truncatedAlerts is no number")
    f.want(body.get("status") in ("firing", "resolved"), "status is unknown")
    f.text(body.get("receiver"), "receiver", 1)
    label_set(body.get("groupLabels"), "groupLabels", f, True)
    common = label_set(body.get("commonLabels"), "commonLabels", f, True)
    notes = label_set(body.get("commonAnnotations"), "commonAnnotations", f, True)
    f.url(body.get("externalURL"), "externalURL", True)
    alerts = f.list(body.get("alerts"), "alerts", 1)
    for alert in alerts:
        f.keys(alert, "alert", ("status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint"))
        f.want(alert.get("status") in ("firing", "resolved"), "alert.status is unknown")
        f.want(common.items() <= label_set(alert.get("labels"), "alert.labels", f).items(), "commonLabels are not common")
        f.want(notes.items() <= label_set(alert.get("annotations"), "alert.annotations", f, True).items(),
               "commonAnnotations are not common")
        f.time(alert.get("startsAt"), "startsAt")
        f.time(alert.get("endsAt"), "endsAt")
        f.want((alert.get("status") == "firing") == str(alert.get("endsAt")).startswith("0001-01-01"), "endsAt of status")
        f.url(alert.get("generatorURL"), "generatorURL", True)
        f.want(re.match(r"^[0-9a-f]{16}$", str(alert.get("fingerprint"))), "fingerprint is not 16 hex digits")
    firing = any(alert.get("status") == "firing" for alert in alerts)
    f.want(body.get("truncatedAlerts") or firing == (body.get("status") == "firing"), "status is not that of the alerts")


def cloud_event(event, f):
    if not f.want(isinstance(event, dict), "event is no object"):
        return None
    for name in event:
        f.want(re.match(r"^[a-z0-9]{1,20}$", name) or name == "data_base64", f"attribute {name} is malformed")
    f.want(event.get("specversion") == "1.0", "specversion is not 1.0")
    for name in ("id", "source", "type"):
        f.text(event.get(name), name, 1)
    f.want(re.match(r"^/[A-Za-z0-9_/.-]*$", str(event.get("source"))), "source is no path")
    f.want(re.match(r"^io\.collectord\.[a-z.]+\.v1$", str(event.get("type"))), "type is not ours")
    if "subject" in event:
        f.text(event["subject"], "subject", 1)
    f.time(event.get("time"), "time")
    f.want(event.get("datacontenttype") == "application/json", "datacontenttype is not JSON")
    data = f.keys(event.get("data"), "data", ABOUT, ("alert",))
    about(data, f)
    if "alert" in data:
        own_alert(data["alert"], f)
    return event.get("source"), event.get("id")


def cloudevents(request, body, f):
    kind = request.headers.get("content-type", "").split(";")[0].strip()
    if kind == "application/cloudevents-batch+json":
        seen = [cloud_event(event, f) for event in f.list(body, "batch")]
        f.want(len(set(seen)) == len(seen), "source and id are not unique")
    else:
        f.want(kind == "application/cloudevents+json", f"content type is {kind}")
        cloud_event(body, f)
    request.status = 202


def mrkdwn(text, what, f):
    f.text(text, what, 1, 3000)
    f.want(not re.search(r"&(?!(amp|lt|gt);)", str(text)), f"{what}: a bare &")
    for part in re.findall(r"<([^>]*)>", str(text)):
        f.want(re.match(r"^(https?://[^|<>]+(\|[^|<>]*)?|![a-z]+(\^S\w+)?|@[UW]\w+)$", part), f"{what}: <{part}>")
    f.want(str(text).count("<") == str(text).count(">"), f"{what}: an open <")


def slack(request, body, f):
    f.keys(body, "body", ("text", "blocks"), ("unfurl_links",))
    f.text(body.get("text"), "text", 1, 4000)
    for block in f.list(body.get("blocks"), "blocks", 1, 50):
        if block.get("type") == "section":
            f.keys(block, "section", ("type", "text"))
            texts = [block.get("text")]
        else:
            f.want(block.get("type") == "context", f"block of type {block.get('type')}")
            texts = f.list(block.get("elements"), "elements", 1, 10)
        for text in texts:
            f.keys(text, "text", ("type", "text"))
            f.want(text.get("type") == "mrkdwn", "text is no mrkdwn")
            mrkdwn(text.get("text"), "block", f)
    f.want(sum(len(json.dumps(b)) for b in body.get("blocks", [])) < 60000, "blocks are too long")
    request.reply = "ok"


def teams(request, body, f):
    f.want(len(request.raw) <= 28 * 1024, "body over 28 KB")
    f.keys(body, "body", ("type", "attachments"))
    f.want(body.get("type") == "message", "type is no message")
    for part in f.list(body.get("attachments"), "attachments", 1, 1):
        f.keys(part, "attachment", ("contentType", "contentUrl", "content"))
        f.want(part.get("contentType") == "application/vnd.microsoft.card.adaptive", "no adaptive card")
        card = f.keys(part.get("content"), "card", ("$schema", "type", "version", "body"), ("actions", "msteams"))
        f.want(card.get("type") == "AdaptiveCard" and card.get("version") in ("1.2", "1.3", "1.4"), "card of another kind")
        for element in f.list(card.get("body"), "card.body", 1):
            teams_element(element, f)
        for action in f.list(card.get("actions", []), "card.actions", 0, 6):
            f.keys(action, "action", ("type", "title", "url"))
            f.want(action.get("type") == "Action.OpenUrl", "action of another kind")
            f.url(action.get("url"), "action.url")
    request.status = 202


def teams_element(element, f):
    if element.get("type") == "TextBlock":
        f.keys(element, "TextBlock", ("type", "text"), ("weight", "size", "color", "wrap", "spacing"))
        f.text(element.get("text"), "TextBlock", 1)
        f.want(not re.search(r"\]\(|[*`<>]", str(element.get("text"))), "markdown in a TextBlock")
        f.want(element.get("color", "Default") in ("Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention"),
               "color is unknown")
    else:
        f.want(element.get("type") == "RichTextBlock", f"element {element.get('type')}")
        f.keys(element, "RichTextBlock", ("type", "inlines"), ("spacing",))
        for run in f.list(element.get("inlines"), "inlines", 1):
            f.keys(run, "TextRun", ("type", "text"), ("weight",))
            f.want(run.get("type") == "TextRun", "inline of another kind")
            f.text(run.get("text"), "TextRun", 1)


INCIDENTS = {}


def pagerduty(request, body, f):
    f.want(request.path.endswith("/v2/enqueue"), "path is not /v2/enqueue")
    f.want(len(request.raw) <= 512 * 1024, "body over 512 KB")
    f.keys(body, "body", ("routing_key", "event_action", "dedup_key", "payload"), ("links", "images", "client", "client_url"))
    f.text(body.get("routing_key"), "routing_key", 32, 32)
    key = f.text(body.get("dedup_key"), "dedup_key", 1, 255)
    action = body.get("event_action")
    f.want(action in ("trigger", "acknowledge", "resolve"), f"event_action {action}")
    payload = f.keys(body.get("payload"), "payload", ("summary", "source", "severity"),
                     ("timestamp", "component", "group", "class", "custom_details"))
    f.text(payload.get("summary"), "summary", 1, 1024)
    f.text(payload.get("source"), "source", 1)
    f.want(payload.get("severity") in ("critical", "error", "warning", "info"), "severity is unknown")
    f.time(payload.get("timestamp"), "timestamp")
    for link in f.list(body.get("links", []), "links"):
        f.keys(link, "link", ("href", "text"))
        f.url(link.get("href"), "link")
    f.want(action == "trigger" or key in INCIDENTS, f"{action} of an incident that was never triggered")
    INCIDENTS[key] = action
    request.status = 202
    request.reply = json.dumps({"status": "success", "message": "Event processed", "dedup_key": key})


def robot(request, text, f):
    for word in request.secrets("keyword"):
        f.want(word in text, "the keyword is missing")
    f.want(all(urllib.parse.urlsplit(link).hostname == "collectord.example" for link in re.findall(r"\]\(([^)]*)", text)),
           "a link that is not ours")
    f.want(not re.search(r"@(all|everyone|所有人)|<font|<script|!\[", text), "a mention or markup that is not ours")


def dingtalk(request, body, f):
    query = urllib.parse.parse_qs(request.query)
    f.want(query.get("access_token"), "access_token is missing")
    stamp = query.get("timestamp", ["0"])[0]
    f.want(stamp.isdigit() and abs(int(stamp) / 1000 - time.time()) < 3600, "timestamp is missing or old")
    good = [mac(s.encode(), f"{stamp}\n{s}".encode()) for s in request.secrets("dingtalk")]
    f.want(query.get("sign", [""])[0] in good, "sign does not fit")
    f.keys(body, "body", ("msgtype", "markdown"), ("at",))
    f.want(body.get("msgtype") == "markdown", "msgtype is no markdown")
    text = f.keys(body.get("markdown"), "markdown", ("title", "text"))
    f.text(text.get("title"), "title", 1)
    f.text(text.get("text"), "text", 1)
    f.want(len(str(text.get("text")).encode()) <= 20000, "text over 20,000 bytes")
    at = f.keys(body.get("at", {}), "at", (), ("atMobiles", "atUserIds", "isAtAll"))
    for who in at.get("atMobiles", []) + at.get("atUserIds", []):
        f.want("@" + who in str(text.get("text")), f"{who} does not stand in the text")
    robot(request, str(text.get("text")), f)
    request.reply = '{"errcode":0,"errmsg":"ok"}'


def wecom(request, body, f):
    f.want(urllib.parse.parse_qs(request.query).get("key"), "key is missing")
    kind = body.get("msgtype") if isinstance(body, dict) else None
    f.want(kind in ("text", "markdown"), "msgtype is unknown")
    f.keys(body, "body", ("msgtype", str(kind)))
    part = f.keys(body.get(kind), str(kind), ("content",), ("mentioned_list", "mentioned_mobile_list"))
    text = f.text(part.get("content"), "content", 1)
    most = 2048 if kind == "text" else 4096
    f.want(len(text.encode()) <= most, f"content has {len(text.encode())} > {most} bytes")
    robot(request, text, f)
    request.reply = '{"errcode":0,"errmsg":"ok"}'


def feishu(request, body, f):
    f.want(re.search(r"/open-apis/bot/v2/hook/[\w-]+$", request.path), "path is no hook")
    f.want(len(request.raw) <= 20 * 1024, "body over 20 KB")
    f.keys(body, "body", ("timestamp", "sign", "msg_type", "content"))
    stamp = str(body.get("timestamp"))
    f.want(isinstance(body.get("timestamp"), str) and stamp.isdigit() and abs(int(stamp) - time.time()) < 3600,
           "timestamp is missing or old")
    good = [mac(f"{stamp}\n{s}".encode(), b"") for s in request.secrets("feishu")]
    f.want(body.get("sign") in good, "sign does not fit")
    f.want(body.get("msg_type") == "text", "msg_type is no text")
    text = f.text(f.keys(body.get("content"), "content", ("text",)).get("text"), "text", 1)
    for tag in re.findall(r"<[^>]*>", text):
        f.want(re.match(r'^(<at user_id="[\w-]+">|</at>)$', tag), f"tag {tag}")
    robot(request, text, f)
    request.reply = '{"code":0,"msg":"success","data":{}}'


def template(request, body, f):
    f.want(body is not None, "no body")


TYPES = {
    "webhook": webhook, "alertmanager": alertmanager, "alertmanager-webhook": alertmanager_webhook,
    "cloudevents": cloudevents, "slack": slack, "teams": teams, "pagerduty": pagerduty, "dingtalk": dingtalk,
    "wecom": wecom, "feishu": feishu, "template": template,
}


# ---- the server -----------------------------------------------------------------------------

class Book:
    """What came, and what is ordered; shared by the threads of the server."""

    def __init__(self, path):
        self.lock = threading.Lock()
        self.file = open(path, "a", encoding="utf-8", buffering=1)
        self.lines = []
        self.orders = []
        self.ended = threading.Event()

    def log(self, line):
        with self.lock:
            line["n"] = len(self.lines) + 1
            self.lines.append(line)
            self.file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def order(self, path, answers, stay):
        with self.lock:
            self.orders = [o for o in self.orders if o["path"] != path]
            if answers:
                self.orders.append({"path": path, "answers": list(answers), "stay": stay})

    def next_answer(self, path):
        with self.lock:
            for one in self.orders:
                if path.startswith(one["path"]):
                    if one["stay"] and len(one["answers"]) == 1:
                        return one["answers"][0]
                    answer = one["answers"].pop(0)
                    self.orders = [o for o in self.orders if o["answers"]]
                    return answer
        return "ok"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, *_):
        pass

    def secrets(self, name):
        return self.server.secrets.get(name, [])

    def answer(self, status, text, extra=()):
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        for name, value in extra:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        book = self.server.book
        if self.path == "/_log":
            self.answer(200, json.dumps(book.lines, ensure_ascii=False))
        elif self.path == "/_left":
            self.answer(200, json.dumps(book.orders))
        else:
            self.answer(404, "no such page")

    def do_POST(self):
        self.raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.path, _, self.query = self.path.partition("?")
        if self.path == "/_order":
            order = json.loads(self.raw)
            self.server.book.order(order["path"], order.get("answers", []), order.get("stay", False))
            self.answer(200, "{}")
            return
        self.take()

    def check(self, kind):
        faults = Faults()
        try:
            body = json.loads(self.raw.decode("utf-8"), object_pairs_hook=self.pairs)
        except (UnicodeDecodeError, ValueError) as error:
            faults.append(f"body is no JSON: {error}")
            return None, faults
        faults.want("json" in self.headers.get("Content-Type", ""), "content type is no JSON")
        for token in self.secrets("token"):
            faults.want(self.headers.get("Authorization") in (None, "Bearer " + token), "the token is another")
        try:
            TYPES[kind](self, body, faults)
        except (AttributeError, TypeError, KeyError) as error:
            faults.append(f"the body has another form: {error!r}")
        return body, faults

    @staticmethod
    def pairs(items):
        keys = [key for key, _ in items]
        if len(set(keys)) != len(keys):
            raise ValueError("a key twice")
        return dict(items)

    def take(self):
        kind = self.path.split("/")[1]
        self.status, self.reply, self.key = 200, "", None
        if kind not in TYPES:
            self.answer(404, "no such type")
            return
        body, faults = self.check(kind)
        wanted = self.server.book.next_answer(self.path)
        self.server.book.log({
            "type": kind, "path": self.path, "at": time.time(), "answer": "400" if faults else wanted,
            "accepted": not faults and wanted == "ok", "key": self.key or hashlib.sha256(self.raw).hexdigest(),
            "faults": faults, "body": body,
        })
        if faults:
            self.answer(400, "; ".join(faults)[:1000])
        else:
            self.obey(wanted)

    def obey(self, wanted):
        what, _, rest = wanted.partition(":")
        if what == "ok":
            self.answer(self.status, self.reply)
        elif what == "hang":
            self.server.book.ended.wait(120)
            self.close_connection = True
        elif what == "close":
            self.close_connection = True
        elif what == "redirect":
            self.answer(302, "elsewhere", [("Location", self.path)])
        elif what == "garbage":
            self.wfile.write(b"\x16\x03\x03 no HTTP \xff\xfe\r\n\r\n")
            self.close_connection = True
        elif what == "robot":
            self.answer(200, json.dumps({"errcode": int(rest), "code": int(rest), "errmsg": "as ordered", "msg": "as ordered"}))
        elif what == "body":
            self.answer(200, rest)
        else:
            self.answer(int(what), "as ordered", [("Retry-After", rest)] if rest else [])


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        kind = sys.exc_info()[0]
        if not issubclass(kind, (ConnectionError, TimeoutError, ssl.SSLError)):
            super().handle_error(request, client_address)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", required=True)
    parser.add_argument("--tls", help="folder with cert.pem and key.pem")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--secret", action="append", default=[], help="webhook=whsec_…, dingtalk=…, feishu=…, keyword=…, token=…")
    options = parser.parse_args()
    server = Server(("127.0.0.1", options.port), Handler)
    server.book = Book(options.log)
    server.secrets = {name: list(values) for name, values in SECRETS.items()}
    for one in options.secret:
        name, _, value = one.partition("=")
        if server.secrets.get(name) == SECRETS.get(name):
            server.secrets[name] = []
        server.secrets.setdefault(name, []).append(value)
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.tls + "/cert.pem", options.tls + "/key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print("ready", server.server_address[1], flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    server.book.ended.set()


if __name__ == "__main__":
    main()
