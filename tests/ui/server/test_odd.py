"""Run files that are whole but odd: refused in a sentence, or a page shows them."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from safetensors.numpy import load

from tests.support import odd
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.latent.code_space import measure_code_space
from vae_demo.models import MODELS, decode_many
from vae_demo.ui.frame import runs as frame_runs
from vae_demo.ui.parts.epochs.data import snapshots_file

REFUSED = {
    "all weights 3e+38": "its weights '.*' reach 3e\\+38; what can be shown goes to 100",
    "all weights 100": "its codes of the pictures reach .*; what can be shown goes to 10000",
    "a hidden width of 100,000": "have the shape .100000, 1.; VAE with 4 latents has .400, 784.",
    "no last weights": "'decoder.2.bias' are missing, which VAE with 4 latents has",
    "500 more layers": "VAE with 4 latents has no weights 'decoder.100.weight'",
    "codes of 3 digits": "4 numbers of each of 3 pictures; pages show 4 of each of 1000",
    "codes of one latent": "1 numbers of each of 1000 pictures; pages show 4",
    "codes that are none": "history does not fit",
    "wide codes of 1e30": "history does not fit",
    "epochs up to 3e38": "its epochs reach 3e\\+38; what can be shown goes to 1000",
    "past decoders of 65504": "its past weights '.*' reach 65504",
    "results of 1e308": "Expected `float` <= 1e.30 - at `\\$.results",
    "100,000 results": "its header has .* bytes, more than 1048576",
    "a likelihood of 1 MB": "its metadata has .* characters, more than 262144",
    "a training 500 deep": "contains unknown field `more` - at `\\$.training`",
    "endless epochs": "epochs is 1000*; it must be a whole number from 1 to 1000",
    "an unknown field of the model": "contains unknown field `hidden` - at `\\$.model`",
    "a name of 1 MB": "its metadata has",
    "a name from right to left": "is not a valid name; a name has 1 to 40 letters",
    "a name with a path in it": "is not a valid name",
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_says_what_came_and_what_can_be(what: str) -> None:
    odd_run = odd.CHANGES[what](odd.plain("vae"))
    with pytest.raises(runs.RunError, match=REFUSED[what]) as refusal:
        odd.keep(odd_run)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 400


@pytest.mark.parametrize("family", MODELS)
def test_an_untrained_run_of_each_family_is_not_odd(family: str) -> None:
    assert odd.keep(odd.plain(family)).own_runs


PAGES = {  # what once made a picture of nothing, and what comes closest to a refusal
    "all weights 0": ("explore", "draw"),
    "a bias of 100": ("morph",),
    "codes that are one far point": ("epochs",),
    "results below nothing": ("compare",),
    "an underlined name": ("epochs",),
}


@pytest.mark.parametrize(("what", "page"), [(w, page) for w in PAGES for page in PAGES[w]])
def test_a_page_shows_what_is_odd(what: str, page: str) -> None:
    at = odd.show(odd.CHANGES[what](odd.plain("vae")), page)
    assert not at.error


def test_runs_of_one_name_of_two_visitors_have_code_spaces_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also of families that no browser computes, whose weights have no address to tell them by."""
    for family in ("hvae", "attribute-vae"):
        run = odd.plain(family)
        me = odd.keep(run)
        monkeypatch.setattr(frame_runs, "visitor", lambda me=me: me)
        assert frame_runs.code_space(run.name).latent == run.build().latent


def test_codes_that_are_one_point_have_a_map() -> None:
    """Else its digits would stand at no place that a browser knows."""
    model = odd.weights(0)(odd.plain("ae", 3)).build()
    space = measure_code_space(model, mnist.shown_probe())
    assert space.reach > 0
    assert (space.high > space.low).all()
    assert (decode_many(model, space.codes[:2]) == 128).all()


def test_a_stray_leaves_all_others_their_places() -> None:
    """Points travel as 65,536 steps: one far away must not take them all."""
    points = np.random.default_rng(0).normal(size=(1, 1000, 2)).astype(np.float32)
    points[0, 0] = 65504
    file = snapshots_file(points, np.zeros(1000, np.uint8), [0.0]).raw
    steps = load(file)["points"].astype(np.float64)
    header = json.loads(file[8 : 8 + int.from_bytes(file[:8], "little")])
    given = json.loads(header["__metadata__"]["described"])
    seen = (steps / 32767.5 - 1) * given["span"]
    np.testing.assert_allclose(seen[:, 1:], points[:, 1:], atol=max(given["reach"]) / 1000)
    assert (seen[0, 0] > np.add(given["middle"], given["reach"])).all()  # off the map, as before


def test_what_is_refused_is_told_on_the_page_without_markup() -> None:
    raw = runs.dumps(odd.CHANGES["a likelihood that is none"](odd.plain("vae")))
    at = odd.closed("train", {"lang": "en"}).run()
    at.file_uploader(key="train_upload").upload("![x](http:evil).safetensors", raw).run()
    (error,) = at.error
    assert "evil" not in error.value
    assert any("no likelihood '![x](//evil/x.png)'" in code.value for code in at.code)
    assert not any("evil" in each.value for each in (*at.markdown, *at.caption))


@pytest.mark.parametrize("change", [lambda at: at.astype(np.float64), lambda at: at[:, None]])
def test_a_history_has_the_types_it_says(change: Callable[[np.ndarray], np.ndarray]) -> None:
    with pytest.raises(runs.RunError, match="history does not fit"):
        odd.keep(odd.past(epochs=change)(odd.plain("vae")))
