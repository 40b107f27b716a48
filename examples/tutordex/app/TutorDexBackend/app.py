"""The backend: assignments and tutors over HTTP. Assignments live in Supabase, tutors in Redis and Supabase."""
import contextlib
import hmac
import json
import logging
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

from shared.config import load_backend_config
from shared.http_json import HttpError
from shared.redis_client import RedisClient, RedisError
from shared.service import HOSTNAME, Metrics, log_environment, logger_for, stop_on_sigterm, stopping
from shared.supabase_rest import SupabaseRest

CHECK_SECONDS = 3
ASSIGNMENT_COLUMNS = ("assignment_code", "subject", "level", "rate", "location", "source")


class BadRequest(Exception):
    pass


class Backend:
    """What can be asked. Each method gives (status, body)."""

    def __init__(self, cfg, log):
        self.cfg = cfg
        self.log = log
        self.metrics = Metrics("backend")
        self.metrics.add("http_errors_total", 0)
        self.lock = threading.Lock()
        self.requests_under_way = 0
        self.redis = RedisClient(cfg.redis_url)
        self.database = SupabaseRest(cfg.supabase_url, cfg.supabase_key)

    @contextlib.contextmanager
    def under_way(self):
        with self.lock:
            self.requests_under_way += 1
        try:
            yield
        finally:
            with self.lock:
                self.requests_under_way -= 1

    # -- health: always 200; whether it is well stands in the body ----------------

    def health(self, _query):
        sick = self.cfg.sick or (self.cfg.sick_file and os.path.exists(self.cfg.sick_file))
        return 200, {"ok": not sick, "app_env": self.cfg.app_env, "project": self.cfg.compose_project}

    def dependencies(self, _query):
        parts = self._check(redis=self._redis_state, supabase=self._supabase_state, firebase=self._firebase_state)
        return 200, {"ok": all(part["ok"] for part in parts.values()), **parts}

    def _check(self, **states):
        """Asks all at once: a name that cannot be looked up would hold up the others for many seconds."""
        parts = {name: {"ok": False, "error": "no answer in time"} for name in states}
        threads = [threading.Thread(target=self._ask, args=(parts, name, state), daemon=True)
                   for name, state in states.items()]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + CHECK_SECONDS
        for thread in threads:
            thread.join(max(0, deadline - time.monotonic()))
        return dict(parts)

    def _ask(self, parts, name, state):
        try:
            parts[name] = {"ok": True, **state()}
        except (HttpError, RedisError, OSError, ValueError) as error:
            self.log.warning("dependency %s: %s", name, error)
            parts[name] = {"ok": False, "error": str(error)[:200]}

    def _redis_state(self):
        return {"ping": self.redis.command("PING"), "keys": self.redis.command("DBSIZE")}

    def _supabase_state(self):
        rows = self.database.select("assignments", select="id", order="id.desc", limit=1)
        return {"newest_id": rows[0]["id"] if rows else None}

    def _firebase_state(self):
        if not self.cfg.firebase_admin_enabled:
            return {"enabled": False}
        with open(self.cfg.firebase_credentials_path, encoding="utf-8") as file:
            return {"enabled": True, "project_id": json.load(file)["project_id"]}

    # -- assignments ---------------------------------------------------------------

    def assignments(self, query):
        limit = number(query.get("limit", "20"))
        return 200, self.database.select("assignments", select="*", order="created_at.desc,id.desc", limit=limit)

    def add_assignment(self, _query, body):
        row = {column: body[column] for column in ASSIGNMENT_COLUMNS if column in body}
        if not row.get("assignment_code"):
            raise BadRequest("assignment_code is missing")
        new = self.database.insert_new("assignments", [row], conflict="assignment_code")
        return (201, new[0]) if new else (200, {"already_there": row["assignment_code"]})

    def delete_assignment(self, query):
        rows = self.database.delete("assignments", assignment_code=f"eq.{needed(query, 'code')}")
        return 200, {"deleted": len(rows)}

    # -- tutors --------------------------------------------------------------------

    def add_tutor(self, _query, body):
        tutor = str(body.get("id") or body.get("telegram_id") or "")
        if not tutor:
            raise BadRequest("id is missing")
        telegram_id = body.get("telegram_id") or (int(tutor) if tutor.isdigit() else None)
        row = {"telegram_id": telegram_id, "name": body.get("name")}
        # Only somebody whom Telegram knows becomes a user; the rest lives in Redis until they link.
        new = self.database.insert_new("users", [row], conflict="telegram_id") if telegram_id else []
        fields = ["telegram_id", telegram_id or "", "name", body.get("name") or "",
                  "subjects", json.dumps(body.get("subjects", [])), "updated_at", int(time.time())]
        if new:
            fields += ["user_id", new[0]["id"]]
        self.redis.command("HSET", self._tutor_key(tutor), *fields)
        return 201, {"id": tutor, "user": new[0] if new else None}

    def tutor(self, query):
        flat = self.redis.command("HGETALL", self._tutor_key(needed(query, "id")))
        return (200, dict(zip(flat[::2], flat[1::2]))) if flat else (404, {"error": "no such tutor"})

    def delete_tutor(self, query):
        key = self._tutor_key(needed(query, "id"))
        user_id = self.redis.command("HGET", key, "user_id")
        rows = self.database.delete("users", id=f"eq.{user_id}") if user_id else []
        return 200, {"deleted": self.redis.command("DEL", key), "users": len(rows)}

    def _tutor_key(self, tutor):
        return f"{self.cfg.redis_prefix}tutor:{tutor}"

    # -- the rest --------------------------------------------------------------------

    def link(self, _query, body):
        """The link bot reports that a chat sent a link code."""
        key = f"{self.cfg.redis_prefix}link:{body['code']}"
        self.redis.command("SET", key, body["chat_id"], "EX", 86400)
        return 200, {"ok": True}

    def stats(self, _query):
        parts = self._check(redis=self._redis_state, supabase=self._supabase_state)
        return 200, {"app_env": self.cfg.app_env, "project": self.cfg.compose_project, **parts}


PUBLIC = {
    ("GET", "/health"): Backend.health,
    ("GET", "/health/dependencies"): Backend.dependencies,
    ("GET", "/assignments"): Backend.assignments,
}
WITH_KEY = {
    ("GET", "/admin/stats"): Backend.stats,
    ("POST", "/assignments"): Backend.add_assignment,
    ("DELETE", "/assignments"): Backend.delete_assignment,
    ("GET", "/tutors"): Backend.tutor,
    ("POST", "/tutors"): Backend.add_tutor,
    ("DELETE", "/tutors"): Backend.delete_tutor,
    ("POST", "/telegram/link"): Backend.link,
}


def number(text):
    if not text.isdigit():
        raise BadRequest("limit is not a number")
    return min(int(text), 1000)


def fields_of(body):
    fields = json.loads(body)
    if not isinstance(fields, dict):
        raise BadRequest("the body is not an object")
    return fields


def needed(query, name):
    if not query.get(name):
        raise BadRequest(f"{name} is missing")
    return query[name]


def handler_for(backend):
    keys = [key for key in (backend.cfg.admin_api_key, backend.cfg.backend_api_key) if key]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body leave as two writes; without this the second one waits for an acknowledgement.
        disable_nagle_algorithm = True
        timeout = 30

        def handle_any(self):
            with backend.under_way():
                self.handle_one()

        def handle_one(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = urlparse(self.path).path
            if (self.command, path) == ("GET", "/metrics"):
                return self.answer(200, backend.metrics.render().encode(), "text/plain; version=0.0.4")
            status, answer = self.ask(path, body)
            backend.metrics.add("http_requests_total", status=status)
            if status >= 500:
                backend.metrics.add("http_errors_total")
            return self.answer(status, json.dumps(answer).encode(), "application/json")

        def ask(self, path, body):
            route = (self.command, path)
            method = PUBLIC.get(route) or WITH_KEY.get(route)
            if not method:
                return 404, {"error": "no such page"}
            if route in WITH_KEY and backend.cfg.auth_required and not self.has_key():
                return 401, {"error": "X-Api-Key is missing or wrong"}
            query = {key: values[0] for key, values in parse_qs(urlparse(self.path).query).items()}
            try:
                return method(backend, query, fields_of(body)) if self.command == "POST" else method(backend, query)
            except (BadRequest, ValueError, KeyError) as error:
                return 400, {"error": str(error)}
            except (HttpError, RedisError) as error:
                backend.log.error("%s %s: %s", self.command, path, error)
                return 503, {"error": "a dependency does not answer"}

        def has_key(self):
            given = self.headers.get("X-Api-Key", "").encode()
            return any(hmac.compare_digest(given, key.encode()) for key in keys)

        def answer(self, status, data, kind):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("X-Served-By", HOSTNAME)
            if stopping.is_set():
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_DELETE = handle_any

        def log_message(self, *_):
            pass

    return Handler


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # The library's five would turn a short burst of connections away.
    request_queue_size = 128


def main():
    cfg = load_backend_config()
    log = logger_for("backend")
    log_environment(log)
    stop_on_sigterm()
    backend = Backend(cfg, log)
    server = Server(("0.0.0.0", 8000), handler_for(backend))
    # The short interval bounds how long a stop waits for the listener.
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    log.info("backend listens on 8000, project %s, authentication %s", cfg.compose_project, cfg.auth_required)
    stopping.wait()
    server.shutdown()
    # Answers that are under way get a moment; idle keep-alive connections do not.
    deadline = time.monotonic() + 2
    while backend.requests_under_way and time.monotonic() < deadline:
        time.sleep(0.02)
    log.info("stopped")
    # Nothing is left to say: the interpreter's own end can wait for a thread that still answers a kept-alive client.
    logging.shutdown()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
