"""Convert PyTorch modules to lists of layers."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import fx, nn
from torch.nn import functional as F

from vae_demo.models.layers import (
    Activation,
    Concatenation,
    Convolution,
    Dense,
    Layer,
    Sum,
    Upsample,
)

_ACTIVATIONS: dict[object, Activation] = {
    **{nn.ReLU: "relu", F.relu: "relu", torch.relu: "relu"},
    **{nn.Tanh: "tanh", F.tanh: "tanh", torch.tanh: "tanh"},
    **{nn.Sigmoid: "sigmoid", F.sigmoid: "sigmoid", torch.sigmoid: "sigmoid"},
}
_SUPPORTED = (
    "Linear, Conv2d, ConvTranspose2d, ReLU, Tanh, Sigmoid, Flatten, Unflatten, Identity, nearest "
    "upsampling by 2, sums, and concatenations of channels"
)


def module_layers(
    module: nn.Module, shape: Sequence[int], output: Activation | None = None
) -> list[Layer]:
    """Convert a module to layers, which share its weights.

    Args:
        module: A module whose `forward` has one argument and no control flow.
        shape: The shape of an input without the batch: (numbers,) or (channels, height, width).
        output: The activation of the last layer, if the module does not contain it.

    Raises:
        TypeError: if the module contains anything that is not supported.
    """
    whole = nn.Sequential(module)  # so that a single layer can be traced, too
    try:
        graph = fx.symbolic_trace(whole).graph
    except fx.proxy.TraceError as error:
        raise TypeError(f"{type(module).__name__} is not supported: {error}") from error
    conversion = _Conversion(whole)
    values: dict[fx.Node, _Value] = {}
    for node in graph.nodes:
        if node.op == "placeholder":
            values[node] = _Value(-1, tuple(shape))
        elif node.op != "output":
            values[node] = conversion.convert(node, values)
        elif values[node.args[0]].index != len(conversion.layers) - 1:
            raise TypeError("the output of the module is not the output of its last layer")
    layers = conversion.layers
    if output is not None:
        layers[-1] = replace(layers[-1], activation=output)
    return layers


@dataclass(frozen=True)
class _Value:
    """A tensor of the module: the layer that computes it, and its shape without the batch."""

    index: int  # of the layer; -1 for the input of the module
    shape: tuple[int, ...]
    shared: bool = False  # whether several layers read it


class _Conversion:
    """The layers of a module, in the order in which they are computed."""

    def __init__(self, module: nn.Module) -> None:
        self.module = module
        self.layers: list[Layer] = []

    def convert(self, node: fx.Node, values: dict[fx.Node, _Value]) -> _Value:
        """The value of a node of the graph, given those of the nodes before it."""
        what: Any = node.target
        if node.op == "call_module":
            what = self.module.get_submodule(str(node.target))
        elif node.op == "call_method":
            what = getattr(torch, str(node.target), None)
        kind = type(what) if isinstance(what, nn.Module) else what
        first, *others = node.args or (None,)
        value = None
        if kind is torch.cat and isinstance(first, (list, tuple)):
            parts = [values[part] for part in first if isinstance(part, fx.Node)]
            value = self._concatenate(parts, (*others, *node.kwargs.values()))
        elif kind in (operator.add, torch.add):
            value = self._sum([values.get(term) for term in node.args])  # type: ignore[arg-type]
        elif isinstance(first, fx.Node):
            x = values[first]
            if kind in _ACTIVATIONS:
                value = self._activate(x, _ACTIVATIONS[kind])
            elif isinstance(what, nn.Linear):
                value = self._multiply(what, x)
            elif isinstance(what, (nn.Conv2d, nn.ConvTranspose2d)):
                value = self._convolve(what, x)
            elif _repeats_pixels(what, node) and len(x.shape) == 3:
                channels, height, width = x.shape
                layer = Upsample((channels, height, width))
                value = self._add(layer, [x], (channels, 2 * height, 2 * width))
            elif kind is nn.Identity:
                value = x
            elif _flattens(what, node):
                value = replace(x, shape=(math.prod(x.shape),))
            elif isinstance(what, nn.Unflatten) and what.dim == 1:
                value = replace(x, shape=tuple(what.unflattened_size))
        if value is None:
            raise TypeError(f"{what} is not supported; there are: {_SUPPORTED}")
        return replace(value, shared=value.shared or len(node.users) > 1)

    def _add(self, layer: Layer, inputs: list[_Value], shape: tuple[int, ...]) -> _Value:
        """Append a layer, which names what it reads unless that is the layer before."""
        reads = tuple(value.index for value in inputs)
        before = len(self.layers) - 1
        self.layers.append(layer if reads == (before,) else replace(layer, reads=reads))
        return _Value(before + 1, shape)

    def _activate(self, x: _Value, activation: Activation) -> _Value:
        """Apply an activation in the layer of x; in a new one if others read x without it."""
        if x.index < 0 or x.shared or self.layers[x.index].activation != "linear":
            return self._add(Sum(activation), [x], x.shape)
        self.layers[x.index] = replace(self.layers[x.index], activation=activation)
        return x

    def _sum(self, terms: list[_Value | None]) -> _Value | None:
        """A sum of arrays of the same shape; None for other sums."""
        arrays = [term for term in terms if term is not None]
        if len(arrays) < len(terms) or len({array.shape for array in arrays}) != 1:
            return None
        return self._add(Sum(), arrays, arrays[0].shape)

    def _concatenate(self, parts: list[_Value], dimension: tuple[object, ...]) -> _Value | None:
        """A concatenation of channels; None for other concatenations."""
        if dimension != (1,) or len({part.shape[1:] for part in parts}) != 1:
            return None
        shape = (sum(part.shape[0] for part in parts), *parts[0].shape[1:])
        return self._add(Concatenation(), parts, shape)

    def _multiply(self, module: nn.Linear, x: _Value) -> _Value:
        if x.shape != (module.in_features,):
            raise TypeError(f"{module} can't be applied to the shape {x.shape}")
        layer = Dense(_array(module.weight), _bias(module, module.out_features))
        return self._add(layer, [x], (module.out_features,))

    def _convolve(self, module: nn.Conv2d | nn.ConvTranspose2d, x: _Value) -> _Value:
        stride, padding = module.stride[0], module.padding[0]
        usual = module.stride == (stride, stride) and module.padding == (padding, padding)
        usual = usual and module.padding_mode == "zeros" and module.groups == 1
        if not usual or not isinstance(padding, int) or module.dilation != (1, 1):
            raise TypeError(
                f"{module} is not supported; expected one stride and one padding for height and "
                f"width, padded with zeros, without dilation and groups"
            )
        if len(x.shape) != 3 or x.shape[0] != module.in_channels:
            raise TypeError(f"{module} can't be applied to the shape {x.shape}")
        channels, height, width = x.shape
        weight = _array(module.weight)
        if isinstance(module, nn.ConvTranspose2d):
            weight = np.ascontiguousarray(weight.swapaxes(0, 1))
            across = zip((height, width), weight.shape[2:], module.output_padding, strict=True)
            size = [(n - 1) * stride - 2 * padding + k + more for n, k, more in across]
        else:
            along = zip((height, width), weight.shape[2:], strict=True)
            size = [(n + 2 * padding - k) // stride + 1 for n, k in along]
        layer = Convolution(
            weight,
            _bias(module, module.out_channels),
            shape=(channels, height, width),
            size=(size[0], size[1]),
            stride=stride,
            padding=padding,
            transposed=isinstance(module, nn.ConvTranspose2d),
        )
        return self._add(layer, [x], (module.out_channels, *size))


def _array(parameter: torch.Tensor) -> np.ndarray:
    return parameter.detach().numpy()


def _bias(module: nn.Linear | nn.Conv2d | nn.ConvTranspose2d, outputs: int) -> np.ndarray:
    return np.zeros(outputs, np.float32) if module.bias is None else _array(module.bias)


def _repeats_pixels(what: object, node: fx.Node) -> bool:
    """Whether a node is nearest upsampling by 2."""
    if isinstance(what, nn.Upsample):
        return what.mode == "nearest" and what.scale_factor == 2
    if what is not F.interpolate:
        return False
    names = ("input", "size", "scale_factor", "mode")
    given: dict[str, Any] = dict(zip(names, node.args, strict=False))
    given |= node.kwargs
    return given.get("scale_factor") == 2 and given.get("mode", "nearest") == "nearest"


def _flattens(what: object, node: fx.Node) -> bool:
    """Whether a node flattens everything but the batch."""
    if isinstance(what, nn.Flatten):
        return (what.start_dim, what.end_dim) == (1, -1)
    return what is torch.flatten and node.args[1:] == (1,) and not node.kwargs
