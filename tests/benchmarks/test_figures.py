"""The figures of the documents: each is where its command looks for it, and what was saved."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from dataclasses import replace

import pytest
from msgspec.structs import replace as replaced

from benchmarks import figures
from benchmarks.figures import ROOT, Comparison, Figures


def test_every_figure_is_in_its_document_once() -> None:
    stated: Counter[str] = Counter()
    for command in figures.commands():
        _, *words = shlex.split(command.run)
        assert (ROOT / words[0]).is_file() or words[:2] == ["-m", "vae_demo"]
        for each in command.figures:
            text = (ROOT / each.file).read_text("utf-8")
            (found,) = re.finditer(each.text, text, re.MULTILINE)
            assert len(found.groups()) == len(each.paths), each.text
            stated[each.file] += len(each.paths)
    assert stated["docs/measurements.md"] > 15 and stated["checkpoints/README.md"] > 60


def test_what_is_stated_is_what_was_saved() -> None:
    commands = [command for command in figures.commands() if command.saved]
    assert commands
    for command in commands:
        found = figures.saved(command)
        for each in command.figures:
            for comparison in figures.compare(each, found):
                assert not comparison.differs, comparison


def test_a_figure_that_differs_is_found() -> None:
    wanted = Figures(
        file="docs/measurements.md",
        text=r"^\| approximation gap \| ([\d.]+) \| ([\d.]+) \|",
        paths=[["gaps", 0, "nats"], ["gaps", {"of": "the median"}, "nats"]],
        tolerance=[0.0, 0.1],
        times=10,
    )
    gaps = [{"of": "the mean", "nats": 0.002}, {"of": "the median", "nats": 0.003}]
    first, second = figures.compare(wanted, {"gaps": gaps})
    assert first == Comparison(wanted.file, 0.02, 0.02, 0.005) and not first.differs
    assert second.measured == pytest.approx(0.03) and not second.differs
    assert replace(first, measured=0.026).differs and replace(second, measured=0.2).differs
    several = [["gaps", "*", "nats", "the mean"], ["gaps", {"nats": 0.003}, "nats", "the highest"]]
    both = figures.compare(replaced(wanted, paths=several), {"gaps": gaps})
    assert [each.measured for each in both] == pytest.approx([0.025, 0.03])
    with pytest.raises(ValueError, match=r"docs/measurements\.md has 'nowhere' 0 times"):
        figures.compare(Figures("docs/measurements.md", "nowhere", [["gaps"]], 0.0), {})
