"""Accessibility of a page, by the rules of axe-core."""

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
    """What is wrong with a page as it is now, a sentence for each element.

    Args:
        rules: The rules to check; None for all that are on by default.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(_RUN, [STREAMLITS, rules])
    return found
