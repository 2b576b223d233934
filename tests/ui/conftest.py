"""What the tests of pages share: errors are answered as `app.py` has them answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit import error_util

from vae_demo.ui.server.logs import report_error

ask = error_util.invoke_script_error_handler


@pytest.fixture(autouse=True)
def errors_as_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest runs the main script without `st.App`, which names the handler of errors."""

    def asked(error: Exception, handler: Callable[[Exception], bool | None] | None) -> bool:
        return bool(ask(error, handler or report_error))

    monkeypatch.setattr(error_util, "invoke_script_error_handler", asked)
