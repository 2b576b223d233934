"""The architecture of a model as a diagram, from the picture to its code and back.

Forward hooks record the layers while a picture passes through the model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Literal

import torch
from torch import Tensor, nn

from vae_demo.models import Codec

Kind = Literal["picture", "layer", "code"]
_LAYERS = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)

_TALLEST, _SIDE, _BAR = 76, 56, 16  # tallest layer, side of a picture, width of a layer, CSS pixels
_CODE = "background:#3f90da;forced-color-adjust:none"
_LINE = "background:CanvasText;forced-color-adjust:none"  # seen in all colours of a browser
_FAINT = f"{_LINE};opacity:0.28"
_ROW = "display:flex;flex-wrap:wrap;align-items:center;gap:6px"
_COLUMN = "display:flex;flex-direction:column;align-items:center;justify-content:center;gap:2px"
_LINK = f"{_LINE};width:10px;height:1px;opacity:0.5;margin-bottom:16px"


@dataclass(frozen=True)
class Block:
    """A picture, the output of a layer, or a part of a code, for one image."""

    kind: Kind  # what the block shows
    shape: tuple[int, ...]  # without the batch dimension
    name: str = ""  # for a part of a code, a key of `Codec.code_parts`; otherwise ""

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    @property
    def label(self) -> str:
        """The shape as text, channels last: (32, 7, 7) is "7×7×32"."""
        channels, *sides = self.shape
        return "×".join(map(str, [*sides, channels] if sides else [channels]))


@torch.inference_mode()
def architecture(model: Codec) -> list[list[Block]]:
    """Columns of blocks: picture, layers of the encoder, code, layers of the decoder, picture.

    A layer whose output is the code, or its mean and variance, has no column of its own. The parts
    of a code share one column.
    """
    recorded: dict[str, list[tuple[int, ...]]] = {"encoder": [], "decoder": []}

    def record(side: str, module: nn.Module, given: tuple[Tensor], output: Tensor) -> None:
        recorded[side].append(tuple(output.shape[1:]))

    hooks = [
        layer.register_forward_hook(partial(record, side))
        for side in recorded
        if hasattr(model, side)
        for layer in getattr(model, side).modules()
        if isinstance(layer, _LAYERS)
    ]
    try:
        model(torch.zeros(1, 1, 28, 28))
    finally:
        for hook in hooks:
            hook.remove()
    code = [Block("code", shape, name) for name, shape in model.code_parts().items()]
    inner = _without_heads(recorded["encoder"], code)
    picture = [Block("picture", (28, 28))]
    before, after = (
        [[Block("layer", shape)] for shape in side] for side in (inner, recorded["decoder"][:-1])
    )
    return [picture, *before, code, *after, picture]


def _without_heads(shapes: list[tuple[int, ...]], code: list[Block]) -> list[tuple[int, ...]]:
    """The layers of the encoder except those that output the code, or its mean and variance."""
    left = list(shapes)
    for part in code:
        heads = [
            i for i, shape in enumerate(left) if math.prod(shape) in (part.size, 2 * part.size)
        ]
        if left:
            left.pop(heads[-1] if heads else -1)
    return left


def as_text(columns: list[list[Block]]) -> str:
    """The columns as one line of text: 28×28 → 400 → 20 → 400 → 28×28."""
    return " → ".join(" + ".join(block.label for block in column) for column in columns)


def as_html(columns: list[list[Block]], names: dict[str, str], about: str) -> str:
    """The columns as HTML. The height of a block depends on the logarithm of its size.

    Args:
        names: The label of each part of a code, by its name; other parts have no label.
        about: The description for screen readers.
    """
    largest = math.log(max(block.size for column in columns for block in column))
    drawn = []
    for column in columns:
        blocks = []
        for block in column:
            tall = round(_TALLEST * math.log(block.size + 1) / largest / len(column))
            wide, tall = (_SIDE, _SIDE) if block.kind == "picture" else (_BAR, tall)
            colour = _CODE if block.kind == "code" else _FAINT
            label = " ".join(filter(None, [names.get(block.name), block.label]))
            blocks.append(
                f'<div style="width:{wide}px;height:{tall}px;border-radius:3px;{colour}"></div>'
                f'<div style="font-size:12px;white-space:nowrap">{escape(label)}</div>'
            )
        drawn.append(f'<div style="{_COLUMN}">{"".join(blocks)}</div>')
    return (
        f'<div role="img" aria-label="{escape(about)}" style="{_ROW}">'
        + f'<div style="{_LINK}"></div>'.join(drawn)
        + "</div>"
    )
