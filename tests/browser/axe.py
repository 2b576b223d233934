"""Accessibility of a page, by the rules of axe-core."""

import time
from collections.abc import Sequence

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Rule -> where Streamlit's own elements break it: its menu puts each section into a <div> between
# <ul> and <li>.
# Its field for a file has a role of none and a label.
STREAMLITS = {
    "list": "[data-testid=stSidebarNav]",
    "listitem": "[data-testid=stSidebarNav]",
    "presentation-role-conflict": "[data-testid=stFileUploaderDropzone]",
}

SETTLES = 20  # seconds that a finding may last
# The rules whose outcome depends on colours or on the width of the window.
OF_LOOKS = ("color-contrast", "scrollable-region-focusable", "target-size")

_RUN = """async ([allowed, rules]) => {
    const options = { elementRef: true, resultTypes: ["violations"] };
    const { violations } = await axe.run(rules ? { ...options, runOnly: rules } : options);
    return violations.flatMap(({ id, nodes }) => nodes
        .filter(({ element }) => !allowed[id] || !element.closest(allowed[id]))
        .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`));
}"""


def findings(page: Page, rules: Sequence[str] | None = None) -> list[str]:
    """What is wrong with a page, a sentence for each element.

    It waits for what goes away by itself: a control has its name when its part's files are there.

    Args:
        rules: The rules to check; None for all that are on by default.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    end = time.monotonic() + SETTLES
    while True:
        found: list[str] = page.evaluate(_RUN, [STREAMLITS, rules])
        if not found or time.monotonic() > end:
            return found
        page.wait_for_timeout(250)
