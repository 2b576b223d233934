"""Captions: what a text asks for is read from its words, and digits are drawn that obey it."""

from vae_demo.captions.caption import Caption
from vae_demo.captions.words import LONGEST

__all__ = ["LONGEST", "Caption"]
