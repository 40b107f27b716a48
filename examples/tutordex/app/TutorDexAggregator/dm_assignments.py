"""Tells matching tutors about an assignment. Nothing here asks which environment this is."""
from broadcast_assignments import message_text
from shared.service import HOSTNAME
from shared.telegram_api import TelegramBot


def send_dms(assignment, cfg, database):
    tutors = database.select("users", select="telegram_id", telegram_id="not.is.null",
                             order="id", limit=cfg.dm_max_recipients)
    bot = TelegramBot(cfg.telegram_api_base, cfg.dm_bot_token, HOSTNAME)
    for tutor in tutors:
        bot.send_message(tutor["telegram_id"], message_text(assignment))
    return len(tutors)
