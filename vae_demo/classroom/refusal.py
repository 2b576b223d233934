"""Why something that a class is asked for is refused."""

from __future__ import annotations

REFUSALS = {
    "room": "there is no room with this code",
    "rooms": "there are too many open rooms; the limit is {limit}",
    "full": "the room is full; the limit is {limit} pupils",
    "ended": "the room has ended",
    "teacher": "only the teacher of this room may do that",
    "pupil": "this visitor is not in the room",
    "removed": "the teacher has removed this visitor from the room",
    "nickname.empty": "a nickname needs a letter or a digit",
    "nickname.long": "the nickname has {length} characters; the limit is {limit}",
    "nickname.characters": "the nickname has characters that can't be used: {found}",
    "nickname.taken": "somebody in the room has this nickname already",
    "task": "there is no such task",
    "late": "the class has gone on to another task or round",
    "state": "what was sent is not possible in this task",
    "tries": "all {limit} tries are used",
    "often": "too many requests; try again in {seconds} s",
    "disk": "the room can't be stored: the disk is full or the file is locked",
}


class Refusal(ValueError):
    """`reason` is a key of `REFUSALS`; `details` are the values of its placeholders."""

    def __init__(self, reason: str, **details: object) -> None:
        super().__init__(REFUSALS[reason].format(**details))
        self.reason = reason
        self.details = details
