"""Fetches the assignments of TutorCity and announces the new ones.

The announcement does not look at ENABLE_BROADCAST; only --quiet or
TUTORCITY_FETCH_ENABLED=false keep it from speaking.
"""
import argparse
import os
import sys

from broadcast_assignments import send_broadcast
from shared.config import load_aggregator_config
from shared.http_json import HttpError, request
from shared.service import log_environment, logger_for
from shared.supabase_rest import SupabaseRest

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COLUMNS = ("subject", "level", "rate", "location")


def rows_of(fetched):
    for item in fetched:
        yield {"assignment_code": item["code"], "source": "tutorcity",
               **{column: item.get(column) for column in COLUMNS}}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quiet", action="store_true")
    arguments = parser.parse_args()
    cfg = load_aggregator_config()
    log = logger_for("tutorcity-fetch", os.path.join(FOLDER, "logs"))
    log_environment(log)
    if not cfg.tutorcity_enabled:
        log.info("switched off")
        return 0
    database = SupabaseRest(cfg.supabase_url, cfg.supabase_key)
    try:
        fetched = request("GET", cfg.tutorcity_api_url)["assignments"]
        new = database.insert_new("assignments", list(rows_of(fetched)), conflict="assignment_code") if fetched else []
        log.info("fetched %s, new %s", len(fetched), len(new))
        for assignment in new if not arguments.quiet else []:
            send_broadcast(assignment, cfg, database)
    except HttpError as error:
        log.warning("will try again in the next round: %s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
