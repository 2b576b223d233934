"""What JavaScript modules import, and which style sheets they load, found in their sources."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable

_IMPORT = re.compile(r"""^(?:import|export)\b[^;"']*["'](\.{1,2}/[^"']+\.js)["']""", re.MULTILINE)
_STYLE = re.compile(r"""new URL\("(\.{1,2}/[^"]+\.css)", import\.meta\.url\)""")

SourceOf = Callable[[str], str]
"""The source of the module at a path."""


def with_imports(names: Iterable[str], source_of: SourceOf) -> list[str]:
    """The paths of modules and of all that they import directly or indirectly, each once.

    Raises:
        KeyError, OSError: if a module does not exist; those that `source_of` raises.
    """
    found = list(dict.fromkeys(names))
    for importer in found:  # the loop extends the list
        for path in _IMPORT.findall(source_of(importer)):
            imported = _resolved(importer, path)
            if imported not in found:
                found.append(imported)
    return found


def style_sheets(names: Iterable[str], source_of: SourceOf) -> list[str]:
    """The paths of the style sheets that modules load."""
    return [_resolved(name, path) for name in names for path in _STYLE.findall(source_of(name))]


def _resolved(importer: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(importer, "..", path))
