"""A chart on a page, whose numbers are written as the visitor's language does."""

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from vae_demo.ui.charts import latent
from vae_demo.ui.frame.catalogue import SEPARATORS
from vae_demo.ui.frame.language import language

Spec = dict[str, Any]  # a figure as the browser draws it, its arrays packed


class _Built(go.Figure):
    """A figure whose spec is ready: Streamlit would validate a bare spec each time."""

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self._spec = spec

    def to_dict(self) -> Spec:
        return self._spec


def show_chart(spec: Spec, *, key: str, alt: str, **more: Any) -> None:
    """Shows a figure's `to_dict()`; `alt` says what it is to those who don't see it."""
    layout = spec["layout"] | {"separators": SEPARATORS[language()]}
    settings = {"config": latent.QUIET, "key": key, "alt": alt} | more
    st.plotly_chart(_Built(spec | {"layout": layout}), **settings)


def chart_spec(build: Callable[..., go.Figure], *inputs: Any) -> Spec:
    """The spec of the figure that `build` returns for `inputs`, built once for all visitors."""
    return _chart_spec(f"{build.__module__}.{build.__qualname__}", build, inputs)


def own_chart_spec(build: Callable[..., go.Figure], *inputs: Any) -> Spec:
    """The same, built anew each time: for what only one visitor sees."""
    return build(*inputs).to_dict()


@st.cache_resource(show_spinner=False, max_entries=64)
def _chart_spec(name: str, _build: Callable[..., go.Figure], inputs: tuple[Any, ...]) -> Spec:
    return _build(*inputs).to_dict()
