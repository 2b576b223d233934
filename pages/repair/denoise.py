"""Damage a digit, and see what networks and classical methods make of it."""

from functools import partial

from vae_demo.repair.denoise import random_damage
from vae_demo.repair.measures import psnr
from vae_demo.repair.networks import UNet
from vae_demo.repair.training import train_network
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.parts.denoise.part import denoise_part
from vae_demo.ui.parts.denoise.state import denoise_session
from vae_demo.ui.parts.digit_choice.source import digit_source
from vae_demo.ui.parts.repairs.measured import measured_table
from vae_demo.ui.parts.repairs.no_digit import show_letter

heading("denoise")
session = denoise_session()
what_to_try(
    "denoise",
    {
        "dropout": partial(session.damage, "dropout", 0.5),
        "gaussian": partial(session.damage, "gaussian", 0.8),
        "blur": partial(session.damage, "blur", 2.0),
        "letter": partial(show_letter, session.put),
    },
)
denoise_part(*digit_source("denoise", session))
measured_table("denoise")
formula_and_code(
    "denoise",
    r"f^* = \arg\min_f \mathbb{E}\,\lVert x - f(\tilde x) \rVert^2"
    r"\;\Rightarrow\; f^*(\tilde x) = \mathbb{E}[x \mid \tilde x]"
    r"\qquad \mathrm{PSNR} = -10 \log_{10} \frac{1}{784} \sum_i (x_i - \hat x_i)^2",
    random_damage,
    UNet.forward,
    train_network,
    psnr,
)
