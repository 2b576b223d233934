"""The models of shipped runs and their code spaces, each made when a test first asks for it."""

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.latent.code_space import CodeSpace, measure_code_space
from vae_demo.models import Codec


class _Models(dict[str, Codec]):
    def __missing__(self, name: str) -> Codec:
        return self.setdefault(name, runs.find(name).build())


class _Spaces(dict[str, CodeSpace]):
    def __missing__(self, name: str) -> CodeSpace:
        return self.setdefault(name, measure_code_space(MODELS[name], mnist.shown_probe()))


MODELS, SPACES = _Models(), _Spaces()
