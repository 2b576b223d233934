"""Uploads in a real browser, through nginx, to the replica in which the page lives."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from PIL import Image
from playwright.sync_api import Page, Response, expect

from tests.support.servers import Server, streamlit
from tests.ui.server.test_hosting import COOKIE, NGINX, nginx, replica_of
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.ui.frame.language import catalogue

EN = catalogue("en")


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """nginx before two replicas, each of which allows its own name as a frame, to be known."""
    if NGINX is None:
        pytest.skip("there is no nginx here; Debian's package nginx-light has one")
    folder = tmp_path_factory.mktemp("replicas")
    with ExitStack() as stack:
        one, two = (
            stack.enter_context(
                streamlit("app.py", folder / name, VAE_DEMO_FRAMES=f"https://{name}.example")
            )
            for name in ("one", "two")
        )
        yield stack.enter_context(nginx(folder, one.url, two.url))


@pytest.mark.long
def test_uploads_reach_the_replica_of_their_page(
    proxy: Server, visit: Callable[..., Page], settled: Callable[[Page], None]
) -> None:
    name = "two"
    page = visit("about:blank")
    page.context.add_cookies([{"name": COOKIE, "value": name, "url": proxy.url}])
    sent: list[Response] = []
    page.on("response", lambda answer: "upload_file" in answer.url and sent.append(answer))

    page.goto(f"{proxy.url}/train?lang=en")
    settled(page)
    page.get_by_role("button", name=EN["train.load"]).click()
    run = replace(runs.find("vae-2"), name=f"from-{name}")
    upload(page, f"mine{runs.SUFFIX}", "application/octet-stream", runs.dumps(run))
    expect(
        page.get_by_text(EN["train.loaded"].partition(";")[0].format(name=run.name))
    ).to_be_visible()

    page.goto(f"{proxy.url}/draw?lang=en&source=upload")
    settled(page)
    picture = io.BytesIO()
    Image.fromarray(mnist.test_digits().images[7]).resize((112, 112)).save(picture, "PNG")
    upload(page, "digit.png", "image/png", picture.getvalue())
    page.wait_for_url("**digit=*")

    assert [answer.status for answer in sent] == [204, 204]
    for answer in sent:
        assert replica_of(answer.headers) == name
        assert answer.request.method == "PUT" and answer.request.headers["x-xsrftoken"]
    # Another site's page could send the cookie along, but not the token in a header.
    again = page.request.put(sent[-1].url, multipart={"file": "x"})
    assert again.status == 403


def upload(page: Page, name: str, kind: str, content: bytes) -> None:
    """Choose a file in the page's box for one."""
    file = {"name": name, "mimeType": kind, "buffer": content}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
