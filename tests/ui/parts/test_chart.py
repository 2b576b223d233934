"""The part "chart": what Plotly's bundle can draw."""

import plotly.graph_objects as go
import pytest

from vae_demo.ui.parts.chart.part import own_chart_spec


def test_a_trace_that_the_bundle_cannot_draw_is_refused() -> None:
    def surface() -> go.Figure:
        return go.Figure([go.Bar(y=[1]), go.Scatter3d(x=[1], y=[1], z=[1])], {"height": 300})

    with pytest.raises(ValueError, match=r"can't draw .* 'scatter3d'; it draws bar, pie, scatter"):
        own_chart_spec(surface)
