"""The Telegram bot interface: the few methods that are used here."""
from shared.http_json import request


class TelegramBot:
    def __init__(self, base, token, consumer):
        self.base = f"{base.rstrip('/')}/bot{token}"
        self.headers = {"X-Consumer": consumer}

    def _call(self, method, **body):
        return request("POST", f"{self.base}/{method}", body=body, headers=self.headers)["result"]

    def send_message(self, chat_id, text):
        return self._call("sendMessage", chat_id=chat_id, text=text)

    def delete_message(self, chat_id, message_id):
        return self._call("deleteMessage", chat_id=chat_id, message_id=message_id)

    def get_updates(self, offset):
        return self._call("getUpdates", offset=offset, timeout=0)

    def delete_webhook(self):
        return self._call("deleteWebhook")
