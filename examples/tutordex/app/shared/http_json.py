"""One JSON request over HTTP. Errors keep the status and the first part of the answer."""
import json
import urllib.error
import urllib.request


class HttpError(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status} {body[:200]}")
        self.status = status


def request(method, url, body=None, headers=None, timeout=5):
    data = None if body is None else json.dumps(body).encode()
    call = urllib.request.Request(url, data=data, method=method, headers=dict(headers or {}))
    if data is not None:
        call.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(call, timeout=timeout) as answer:
            text = answer.read().decode()
    except urllib.error.HTTPError as error:
        raise HttpError(error.code, error.read().decode(errors="replace")) from error
    except (urllib.error.URLError, OSError) as error:
        raise HttpError(0, str(getattr(error, "reason", error))) from error
    return json.loads(text) if text.strip() else None
