"""The Posterior page's part: the true posterior of a digit, and Gaussians beside it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo import runs
from vae_demo.models.vae import VAE
from vae_demo.runs import Run
from vae_demo.runs.encoders import models_in_training
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import count, language, t
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.frame.session import model, visitor
from vae_demo.ui.parts.digit_choice.part import keep_drawn
from vae_demo.ui.parts.mount import browser_part, part_state
from vae_demo.ui.parts.posterior.data import PosteriorState, posterior_data, read_message
from vae_demo.ui.server.shared_cache import shared

_POSTERIOR = browser_part("posterior")
_KEY = "posterior_part"
_STATE = "posterior_state"
TRAINED = "trained"  # the end of a training


def has_plane(run: Run) -> bool:
    """Whether a run's posterior can be computed on a grid: two latents and Bernoulli pixels."""
    return run.model["name"] == "vae" and run.latent == 2 and run.likelihood == "bernoulli"


@shared(max_entries=2)
def _in_training(name: str) -> dict[str, VAE]:
    """Epochs done -> the model of a shipped run at that moment."""
    found = models_in_training(runs.find(name))
    return {f"{epochs:g}": each for epochs, each in found.items() if isinstance(each, VAE)}


def _moments(run: Run) -> dict[str, VAE]:
    return {} if run.name in visitor().own_runs else _in_training(run.name)


def choose_moment(run: Run) -> str:
    """Choose a moment of the training of a run; returns the epochs done, `TRAINED` for the end."""
    moments = [*_moments(run), TRAINED]
    if len(moments) == 1:
        return TRAINED

    def name(moment: str) -> str:
        last = float(run.history.epochs[-1])
        return count("epochs", last if moment == TRAINED else float(moment))

    return pick(
        t("posterior.moment"),
        moments,
        show=name,
        key="moment",
        page="posterior",
        box=True,
    )


def posterior_state() -> PosteriorState:
    """The state of this session; at first it is read from the address."""
    if _STATE not in st.session_state:
        asked = from_address("posterior")["hand"]
        numbers = asked.tolist() if asked is not None and len(asked) == 4 else None
        st.session_state[_STATE] = PosteriorState(hand=tuple(numbers) if numbers else None)
    found: PosteriorState = st.session_state[_STATE]
    return found


@st.fragment
def posterior_part(state: PosteriorState, given: np.ndarray | None, run: Run, moment: str) -> None:
    """Show the true posterior of a digit, the encoder's, the best Gaussians and the visitor's.

    While the visitor drags a Gaussian, the browser computes its ELBO. When the visitor releases it
    or the pen, only this fragment runs again.

    Args:
        state: The pad and the visitor's Gaussian.
        given: A test digit (28, 28) uint8; None for the drawing on the pad.
        run: A run for which `has_plane`.
        moment: Of its training, from `choose_moment`.
    """
    pad = given is None
    state.take(read_message(part_state(_KEY, "message")), pad=pad)
    if pad:
        keep_drawn("posterior", "shown", state)
    digit = state.drawn if pad else given
    state.show((run.name, moment, None if digit is None else digit.tobytes()))
    to_address("posterior", hand=None if state.hand is None else np.array(state.hand))
    vae = _moments(run).get(moment) or model(run.name)
    if not isinstance(vae, VAE):
        raise TypeError(f"{run.name} is no VAE")
    _POSTERIOR(
        key=_KEY,
        data=posterior_data(state, digit, vae, language(), pad=pad),
        on_message_change=lambda: None,
        height="content",
    )
