"""The command `write`: digits as a text asks for them."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from vae_demo.atomic import write_atomically
from vae_demo.captions import Caption
from vae_demo.captions.caption import SIDES, side_name
from vae_demo.commands.output import check_out, counted

SUFFIX = ".npz"


def write(options: argparse.Namespace) -> None:
    """Draw digits as a text asks for them, and measure whether they obey.

    The text is English, Turkish or both: "a thick seven leaning right", "sağa yatık kalın bir
    yedi". The .npz holds images (n, 28, 28) uint8 and kinds (n,) uint8, the digits they should be.
    """
    from vae_demo.captions.encoder import read_caption
    from vae_demo.captions.writing import MOST, RUN, drawing_model
    from vae_demo.captions.writing import write as written

    out = Path(options.out)
    check_out(out, suffix=SUFFIX, replace=options.force)
    if not 1 <= options.count <= MOST:
        raise ValueError(f"count is {options.count}; it must be 1..{MOST:,}")
    if not 0 <= options.seed < 2**63:
        raise ValueError(f"seed is {options.seed}; it must be 0..{2**63 - 1}")
    caption = read_caption(options.text)
    found = written(caption, drawing_model(), options.count, options.seed)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, images=found.images, kinds=found.kinds.astype(np.uint8))
    write_atomically(out, buffer.getvalue())
    digits: list[dict[str, Any]] = [
        {
            "kind": int(found.read[i]),
            "probability": round(float(found.probability[i]), 4),
            "right": bool(found.right[i]),
            "attributes": {name: _rounded(of[i]) for name, of in found.attributes.items()},
            "obeyed": {name: bool(of[i]) for name, of in found.obeyed.items()},
        }
        for i in range(len(found.images))
    ]
    asked = {name: side_name(name, side) for name, side in caption.asked.items()}
    if options.json:
        report: dict[str, Any] = {"text": options.text, "run": RUN, "seed": options.seed}
        report |= {"count": len(digits), "drawn": found.drawn, "out": str(out)}
        report["understood"] = {"kind": caption.kind, "attributes": asked}
        report["not_understood"] = list(caption.unknown)
        report["remarks"] = remarks(caption)
        print(json.dumps(report | {"digits": digits}, indent=2, ensure_ascii=False))
        return
    for remark in remarks(caption):
        print(remark)
    print(f"saved {out}: {counted(len(digits), 'digit')}, the best of {found.drawn}")
    kind = "any digit" if caption.kind is None else f"digit {caption.kind}"
    print(f"{kind}: {int(found.right.sum())} of {len(digits)}")
    for name, side in asked.items():
        print(f"{side}: {int(found.obeyed[name].sum())} of {len(digits)}")


def remarks(caption: Caption) -> list[str]:
    """What a reader of a caption should know: what was not understood, or can't be drawn."""
    said = []
    if len(caption.kinds) > 1:
        kinds = ", ".join(map(str, caption.kinds))
        said.append(f"The text asks for the digits {kinds}; only the first is written.")
    if caption.refused:
        kinds = ", ".join(map(str, caption.refused))
        said.append(f"The text refuses {kinds} and asks for no digit, so it gets other digits.")
    for number in caption.numbers:
        said.append(f"{number} is not a digit from 0 to 9.")
    for name in caption.contradictions:
        sides = " and ".join(SIDES[name].values())
        said.append(f"The text asks for opposites of {name}, of {sides}; it is left open.")
    if caption.unknown:
        words = ", ".join(f"'{word}'" for word in caption.unknown)
        known = ", ".join(side for sides in SIDES.values() for side in sides.values())
        said.append(f"I do not know {words}; I know the digits from 0 to 9, and {known}.")
    if not caption.asks:
        said.append("The text asks for nothing that can be drawn, so these are ordinary digits.")
    return said


def _rounded(value: float) -> float | None:
    """Four decimals; None for what a blank picture lacks."""
    return round(float(value), 4) if np.isfinite(value) else None
