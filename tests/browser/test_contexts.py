"""A visitor finds nothing of the one before, though both have the same browser."""

from playwright.sync_api import Browser, Page

from tests.browser.contexts import Contexts

STORE = """async () => {
    document.cookie = "one=1; path=/; max-age=1000";
    localStorage.one = sessionStorage.one = "1";
    await (await caches.open("one")).put("/one", new Response("1"));
    await new Promise((done, failed) => {
        const asked = indexedDB.open("one", 1);
        asked.onsuccess = () => { asked.result.close(); done(); };
        asked.onerror = failed;
    });
    const folder = await navigator.storage.getDirectory();
    await folder.getFileHandle("one", { create: true });
}"""
STORED = """async () => {
    const files = [];
    for await (const name of (await navigator.storage.getDirectory()).keys()) files.push(name);
    return [
        document.cookie, { ...localStorage }, { ...sessionStorage }, await caches.keys(),
        (await indexedDB.databases()).map(({ name }) => name), files,
    ];
}"""
ONE = ["one=1", {"one": "1"}, {"one": "1"}, ["one"], ["one"], ["one"]]
NOTHING = ["", {}, {}, [], [], []]
PLACES = ["http://127.0.0.1:1/", "http://127.0.0.1:2/deep/link"]  # two servers, by their ports


def at(page: Page, url: str) -> Page:
    """The page at an address where nobody listens."""
    page.route(url, lambda route: route.fulfill(body="<p>Here"))
    page.goto(url)
    return page


def test_nothing_stored_is_found_by_the_next_visitor(browser: Browser) -> None:
    contexts = Contexts(browser, 30_000)
    with contexts.page("en-US", False) as page:
        for url in PLACES:
            at(page, url).evaluate(STORE)
            assert page.evaluate(STORED) == ONE
        with contexts.page("en-US", False) as beside:
            assert beside.context != page.context
            assert at(beside, PLACES[0]).evaluate(STORED) == NOTHING
    with contexts.page("en-US", False) as following:
        assert following.context == page.context  # or this would show nothing
        for url in PLACES:
            assert at(following, url).evaluate(STORED) == NOTHING
    with contexts.page("tr-TR", True) as another:
        assert at(another, PLACES[0]).evaluate("navigator.language") == "tr-TR"
        assert another.evaluate("navigator.maxTouchPoints") > 0
