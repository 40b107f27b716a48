"""The HTTP server under the three stand-ins: bodies, JSON answers, clean stop."""
import json
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Answers leave in one packet. Without this, a header and a body written
    # separately cost every request a delayed acknowledgement of 40 ms.
    disable_nagle_algorithm = True
    wbufsize = 65536
    timeout = 75

    def read_body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunks(self):
        while True:
            size = int(self.rfile.readline().split(b";")[0], 16)
            chunk = self.rfile.read(size)
            self.rfile.readline()
            if size == 0:
                return
            yield chunk

    def answer(self, status, body, headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        names = {name.lower() for name, _ in headers}
        self.log_request(status)
        self.send_response_only(status)
        # A forwarded answer keeps the date it came with.
        if "date" not in names:
            self.send_header("Date", self.date_time_string())
        for name, value in headers:
            self.send_header(name, value)
        if "content-type" not in names:
            self.send_header("Content-Type", "application/json")
        if status not in (204, 304) and "content-length" not in names:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(data)

    def log_message(self, format, *args):
        # Health probes would drown everything else in the log.
        if self.path not in ("/health", "/status"):
            print(self.address_string(), format % args, flush=True)


def serve(handler, port):
    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    server = Server(("0.0.0.0", port), handler)

    def stop(*_):
        # shutdown() waits for the loop, hence never from the loop's own thread.
        threading.Thread(target=server.shutdown).start()

    # A first process has no default handler for SIGTERM: without this one the
    # container would hang until Docker kills it.
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"listening on {port}", flush=True)
    server.serve_forever(poll_interval=0.2)
    sys.exit(0)
