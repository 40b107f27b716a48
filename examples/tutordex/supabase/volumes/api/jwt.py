"""Checks an HS256 token, the only kind this stack issues."""
import base64
import hashlib
import hmac
import json
import time


def claims_of(token, secret):
    """The token's claims, or None when it is malformed, forged or expired."""
    try:
        head, payload, signature = token.split(".")
        if json.loads(_decode(head)).get("alg") != "HS256":
            return None
        expected = hmac.new(secret.encode(), f"{head}.{payload}".encode(), hashlib.sha256).digest()
        if not hmac.compare_digest(expected, _decode(signature)):
            return None
        claims = json.loads(_decode(payload))
    except (ValueError, AttributeError):
        return None
    return claims if claims.get("exp", 0) > time.time() else None


def bearer_of(headers):
    value = headers.get("Authorization") or ""
    return value[7:] if value.lower().startswith("bearer ") else ""


def _decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
