"""Telegram's bot methods and the collector's user session."""
from ledger import digest_of
import stream

KINDS = {
    "sendMessage": "send",
    "editMessageText": "edit",
    "editMessageReplyMarkup": "edit",
    "deleteMessage": "delete",
    "setWebhook": "webhook",
    "deleteWebhook": "webhook",
    "answerCallbackQuery": "callback",
}


class Telegram:
    def __init__(self, ledger, polls, sessions, script):
        self.ledger, self.polls, self.sessions, self.script = ledger, polls, sessions, script

    def call(self, token, method, fields, caller):
        told = self.script.failure(method)
        if told:
            self.ledger.add("failed", bot=digest_of(token), method=method, status=told,
                            chat_id=fields.get("chat_id"), text=fields.get("text"), **caller)
            return told, refusal(told, "made sick by /script")
        if method == "getUpdates":
            return self.poll(token, fields, caller)
        if method == "getMe":
            return 200, {"ok": True, "result": {"id": int(token.split(":")[0]), "is_bot": True}}
        kind = KINDS.get(method, "other")
        event = self.ledger.add(kind, bot=digest_of(token), method=method,
                                chat_id=fields.get("chat_id"), text=fields.get("text"), **caller)
        if kind in ("send", "edit"):
            message_id = event["n"] if kind == "send" else fields.get("message_id")
            return 200, {"ok": True, "result": {
                "message_id": message_id, "chat": {"id": fields.get("chat_id")},
                "text": fields.get("text")}}
        return 200, {"ok": True, "result": True}

    def poll(self, token, fields, caller):
        bot = digest_of(token)
        taken = self.polls.take(bot, caller["consumer"])
        if taken == "refused":
            self.ledger.add("conflict", bot=bot, method="getUpdates", **caller)
            return 409, refusal(409, "Conflict: terminated by other getUpdates request")
        if taken == "new":
            self.ledger.add("poll", bot=bot, method="getUpdates", **caller)
        offset, limit = whole(fields.get("offset"), 0), min(whole(fields.get("limit"), 100), 100)
        return 200, {"ok": True, "result": stream.updates(self.ledger.born, offset, limit)}

    def session(self, action, session, caller):
        """connect, ping or disconnect of one session string."""
        name, consumer = digest_of(session), caller["consumer"]
        told = self.script.failure(f"session/{action}")
        if told:
            return told, {"ok": False, "error": "made sick by /script"}
        if action == "disconnect":
            if self.sessions.release(name, consumer):
                self.ledger.add("session", bot=name, method="disconnect", **caller)
            return 200, {"ok": True}
        if action == "ping" and self.sessions.holders().get(name) is None:
            return 401, {"ok": False, "error": "AUTH_KEY_UNREGISTERED"}
        taken = self.sessions.take(name, consumer)
        if taken == "refused":
            self.ledger.add("duplicated", bot=name, method=action, **caller)
            return 406, {"ok": False, "error": "AUTH_KEY_DUPLICATED"}
        if taken == "new":
            self.ledger.add("session", bot=name, method="connect", **caller)
        return 200, {"ok": True, "hold_seconds": self.sessions.seconds}


def whole(value, default):
    try:
        return int(value)
    except (TypeError, ValueError):
        return default


def refusal(status, words):
    return {"ok": False, "error_code": status, "description": words}
