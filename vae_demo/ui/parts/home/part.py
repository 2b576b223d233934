"""The first page's map: a training plays on it, and the code under the pointer is decoded."""

from __future__ import annotations

from vae_demo.ui.frame.language import language, n, t
from vae_demo.ui.frame.runs import network
from vae_demo.ui.parts.epochs import part as epochs_part
from vae_demo.ui.parts.home.prepared import RUN, prepared
from vae_demo.ui.parts.mount import browser_part

_HOME = browser_part("home")

TEXTS = ("map", "decoded", "code", "hint", "about")


def home_map(*, decoder: bool) -> None:
    """Show the latent means of `RUN`, which has two latents, and what its decoder makes of a code.

    The browser computes everything. A ring goes from digit to digit until the visitor moves it; the
    trained decoder decodes its code. For visitors who prefer reduced motion, nothing moves by
    itself.

    Args:
        decoder: Whether to offer the decoder, which needs torch; without it only the points are
            shown.

    Raises:
        RunError: if the run, of which the decoder is, can't be read.
    """
    found = prepared()
    places = {"x": "{x}", "y": "{y}", "run": RUN, "epochs": n(found.epochs, 0)}
    player = {text: t(f"epochs.part.{text}", at="{at}") for text in epochs_part.PLAYER_TEXTS}
    _HOME(
        key="home_part",
        data={
            "file": dict(found.file.offer()),
            "decoder": network(RUN, "decoder") if decoder else None,
            "middle": found.middle,
            "reach": found.reach,
            "stops": found.stops,
            "first": found.first,
            "text": player | {text: t(f"home.part.{text}", **places) for text in TEXTS},
            "language": language(),
        },
        height="content",
    )
