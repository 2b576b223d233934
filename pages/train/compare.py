"""All runs beside each other: one digit through each, and what they reach over all digits."""

from functools import partial

import streamlit as st

from vae_demo.evaluation.score import score
from vae_demo.models import MODELS, reconstruct
from vae_demo.models.losses import importance_bound
from vae_demo.sweeps.sweep import measure
from vae_demo.ui.charts import comparison
from vae_demo.ui.charts.show import chart_spec, show_chart
from vae_demo.ui.frame.language import language, n, t, t_or_name
from vae_demo.ui.frame.links import linked
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.session import model, run, run_names
from vae_demo.ui.parts.codebook.part import cells, cost, told
from vae_demo.ui.parts.comparison.part import LINEUP_TEXTS, Card, lineup
from vae_demo.ui.parts.digit_choice.part import choose, one_digit
from vae_demo.ui.parts.model_info.part import about_models
from vae_demo.ui.parts.scoreboard.part import comparable, likelihood_of, lines, show_board
from vae_demo.ui.parts.sweep_charts.part import sweeps

DIGIT = "shown"
FIRST_TURN = 11  # of the threes: a plain one
TRIES = {"easy": 2, "four": 247, "seven": 97}  # numbers of test digits
MOST_CURVES = 5  # at first
# The course report's tables: epoch -> loss of its VAE, and what its models reach.
REPORT_EPOCHS = (1, 5, 10, 15, 20)
REPORT_TRAIN = (163.2, 142.5, 136.8, 133.4, 131.2)
REPORT_TEST = (147.8, 139.2, 134.1, 131.7, 129.9)
REPORT = {"vae": ("vae-20", "129.9", "0.0423"), "ae": ("ae-20", "0.0891", "0.0398")}
PIXELS = 784


def cards() -> list[Card]:
    """What each run makes of the digit."""
    made = {name: reconstruct(model(name), digit) for name in names}
    least = min(found.error for found in made.values())
    found = []
    for name, each in made.items():
        family = run(name).model["name"]
        closest = len(made) > 1 and each.error == least
        error = n(each.error, 4)
        words = cells(name, each.code)
        found.append(
            Card(
                run=name,
                kind=t_or_name(f"model.{family}.short", family),
                reconstruction=each,
                error=t("compare.closest", mse=error) if closest else t("picture.error", mse=error),
                code=cost(name)
                if words
                else t(
                    "compare.code",
                    latent=run(name).latent,
                    reach=n(float(abs(each.code).max()), 1),
                ),
                best=closest,
                words=words,
                alt=told(words),
            )
        )
    return found


def report_table() -> str:
    """The course report's numbers, each above ours, as Markdown."""
    head = [t(f"compare.report.{name}") for name in ("model", "loss", "error")]
    rows = [head, ["---", "---:", "---:"]]
    for family, (name, loss, error) in REPORT.items():
        written = n(float(loss), len(loss.split(".")[1])), n(float(error), 4)
        rows.append([t(f"compare.report.{family}"), *written])
        if name in names:
            results = run(name).results
            mse = n(results["mse"], 4) if "mse" in results else ""
            rows.append([t("compare.report.ours", run=name), n(results["neg_elbo"]), mse])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def curve_name(name: str) -> str:
    kind = likelihood_of(run(name))
    return name if kind == "bernoulli" else f"{name} ({t_or_name(f'likelihood.{kind}', kind)})"


heading("compare")
what_to_try("compare", {name: partial(choose, DIGIT, at) for name, at in TRIES.items()})
names = run_names(lambda run: run.model["name"] in MODELS)
if not names:
    st.error(t("error.no_runs"))
    st.stop()

with st.container(horizontal=True, vertical_alignment="bottom"):
    with st.container(horizontal=True, vertical_alignment="bottom", width=360):
        digit, position = one_digit(
            "compare", DIGIT, t("compare.digit"), FIRST_TURN, drawn_first=True
        )
    about_models(names)
kind = st.session_state[DIGIT]
lineup(
    digit,
    cards(),
    title=t("compare.drawing") if position is None else t("picture.original", digit=kind),
    about="" if position is None else t("compare.number", position=position),
    text={name: t(f"compare.part.{name}") for name in LINEUP_TEXTS},
    key="lineup",
)
st.caption(t("compare.reading"))
if any(MODELS[run(name).model["name"]].codebook_size for name in names):
    st.caption(t("codebook.reading"))

st.subheader(t("compare.board"), anchor=False)
st.markdown(t("compare.board.about"))
rows = lines(names)
show_board(rows, language())
st.info(t("compare.board.apart"), icon=":material/balance:")
if not all(line.measured for line in rows):
    st.caption(t("compare.board.gaps"))

st.subheader(t("compare.report"), anchor=False)
st.markdown(report_table())
st.markdown(
    t(
        "compare.report.about",
        loss=n(0.0891, 4),
        nats=n(0.0891 * PIXELS),
        vae=n(REPORT_TEST[-1]),
    )
)

st.subheader(t("compare.curves"), anchor=False)
first = [name for name in names if comparable(run(name)) and run(name).results["rate"]]
curves = linked(
    "compare",
    "curves",
    lambda: st.multiselect(
        t("compare.curves.runs"), names, key="curves", placeholder=t("frame.choose")
    ),
    first=(first or names)[:MOST_CURVES],
    options=names,
)
histories = {name: run(name).history for name in curves}
show_chart(
    chart_spec(
        comparison.learning_curves,
        {
            curve_name(name): (told.epochs, told.loss("test_distortion") + told.loss("test_rate"))
            for name, told in histories.items()
        },
        {
            t("compare.curves.report_test"): (REPORT_EPOCHS, REPORT_TEST),
            t("compare.curves.report_train"): (REPORT_EPOCHS, REPORT_TRAIN),
        },
        {"epoch": t("compare.curves.epoch"), "nats": t("compare.curves.nats")},
    ),
    key="compare_curves",
    alt=t("compare.curves"),
)
st.caption(t("compare.curves.about"))

alike = [run(name) for name in names if comparable(run(name))]
if alike:
    st.subheader(t("compare.plane"), anchor=False)
    st.markdown(t("compare.plane.about"))
    show_chart(
        chart_spec(
            comparison.rate_distortion,
            [found.results["rate"] for found in alike],
            [found.results["distortion"] for found in alike],
            [found.name for found in alike],
            {
                "rate": t("curve.rate"),
                "distortion": t("curve.distortion"),
                "equal": t("compare.plane.equal", nats="{nats}"),
                "paid": t("compare.plane.paid"),
                "free": t("compare.plane.free"),
            },
        ),
        key="compare_plane",
        alt=t("compare.plane"),
    )

st.subheader(t("compare.sweep"), anchor=False)
sweeps()

formula_and_code(
    "compare",
    r"-\log p(x)\;\le\;\mathbb{E}_{z_1,\dots,z_k \sim q(z \mid x)}"
    r"\left[-\log \frac1k \sum_{i=1}^{k} \frac{p(x, z_i)}{q(z_i \mid x)}\right]",
    reconstruct,
    importance_bound,
    score,
    measure,
)
