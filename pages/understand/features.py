"""See what codes are good for: label a few digits by hand, and a machine labels the others."""

import streamlit as st

from vae_demo.evaluation.few_labels import around, few_labels, nearest_mean
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.run_choice import choose_run
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.features.data import has_classes, measured_runs
from vae_demo.ui.parts.features.part import (
    features_part,
    few_labels_chart,
    label_at_random,
    label_none,
    label_typical,
    more_data_chart,
)

top = st.container()  # its texts speak of the data of the chosen run
what_to_try("features", {"none": label_none, "typical": label_typical, "fifty": label_at_random})
run = choose_run(
    "features",
    lambda run: has_classes(run) or (run.data.is_mnist and run.name in measured_runs()),
    first="ae-conv-20",
    describe=False,
    any_data=True,
)
with top:
    heading("features", run.data if run else None)
if run is None:
    st.stop()
features_part(run)
if run.data.is_mnist:
    section("features_few", t("features.few"))
    st.caption(t("features.few.about"))
    few_labels_chart(run.name)
    section("features_more", t("features.more"))
    st.caption(t("features.more.about"))
    more_data_chart()
else:
    st.caption(t("features.other_data"))
formula_and_code(
    "features",
    r"\hat y(x) = \arg\min_k \left\| f(x) - \frac{1}{|L_k|} \sum_{i \in L_k} f(x_i) \right\|^2",
    nearest_mean,
    few_labels,
    around,
    data=run.data,
)
