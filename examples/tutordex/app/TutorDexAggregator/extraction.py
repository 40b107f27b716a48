"""Message text to assignment, by fixed rules: the same text always gives the same row."""
import re

SUBJECTS = ("Mathematics", "Physics", "Chemistry", "Biology", "English", "Chinese", "History", "Geography")
LEVEL = re.compile(r"\b((?:Primary|Secondary|JC) \d)\b")
RATE = re.compile(r"\$(\d+(?:\.\d+)?)")


def assignment_code(channel, message_id):
    return f"TG{channel.lstrip('-@')}-{message_id}"


def assignment_from(channel, message_id, text):
    """Posts look like "[code] level subject | location | $rate/hr". What is missing stays empty."""
    level, rate = LEVEL.search(text), RATE.search(text)
    parts = [part.strip() for part in text.split("|")]
    return {
        "assignment_code": assignment_code(channel, message_id),
        "subject": next((subject for subject in SUBJECTS if subject in text), None),
        "level": level.group(1) if level else None,
        "rate": float(rate.group(1)) if rate else None,
        "location": parts[1] if len(parts) > 2 else None,
        "source": f"telegram:{channel}",
    }
