"""Receives Alertmanager's webhook and posts each alert to the alert chat."""
import json
import os
import signal
import socket
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

stopping = threading.Event()
API_BASE = os.environ.get("TELEGRAM_API_BASE", "http://host.docker.internal:7070")
TOKEN = os.environ.get("ALERT_BOT_TOKEN", "")
CHAT_ID = os.environ.get("ALERT_CHAT_ID", "")


def post_to_chat(text):
    call = urllib.request.Request(
        f"{API_BASE}/bot{TOKEN}/sendMessage",
        data=json.dumps({"chat_id": CHAT_ID, "text": text}).encode(),
        headers={"Content-Type": "application/json", "X-Consumer": socket.gethostname()},
    )
    with urllib.request.urlopen(call, timeout=5):
        pass


class Webhook(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200, {"ok": True})

    def do_POST(self):
        try:
            message = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            for alert in message.get("alerts", []):
                name = alert.get("labels", {}).get("alertname", "alert")
                summary = alert.get("annotations", {}).get("summary", "")
                post_to_chat(f"[{alert.get('status')}] {name}: {summary}")
                print(f"INFO posted {alert.get('status')} {name}")
            self.answer(200, {"ok": True})
        except (OSError, ValueError) as error:
            # Alertmanager tries again after a 5xx.
            print(f"ERROR alert not posted: {error}")
            self.answer(502, {"ok": False})

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


for name in (signal.SIGTERM, signal.SIGINT):
    signal.signal(name, lambda *_: stopping.set())
server = ThreadingHTTPServer(("0.0.0.0", 8080), Webhook)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print("INFO alert bridge listens on 8080")
stopping.wait()
