"""The page docs/speed.md: one part for each section that measures nets."""

import os
import re

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../docs/speed.md")
# The parts in order: the section that writes each, and its heading.
PARTS = {"x86": ("speed", "On x86"), "wasm": ("speed-wasm", "In WebAssembly"), "arm": ("speed-arm", "On ARM")}


def write_part(name, lines):
    """Replaces one part of the page; the others stay."""
    with open(PAGE, encoding="utf-8") as file:
        found = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n?)*)", file.read(), re.MULTILINE))
    found[PARTS[name][1]] = "\n" + "\n".join(lines) + "\n"
    sections = ", ".join(section for section, _ in PARTS.values())
    head = f"# Speed of nets\n\n<!-- Written by the sections {sections} of `npm run conformance` with `--update`. -->\n"
    parts = [f"\n## {title}\n\n{found[title].strip()}\n" for _, title in PARTS.values() if title in found]
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(head + "".join(parts))
