"""The lessons that come with the app, to open or to project, and how to make one."""

from functools import partial

from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.lessons.lesson import pack, unpack
from vae_demo.ui.parts.lessons.part import VIEW, lessons_part

heading("lessons")
what_to_try(
    "lessons",
    {
        "week_8": partial(VIEW.set, shown="week-8"),
        "repair": partial(VIEW.set, shown="repair"),
    },
)
lessons_part()
formula_and_code("lessons", "", pack, unpack)
