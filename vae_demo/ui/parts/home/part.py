"""The first page's map: a training plays on it, and the code under the pointer is decoded."""

from __future__ import annotations

from vae_demo.ui.frame.language import count, language, t
from vae_demo.ui.frame.session import network, shared_run
from vae_demo.ui.parts.epochs import part as epochs_part
from vae_demo.ui.parts.home.data import HomeData, home_data
from vae_demo.ui.parts.mount import browser_part
from vae_demo.ui.server.shared_cache import shared

_HOME = browser_part("home")

RUN = "vae-2"
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
        RunError: if the run can't be read.
        DataError: if the digits can't be read.
    """
    found = _data(RUN)
    places = {"x": "{x}", "y": "{y}", "run": RUN}
    places["epochs"] = count("epochs", shared_run(RUN).history.epochs[-1])
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


def prepare_home() -> None:
    """Compute what `home_map` needs except for the decoder; raises the same errors."""
    _data(RUN).file.offer()


@shared(max_entries=1)
def _data(name: str) -> HomeData:
    return home_data(shared_run(name).history)
