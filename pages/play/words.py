"""Say in words what to write; rulers and a classifier check whether it was done."""

from functools import partial

from vae_demo.captions.encoder import CaptionEncoder
from vae_demo.captions.words import groups
from vae_demo.captions.writing import write
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.parts.words.part import EXAMPLES, say, words_part

heading("words")
what_to_try("words", {name: partial(say, name) for name in EXAMPLES})
words_part()
formula_and_code(
    "words",
    r"z \sim N(0, I), \qquad \hat x = \mathrm{decoder}(z, \text{kind}, \text{attributes})",
    groups,
    CaptionEncoder,
    write,
)
