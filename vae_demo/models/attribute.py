"""The attribute VAE: its decoder is given the class of a digit and four measured attributes."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from vae_demo.digits.attributes import measure
from vae_demo.digits.measured import ATTRIBUTES, attributes_of, standardised
from vae_demo.digits.mnist import Digits
from vae_demo.models.arrays import to_pixels
from vae_demo.models.codec import as_pictures
from vae_demo.models.conditional import CLASSES, ConditionalVAE, LogClasses, Styles
from vae_demo.models.convolutional import HIDDEN, conv_decoder, conv_encoder
from vae_demo.models.layers import Network
from vae_demo.models.losses import (
    AnyCodes,
    Codes,
    Images,
    LogWeights,
    Losses,
    PerImage,
    gaussian_kl,
    gaussian_rate_per_latent,
)
from vae_demo.models.module_layers import module_layers
from vae_demo.models.vae import mean_and_logvar, prior_over_posterior, reparameterise

GIVEN = CLASSES + len(ATTRIBUTES)  # numbers of a code that are not the style
PREDICTION = 5.0  # weight in training of -log q(class, attributes|x)
OBEDIENCE = 10.0  # weight in training of the same for pictures that the decoder draws
ASKED = 32  # pictures of each batch that the decoder draws to learn to obey
WIDER = 1.5  # the spread of the attributes asked for in training, relative to that of the prior
MEASURED = 8  # of these, pictures that are measured
FURTHEST = 4.0  # standard deviations, beyond which a measured attribute is cut off

Given = Float[Tensor, "... 4"]
Kinds = Int[Tensor, "*batch"]


class Posterior(NamedTuple):
    """q(style|x), q(class|x) and q(attributes|x)."""

    mean: Styles
    logvar: Styles
    log_classes: LogClasses
    attributes: Given  # the mean of q(attributes|x)
    attributes_logvar: Given


class AttributeVAE(ConditionalVAE):
    """28×28→14×14→7×7→128→(2·style, 10 classes, 2·4 attributes), style + 10 + 4→128→7×7→28×28.

    A code is (latent,): the style, the class as a one-hot vector, and `ATTRIBUTES` in standard
    deviations from their means over the training digits. The generative model is p(style) p(class)
    p(attributes|class) p(x|style, class, attributes): a conditional VAE (Sohn et al. 2015; M2 of
    Kingma et al. 2014) that is also given attributes of Morpho-MNIST (Castro et al. 2019). Training
    uses the labels and the measured attributes; of other pictures, q(class|x) and q(attributes|x)
    predict them. `join` makes the code of a style, a class and attributes.

    So that the decoder obeys, training also decodes codes with other attributes, and minimises
    -log q of what was asked for given the picture, in which only the decoder learns (Hu et al.
    2017, eq. 6). Some of these pictures are measured, and q(attributes|x) learns from them, so that
    the decoder can't learn to mislead it.
    """

    default_latent = 8 + GIVEN
    least_latent = GIVEN + 1
    encoder: nn.ModuleDict
    decoder: nn.ModuleDict

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.style = latent - GIVEN
        self.encoder = nn.ModuleDict(
            {
                "trunk": conv_encoder(1)[:-1],
                "style": nn.Linear(HIDDEN, 2 * self.style),
                "kind": nn.Linear(HIDDEN, CLASSES),
                "attributes": nn.Linear(HIDDEN, 2 * len(ATTRIBUTES)),
            }
        )
        self.decoder = nn.ModuleDict(
            {
                "attributes": nn.Linear(CLASSES, 2 * len(ATTRIBUTES)),
                "picture": conv_decoder(latent),
            }
        )

    def code_parts(self) -> dict[str, tuple[int, ...]]:
        return super().code_parts() | {"attributes": (len(ATTRIBUTES),)}

    def infer(self, x: Images) -> Posterior:
        """q(style|x), q(class|x) and q(attributes|x); variances as their logarithms."""
        seen = self.encoder["trunk"](x.flatten(1))
        return Posterior(
            *mean_and_logvar(self.encoder["style"](seen)),
            self.encoder["kind"](seen).float().log_softmax(1),
            *mean_and_logvar(self.encoder["attributes"](seen)),
        )

    def posterior(self, x: Images) -> tuple[Styles, Styles, LogClasses]:
        return self.infer(x)[:3]

    def p_attributes(self, kind: Kinds) -> tuple[Given, Given]:
        """Mean and log-variance of p(attributes|class), each (..., 4)."""
        return mean_and_logvar(self.decoder["attributes"](F.one_hot(kind, CLASSES).float()))

    def embed(self, x: Images) -> Codes:
        found = self.infer(x)
        return self.join(found.mean, found.log_classes.argmax(1), found.attributes)

    def join(self, style: Styles, label: Kinds, attributes: Given | None = None) -> AnyCodes:
        """The code of styles (..., style), labels (...) 0..9 and attributes (..., 4).

        Attributes are in the order of `ATTRIBUTES`, as `digits.measured.standardised` has them; by
        default those of the mean digit of the class.
        """
        given = self.p_attributes(label)[0] if attributes is None else attributes
        return torch.cat([super().join(style, label), given], -1)

    def with_label(self, z: AnyCodes, label: Kinds) -> AnyCodes:
        """The codes with another class; attributes keep their distance from the class's mean."""
        style, one_hot, attributes = z.split([self.style, CLASSES, len(ATTRIBUTES)], -1)
        mean, logvar = self.p_attributes(one_hot.argmax(-1))
        far = (attributes - mean) * torch.exp(-logvar / 2)
        mean, logvar = self.p_attributes(label)
        return self.join(style, label, mean + far * torch.exp(logvar / 2))

    def logits(self, z: Codes) -> Images:
        return as_pictures(self.decoder["picture"](z))

    def training_labels(self, digits: Digits) -> Tensor:
        """The label of each digit, followed by its attributes, (n, 5) float32."""
        given = np.clip(standardised(attributes_of(digits)), -FURTHEST, FURTHEST)
        return torch.tensor(np.column_stack([digits.labels, np.nan_to_num(given)])).float()

    def _losses(
        self, x: Images, generator: torch.Generator | None, labels: Tensor | None
    ) -> Losses:
        found = self.infer(x)
        if labels is None:
            label, attributes = found.log_classes.argmax(1), found.attributes
        else:
            label, attributes = labels[:, 0].long(), labels[:, 1:]
        style = found.mean
        if generator is not None:
            style = reparameterise(style, found.logvar, generator)
            if labels is None:
                attributes = reparameterise(attributes, found.attributes_logvar, generator)
        distortion = self._distortion(self.logits(self.join(style, label, attributes)), x)
        rates = self._rates(found, label)
        if labels is None or generator is None:
            return Losses(distortion, rates.sum(1), rate_per_latent=rates)
        # Given the attributes, the rate of their posterior is not part of the bound.
        rates = torch.cat([rates[:, : self.style], rates[:, self.style :].detach()], 1)
        penalty = (
            PREDICTION * _unlikely(found, label, attributes)
            - _log_normal(attributes, *self.p_attributes(label))
            + self._disobedience(style.detach(), label, generator)
        )
        return Losses(distortion, rates.sum(1), penalty, rates)

    def _disobedience(self, style: Styles, label: Kinds, generator: torch.Generator) -> PerImage:
        """How unlikely what was asked for is, given what the decoder draws; see the class.

        The first `ASKED` of the batch count, the others are 0. Half of their styles and classes are
        those of the batch, half are drawn from the prior. All attributes are drawn from a wider
        prior.
        """
        count, style, label = len(label), style[:ASKED].clone(), label[:ASKED].clone()
        half = len(label) // 2
        style[half:] = torch.randn(style[half:].shape, generator=generator)
        label[half:] = torch.randint(CLASSES, (len(label) - half,), generator=generator)
        mean, logvar = (each.detach() for each in self.p_attributes(label))
        attributes = reparameterise(mean, logvar + 2 * math.log(WIDER), generator)
        drawn = self.decode(self.join(style, label, attributes))
        self.encoder.requires_grad_(False)
        asked = OBEDIENCE * _unlikely(self.infer(drawn), label, attributes)
        self.encoder.requires_grad_(True)

        measured = torch.randperm(len(label), generator=generator)[:MEASURED]
        found = self.infer(drawn[measured].detach())
        true = torch.tensor(standardised(measure(to_pixels(drawn[measured].detach()))))
        there = true.isfinite().all(1)  # not blank
        true = true.nan_to_num().clamp(-FURTHEST, FURTHEST)
        learnt = -_log_normal(true, found.attributes, found.attributes_logvar) * there
        return F.pad(asked.index_add(0, measured, PREDICTION * learnt), (0, count - len(label)))

    def log_weights(self, x: Images, samples: int, generator: torch.Generator) -> LogWeights:
        found = self.infer(x)
        label = found.log_classes.argmax(1)
        style, attributes = (
            reparameterise(mean.expand(samples, *mean.shape), logvar, generator)
            for mean, logvar in (
                (found.mean, found.logvar),
                (found.attributes, found.attributes_logvar),
            )
        )
        z = self.join(style, label.expand(samples, -1), attributes)
        again = x.expand(samples, *x.shape).flatten(0, 1)
        distortion = self._distortion(self.logits(z.flatten(0, 1)), again).view(samples, -1)
        return (
            prior_over_posterior(style, found.mean, found.logvar)
            + prior_over_posterior(
                attributes, found.attributes, found.attributes_logvar, *self.p_attributes(label)
            )
            - math.log(CLASSES)
            - distortion
        )

    def rate_per_latent(self, x: Images) -> Codes:
        """The rate of each latent; the ln 10 nats of the class are divided among its 10 numbers."""
        found = self.infer(x)
        return self._rates(found, found.log_classes.argmax(1))

    def _rates(self, found: Posterior, label: Kinds) -> Codes:
        of_class = torch.full((len(label), CLASSES), math.log(CLASSES) / CLASSES)
        of_attributes = gaussian_kl(
            found.attributes, found.attributes_logvar, *self.p_attributes(label)
        )
        return torch.cat(
            [gaussian_rate_per_latent(found.mean, found.logvar), of_class, of_attributes], 1
        )

    def sample_prior(
        self, count: int, generator: torch.Generator, temperature: float = 1.0
    ) -> Codes:
        """Styles and attributes from the prior, with the classes 0, 1, ... 9, 0, 1, ..."""
        style = temperature * torch.randn((count, self.style), generator=generator)
        label = torch.arange(count) % CLASSES
        mean, logvar = self.p_attributes(label)
        noise = temperature * torch.randn(mean.shape, generator=generator)
        return self.join(style, label, mean + noise * torch.exp(logvar / 2))

    def decoder_network(self) -> Network:
        return Network([], module_layers(self.decoder["picture"], (self.latent,), "sigmoid"))


def _unlikely(found: Posterior, label: Kinds, attributes: Given) -> PerImage:
    """-log q(class|x) - log q(attributes|x)."""
    of_class = F.nll_loss(found.log_classes, label, reduction="none")
    return of_class - _log_normal(attributes, found.attributes, found.attributes_logvar)


def _log_normal(values: Given, mean: Given, logvar: Given) -> PerImage:
    """log N(values; mean, exp(logvar)), summed over the last axis, nats."""
    away = (values - mean).square() * torch.exp(-logvar)
    return -(away + logvar + math.log(2 * math.pi)).sum(-1) / 2
