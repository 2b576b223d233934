"""background.js: a worker does a job, or the page's own thread where no worker starts."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.support.browsing import serve_modules

TRAIN = """async (steps) => {
    const { ToyTrainer } = await import("/engine/toy_trainer.js");
    const { CURVES } = await import("/engine/toy_curves.js");
    let here = 0; // how many curves the page's own thread has drawn points of
    const arms = CURVES.arms;
    CURVES.arms = (share) => { here++; return arms(share); };
    let tell = () => {};
    const trainer = new ToyTrainer(() => tell());
    const trained = new Promise((done) => { tell = () => trainer.done && done(); });
    trainer.begin([2, 8, 2], ["tanh", "linear"], { curve: "arms", seed: 3, steps });
    await trained;
    const found = { loss: trainer.loss, parameters: [...trainer.network.parameters], here };
    trainer.leave();
    return found;
}"""
ANSWERS = """async () => {
    const { LatestAnswer } = await import("/engine/latest_answer.js");
    const job = `export const serve = (page) => {
        let known = 0;
        page.onmessage = ({ data }) => {
            known += data.known ?? 0;
            if ("question" in data) page.postMessage(known * data.question);
        };
    }`;
    const address = new URL(URL.createObjectURL(new Blob([job], { type: "text/javascript" })));
    const heard = [];
    let tell = () => {};
    const next = () => new Promise((done) => { tell = done; });
    const answers = new LatestAnswer(address, (answer, question) => {
        heard.push([question, answer]);
        tell();
    });
    answers.tell(10);
    const afterThisTask = () => new Promise((done) => setTimeout(done));
    for (const question of [1, 2]) answers.ask(question);
    await afterThisTask();
    for (const question of [3, 4]) answers.ask(question);
    await next();
    await next();
    answers.ask(5);
    await afterThisTask();
    answers.ask(6);
    answers.forget();
    answers.ask(7);
    await next();
    answers.ask(8);
    answers.forget();
    await afterThisTask();
    answers.ask(9);
    await next();
    answers.leave();
    return heard;
}"""
PACED = """async (pictures) => {
    const { ToyTrainer } = await import("/engine/toy_trainer.js");
    let news = 0;
    let tell = () => {};
    const trainer = new ToyTrainer(() => { news++; tell(); });
    const options = { curve: "arms", seed: 3, steps: 1e9 };
    trainer.begin([2, 8, 2], ["tanh", "linear"], options);
    const next = () => new Promise((done) => { tell = done; });
    await next();
    for (let value = 1; value <= 3; value++) trainer.vary({ noise: value / 10 }, 300);
    news = 0;
    for (let shown = 1; shown <= pictures; shown++) {
        trainer.drawn();
        trainer.drawn(); // in one frame
        await next();
    }
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    trainer.leave();
    return news;
}"""
WITHOUT = {
    "a worker": "",
    "none": "delete window.Worker",
    "one that is refused": "window.Worker = class { constructor() { throw new Error('no'); } }",
    "one that can't be loaded": """
        window.Worker = class extends Worker {
            constructor(address, options) { super(address + ".gone", options); }
        }""",
    "one that can't load its job": """
        window.Worker = class extends Worker {
            constructor(address, options) { super(address, { ...options, name: "/gone.js" }); }
        }""",
}


def modules_page(browser: Browser, script: str) -> Any:
    """A page that has nothing but modules; a script runs before them."""
    page = browser.new_page()
    serve_modules(page)
    page.goto("http://localhost/")
    page.evaluate(f"() => {{ {script} }}")
    return page


@pytest.fixture(scope="module")
def usual(browser: Browser) -> Any:
    """What a worker has made of a training."""
    page = modules_page(browser, "")
    found = page.evaluate(TRAIN, 20)
    page.close()
    assert found["here"] == 0
    return found


@pytest.mark.parametrize("name", list(WITHOUT)[1:])
def test_where_no_worker_starts_the_page_trains(browser: Browser, usual: Any, name: str) -> None:
    page = modules_page(browser, WITHOUT[name])
    found = page.evaluate(TRAIN, 20)
    page.close()
    assert found.pop("here") > 0
    assert found == {name: value for name, value in usual.items() if name != "here"}


def test_the_newest_question_is_answered(browser: Browser) -> None:
    page = modules_page(browser, "")
    assert page.evaluate(ANSWERS) == [[2, 20], [4, 40], [7, 70], [9, 90]]
    page.close()


def test_while_the_hand_moves_each_picture_has_one_piece_of_training(browser: Browser) -> None:
    page = modules_page(browser, "")
    assert page.evaluate(PACED, 20) == 20
    page.close()
