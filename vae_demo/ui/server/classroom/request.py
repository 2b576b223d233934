"""A request of a class's page, as the server reads and limits it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from vae_demo.classroom.refusal import Refusal
from vae_demo.ui.frame.catalogue import choose_language
from vae_demo.ui.server.classroom.limits import Limit


class Request:
    """One request."""

    def __init__(self, asked: Mapping[str, Any]) -> None:
        self.action: str = asked["action"]
        self.code: str = asked["code"]
        self.task: str = asked["task"]
        self.visitor: str = asked["visitor"] or ""
        self.address: str = asked["address"]
        self.query: Mapping[str, str] = asked["query"]
        self.body: Mapping[str, Any] = asked["body"]
        chosen, accepted = asked["language"]
        self.language = choose_language(self.query.get("lang") or chosen, accepted)

    def read(self, kind: type[Any]) -> Any:
        """The body as a type.

        Raises:
            Refusal: if it is of another one.
        """
        try:
            return msgspec.convert(self.body, kind)
        except msgspec.ValidationError:
            raise Refusal("state") from None

    def limit(self, limits: tuple[Limit, Limit], *, count: bool = True) -> None:
        """Count this request for its visitor and its address.

        Raises:
            Refusal: if there have been too many.
        """
        keys = (self.visitor, self.address)
        wait = max(limit.wait(key) for limit, key in zip(limits, keys, strict=True))
        if wait:
            raise Refusal("often", seconds=int(wait) + 1)
        if count:
            for limit, key in zip(limits, keys, strict=True):
                limit.note(key)
