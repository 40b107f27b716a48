"""Stand-in for Supabase's gateway: demands an API key, then forwards."""
import hmac
import http.client
import os

import web

ROUTES = {
    "/rest/v1/": ("rest", 3000),
    "/auth/v1/": ("auth", 9999),
    "/storage/v1/": ("storage", 5000),
}
# These describe one connection, not the message, and must not travel on.
HOP_BY_HOP = {
    "connection", "keep-alive", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade", "host", "content-length",
}
KEYS = tuple(os.environ[name].encode() for name in ("SUPABASE_ANON_KEY", "SUPABASE_SERVICE_KEY"))


class Gateway(web.Handler):
    def forward(self):
        body = self.read_body()
        if self.path == "/health":
            return self.answer(200, {"ok": True, "stand_in": "gateway"})
        route = next((prefix for prefix in ROUTES if self.path.startswith(prefix)), None)
        if route is None:
            return self.answer(404, {"message": "no Route matched with those values"})
        key = self.headers.get("apikey")
        if key is None:
            return self.answer(401, {"message": "No API key found in request"})
        if not any(hmac.compare_digest(key.encode(), known) for known in KEYS):
            return self.answer(401, {"message": "Invalid authentication credentials"})
        host, port = ROUTES[route]
        try:
            status, headers, data = self.ask(host, port, "/" + self.path[len(route):], body)
        except (OSError, http.client.HTTPException) as error:
            return self.answer(503, {"message": f"upstream {host} does not answer: {error}"})
        return self.answer(status, data, headers)

    def ask(self, host, port, path, body):
        headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP_BY_HOP}
        if "Authorization" not in self.headers:
            headers["Authorization"] = "Bearer " + self.headers["apikey"]
        headers["X-Forwarded-For"] = self.client_address[0]
        # A connection per request: the upstream's address is looked up each time,
        # so a recreated container is found again without a restart of this one.
        connection = http.client.HTTPConnection(host, port, timeout=30)
        try:
            connection.request(self.command, path, body or None, headers)
            response = connection.getresponse()
            data = response.read()
            kept = [(k, v) for k, v in response.getheaders() if k.lower() not in HOP_BY_HOP]
            if self.command == "HEAD" and response.getheader("Content-Length"):
                kept.append(("Content-Length", response.getheader("Content-Length")))
            return response.status, kept, data
        finally:
            connection.close()

    do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = do_DELETE = do_OPTIONS = forward


if __name__ == "__main__":
    web.serve(Gateway, 8000)
