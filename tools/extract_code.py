#!/usr/bin/env python3
"""Writes the code blocks of a Markdown file that name a file (```cpp file=NAME) into a folder, so that tests run them.

  tools/extract_code.py CONTRIBUTING.md FOLDER

Blocks that name the same file follow one another in it. A file that would not change is left alone. Prints the paths.
"""

import re
import sys
from pathlib import Path

BLOCK = re.compile(r"^```(cpp|cmake) file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def main():
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    text = source.read_text(encoding="utf-8")
    files = {}
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 2
        place = f'#line {line} "{source}"\n' if block[1] == "cpp" else ""
        files.setdefault(block[2], []).append(place + block[3])
    if not files:
        sys.exit(f"extract_code: no block names a file: {source}")
    for name, parts in files.items():
        path, content = folder / name, "\n".join(parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
