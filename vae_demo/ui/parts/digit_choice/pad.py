"""The state of a drawing pad on a page, and the message that brings what is drawn."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import numpy as np

from vae_demo.digits import Reading
from vae_demo.digits.mnist import PIXELS, SIDE
from vae_demo.ui.parts.array_file import hashed
from vae_demo.ui.parts.draw.data import base64_text, example_digit, pad_picture


class PadMessage(msgspec.Struct):
    """The message of the browser when the visitor releases the pen or a control."""

    serial: int  # number of the message
    revision: int  # of the state that the browser received last
    digit: str | None  # the drawn digit, base64 of 784 bytes; None for an empty pad

    def pixels(self) -> np.ndarray | None:
        """The drawn digit, (28, 28) uint8; None for an empty pad.

        Raises:
            ValueError: if the text is not base64 of 784 bytes.
        """
        if self.digit is None:
            return None
        raw = base64.b64decode(self.digit, validate=True)
        if len(raw) != PIXELS:
            raise ValueError(f"a digit has {PIXELS} bytes, not {len(raw)}")
        return np.frombuffer(raw, np.uint8).reshape(SIDE, SIDE)


Message = TypeVar("Message", bound=PadMessage)


def read_pad_message(sent: object, kind: type[Message]) -> Message | None:
    """The browser's message, checked; None if it is invalid."""
    try:
        message = msgspec.convert(sent, kind)
        message.pixels()
    except (msgspec.ValidationError, ValueError):  # the second of base64 and `pixels`
        return None
    return message


@dataclass
class PadState:
    """What is drawn on the pad of a page, which is kept on other pages."""

    drawn: np.ndarray | None = None  # (28, 28) uint8; None for an empty pad
    known: np.ndarray | None = None  # (28, 28) uint8, the last drawing that `offer` has brought
    uploaded: Reading | None = None  # the last uploaded digit
    placed: int = 0  # increased when Python puts a picture on the pad
    revision: int = 0  # increased when Python changes the state
    serial: int = 0  # of the latest message

    def put(self, digit: np.ndarray) -> None:
        """Put a picture (28, 28) uint8 on the pad."""
        self.drawn = self.known = digit
        self.placed += 1
        self.revision += 1

    def offer(self, digit: np.ndarray | None) -> None:
        """Put the visitor's latest drawing on the pad, if it is another than before."""
        if digit is not None and (self.known is None or not np.array_equal(digit, self.known)):
            self.put(digit)

    def receive(self, message: PadMessage | None, *, pad: bool) -> bool:
        """Take a message; False if it is not a new one, or Python has changed the state since.

        Args:
            pad: Whether the digit of the message is that of the pad.
        """
        if message is None or message.serial == self.serial:
            return False
        self.serial = message.serial
        if message.revision != self.revision:
            return False
        if pad:
            self.drawn = message.pixels()
            self.known = self.known if self.drawn is None else self.drawn
        return True

    def data(self, digit: np.ndarray | None, *, pad: bool) -> dict[str, Any]:
        """The fields of a part's data that `engine/digit_paper.js` reads.

        Args:
            digit: (28, 28) uint8; None to show an example.
            pad: Whether to show the pad; otherwise the digit is a given one.
        """
        example = example_digit()
        picture = None if self.drawn is None or not pad else pad_picture(self.drawn)
        return {
            "serial": self.serial,
            "revision": self.revision,
            "digit": base64_text((example if digit is None else digit).tobytes()),
            "example": base64_text(example.tobytes()) if pad else "",
            "isExample": digit is None,
            "pad": pad,
            "picture": hashed(picture).offer()["url"] if picture else None,
            "placed": self.placed,
        }
