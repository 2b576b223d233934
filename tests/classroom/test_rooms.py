"""Rooms in SQLite: who may do what, what a score becomes, and what a restart leaves."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import numpy as np
import pytest

from vae_demo.classroom.refusal import Refusal
from vae_demo.classroom.rooms import DAY, MOST_OF_A_TEACHER, MOST_PUPILS, Rooms
from vae_demo.classroom.task import Judgement, Task, add

HIGHEST = Task(lambda *_: {}, lambda *_: Judgement(None, ""))
LOWEST = Task(HIGHEST.puzzle, HIGHEST.judge, lowest_wins=True)
LIMITED = Task(HIGHEST.puzzle, HIGHEST.judge, tries=2)
SERIES = Task(HIGHEST.puzzle, HIGHEST.judge, questions=3, first_counts=True)
DRAWN = Task(HIGHEST.puzzle, HIGHEST.judge, questions=3)
PICTURE = np.full((28, 28), 7, np.uint8)


class Clock:
    now = 1e9

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rooms(tmp_path: Path, clock: Clock) -> Rooms:
    return Rooms(tmp_path / "rooms.sqlite", clock)


def refused(act: object, *arguments: object) -> str:
    with pytest.raises(Refusal) as found:
        act(*arguments)  # type: ignore[operator]
    return found.value.reason


def send(rooms: Rooms, code: str, who: str, score: float | None, task: Task = HIGHEST) -> bool:
    judged = Judgement(score, "", picture=PICTURE)
    return rooms.keep(code, who, ("eight", task), 0, judged)[2]


def board(rooms: Rooms, code: str, *, lowest: bool = False) -> list[tuple[str, object, object]]:
    found = rooms.board(rooms.look(code, "t").room, lowest_wins=lowest)
    return [(row.nickname, row.place, row.score) for row in found]


def test_the_best_score_stays_and_the_earlier_of_two_equals_is_first(rooms: Rooms) -> None:
    code = rooms.open("t")
    for who in ("ada", "bob", "eve", "idle"):
        rooms.join(code, who, who)
    assert send(rooms, code, "bob", 50) and send(rooms, code, "ada", 70)
    assert not send(rooms, code, "ada", 60) and not send(rooms, code, "ada", 70)  # sent twice
    assert send(rooms, code, "eve", 70) and send(rooms, code, "bob", 80)
    assert not send(rooms, code, "idle", None)
    assert board(rooms, code) == [
        ("bob", 1, 80),
        ("ada", 2, 70),
        ("eve", 3, 70),
        ("idle", None, None),
    ]
    first = rooms.board(rooms.look(code, "t").room, lowest_wins=True)[0]
    assert (first.nickname, first.picture is not None and first.picture[0, 0]) == ("ada", 7)


def test_answers_add_up_as_their_task_says() -> None:
    def after(task: Task, *sent: tuple[str, float | None]) -> float | None:
        answers: dict[str, float | None] = {}
        score = None
        for key, worth in sent:
            answers, score = add(task, answers, score, Judgement(worth, "", key=key))
        return score

    assert after(LOWEST, ("", 9), ("", 4), ("", None), ("", 6)) == 4
    assert after(LIMITED, ("2", 2), ("9", None), ("2", 2)) == 2
    assert refused(after, LIMITED, ("2", 2), ("9", None), ("3", 3)) == "tries"
    assert after(SERIES, ("0", 0), ("0", 1), ("1", 1), ("1", 0)) == 1  # the first answer counts
    assert after(DRAWN, ("0", 0), ("0", 1), ("1", 1), ("1", 0)) == 2  # the best one counts


def test_a_teacher_teaches_and_nobody_else(rooms: Rooms) -> None:
    code, other = rooms.open("t"), rooms.open("u")
    rooms.join(code, "ada", "Ada")
    for act, *more in (
        (rooms.choose, "fool"),
        (rooms.begin_round,),
        (rooms.hide_names, True),
        (rooms.remove, 1),
        (rooms.end,),
    ):
        for who in ("ada", "u", "", "stranger"):
            assert refused(act, code, who, *more) == "teacher"
        act(code, "t", *more)
    room = rooms.look(code, "t").room
    assert (room.task, room.round, room.hidden, room.ended) == ("fool", 1, True, True)
    assert refused(rooms.choose, code, "t", "eight") == "ended"
    assert refused(rooms.choose, other, "u", "no task") == "task"
    assert refused(rooms.remove, other, "u", 1) == "pupil"  # of another room
    assert board(rooms, code) == []


def test_what_comes_late_or_to_another_room_is_refused(rooms: Rooms) -> None:
    code, other = rooms.open("t"), rooms.open("t")
    rooms.join(code, "ada", "Ada")
    assert refused(rooms.join, code, "bob", "ADA") == "nickname.taken"
    rooms.join(other, "bob", "ADA")
    assert refused(send, rooms, other, "ada", 1) == "pupil"
    assert refused(send, rooms, "QQQQQQ", "ada", 1) == "room"
    rooms.choose(code, "t", "fool")
    assert refused(send, rooms, code, "ada", 1) == "late"
    rooms.choose(code, "t", "eight")
    assert send(rooms, code, "ada", 1)  # the board of a task is there again
    rooms.begin_round(code, "t")
    assert refused(send, rooms, code, "ada", 1) == "late"
    assert board(rooms, code) == [("Ada", None, None)]
    rooms.remove(code, "t", 1)
    assert refused(send, rooms, code, "ada", 1) == "removed"
    assert refused(rooms.join, code, "ada", "Ada again") == "removed"
    rooms.join(code, "bob", "Ada")  # the nickname is free
    rooms.end(code, "t")
    assert refused(send, rooms, code, "bob", 1) == refused(rooms.join, code, "eve", "E") == "ended"


def test_a_room_survives_a_restart_and_ends_after_a_day(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "rooms.sqlite"
    before = Rooms(path, clock)
    code = before.open("t")
    before.join(code, "ada", "Ada")
    send(before, code, "ada", 9)
    after = Rooms(path, clock)  # the first one was never closed, as after a crash
    assert board(after, code) == [("Ada", 1, 9)]
    assert after.look(code, "ada").deal == before.look(code, "ada").deal  # the same puzzles
    assert send(after, code, "ada", 10) and board(before, code) == [("Ada", 1, 10)]
    clock.now += DAY
    assert refused(after.look, code, "t") == "room"
    after.open("t")
    with sqlite3.connect(path) as base:
        for table in ("pupil", "result"):
            assert base.execute(f"select count(*) from {table}").fetchone() == (0,)
    base.close()


def test_the_file_has_no_token(rooms: Rooms, tmp_path: Path) -> None:
    code = rooms.open("the-token-of-a-teacher")
    rooms.join(code, "the-token-of-a-pupil", "Ada")
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Ada" in raw and b"the-token" not in raw


def test_limits(rooms: Rooms) -> None:
    code = rooms.open("t")
    for number in range(MOST_PUPILS):
        rooms.join(code, f"pupil {number}", f"p {number}")
    assert refused(rooms.join, code, "one more", "one more") == "full"
    rooms.join(code, "pupil 3", "another name")  # who is in the room may change their name
    assert rooms.look(code, "pupil 3").nickname == "another name"
    for _ in range(MOST_OF_A_TEACHER - 1):
        rooms.open("t")
    assert refused(rooms.open, "t") == "rooms"
    rooms.end(code, "t")
    rooms.open("t")


def test_a_class_that_sends_at_once(tmp_path: Path) -> None:
    """Through two servers that share the file."""
    servers = [Rooms(tmp_path / "rooms.sqlite") for _ in range(2)]
    code = servers[0].open("t")
    wrong: list[Exception] = []

    def pupil(number: int) -> None:
        try:
            mine = servers[number % 2]
            mine.join(code, f"p{number}", f"pupil {number}")
            for score in range(5):
                send(mine, code, f"p{number}", 10 * number + score)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=pupil, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert [row[2] for row in board(servers[1], code)] == [10 * n + 4 for n in reversed(range(12))]


def test_a_locked_file_and_a_full_disk_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vae_demo.classroom.database.WAIT", 0.01)
    path = tmp_path / "rooms.sqlite"
    rooms = Rooms(path)
    code = rooms.open("t")
    rooms.join(code, "ada", "Ada")
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("begin immediate")
    assert refused(send, rooms, code, "ada", 5) == "disk"
    blocker.execute("rollback")
    blocker.close()
    assert send(rooms, code, "ada", 5)
    rooms._database._base.execute("pragma max_page_count = 1")  # as if the disk were full
    numbers = iter(range(MOST_PUPILS))

    def fill() -> None:
        for number in numbers:
            rooms.join(code, f"pupil {number}", f"p {number}")
            send(rooms, code, f"pupil {number}", number)

    assert refused(fill) == "disk"
    rooms._database._base.execute("pragma max_page_count = 1000000")
    assert board(rooms, code)[0][1] == 1 and send(rooms, code, "ada", 1000)


def test_a_damaged_file_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "rooms.sqlite"
    path.write_bytes(b"no database at all" * 1000)
    rooms = Rooms(path)
    assert rooms.look(rooms.open("t"), "t").teacher
    assert len(list(tmp_path.glob("*.damaged-*"))) == 1


def test_without_a_disk_rooms_are_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    rooms = Rooms(tmp_path / "file" / "rooms.sqlite")
    assert rooms.look(rooms.open("t"), "t").teacher
