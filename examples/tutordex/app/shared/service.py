"""What every long-running program here needs: a stop flag, log lines, a metrics page."""
import json
import logging
import logging.handlers
import os
import signal
import socket
import sys
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOSTNAME = socket.gethostname()
stopping = threading.Event()


def stop_on_sigterm():
    # Process 1 gets no default signal actions: without a handler SIGTERM would be ignored.
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())


def run_until_stopped(work):
    """Exit status of `work`, which runs in a thread of its own.

    A lookup or a call that hangs in the main thread would keep the signal
    handler waiting; like this a stop takes a second at most.
    """
    outcome = []

    def body():
        try:
            outcome.append(work())
        except SystemExit as error:
            outcome.append(error.code)
        except BaseException:
            traceback.print_exc()
            outcome.append(1)
        finally:
            stopping.set()

    thread = threading.Thread(target=body, daemon=True)
    thread.start()
    stopping.wait()
    thread.join(1)
    return outcome[0] if outcome else 0


class JsonLines(logging.Formatter):
    def format(self, record):
        line = {"ts": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"), "level": record.levelname,
                "service": record.name, "message": record.getMessage()}
        return json.dumps(line)


def logger_for(name, folder=None):
    log = logging.getLogger(name)
    log.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
    handlers = [logging.StreamHandler(sys.stdout)]
    if folder:
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, f"{name}.log")
        handlers.append(logging.handlers.RotatingFileHandler(path, maxBytes=500_000, backupCount=1))
    as_json = os.environ.get("LOG_JSON", "").lower() == "true"
    for handler in handlers:
        handler.setFormatter(JsonLines() if as_json else logging.Formatter("%(levelname)s %(name)s %(message)s"))
        log.addHandler(handler)
    return log


def log_environment(log):
    log.info("APP_ENV: %s", os.environ.get("APP_ENV") or "unset")


class Metrics:
    def __init__(self, service):
        self.service = service
        self.started = time.time()
        self.values = {}
        self.lock = threading.Lock()

    def add(self, name, amount=1, **labels):
        with self.lock:
            key = (name, tuple(sorted(labels.items())))
            self.values[key] = self.values.get(key, 0) + amount

    def set(self, name, value, **labels):
        with self.lock:
            self.values[(name, tuple(sorted(labels.items())))] = value

    def render(self):
        with self.lock:
            values = dict(self.values)
        values[("service_start_time_seconds", ())] = round(self.started, 3)
        lines = []
        for (name, labels), value in sorted(values.items()):
            pairs = ",".join(f'{key}="{text}"' for key, text in (("service", self.service),) + labels)
            lines.append(f"tutordex_{name}{{{pairs}}} {value}")
        return "\n".join(lines) + "\n"

    def serve(self, port):
        metrics = self

        class Page(BaseHTTPRequestHandler):
            def do_GET(self):
                body = metrics.render().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("0.0.0.0", port), Page)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
