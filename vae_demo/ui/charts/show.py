"""Show charts, with numbers in the format of the visitor's language."""

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from vae_demo.ui.charts import latent
from vae_demo.ui.frame.catalogue import SEPARATORS
from vae_demo.ui.frame.language import language

Spec = dict[str, Any]  # a figure as a dict, its arrays in base64


class _Built(go.Figure):
    """A figure with a finished spec, which Streamlit would otherwise validate each time."""

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self._spec = spec

    def to_dict(self) -> Spec:
        return self._spec


def show_chart(spec: Spec, *, key: str, alt: str, revision: str | None = None, **more: Any) -> None:
    """Show a figure's `to_dict()`.

    Args:
        alt: The description for screen readers.
        revision: What the visitor has zoomed into or hidden stays while this does.
    """
    layout = spec["layout"] | {"separators": SEPARATORS[language()], "uirevision": revision}
    settings = {"config": latent.QUIET, "key": key, "alt": alt} | more
    st.plotly_chart(_Built(spec | {"layout": layout}), **settings)


def chart_spec(build: Callable[..., go.Figure], *inputs: Any) -> Spec:
    """The spec of the figure `build(*inputs)`, cached for all visitors."""
    return _chart_spec(f"{build.__module__}.{build.__qualname__}", build, inputs)


def own_chart_spec(build: Callable[..., go.Figure], *inputs: Any) -> Spec:
    """The spec of the figure `build(*inputs)`, not cached: for the charts of a single visitor."""
    return build(*inputs).to_dict()


@st.cache_resource(show_spinner=False, max_entries=64)
def _chart_spec(name: str, _build: Callable[..., go.Figure], inputs: tuple[Any, ...]) -> Spec:
    return _build(*inputs).to_dict()
