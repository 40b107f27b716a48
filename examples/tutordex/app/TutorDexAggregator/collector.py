"""Reads the source channels and writes each message to the database as it came.

Progress is kept twice, as in a real Telegram client: a session file and a
small catch-up file. Both lie in state/, that is in the mounted folder.
"""
import hashlib
import json
import os
import sqlite3
import sys
from urllib.parse import quote

from shared.config import MissingVariable, load_aggregator_config
from shared.http_json import HttpError, request
from shared.service import (
    HOSTNAME, Metrics, log_environment, logger_for, run_until_stopped, stop_on_sigterm, stopping,
)
from shared.supabase_rest import SupabaseRest

FOLDER = os.path.dirname(os.path.abspath(__file__))
POLL_SECONDS = 2


class CatchUp:
    """The last message id of each channel. The file is replaced, never half written."""

    def __init__(self, path):
        self.path = path
        self.last = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.last = json.load(file)["channels"]

    def after(self, channel):
        return self.last.get(channel, 0)

    def advance(self, channel, message_id):
        self.last[channel] = message_id
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            json.dump({"channels": self.last}, file)
        os.replace(self.path + ".new", self.path)


class SessionFile:
    """What a Telegram client library keeps: whose session this is, and how far it got."""

    def __init__(self, path, session):
        self.database = sqlite3.connect(path, timeout=5)
        with self.database:
            self.database.execute("CREATE TABLE IF NOT EXISTS sessions (auth_key_sha256 TEXT PRIMARY KEY)")
            self.database.execute(
                "CREATE TABLE IF NOT EXISTS update_state (channel TEXT PRIMARY KEY, message_id INTEGER)")
            digest = hashlib.sha256(session.encode()).hexdigest()
            self.database.execute("INSERT OR IGNORE INTO sessions VALUES (?)", (digest,))

    def advance(self, channel, message_id):
        with self.database:
            self.database.execute("INSERT OR REPLACE INTO update_state VALUES (?, ?)", (channel, message_id))


class Session:
    """The connection to the outside world. One session has one consumer at a time."""

    def __init__(self, base, session):
        self.base = base.rstrip("/")
        self.body = {"session": session, "consumer": HOSTNAME}

    def connect(self):
        request("POST", f"{self.base}/session/connect", body=self.body)

    def disconnect(self):
        request("POST", f"{self.base}/session/disconnect", body=self.body, timeout=2)

    def messages(self, channel, after):
        url = f"{self.base}/session/messages?channel={quote(channel)}&after={after}"
        headers = {"X-Session": self.body["session"], "X-Consumer": HOSTNAME}
        return request("GET", url, headers=headers)["messages"]


def collect(channel, session, database, catch_up, session_file, metrics):
    messages = session.messages(channel, catch_up.after(channel))
    if not messages:
        return
    rows = [{"channel": channel, "message_id": message["id"], "body": message["text"]} for message in messages]
    # A crash between this line and the next two repeats messages; the database knows them already.
    database.insert_new("telegram_messages_raw", rows, conflict="channel,message_id")
    last = max(row["message_id"] for row in rows)
    session_file.advance(channel, last)
    catch_up.advance(channel, last)
    metrics.add("collector_messages_total", len(rows))


def live(cfg, log):
    if not cfg.channel_list:
        raise MissingVariable("CHANNEL_LIST")
    if not cfg.session_string:
        raise MissingVariable("SESSION_STRING")
    state = os.path.join(FOLDER, "state")
    os.makedirs(state, exist_ok=True)
    metrics = Metrics("collector-tail")
    metrics.set("collector_connected", 0)
    metrics.add("collector_messages_total", 0)
    metrics.serve(9001)
    catch_up = CatchUp(os.path.join(state, "recovery_catchup_state.json"))
    session_file = SessionFile(os.path.join(state, "tutordex.session"), cfg.session_string)
    session = Session(cfg.telegram_api_base, cfg.session_string)
    database = SupabaseRest(cfg.supabase_url, cfg.supabase_key)
    connected = False
    while not stopping.is_set():
        try:
            # Connecting again is also the ping that keeps the session ours.
            session.connect()
            if not connected:
                log.info("connected to Telegram, channels %s", ",".join(cfg.channel_list))
            connected = True
            for channel in cfg.channel_list:
                collect(channel, session, database, catch_up, session_file, metrics)
        except HttpError as error:
            if error.status == 406:
                log.error("session refused, another consumer holds it: %s", error)
                return 1
            log.warning("will try again: %s", error)
            metrics.add("collector_errors_total")
        metrics.set("collector_connected", int(connected))
        stopping.wait(POLL_SECONDS)
    if connected:
        try:
            session.disconnect()
        except HttpError as error:
            log.warning("not disconnected: %s", error)
    log.info("stopped")
    return 0


def main():
    cfg = load_aggregator_config()
    log = logger_for("collector-tail", os.path.join(FOLDER, "logs"))
    log_environment(log)
    if sys.argv[1:] != ["live"]:
        log.error("usage: collector.py live")
        return 2
    stop_on_sigterm()
    return run_until_stopped(lambda: live(cfg, log))


if __name__ == "__main__":
    sys.exit(main())
