"""Routes of the world outside. What each part does stands in its own file."""
import collections
import json
import os
import signal
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import stream
from holds import Holds
from ledger import Ledger
from script import Script
from telegram import Telegram, whole

ledger = Ledger(os.environ["WORLD_DATA"])
polls = Holds(float(os.environ.get("POLL_HOLD_SECONDS", "5")))
sessions = Holds(float(os.environ.get("SESSION_HOLD_SECONDS", "8")))
script = Script()
telegram = Telegram(ledger, polls, sessions, script)


class World(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One packet per answer; see the delayed-acknowledgement trap of small writes.
    disable_nagle_algorithm = True
    wbufsize = 65536
    timeout = 75

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/health":
            return self.answer(200, {"ok": True, "born": ledger.born})
        if url.path == "/recorded":
            return self.answer(200, ledger.since(query.get("since", ""), query.get("kind", "")))
        if url.path == "/recorded/summary":
            return self.answer(200, summary())
        if url.path == "/tutorcity/assignments":
            return self.answer(200, {"assignments": stream.tutorcity()})
        if url.path == "/session/messages":
            return self.channel_posts(query)
        if url.path.startswith("/bot"):
            return self.bot_call(url.path, query)
        return self.answer(404, {"ok": False, "error": "not found"})

    def do_POST(self):
        url = urllib.parse.urlsplit(self.path)
        fields = {**dict(urllib.parse.parse_qsl(url.query)), **self.read_fields()}
        if url.path.startswith("/bot"):
            return self.bot_call(url.path, fields)
        if url.path in ("/session/connect", "/session/ping", "/session/disconnect"):
            status, body = telegram.session(url.path.rsplit("/", 1)[1],
                                            str(fields.get("session", "")), self.caller(fields))
            return self.answer(status, body)
        if url.path == "/reset":
            ledger.reset()
            script.set({"clear": True})
            return self.answer(200, {"ok": True})
        if url.path == "/script":
            if not fields.get("clear") and not ("method" in fields and whole(fields.get("status"), 0)):
                return self.answer(400, {"ok": False, "error": "needs method and status, or clear"})
            return self.answer(200, {"ok": True, "ills": script.set(fields)})
        if url.path == "/maintenance":
            told = script.failure("maintenance")
            event = ledger.add("maintenance", text=fields.get("text"), body=fields,
                               **({"status": told} if told else {}), **self.caller(fields))
            return self.answer(told or 200, {"ok": not told, "n": event["n"]})
        # Whatever else arrives was also sent by somebody: it is kept, not lost.
        known = url.path.startswith("/sentry")
        ledger.add("error-report" if known else "unknown", method=url.path, **self.caller(fields))
        return self.answer(200 if known else 404, {"ok": known})

    def bot_call(self, path, fields):
        token, _, method = path[len("/bot"):].partition("/")
        token = urllib.parse.unquote(token)
        if not token.split(":")[0].isdigit() or not method:
            ledger.add("unknown", method=method, text="not a bot token", **self.caller(fields))
            return self.answer(404, {"ok": False, "error_code": 404, "description": "Not Found"})
        return self.answer(*telegram.call(token, method, fields, self.caller(fields)))

    def channel_posts(self, query):
        # A session is optional here; when one is named it must be the caller's own.
        session = self.headers.get("X-Session") or query.get("session")
        if session:
            status, body = telegram.session("ping", session, self.caller(query))
            if status != 200:
                return self.answer(status, body)
        if "channel" not in query:
            return self.answer(400, {"ok": False, "error": "needs channel"})
        limit, after = min(whole(query.get("limit"), 50), 200), whole(query.get("after"), 0)
        posts, latest = stream.messages(ledger.born, query["channel"], after, limit)
        return self.answer(200, {"ok": True, "messages": posts, "latest": latest})

    def caller(self, fields):
        # Docker hides a container's address behind the gateway's, so a consumer
        # that wants to be told apart names itself.
        remote = self.client_address[0]
        named = self.headers.get("X-Consumer") or fields.get("consumer")
        return {"remote": remote, "consumer": str(named or remote)}

    def read_fields(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "urlencoded" in self.headers.get("Content-Type", ""):
            try:
                return dict(urllib.parse.parse_qsl(body.decode()))
            except ValueError:
                return {}
        try:
            fields = json.loads(body or b"{}")
        except ValueError:
            return {}
        return fields if isinstance(fields, dict) else {"body": fields}

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass  # paths hold tokens; the ledger says what happened


def summary():
    events = ledger.since("", "")
    count = lambda field: dict(collections.Counter(str(e[field]) for e in events if e[field] is not None))
    return {"total": len(events), "last": ledger.number, "kinds": count("kind"), "bots": count("bot"),
            "chats": count("chat_id"), "polling": polls.holders(), "sessions": sessions.holders()}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


if __name__ == "__main__":
    server = Server(("0.0.0.0", 7070), World)
    # A first process ignores SIGTERM unless it says otherwise.
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    print("the world listens on 7070", flush=True)
    server.serve_forever(poll_interval=0.2)
