"""The map of Epochs: a run's codes at each snapshot of its training, and one digit to follow.

Torch is imported where it is used: before it is loaded, the page shows what the run's file holds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from vae_demo.latent import Projection, project
from vae_demo.runs import Run
from vae_demo.ui.charts import latent
from vae_demo.ui.frame.catalogue import ERROR_DECIMALS
from vae_demo.ui.frame.language import n, short, t, t_of
from vae_demo.ui.frame.runs import model, network, reconstruction, sheet_file
from vae_demo.ui.frame.session import visitor
from vae_demo.ui.parts.array_file import ArrayFile, hashed
from vae_demo.ui.parts.chart.part import chart_spec, show_chart
from vae_demo.ui.parts.epochs.data import EpochsView, snapshots_file
from vae_demo.ui.parts.epochs.part import Following, epochs_part
from vae_demo.ui.parts.epochs.state import KEY, current_view, view_to_send
from vae_demo.ui.server.warm_up import is_warm


def projection(run: Run) -> Projection:
    """The projection of a run, fitted to the codes after the last epoch."""
    found: Projection = once(run, "projection", lambda: project(run.history.codes[-1]))
    return found


def captions(run: Run) -> list[str]:
    """A sentence about the losses at each snapshot."""
    history = run.history
    parts = history.loss("test_distortion"), history.loss("test_rate")
    return [
        t("epochs.caption", at=short(at), loss=n(d + r), distortion=n(d), rate=n(r))
        for at, d, r in zip(history.epochs, *parts, strict=True)
    ]


@st.fragment
def epoch_map(run: Run) -> None:
    """Show the animated scatter plot and the code of the picture that is followed.

    When the visitor releases a control, only this fragment runs again. Before torch is loaded, the
    plane, the code and what would decode other pictures are left out.
    """
    view = current_view(run)
    version, sent = view_to_send()
    sheet, probe = sheet_file(run.probe), run.probe
    if not is_warm():
        following = Following(sheet, None, sent, version, _recorded(run, sent.digit))
        file = _file(run, []).offer()
        epochs_part(file, key=KEY, captions=captions(run), following=following, of=run.data)
        return
    decoders = _decoders(run)
    file = once(run, "snapshots", lambda: _file(run, decoders))
    for decoder in decoders:
        decoder.offer()
    shown = reconstruction(run.name, probe.images[probe.index(sent.digit) or 0])
    pair = np.stack([shown.digit, shown.pixels])
    epochs_part(
        file.offer(),
        key=KEY,
        captions=captions(run),
        following=Following(sheet, network(run.name), sent, version, pair),
        of=run.data,
    )
    from vae_demo.ui.parts.train.pictures import map_sentence

    st.caption(map_sentence(projection(run), run.model, len(probe)))
    _code(run, view)


def _recorded(run: Run, position: int) -> np.ndarray:
    """A picture and its reconstruction if the history has it, (2, 28, 28) uint8; else black."""
    index, recorded = run.probe.index(position) or 0, run.probe.strip.tolist()
    image = run.probe.images[index]
    if index not in recorded:
        return np.stack([image, np.zeros_like(image)])
    return np.stack([image, run.history.strip[-1, recorded.index(index)]])


def _code(run: Run, view: EpochsView) -> None:
    """Show the code of the followed picture after the training, and the error."""
    from vae_demo.ui.parts.codebook.part import show_discrete_code

    point = run.probe.index(view.digit) or 0
    found = reconstruction(run.name, run.probe.images[point])
    st.caption(t_of("epochs.error", run.data, mse=n(found.error, ERROR_DECIMALS)))
    if model(run.name).codebook_size:
        st.caption(t("codebook.code"))
        show_discrete_code(run.name, found.code)
        return
    codes = run.history.codes[-1, point].astype(np.float32)
    about = t("epochs.codes")
    if len(codes) != run.latent:
        about = t("epochs.codes_wide", count=len(codes), latent=run.latent)
    st.caption(about)
    names = [str(i + 1) for i in range(len(codes))]
    show_chart(chart_spec(latent.code_bars, codes, names), key="epochs_codes", alt=about)


def _decoders(run: Run) -> list[ArrayFile]:
    """The decoder of each snapshot, for a run with two latents; otherwise none."""
    from vae_demo.runs.decoders import decoder_files

    if run.latent != 2:
        return []
    found: list[ArrayFile] = once(run, "decoders", lambda: list(map(hashed, decoder_files(run))))
    return found


def _file(run: Run, decoders: list[ArrayFile]) -> ArrayFile:
    history, probe = run.history, run.probe
    return snapshots_file(
        projection(run)(history.codes),
        probe.labels,
        history.epochs,
        strip=history.strip,
        losses=history.loss("test_distortion") + history.loss("test_rate"),
        positions=probe.positions,
        decoders=[decoder.offer() for decoder in decoders],
        kinds=run.data.kinds,
        shown=probe.labels[probe.strip],
    )


def once(run: Run, what: str, make: Any) -> Any:
    """The result of `make`, cached for a run: for all visitors, or only for its owner."""
    if visitor().own_runs.get(run.name) is None:
        return _shared(run.name, run.results["neg_elbo"], what, make)
    found: dict[str, Any] = st.session_state.setdefault("epochs_made", {})
    if found.get("run") is not run:
        found.clear()
        found["run"] = run
    if what not in found:
        found[what] = make()
    return found[what]


@st.cache_resource(show_spinner=False, max_entries=32)
def _shared(name: str, result: float, what: str, _make: Any) -> Any:
    return _make()
