"""How a part's JavaScript reaches the browser, and what each part's Python shares."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+\.js)";\n', re.MULTILINE)


def bundle(name: str) -> str:
    """One module's source with the modules it imports written before it, each once.

    Streamlit hands a part to the browser as one text, from which relative imports lead nowhere. So
    the import lines go and the names they bring are simply there: modules must not reuse each
    other's names, nor rename what they import.
    """
    sources: dict[str, str] = {}

    def add(module: str) -> None:
        source = (HERE / module).read_text(encoding="utf-8")
        for names, imported in IMPORT.findall(source):
            if " as " in names:
                raise ValueError(f"{module} renames an import from {imported}: {names.strip()}")
            if imported not in sources:
                add(imported)
        sources[module] = IMPORT.sub("", source)

    add(name)
    return "\n".join(sources.values())


CSS = (HERE / "parts.css").read_text(encoding="utf-8")


def need(part: str, names: Sequence[str], text: Mapping[str, str]) -> None:
    """Refuses texts in which a name that the part shows is missing."""
    missing = [name for name in names if name not in text]
    if missing:
        raise ValueError(f"the {part} needs the texts {', '.join(names)}; no {', '.join(missing)}")
