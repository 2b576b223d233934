"""Play tasks in a class, and see on a board who does them best."""

from functools import partial

from vae_demo.classroom.task import add
from vae_demo.classroom.tasks.eight import judge as judge_eight
from vae_demo.classroom.tasks.repair import judge as judge_repair
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.parts.classroom.part import classroom_part, in_room, practise

heading("class")
if not in_room():
    what_to_try("class", {name: partial(practise, name) for name in ("eight", "fool", "guess")})
classroom_part()
formula_and_code(
    "class",
    r"\mathrm{score} = 100\, p(8 \mid \hat x(z)), \qquad z = (z_1, z_2)",
    judge_eight,
    judge_repair,
    add,
)
