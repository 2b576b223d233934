"""Convert PyTorch modules to lists of layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from vae_demo.models.layers import (
    Activation,
    Concatenation,
    Convolution,
    Dense,
    Layer,
    Sum,
    Upsample,
)

_BATCH = 2  # of the recorded run, so that a function which mixes the pictures of a batch is noticed
_ACTIVATIONS: dict[str, Activation] = {"relu": "relu", "tanh": "tanh", "sigmoid": "sigmoid"}
_RESHAPES = ("flatten", "unflatten", "view", "reshape")
_SUPPORTED = (
    "linear, conv2d, conv_transpose2d, relu, tanh, sigmoid, flatten, unflatten, view, reshape, "
    "interpolate (nearest, by 2), add (arrays of the same shape), cat (channels)"
)


def module_layers(
    module: nn.Module, shape: Sequence[int], output: Activation | None = None
) -> list[Layer]:
    """Convert a module to layers, which share its weights.

    The module is run once with zeros, and the functions that it calls are recorded.

    Args:
        module: A module with one input. Nothing in it may depend on the numbers of the input.
        shape: The shape of an input without the batch: (numbers,) or (channels, height, width).
        output: The activation of the last layer, if the module does not contain it.

    Raises:
        TypeError: if the module calls a function that is not supported.
    """
    x = torch.zeros(_BATCH, *shape)
    with torch.no_grad(), _Recorder(x) as recorder:
        y = module(x)
    conversion = _Conversion(x, recorder.calls)
    for call in recorder.calls:
        conversion.convert(call)
    layers, last = conversion.layers, conversion.values.get(id(y))
    if last is None or last.index != len(layers) - 1:
        raise TypeError("the output of the module is not the output of its last layer")
    if output is not None:
        layers[-1] = replace(layers[-1], activation=output)
    return layers


@dataclass(frozen=True, eq=False)
class _Call:
    """A call of a function of PyTorch with at least one tensor that depends on the input."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    result: Any

    def named(self, *names: str) -> dict[str, Any]:
        """The arguments by name, given the names of those by position."""
        return {**dict(zip(names, self.args, strict=False)), **self.kwargs}


class _Recorder(TorchFunctionMode):
    """Records what is called with tensors that depend on x, in the thread that enters it."""

    def __init__(self, x: Tensor) -> None:
        super().__init__()
        self.calls: list[_Call] = []
        self._known = {id(x)}  # the calls keep the tensors, so that no other gets their id

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        given, returned = _tensors((*args, *kwargs.values())), _tensors(result)
        if returned and any(id(each) in self._known for each in given):
            self._known |= {id(each) for each in returned}
            self.calls.append(_Call(func.__name__, args, kwargs, result))
        return result


@dataclass(frozen=True)
class _Value:
    """Where a tensor is computed."""

    index: int  # of the layer; -1 for the input of the module
    shared: bool = False  # whether several calls read it


class _Conversion:
    """The layers of a module, in the order in which they are computed."""

    def __init__(self, x: Tensor, calls: Sequence[_Call]) -> None:
        self.layers: list[Layer] = []
        self._uses = Counter(
            id(each) for call in calls for each in _tensors((*call.args, *call.kwargs.values()))
        )
        self.values = {id(x): _Value(-1, self._uses[id(x)] > 1)}

    def convert(self, call: _Call) -> None:
        """Add the layer of a call, whose inputs have been converted."""
        value = self._value(call)
        if value is None or len(call.result) != _BATCH:
            raise TypeError(
                f"{call.name} is not supported as it is called; there are: {_SUPPORTED}"
            )
        shared = value.shared or self._uses[id(call.result)] > 1
        self.values[id(call.result)] = replace(value, shared=shared)

    def _value(self, call: _Call) -> _Value | None:
        """Where the result of a call is computed; None if it is not supported."""
        name, given = call.name, call.args
        if name == "cat":
            arguments = call.named("tensors", "dim")
            parts = arguments["tensors"]
            return self._add(Concatenation(), parts) if arguments.get("dim", 0) == 1 else None
        if name == "add":
            alike = all(
                isinstance(each, Tensor) and each.shape == call.result.shape for each in given
            )
            return self._add(Sum(), given) if alike and not call.kwargs else None
        x = self.values.get(id(given[0]))
        if x is None:
            return None
        if name in _ACTIVATIONS:
            return self._activate(x, given[0], _ACTIVATIONS[name])
        if name in _RESHAPES:
            return x
        if name == "linear":
            return self._multiply(call)
        if name in ("conv2d", "conv_transpose2d"):
            return self._convolve(call)
        return self._upsample(call) if name == "interpolate" else None

    def _add(self, layer: Layer, inputs: Sequence[Tensor]) -> _Value | None:
        """Append a layer, which names what it reads unless that is the layer before."""
        read = [self.values.get(id(each)) for each in inputs]
        reads = tuple(value.index for value in read if value is not None)
        if len(reads) < len(read):
            return None  # something that does not depend on the input of the module
        before = len(self.layers) - 1
        self.layers.append(layer if reads == (before,) else replace(layer, reads=reads))
        return _Value(before + 1)

    def _activate(self, value: _Value, x: Tensor, activation: Activation) -> _Value | None:
        """Apply an activation in the layer of x; in a new one if others read x without it."""
        if value.index < 0 or value.shared or self.layers[value.index].activation != "linear":
            return self._add(Sum(activation), [x])
        self.layers[value.index] = replace(self.layers[value.index], activation=activation)
        return value

    def _multiply(self, call: _Call) -> _Value | None:
        given = call.named("input", "weight", "bias")
        if given["input"].ndim != 2:
            return None
        return self._add(Dense(*_parameters(given)), [given["input"]])

    def _convolve(self, call: _Call) -> _Value | None:
        transposed = call.name == "conv_transpose2d"
        others = ("output_padding", "groups", "dilation") if transposed else ("dilation", "groups")
        given = call.named("input", "weight", "bias", "stride", "padding", *others)
        both = {name: _both(given.get(name, 1)) for name in ("stride", "dilation")}
        (stride, across), (padding, aside) = both["stride"], _both(given.get("padding", 0))
        usual = stride == across and padding == aside and isinstance(padding, int)
        if not usual or both["dilation"] != (1, 1) or given.get("groups", 1) != 1:
            return None
        weight, bias = _parameters(given, outputs=1 if transposed else 0)
        layer = Convolution(
            np.ascontiguousarray(weight.swapaxes(0, 1)) if transposed else weight,
            bias,
            shape=tuple(given["input"].shape[1:]),
            size=tuple(call.result.shape[2:]),
            stride=stride,
            padding=padding,
            transposed=transposed,
        )
        return self._add(layer, [given["input"]])

    def _upsample(self, call: _Call) -> _Value | None:
        given = call.named("input", "size", "scale_factor", "mode")
        x = given["input"]
        doubled = (*x.shape[:2], *(2 * n for n in x.shape[2:]))
        if x.ndim != 4 or given.get("mode", "nearest") != "nearest" or call.result.shape != doubled:
            return None
        return self._add(Upsample(tuple(x.shape[1:])), [x])


def _parameters(given: dict[str, Any], outputs: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Weight and bias as arrays; `outputs` is the axis of the weight that counts the outputs."""
    weight, bias = given["weight"], given.get("bias")
    bias = torch.zeros(weight.shape[outputs]) if bias is None else bias
    return weight.detach().numpy(), bias.detach().numpy()


def _both(value: Any) -> tuple[Any, Any]:
    """A setting for height and width, as PyTorch takes it for both at once, too."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def _tensors(values: Any) -> list[Tensor]:
    """The tensors among values, also in lists and tuples of them."""
    if isinstance(values, Tensor):
        return [values]
    if isinstance(values, (tuple, list)):
        return [each for value in values for each in _tensors(value)]
    return []
