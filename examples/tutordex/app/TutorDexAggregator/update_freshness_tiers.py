"""Moves assignments to the tier that fits their age, a few at a time.

With --delete-expired-telegram it also deletes the channel post of an expired
assignment, whatever ENABLE_BROADCAST says.
"""
import argparse
import os
import sys
from datetime import datetime, timedelta, timezone

from shared.config import load_aggregator_config
from shared.http_json import HttpError
from shared.service import HOSTNAME, log_environment, logger_for
from shared.supabase_rest import SupabaseRest
from shared.telegram_api import TelegramBot

# Oldest first. The third part names the tiers that an assignment has already left behind it.
TIERS = (("expired", 30, ()), ("stale", 14, ("expired",)), ("aging", 7, ("expired", "stale")))
BATCH = 20


def move(database, tier, days, older_tiers):
    before = datetime.now(timezone.utc) - timedelta(days=days)
    done = ",".join((tier,) + older_tiers)
    rows = database.select("assignments", select="id,assignment_code", created_at=f"lt.{before.isoformat()}",
                           freshness_tier=f"not.in.({done})", order="id", limit=BATCH)
    if rows:
        ids = ",".join(str(row["id"]) for row in rows)
        database.update("assignments", {"freshness_tier": tier}, id=f"in.({ids})")
    return rows


def delete_posts(database, bot, assignments, log):
    for assignment in assignments:
        posts = database.select("analytics_events", kind="eq.broadcast",
                                **{"payload->>assignment_code": f"eq.{assignment['assignment_code']}"})
        for post in posts:
            bot.delete_message(post["payload"]["chat_id"], post["payload"]["message_id"])
            log.info("deleted the post of %s", assignment["assignment_code"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--delete-expired-telegram", action="store_true")
    arguments = parser.parse_args()
    cfg = load_aggregator_config()
    log = logger_for("freshness-tiers", os.path.join(os.path.dirname(os.path.abspath(__file__)), "logs"))
    log_environment(log)
    database = SupabaseRest(cfg.supabase_url, cfg.supabase_key)
    try:
        for tier, days, older_tiers in TIERS:
            moved = move(database, tier, days, older_tiers)
            if moved:
                log.info("%s assignments are %s now", len(moved), tier)
            if tier == "expired" and arguments.delete_expired_telegram:
                bot = TelegramBot(cfg.telegram_api_base, cfg.group_bot_token, HOSTNAME)
                delete_posts(database, bot, moved, log)
    except HttpError as error:
        log.warning("will try again in the next round: %s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
