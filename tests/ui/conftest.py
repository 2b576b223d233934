"""What the tests of pages share: errors are answered as `app.py` has them answered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit import error_util

from vae_demo.ui.server.logs import report_error

ask = error_util.invoke_script_error_handler


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Does not trace the tests of this folder: coverage is that of the core, by its own tests.

    Tracing takes two thirds more processor time, for every line of Streamlit's is looked at, too.
    """
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(autouse=True)
def errors_as_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest runs the main script without `st.App`, which names the handler of errors."""

    def asked(error: Exception, handler: Callable[[Exception], bool | None] | None) -> bool:
        return bool(ask(error, handler or report_error))

    monkeypatch.setattr(error_util, "invoke_script_error_handler", asked)
