#!/usr/bin/env python3
"""Fails when a file includes against the order of the folders.

- a file of src/<folder> includes only its own folder and those before it in FOLDERS, by "folder/file.hpp";
- a public header belongs to one folder (PUBLIC): src/<folder> includes it only from that folder onwards, and it
  includes public headers only, of its own folder or one before;
- llvm/ is included in src/jit (and its tests) only, mpi.h in src/mpi.
"""

import re
import sys
from pathlib import Path

# From the ground up, as in ARCHITECTURE.md.
FOLDERS = [
    "support", "mpi", "options", "ir", "ops", "analysis", "ad", "exec", "jit",
    "optimize", "problems", "learn", "landscape", "formula", "app",
]

# include/downhill/<header or folder>: the folder of src/ that implements it.
PUBLIC = {
    "bounds.hpp": "optimize",
    "descent_theory.hpp": "optimize",
    "diagnosis.hpp": "optimize",
    "error.hpp": "support",
    "type.hpp": "ir",
    "array.hpp": "ir",
    "operations.hpp": "ops",
    "control.hpp": "ops",
    "convolution.hpp": "ops",
    "derivatives.hpp": "ad",
    "gradient_check.hpp": "ad",
    "program.hpp": "exec",
    "random.hpp": "ops",
    "landscape.hpp": "landscape",
    "learn/": "learn",
    "line_search.hpp": "optimize",
    "loss.hpp": "optimize",
    "method.hpp": "optimize",
    "methods.hpp": "optimize",
    "line_searches/": "optimize",
    "methods/": "optimize",
    "checkpoint.hpp": "optimize",
    "choice.hpp": "optimize",
    "minimize.hpp": "optimize",
    "objective.hpp": "optimize",
    "residual_loss.hpp": "optimize",
    "result.hpp": "optimize",
    "problems.hpp": "problems",
    "rule.hpp": "optimize",
    "rules.hpp": "optimize",
    "rules/": "optimize",
    "schedule.hpp": "optimize",
    "stop.hpp": "optimize",
    "subproblem.hpp": "optimize",
    "verdict.hpp": "optimize",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
LLVM = ("llvm/", "llvm-c/")
SUFFIXES = {".hpp", ".cpp", ".h", ".inl"}


def includes(path):
    """The (line number, name, is_quoted) of every #include in the file."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match[1] or match[2], match[1] is not None


def rank(folder):
    return FOLDERS.index(folder)


def owner(name):
    """The folder that the public header `name` belongs to, or None."""
    return PUBLIC.get(name) or PUBLIC.get(name.split("/")[0] + "/")


def findings(root):
    """One message for each include, file or table entry against the rules."""
    present = set()
    headers = root / "include" / "downhill"
    for path in sorted(headers.rglob("*")):
        name = path.relative_to(headers).as_posix()
        if path.suffix not in SUFFIXES:
            continue
        present.add(name if name in PUBLIC else name.split("/")[0] + "/")
        if owner(name) is None:
            yield f"include/downhill/{name}: belongs to no folder: add it to PUBLIC in tools/check_includes.py"
            continue
        for line, included, quoted in includes(path):
            place = f"include/downhill/{name}:{line}"
            if quoted:
                yield f'{place}: a public header includes "{included}": write <downhill/...>'
            elif included.startswith("downhill/"):
                target = owner(included.removeprefix("downhill/"))
                if target is None:
                    yield f"{place}: unknown public header: <{included}>"
                elif rank(target) > rank(owner(name)):
                    yield f"{place}: includes upwards: {owner(name)} -> {target} (<{included}>)"
    for name in sorted(set(PUBLIC) - present):
        yield f"tools/check_includes.py: PUBLIC names a header that does not exist: {name}"

    for path in sorted((root / "src").rglob("*")):
        if path.suffix not in SUFFIXES:
            continue
        folder = path.relative_to(root / "src").parts[0]
        shown = path.relative_to(root).as_posix()
        if folder not in FOLDERS:
            yield f"{shown}: not in a known folder: '{folder}' (known: {', '.join(FOLDERS)})"
            continue
        for line, included, quoted in includes(path):
            place = f"{shown}:{line}"
            if included.startswith("downhill/"):
                target = owner(included.removeprefix("downhill/"))
                if target is None:
                    yield f"{place}: unknown public header: <{included}>"
                elif rank(target) > rank(folder):
                    yield f"{place}: includes upwards: {folder} -> {target} (<{included}>)"
            elif included.startswith(LLVM):
                if folder != "jit":
                    yield f"{place}: LLVM is included outside src/jit: {included}"
            elif included == "mpi.h":
                if folder != "mpi":
                    yield f"{place}: MPI is included outside src/mpi: {included}"
            elif quoted:
                target = included.split("/")[0]
                if "/" not in included or target not in FOLDERS:
                    yield f'{place}: not "folder/file.hpp": "{included}"'
                elif rank(target) > rank(folder):
                    yield f'{place}: includes upwards: {folder} -> {target} ("{included}")'

    for outside in ("python", "tests", "bench", "fuzz", "examples"):
        for path in sorted((root / outside).rglob("*")):
            if path.suffix in SUFFIXES and not path.is_relative_to(root / "tests" / "jit"):
                for line, included, _ in includes(path):
                    if included.startswith(LLVM):
                        yield f"{path.relative_to(root).as_posix()}:{line}: LLVM is included outside src/jit: {included}"


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    found = list(findings(root))
    for message in found:
        print(message)
    print(f"includes: {len(found)} against the order of the folders" if found else "includes: in order")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
