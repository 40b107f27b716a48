"""Things that only one consumer may use at a time: bot polling and sessions."""
import threading
import time


class Holds:
    def __init__(self, seconds):
        self.seconds = seconds
        self.lock = threading.Lock()
        self.held = {}

    def take(self, name, consumer):
        """'new' or 'kept' for the one holder, 'refused' for anybody else."""
        with self.lock:
            holder = self._holder(name)
            if holder not in (None, consumer):
                return "refused"
            self.held[name] = (consumer, time.monotonic() + self.seconds)
            return "kept" if holder == consumer else "new"

    def release(self, name, consumer):
        with self.lock:
            if self._holder(name) != consumer:
                return False
            del self.held[name]
            return True

    def holders(self):
        with self.lock:
            found = ((name, self._holder(name)) for name in list(self.held))
            return {name: holder for name, holder in found if holder is not None}

    def _holder(self, name):
        consumer, until = self.held.get(name, (None, 0))
        return consumer if until > time.monotonic() else None
