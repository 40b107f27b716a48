"""Stands in for a program that cannot be had offline: same ports, volumes and health path, nothing more."""
import argparse
import glob
import json
import os
import signal
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

stopping = threading.Event()
started = time.time()
counters = {"requests_total": 0, "spans_total": 0}


def json_page(body):
    return "application/json", json.dumps(body)


def metrics_page(role):
    lines = [f'stand_in_info{{role="{role}"}} 1', f"stand_in_start_time_seconds {started:.3f}"]
    lines += [f"stand_in_{name} {value}" for name, value in sorted(counters.items())]
    return "text/plain; version=0.0.4", "\n".join(lines) + "\n"


# --- grafana: a database with dashboards and a user, filled once from the provisioning folder ---

GRAFANA_DB = "/var/lib/grafana/grafana.db"


def grafana_database():
    return sqlite3.connect(GRAFANA_DB, timeout=5)


def grafana_first_start():
    with grafana_database() as database:
        database.execute("CREATE TABLE IF NOT EXISTS dashboards (uid TEXT PRIMARY KEY, title TEXT, body TEXT)")
        database.execute("CREATE TABLE IF NOT EXISTS users (login TEXT PRIMARY KEY, created_at REAL)")
        for path in sorted(glob.glob("/etc/grafana/provisioning/dashboards/*.json")):
            with open(path, encoding="utf-8") as file:
                board = json.load(file)
            database.execute("INSERT OR IGNORE INTO dashboards VALUES (?, ?, ?)",
                             (board["uid"], board["title"], json.dumps(board)))
        # One that nobody provisioned: it exists only in the volume.
        database.execute("INSERT OR IGNORE INTO dashboards VALUES (?, ?, ?)",
                         ("hand-made", "Made by hand", json.dumps({"panels": []})))
        login = os.environ.get("GF_SECURITY_ADMIN_USER", "admin")
        database.execute("INSERT OR IGNORE INTO users VALUES (?, ?)", (login, started))


def grafana_dashboards():
    database = grafana_database()
    rows = database.execute("SELECT uid, title FROM dashboards ORDER BY uid").fetchall()
    database.close()
    return [{"uid": uid, "title": title} for uid, title in rows]


def grafana_page(path):
    if path == "/api/health":
        return json_page({"database": "ok", "version": "stand-in", "stand_in": "grafana"})
    if path == "/api/search":
        return json_page(grafana_dashboards())
    if path == "/metrics":
        return metrics_page("grafana")
    if path == "/":
        titles = "".join(f"<li>{board['title']}</li>" for board in grafana_dashboards())
        return "text/html", f"<h1>Grafana (stand-in)</h1><ul>{titles}</ul>"


# --- tempo: keeps what it is sent, in the volume ---

TEMPO_FILE = "/tmp/tempo/traces.jsonl"
TEMPO_KEEP_BYTES = 1_000_000


def tempo_write(line):
    os.makedirs(os.path.dirname(TEMPO_FILE), exist_ok=True)
    if os.path.exists(TEMPO_FILE) and os.path.getsize(TEMPO_FILE) > TEMPO_KEEP_BYTES:
        os.replace(TEMPO_FILE, TEMPO_FILE + ".old")
    with open(TEMPO_FILE, "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def tempo_page(path):
    if path == "/ready":
        return "text/plain", "ready (stand-in: tempo)\n"
    if path == "/metrics":
        return metrics_page("tempo")


# --- otel-collector: sends one span to tempo now and then ---

def otel_send_spans():
    target = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    while target and not stopping.wait(10):
        span = {"environment": os.environ.get("ENVIRONMENT"), "at": time.time()}
        call = urllib.request.Request(f"{target}/v1/traces", data=json.dumps(span).encode())
        try:
            urllib.request.urlopen(call, timeout=3).close()
            counters["spans_total"] += 1
        except (urllib.error.URLError, OSError) as error:
            print(f"stand-in otel-collector: span not sent: {error}")


def otel_page(path):
    if path == "/":
        return json_page({"status": "Server available", "stand_in": "otel-collector"})
    if path == "/metrics":
        return metrics_page("otel-collector")


def cadvisor_page(path):
    if path == "/healthz":
        return "text/plain", "ok (stand-in: cadvisor)\n"
    if path == "/metrics":
        return metrics_page("cadvisor")


ROLES = {
    "grafana": {"ports": [3000], "page": grafana_page, "first": grafana_first_start},
    "tempo": {"ports": [3200, 4317, 4318], "page": tempo_page,
              "first": lambda: tempo_write({"event": "started", "at": started})},
    "otel-collector": {"ports": [13133, 8888, 4317, 4318], "page": otel_page, "background": otel_send_spans},
    "cadvisor": {"ports": [8080], "page": cadvisor_page},
}


def handler_for(role):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            counters["requests_total"] += 1
            self.answer(ROLES[role]["page"](self.path.split("?")[0]))

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode(errors="replace")
            if role == "tempo" and self.path == "/v1/traces":
                counters["spans_total"] += 1
                tempo_write({"event": "span", "body": body[:2000]})
            self.answer(json_page({"stand_in": role}))

        def answer(self, page):
            kind, text = page or ("text/plain", f"no such page in the stand-in for {role}\n")
            data = text.encode()
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    return Handler


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--role", choices=sorted(ROLES), required=True)
    role = parser.parse_args().role
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    ROLES[role].get("first", lambda: None)()
    for port in ROLES[role]["ports"]:
        server = ThreadingHTTPServer(("0.0.0.0", port), handler_for(role))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
    if "background" in ROLES[role]:
        threading.Thread(target=ROLES[role]["background"], daemon=True).start()
    print(f"stand-in for {role}, ports {ROLES[role]['ports']}")
    stopping.wait()
    print(f"stand-in for {role} stops")


main()
