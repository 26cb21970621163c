#!/usr/bin/env python3
"""Writes the C++ source of downhill::server::page_files() (src/app/server/page.hpp) for the files of a folder, or for none.

  tools/embed_files.py OUT.cpp [FOLDER]

The files' bytes come in through the assembler, which takes no time to compile whatever their size.
"""

import sys
from pathlib import Path

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".json": "application/json",
}


def main():
    out = Path(sys.argv[1])
    folder = Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder else []
    for path in files:
        if path.suffix not in TYPES:
            sys.exit(f"embed: {path}: unknown kind of file (known: {', '.join(TYPES)})")
    lines = ['#include "app/server/page.hpp"', "", "#include <array>", ""]
    for k, path in enumerate(files):
        lines.append(f'asm(".section .rodata\\n.global downhill_page_{k}\\n.global downhill_page_{k}_end\\n"')
        lines.append(f'    ".type downhill_page_{k}, @object\\ndownhill_page_{k}:\\n.incbin \\"{path}\\"\\n"')
        lines.append(f'    "downhill_page_{k}_end:\\n.byte 0\\n.previous\\n");')
        lines.append(f'extern "C" const char downhill_page_{k}[];')
        lines.append(f'extern "C" const char downhill_page_{k}_end[];')
    lines += ["", "namespace downhill::server {", "", "std::span<const PageFile> page_files() {"]
    if not files:
        lines.append("  return {};")
    else:
        lines.append(f"  static const std::array<PageFile, {len(files)}> files{{{{")
        for k, path in enumerate(files):
            name = path.relative_to(folder).as_posix()
            lines.append(f'      {{"/{name}", "{TYPES[path.suffix]}",')
            lines.append(f"       {{downhill_page_{k}, static_cast<std::size_t>(downhill_page_{k}_end - downhill_page_{k})}}}},")
        lines += ["  }};", "  return files;"]
    lines += ["}", "", "}  // namespace downhill::server", ""]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("\n".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
