"""Small models of every family, so that tests of all families stay fast."""

from vae_demo.models import MODELS

# Latent sizes: of a hierarchy two odd halves, of codes that are meant to be over-complete more.
SMALL = {name: family.least_latent + 3 for name, family in MODELS.items()} | {"cae": 40, "dae": 40}
