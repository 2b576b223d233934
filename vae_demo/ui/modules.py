"""The browser parts' JavaScript, for whatever frame shows them."""

import re
from pathlib import Path

PARTS = Path(__file__).parent / "components"
IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+\.js)";\n', re.MULTILINE)
CSS = (PARTS / "parts.css").read_text(encoding="utf-8")


def bundle(name: str) -> str:
    """One module's source with the modules it imports written before it, each once.

    A frame hands a part to the browser as one text, from which relative imports lead nowhere. So
    the import lines go and the names they bring are simply there: modules must not reuse each
    other's names, nor rename what they import.
    """
    sources: dict[str, str] = {}

    def add(module: str) -> None:
        source = (PARTS / module).read_text(encoding="utf-8")
        for names, imported in IMPORT.findall(source):
            if " as " in names:
                raise ValueError(f"{module} renames an import from {imported}: {names.strip()}")
            if imported not in sources:
                add(imported)
        sources[module] = IMPORT.sub("", source)

    add(name)
    return "\n".join(sources.values())
