"""The settings of a training."""

from __future__ import annotations

from dataclasses import dataclass

from vae_demo.training.schedules import SCHEDULES

PIXEL_KINDS = ("grey", "dynamic")
PRECISIONS = ("float32", "bfloat16")


@dataclass(frozen=True)
class TrainConfig:
    """The settings of a training. They are validated on construction and stored with the weights.

    Raises:
        ValueError: if a value is outside its range.
    """

    epochs: int = 20  # passes over the digits
    batch_size: int = 128  # pictures per step
    lr: float = 3e-3  # peak learning rate of Adam
    beta: float = 1.0  # weight of the rate in the objective, never in a reported number
    seed: int = 0  # seed of the weights, the order of the digits and all noise
    schedule: str = "cosine"  # one of `SCHEDULES`, see `learning_rate`
    pixels: str = "grey"  # or "dynamic": sampled as 0 or 1 (Salakhutdinov & Murray 2008)
    deformed: float = 0.0  # share of the training in which digits are deformed (Simard et al. 2003)
    importance: int = 1  # samples of z per digit; above 1, the bound of Burda et al. 2015
    importance_from: float = 0.0  # share of the training after which that bound is used
    rate_from_zero: float = 0.0  # share in which beta rises from 0 (Bowman et al. 2015)
    cycles: int = 1  # how often beta rises so, each time from 0 (Fu et al. 2019)
    free_bits: float = 0.0  # nats per latent that cost nothing (Kingma et al. 2016, app. C.8)
    precision: str = "float32"  # of the matrix products; everything else is float32
    mean_start: bool = False  # start from the mean digit and learn differences, see `Update`
    lr_by_inputs: bool = False  # divide lr by the inputs of each layer, see `Update`

    def __post_init__(self) -> None:
        def check(name: str, kind: type, low: float, high: float) -> None:
            value = getattr(self, name)
            whole = kind is int
            right = isinstance(value, int if whole else (int, float))
            if not right or isinstance(value, bool) or not low <= value <= high:
                noun = "a whole number" if whole else "a number"
                raise ValueError(f"{name} is {value!r:.60}; it must be {noun} from {low} to {high}")

        check("epochs", int, 1, 1000)
        check("batch_size", int, 1, 60_000)
        check("lr", float, 1e-7, 100)
        check("beta", float, 0, 1000)
        check("seed", int, 0, 2**63 - 1)
        if self.schedule not in SCHEDULES:
            raise ValueError(f"schedule is {self.schedule!r}; there are: {', '.join(SCHEDULES)}")
        check("importance", int, 1, 1000)
        check("importance_from", float, 0, 1)
        check("rate_from_zero", float, 0, 1)
        check("cycles", int, 1, 1000)
        check("free_bits", float, 0, 100)
        check("deformed", float, 0, 1)
        if self.pixels not in PIXEL_KINDS:
            raise ValueError(f"pixels is {self.pixels!r}; there are: {', '.join(PIXEL_KINDS)}")
        for name in ("mean_start", "lr_by_inputs"):
            if not isinstance(value := getattr(self, name), bool):
                raise ValueError(f"{name} is {value!r:.60}; it must be True or False")
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision is {self.precision!r}; there are: {', '.join(PRECISIONS)}")
        if self.importance > 1 and self.beta != 1:
            raise ValueError("the importance-weighted bound has no beta: leave it at 1")
        if self.cycles > 1 and not self.rate_from_zero:
            raise ValueError(
                f"cycles is {self.cycles}; without a warm-up, rate_from_zero above 0, it must be 1"
            )
        if self.importance > 1 and self.free_bits:
            raise ValueError(
                f"free_bits is {self.free_bits}; the importance-weighted bound has no rate of each "
                f"latent, so it must be 0"
            )
        risen = (self.cycles - 1 + self.rate_from_zero) / self.cycles
        if self.importance > 1 and risen > self.importance_from:
            raise ValueError(
                f"rate_from_zero is {self.rate_from_zero}; the importance-weighted bound has no "
                f"beta, so it must end before importance_from, {self.importance_from}"
            )


FAST = TrainConfig(
    epochs=2, batch_size=256, lr=0.012, schedule="linear", mean_start=True, lr_by_inputs=True
)
"""The shortest training of `vae` to the test loss of ten epochs of a plain loop, with batches of
128 and Adam at a learning rate of 0.001. Found by experiment on held-out training digits."""
