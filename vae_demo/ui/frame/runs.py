"""The runs that pages list and show, with what belongs to them: models, networks, code spaces."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from vae_demo import runs
from vae_demo.ui.frame.session import visitor
from vae_demo.ui.parts.array_file import hashed
from vae_demo.ui.server import web
from vae_demo.ui.server.shared_cache import kept_with_model, shared

if TYPE_CHECKING:
    from vae_demo.digits.probe import Probe
    from vae_demo.latent.code_space import CodeSpace
    from vae_demo.models import Codec, Reconstruction
    from vae_demo.models.network_file import Part

log = logging.getLogger(__name__)

_network_keys: weakref.WeakKeyDictionary[Codec, dict[Part, str]] = (
    weakref.WeakKeyDictionary()  # model -> part of its network -> key of the file
)


def run_names(
    wanted: Callable[[runs.Run], bool] = lambda run: True, *, any_data: bool = False
) -> list[str]:
    """The names of the `wanted` runs: the visitor's own, then the shipped and saved ones.

    Those that were trained on other data than MNIST are left out unless `any_data`, and those whose
    files have no pictures of their data. Files that can't be read are logged and omitted.
    """

    def fits(name: str) -> bool:
        try:
            found = run(name)
            return (any_data or found.data.is_mnist) and found.has_pictures and wanted(found)
        except runs.RunError as error:
            log.warning("%s", error)
            return False

    return list(filter(fits, dict.fromkeys([*visitor().own_runs, *runs.available()])))


def run(name: str) -> runs.Run:
    """A run by name. The visitor's own runs take precedence.

    Raises:
        RunError: if there is no such run or its file is damaged.
    """
    return visitor().own_runs.get(name) or shared_run(name)


def model(name: str) -> Codec:
    """The model of a run. Sessions share it: do not modify it."""
    own = visitor().model(name)
    return _shared_model(name) if own is None else own


def reconstruction(name: str, digit: np.ndarray) -> Reconstruction:
    """The reconstruction of a digit (28, 28) uint8 by the model of a run."""
    return _reconstruction(model(name), digit.tobytes())


def network(name: str, part: Part = "network") -> dict[str, str] | None:
    """The address of a run's network, or of a side of it, for the browser: {"key", "url"}.

    None if a browser can't compute that part.
    """
    own = visitor().model(name)
    if own is not None:
        return _own_network(own, part, run(name))
    file = _shared_networks(name).get(part)
    return web.FILES.offer(*file) if file else None


def sheet_file(probe: Probe) -> dict[str, str]:
    """The address of the contact sheet of a probe, {"key", "url"}."""
    from vae_demo.digits.contact_sheet import probe_sheet

    return dict(hashed(probe_sheet(probe)).offer())


def code_space(name: str) -> CodeSpace:
    """The code space of a run."""
    own = visitor().model(name)
    return _shared_code_space(name) if own is None else _own_code_space(own, name)


def _own_network(model: Codec, part: Part, run: runs.Run) -> dict[str, str] | None:
    """`network` for a visitor's own model; a file is written again only if it was removed."""
    from vae_demo.models.network_file import browser_files

    keys = _network_keys.get(model)
    if keys is None or (part in keys and not web.FILES.find(keys[part])):
        files = browser_files(model, run.probe.images)
        keys = _network_keys[model] = {name: key for name, (key, _) in files.items()}
        for file in files.values():
            web.FILES.offer(*file)
    return {"key": keys[part], "url": web.file_address(keys[part])} if part in keys else None


@kept_with_model(max_entries=1)
def _own_code_space(model: Codec, name: str) -> CodeSpace:
    from vae_demo.latent.code_space import measure_code_space

    return measure_code_space(model, run(name).probe)


@shared(max_entries=32)
def _shared_code_space(name: str) -> CodeSpace:
    from vae_demo.latent.code_space import measure_code_space

    return measure_code_space(_shared_model(name), shared_run(name).probe)


@shared(max_entries=32)
def shared_run(name: str) -> runs.Run:
    """A shipped or saved run by name; raises the errors of `run`."""
    return runs.find(name)


@shared(max_entries=32)
def _shared_model(name: str) -> Codec:
    return shared_run(name).build()


@kept_with_model(max_entries=100)
def _reconstruction(model: Codec, pixels: bytes) -> Reconstruction:
    from vae_demo.models import reconstruct

    return reconstruct(model, np.frombuffer(pixels, np.uint8).reshape(28, 28))


@shared(max_entries=32)
def _shared_networks(name: str) -> dict[Part, tuple[str, bytes]]:
    from vae_demo.models.network_file import browser_files

    return browser_files(_shared_model(name), shared_run(name).probe.images)
