"""What happens around a visitor: a server that restarts, a line that breaks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.servers import PATIENCE, free_port, streamlit
from vae_demo import runs
from vae_demo.ui.frame.language import catalogue

EN, TR = catalogue("en"), catalogue("tr")
Until = Callable[[Page, Callable[[], bool], str], None]
SOCKETS = """
window.sockets = [];
window.WebSocket = class extends WebSocket {
    constructor(...all) { super(...all); window.sockets.push(this); }
};
"""


def settled(page: Page, name: str, words: dict[str, str] = EN) -> Page:
    """A page, once it has run to its end."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words[f"{name}.title"])
    expect(page.get_by_text(words["frame.behind"])).to_be_visible()
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    return page


def load(page: Page, run: runs.Run, words: dict[str, str]) -> None:
    """Loads a run from a file on the Train page."""
    page.get_by_role("button", name=words["train.load"]).click()
    file = {
        "name": f"{run.name}{runs.SUFFIX}",
        "mimeType": "application/octet-stream",
        "buffer": runs.dumps(run),
    }
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    expect(
        page.get_by_text(words["train.loaded"].partition(";")[0].format(name=run.name))
    ).to_be_visible()


def offered(page: Page) -> list[str]:
    """The runs that the page's box offers."""
    page.get_by_role("combobox", name=EN["frame.run"]).click()
    expect(page.get_by_role("option").first).to_be_visible()
    return page.get_by_role("option").all_inner_texts()


def told(page: Page) -> Locator:
    """The line above the progress bar of the page, not of the sidebar."""
    return page.get_by_test_id("stMain").get_by_test_id("stProgress")


@pytest.mark.long
def test_without_a_disk_the_page_says_so(
    visit: Callable[..., Page], serve: Callable[..., str]
) -> None:
    url = serve("app.py", VAE_DEMO_VISITORS="/dev/null/visitors")
    page = settled(visit(f"{url}/train?lang=tr", locale="tr-TR"), "train", TR)
    load(page, replace(runs.find("vae-2"), name="benim"), TR)
    expect(page.get_by_text(TR["train.keep.memory"])).to_be_visible()


@pytest.mark.long
def test_training_goes_on_while_the_line_is_cut_and_is_found_again(
    visit: Callable[..., Page], app_url: str, until: Until
) -> None:
    page = visit("about:blank")
    page.add_init_script(SOCKETS)
    page.goto(f"{app_url}/train?lang=en")
    settled(page, "train")
    page.get_by_role("spinbutton", name=EN["train.epochs"]).fill("200")
    page.locator(".st-key-train_start button").click()
    expect(told(page)).to_contain_text("pictures per second")

    def epoch() -> float:
        found = re.search(r"Epoch ([\d.]+)", told(page).inner_text())
        return float(found[1]) if found else -1.0

    before = epoch()
    assert page.evaluate("window.sockets.forEach((s) => s.close()), window.sockets.length") > 0
    until(page, lambda: epoch() > before, "it goes on by itself")
    before = epoch()
    page.reload()
    expect(told(page)).to_contain_text("pictures per second")
    until(page, lambda: epoch() > before, "it goes on after a reload")
    page.locator(".st-key-job_stop button").click()
    expect(told(page)).to_contain_text("Stopped")
    page.locator(".st-key-train_reset button").click()
    expect(told(page)).to_have_count(0)


NOTE_BOXES = """() => {
    window.boxes = 0;
    const look = () => {
        boxes += document.querySelectorAll("[role=dialog]").length;
        requestAnimationFrame(look);
    };
    look();
}"""


@pytest.mark.long
def test_after_a_restart_what_was_kept_is_found_and_the_training_goes_on(
    visit: Callable[..., Page], tmp_path: Path, until: Until
) -> None:
    port, stored = free_port(), {"VAE_DEMO_VISITORS": str(tmp_path / "visitors")}
    with streamlit("app.py", tmp_path / "first", port=port, **stored) as server:
        page = visit(f"{server.url}/train?lang=tr&epochs=200&lr=0.002", locale="tr-TR")
        load(settled(page, "train", TR), replace(runs.find("vae-2"), name="my old run"), TR)
        expect(page.get_by_text(TR["train.keep.stored"].format(days=30))).to_be_visible()
        page.locator(".st-key-train_start button").click()
        expect(told(page)).to_contain_text("saniyede")
        page.evaluate(NOTE_BOXES)
        failed: list[str] = []
        page.on("requestfailed", lambda request: failed.append(request.url))
        server.process.terminate()
        assert server.process.wait(PATIENCE) == 0
    expect(page.get_by_test_id("lost")).to_have_text(TR["frame.lost.saved"])
    until(page, lambda: len(failed) > 3, "it tries again")
    with streamlit("app.py", tmp_path / "second", port=port, **stored):
        told_of_it = page.get_by_text(TR["train.interrupted"].partition(" (")[0])
        expect(told_of_it).to_be_visible()
        expect(page.get_by_test_id("lost")).to_have_count(0)
        assert page.evaluate("boxes") == 0  # none of Streamlit's own, which are in English
        page.locator(".st-key-train_go_on button").click()
        expect(told(page)).to_contain_text("/ 200")
        expect(told_of_it).to_have_count(0)
        assert "lr=0.002" in page.url
        page.locator(".st-key-train_reset button").click()
        expect(told(page)).to_have_count(0)
        page.goto(f"{server.url}/explore?lang=en")
        assert "my old run" in offered(settled(page, "explore"))
        page.get_by_role("option", name="my old run").click()
        expect(page).to_have_url(re.compile("run=my"))
        expect(page.get_by_test_id("decoded")).to_be_visible()
        other = settled(visit(f"{server.url}/explore?lang=en"), "explore")
        assert "my old run" not in offered(other)
