"""What the outside world says: channel posts, link requests, TutorCity's list.

Everything is computed from a number and the clock, never stored: message n of a
channel has the same text whenever and by whomever it is read.
"""
import hashlib
import json
import pathlib
import time

WORDS = json.loads(pathlib.Path(__file__).with_name("vocabulary.json").read_text())
# Generated history uses the ids below; live posts can never meet them.
FIRST_LIVE_ID = 1_000_001
SECONDS_PER_MESSAGE = 2
SECONDS_PER_UPDATE = 15
LINK_CODES = 50
JOIN_LIVE = 10


def text_of(channel, number):
    return "[{code}] {level} {subject} | {location} | ${rate}/hr".format(**assignment(channel, number))


def assignment(channel, number):
    digest = hashlib.sha256(f"{channel}:{number}".encode()).digest()
    return {
        "code": f"TG{channel.lstrip('-@')}-{number}",
        "subject": WORDS["subjects"][digest[0] % len(WORDS["subjects"])],
        "level": WORDS["levels"][digest[1] % len(WORDS["levels"])],
        "location": WORDS["locations"][digest[2] % len(WORDS["locations"])],
        "rate": WORDS["lowest_rate"] + 5 * (digest[3] % WORDS["rate_steps"]),
    }


def messages(born, channel, after, limit):
    """Posts of one channel above `after`, oldest first, and the newest id there is.

    A reader without a position (`after` is 0) joins live and sees only the last few
    posts: who loses its position gets a gap, as in Telegram.
    """
    latest = FIRST_LIVE_ID + int((time.time() - born) // SECONDS_PER_MESSAGE)
    start = max(after + 1 if after > 0 else latest - JOIN_LIVE + 1, FIRST_LIVE_ID)
    found = [
        {"id": n, "channel": channel, "text": text_of(channel, n),
         "date": int(born + (n - FIRST_LIVE_ID) * SECONDS_PER_MESSAGE)}
        for n in range(start, min(latest, start + limit - 1) + 1)
    ]
    return found, latest


def updates(born, offset, limit):
    """Link requests to a bot, from `offset` on.

    Confirmations are not remembered, unlike in Telegram: a bot that loses its
    offset answers old requests again, and the record shows it.
    """
    latest = int((time.time() - born) // SECONDS_PER_UPDATE)
    start = max(offset, 1) if offset >= 0 else max(latest + 1 + offset, 1)
    return [update(n) for n in range(start, min(latest, start + limit - 1) + 1)]


def update(number):
    user = 700_000_001 + number % LINK_CODES
    return {"update_id": number, "message": {
        "message_id": number,
        "from": {"id": user, "is_bot": False},
        "chat": {"id": user, "type": "private"},
        "text": "/start " + link_code(number % LINK_CODES),
    }}


def link_code(number):
    return hashlib.sha256(f"link:{number}".encode()).hexdigest()[:8]


def tutorcity():
    found = []
    for number in range(1, 7):
        one = assignment("tutorcity", number)
        found.append({**one, "code": f"TC-{1000 + number}", "source": "tutorcity"})
    return found
