"""The command `measure`: the kind and the attributes of digits."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from vae_demo.commands.output import warn
from vae_demo.digits import REMARKS, mnist, open_picture, read_digit

_AT_ONCE = 500  # digits, between two movements of the bar


def measure(options: argparse.Namespace) -> None:
    """Measure digits: kind, stroke length, thickness, slant, width, height and ink.

    The digit of a picture is first read as from a drawing or a photograph: in 28x28 pixels, with
    strokes as wide as in MNIST. The digits of an .npz are measured as they are.
    """
    from tqdm import tqdm

    from vae_demo.digits.attributes import UNITS
    from vae_demo.repair.files import MANY, read_array

    source, remarks = Path(options.file), []
    if source.suffix == MANY:
        images = read_array(source, "images")
    else:
        reading = read_digit(open_picture(source))
        images, remarks = reading.digit[None], [REMARKS[name] for name in reading.remarks]
    for remark in remarks:
        warn(remark)
    found: list[dict[str, Any]] = []
    with tqdm(total=len(images), unit="digit", disable=None, leave=False) as bar:
        for some in mnist.batches(images, _AT_ONCE):
            found += _measured(some)
            bar.update(len(some))
    if options.json:
        report = {"file": str(source), "units": UNITS, "remarks": remarks, "digits": found}
        print(json.dumps(report, indent=2))
        return
    columns = {"digit": "", "kind": "", "probability": "", **UNITS}
    print("  ".join(f"{name:>{_width(name)}}" for name in columns))
    print("  ".join(f"{unit:>{_width(name)}}" for name, unit in columns.items()))
    for place, digit in enumerate(found):
        row = {"digit": place, **digit}
        print("  ".join(f"{_written(row[name]):>{_width(name)}}" for name in columns))


def _measured(images: np.ndarray) -> list[dict[str, Any]]:
    """Kind, probability and attributes of each digit; None where a blank picture has none."""
    from vae_demo.digits.attributes import measure as measured
    from vae_demo.evaluation.classifier import probabilities, shipped_classifier

    attributes = measured(images)
    rows = []
    for i, read in enumerate(probabilities(shipped_classifier(), images)):
        row: dict[str, Any] = {"kind": int(read.argmax()), "probability": float(read.max())}
        row |= {name: round(float(values[i]), 4) for name, values in attributes.items()}
        if math.isnan(row["slant"]):
            row = dict.fromkeys(row) | {"ink": row["ink"]}
        rows.append(row)
    return rows


def _width(name: str) -> int:
    return max(len(name), 7)


def _written(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.2f}"
