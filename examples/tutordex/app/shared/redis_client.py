"""A few Redis commands over a plain socket (RESP), one connection for each call."""
import socket
from urllib.parse import urlparse


class RedisError(Exception):
    pass


class RedisClient:
    def __init__(self, url):
        parts = urlparse(url)
        self.host, self.port = parts.hostname, parts.port or 6379
        self.database = int(parts.path.strip("/") or 0)

    def command(self, *words):
        """The reply to one command. Strings come back as text."""
        try:
            with socket.create_connection((self.host, self.port), timeout=2) as connection:
                stream = connection.makefile("rwb")
                if self.database:
                    self._send(stream, ("SELECT", self.database))
                    self._reply(stream)
                self._send(stream, words)
                return self._reply(stream)
        except OSError as error:
            raise RedisError(str(error)) from error

    def _send(self, stream, words):
        parts = [str(word).encode() for word in words]
        stream.write(b"*%d\r\n" % len(parts))
        for part in parts:
            stream.write(b"$%d\r\n%s\r\n" % (len(part), part))
        stream.flush()

    def _reply(self, stream):
        line = stream.readline().rstrip(b"\r\n")
        kind, rest = line[:1], line[1:]
        if kind == b"+":
            return rest.decode()
        if kind == b":":
            return int(rest)
        if kind == b"$":
            size = int(rest)
            return None if size < 0 else stream.read(size + 2)[:-2].decode()
        if kind == b"*":
            return [self._reply(stream) for _ in range(int(rest))]
        raise RedisError(rest.decode() if kind == b"-" else "connection closed")
