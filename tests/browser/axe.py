"""Accessibility of a page, by the rules of axe-core."""

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

_RUN = """async (allowed) => {
    const { violations } = await axe.run({ elementRef: true, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes
        .filter(({ element }) => !allowed[id] || !element.closest(allowed[id]))
        .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`));
}"""


def findings(page: Page) -> list[str]:
    """What is wrong with a page as it is now, a sentence for each element."""
    page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(_RUN, STREAMLITS)
    return found
