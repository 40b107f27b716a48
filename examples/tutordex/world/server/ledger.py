"""Everything that reached the outside world, in memory and in an append-only file."""
import hashlib
import json
import pathlib
import threading
import time
from datetime import datetime, timezone


def digest_of(secret):
    """Names a token without giving it away: a digest's beginning and its last four characters."""
    return f"{hashlib.sha256(secret.encode()).hexdigest()[:12]}:{secret[-4:]}"


class Ledger:
    def __init__(self, folder):
        self.lock = threading.Lock()
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "recorded.jsonl"
        self.born = self._birth(folder / "born.json")
        self.events = self._read_back()
        self.number = self.events[-1]["n"] if self.events else 0

    def add(self, kind, **fields):
        with self.lock:
            self.number += 1
            at = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            event = {"n": self.number, "at": at, "kind": kind, "bot": None, "method": None,
                     "chat_id": None, "text": None, "remote": None, "consumer": None, **fields}
            self.events.append(event)
            with self.file.open("a") as out:
                out.write(json.dumps(event) + "\n")
            return event

    def since(self, mark, kind):
        """Events after number `mark`, or from the moment `mark` when it is a time."""
        with self.lock:
            found = list(self.events)
        if mark.isdigit():
            found = [e for e in found if e["n"] > int(mark)]
        elif mark:
            found = [e for e in found if e["at"] >= mark]
        return [e for e in found if not kind or e["kind"] in kind.split(",")]

    def reset(self):
        # Numbers go on and the birth stays: a reader's "since" and the ids of
        # channel posts must never point into the past again.
        with self.lock:
            self.events.clear()
            self.file.write_text("")

    def _birth(self, file):
        if not file.exists():
            partial = file.with_suffix(".new")
            partial.write_text(json.dumps({"born": int(time.time())}))
            partial.replace(file)
        return json.loads(file.read_text())["born"]

    def _read_back(self):
        if not self.file.exists():
            return []
        events = []
        for line in self.file.read_text().splitlines():
            try:
                events.append(json.loads(line))
            except ValueError:
                continue  # half a line from a killed server
        return events
