"""damage.js, in a browser: damage is Python's, number for number."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from vae_demo.digits import mnist
from vae_demo.digits.damages import DAMAGES, NOISES, damage, noise_field
from vae_demo.models import to_x

InModule = Callable[..., Any]
STRENGTHS = {
    "dropout": [0.0, 0.1, 0.5, 0.999],
    "gaussian": [0.0, 0.05, 0.3, 4.0],
    "salt_and_pepper": [0.0, 0.1, 0.5, 1.0],
    "blur": [0.0, 0.3, 2.0, 40.0],
}
DAMAGE = """
    const numbers = (values) => values && Float32Array.from(values);
    const x = numbers(a.x);
    return a.strengths.flatMap((strength) => [null, a.where].map((where) =>
      [...m.damage(x, a.kind, strength, numbers(a.field), numbers(where))]));
"""


@pytest.mark.parametrize("kind", DAMAGES)
def test_damage_is_python_s(in_module: InModule, kind: str) -> None:
    x = to_x(mnist.test_digits().images[3:4])
    where = torch.rand(x.shape, generator=torch.Generator().manual_seed(1))
    where = (2 * where - 0.5).clamp(0, 1)  # a quarter is 0, a quarter 1, the rest between
    found = in_module(
        "engine/damage.js",
        DAMAGE,
        {
            "x": x.flatten().tolist(),
            "kind": kind,
            "strengths": STRENGTHS[kind],
            "field": noise_field(kind, 11).ravel().tolist() if kind in NOISES else None,
            "where": where.flatten().tolist(),
        },
    )
    wanted = [
        damage(x, kind, strength, 11, where=share).flatten().numpy()
        for strength in STRENGTHS[kind]
        for share in (None, where)
    ]
    np.testing.assert_allclose(found, wanted, atol=1e-6, rtol=0)


def test_the_kinds_are_python_s(in_module: InModule) -> None:
    assert in_module("engine/damage.js", "return [m.NOISES, m.DAMAGES]") == [
        list(NOISES),
        list(DAMAGES),
    ]


def test_damage_keeps_what_it_is_given(in_module: InModule) -> None:
    body = """
        const x = new Float32Array(784).fill(0.25), half = new Float32Array(784).fill(0.5);
        const results = [0, 0.5].map((strength) => m.damage(x, "dropout", strength, half, half));
        for (const result of results) result.fill(9);
        return [...x, ...half];
    """
    assert in_module("engine/damage.js", body) == [0.25] * 784 + [0.5] * 784


@pytest.mark.parametrize(
    ("kind", "strength"),
    [
        ("foo", 0.5),
        ("toString", 0.5),
        ("dropout", 1.0),
        ("dropout", -0.5),
        ("gaussian", -1.5),
        ("salt_and_pepper", 1.5),
        ("blur", -1.5),
    ],
)
def test_bad_kinds_and_strengths_have_python_s_sentence(
    in_module: InModule, kind: str, strength: float
) -> None:
    with pytest.raises(ValueError) as caught:
        damage(torch.zeros(1, 1, 28, 28), kind, strength, 0)
    body = """
        const pixels = new Float32Array(784);
        try { m.damage(pixels, a[0], a[1], pixels); } catch (error) { return error.message; }
    """
    number = "1.0" if strength == 1 else str(strength)  # JavaScript writes 1.0 as 1
    assert in_module("engine/damage.js", body, [kind, strength]) == str(caught.value).replace(
        f"not {number}", f"not {strength:g}"
    )


@pytest.mark.parametrize(
    ("field", "where", "came"),
    [(3, None, "field 3"), (784, 9, "field 784, where 9")],
)
def test_arrays_of_other_lengths_are_named(
    in_module: InModule, field: int, where: int | None, came: str
) -> None:
    body = """
        const [field, where] = a.map((n) => n === null ? null : new Float32Array(n));
        try { m.damage(new Float32Array(784), "dropout", 0.5, field, where); }
        catch (error) { return error.message; }
    """
    message = in_module("engine/damage.js", body, [field, where])
    assert message == f"damage to 784 pixels needs as many numbers: {came}"
