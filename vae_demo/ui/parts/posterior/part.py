"""The Posterior page's part: the true posterior of a digit, and Gaussians beside it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.models import Codec
from vae_demo.models.vae import VAE
from vae_demo.runs import Run
from vae_demo.runs.past_weights import PastWeights, model_at, past_weights
from vae_demo.ui.frame.language import count, language, t
from vae_demo.ui.frame.links import from_address, linked, to_address
from vae_demo.ui.frame.runs import model, run
from vae_demo.ui.parts.digit_choice.part import keep_drawn
from vae_demo.ui.parts.mount import browser_part, part_state
from vae_demo.ui.parts.posterior.data import PosteriorState, posterior_data, read_message
from vae_demo.ui.parts.slider.part import option_slider
from vae_demo.ui.server.shared_cache import kept_with_model

_POSTERIOR = browser_part("posterior")
_KEY = "posterior_part"
_STATE = "posterior_state"
TRAINED = "trained"  # the end of a training


def has_plane(run: Run) -> bool:
    """Whether a run's posterior can be computed on a grid: two latents and Bernoulli pixels."""
    return run.model["name"] == "vae" and run.latent == 2 and run.likelihood == "bernoulli"


@kept_with_model(max_entries=1)
def _past_weights(now: Codec, name: str) -> PastWeights | None:
    """The weights of a run in training, kept as long as its model."""
    return past_weights(run(name))


@kept_with_model(max_entries=4)
def _past_model(now: Codec, name: str, moment: str) -> Codec | None:
    """The model of a run at a moment of its training; None if its weights are not known."""
    past = _past_weights(now, name)
    known = _moments(past)
    if past is None or moment not in known:
        return None
    return model_at(run(name), past, known.index(moment))


def _moments(past: PastWeights | None) -> list[str]:
    """The epochs done at each snapshot but the last one, which is the run itself."""
    return [] if past is None else [f"{epochs:g}" for epochs in past.epochs[:-1]]


def choose_moment(chosen: Run) -> str:
    """Choose a moment of the training of a run; returns the epochs done, `TRAINED` for the end."""
    past = _past_weights(model(chosen.name), chosen.name)
    known = _moments(past)
    if past is None or not known:
        st.caption(t("posterior.no_weights"))
        return TRAINED
    moments = [*known, TRAINED]

    def name(moment: str) -> str:
        last = float(chosen.history.epochs[-1])
        return count("epochs", last if moment == TRAINED else float(moment))

    return linked(
        "posterior",
        "moment",
        lambda: option_slider(
            t("posterior.moment"),
            moments,
            key="moment",
            show=name,
            help=t("posterior.second", run=chosen.name) if past.second else None,
        ),
        options=moments,
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
def posterior_part(
    state: PosteriorState, given: np.ndarray | None, chosen: Run, moment: str
) -> None:
    """Show the true posterior of a picture, the encoder's, the best Gaussians and the visitor's.

    While the visitor drags a Gaussian, the browser computes its ELBO. When the visitor releases it
    or the pen, only this fragment runs again.

    Args:
        state: The pad and the visitor's Gaussian.
        given: A test picture (28, 28) uint8; None for the drawing on the pad.
        chosen: A run for which `has_plane`.
        moment: Of its training, from `choose_moment`.
    """
    pad = given is None
    state.take(read_message(part_state(_KEY, "message")), pad=pad)
    if pad:
        keep_drawn("posterior", "shown", state)
    digit = state.drawn if pad else given
    state.show((chosen.name, moment, None if digit is None else digit.tobytes()))
    to_address("posterior", hand=None if state.hand is None else np.array(state.hand))
    trained = model(chosen.name)
    vae = _past_model(trained, chosen.name, moment) or trained
    if not isinstance(vae, VAE):
        raise TypeError(f"{chosen.name} is not a VAE")
    _POSTERIOR(
        key=_KEY,
        data=posterior_data(state, digit, vae, chosen.probe, language(), pad=pad, data=chosen.data),
        on_message_change=lambda: None,
        height="content",
    )
