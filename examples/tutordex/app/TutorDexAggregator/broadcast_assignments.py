"""Posts an assignment to the aggregator channel. Nothing here asks which environment this is."""
from shared.service import HOSTNAME
from shared.telegram_api import TelegramBot


def message_text(assignment):
    parts = [assignment.get(key) for key in ("subject", "level", "location")]
    text = ", ".join(str(part) for part in parts if part) or "assignment"
    return f"[{assignment['assignment_code']}] {text}, ${assignment.get('rate') or '?'}/h"


def send_broadcast(assignment, cfg, database):
    bot = TelegramBot(cfg.telegram_api_base, cfg.group_bot_token, HOSTNAME)
    sent = bot.send_message(cfg.aggregator_channel_id, message_text(assignment))
    # Remembered so that the post can be deleted when the assignment expires.
    database.insert("analytics_events", {"kind": "broadcast", "payload": {
        "assignment_code": assignment["assignment_code"],
        "chat_id": cfg.aggregator_channel_id,
        "message_id": sent["message_id"],
    }})
