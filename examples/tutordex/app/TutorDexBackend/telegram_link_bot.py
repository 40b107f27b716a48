"""Polls the link bot's updates and tells the backend about link codes.

How far it got stands in a file in its volume. Without that file it would see
every update again.
"""
import argparse
import json
import os
import sys

from shared.config import load_backend_config, text
from shared.http_json import HttpError, request
from shared.service import (
    HOSTNAME, log_environment, logger_for, run_until_stopped, stop_on_sigterm, stopping,
)
from shared.telegram_api import TelegramBot


class OffsetFile:
    def __init__(self, path):
        self.path = path

    def read(self):
        if not os.path.exists(self.path):
            return 0
        with open(self.path, encoding="utf-8") as file:
            return json.load(file)["offset"]

    def write(self, offset):
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            json.dump({"offset": offset}, file)
        os.replace(self.path + ".new", self.path)


def report_link(cfg, backend_url, update):
    message = update.get("message") or {}
    command, _, code = message.get("text", "").partition(" ")
    if command == "/start" and code:
        request("POST", f"{backend_url}/telegram/link", headers={"X-Api-Key": cfg.backend_api_key},
                body={"code": code, "chat_id": message["chat"]["id"]})


def poll(cfg, bot, offset_file, backend_url, log):
    offset = offset_file.read()
    try:
        updates = bot.get_updates(offset)
    except HttpError as error:
        if error.status == 409:
            # Telegram says "conflict" also when a webhook is set, so the original deletes it here.
            log.warning("another consumer polls this bot: %s", error)
            bot.delete_webhook()
            return
        raise
    for update in updates:
        report_link(cfg, backend_url, update)
        offset_file.write(update["update_id"] + 1)
    if updates:
        log.info("%s updates, next is %s", len(updates), updates[-1]["update_id"] + 1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--poll-seconds", type=float, default=2)
    arguments = parser.parse_args()
    cfg = load_backend_config()
    log = logger_for("telegram-link-bot")
    log_environment(log)
    stop_on_sigterm()
    return run_until_stopped(lambda: poll_for_ever(cfg, log, arguments.poll_seconds))


def poll_for_ever(cfg, log, poll_seconds):
    backend_url = text("BACKEND_URL", "http://backend:8000")
    offset_file = OffsetFile(text("LINK_BOT_OFFSET_FILE", "/data/offset.json"))
    bot = TelegramBot(cfg.telegram_api_base, cfg.link_bot_token, HOSTNAME)
    log.info("polling from %s", offset_file.read())
    reachable = None
    while not stopping.is_set():
        try:
            healthy = request("GET", f"{backend_url}/health")["ok"]
            if healthy != reachable:
                log.info("backend ok: %s", healthy)
            reachable = healthy
            poll(cfg, bot, offset_file, backend_url, log)
        except HttpError as error:
            log.warning("will try again: %s", error)
        stopping.wait(poll_seconds)
    log.info("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
