"""Lets a test make the outside world sick for a counted number of calls."""
import threading


class Script:
    def __init__(self):
        self.lock = threading.Lock()
        self.ills = {}

    def set(self, order):
        """{"method": "sendMessage", "status": 500, "times": 2} or {"clear": true}."""
        with self.lock:
            if order.get("clear"):
                self.ills.clear()
            else:
                self.ills[order["method"]] = [int(order["status"]), int(order.get("times", 1))]
            return dict(self.ills)

    def failure(self, method):
        with self.lock:
            ill = self.ills.get(method)
            if ill is None:
                return None
            ill[1] -= 1
            if ill[1] <= 0:
                del self.ills[method]
            return ill[0]
