"""Performance profiles: the share of problems that a solver brought within 1e-8 of the lowest known value in no more than t times
what the best solver needed (Dolan & Moré, Math. Programming 91 (2002) 201-213)."""

import math
import subprocess

MOST_CURVES = 10
LARGEST_RATIO = 1024.0


def ratios(results, names, solvers, what):
    """For each solver its ratios to the best of them, one for each problem that all ran on; infinite where it never came there."""
    table = {solver: [] for solver in solvers}
    for name in names:
        for key in results.keys(name):
            if any((solver, key) not in results.runs for solver in solvers):
                continue
            at = {solver: results.reached(solver, key) for solver in solvers}
            costs = [found[what] for found in at.values() if found]
            if not costs:
                continue
            best = max(min(costs), 1e-9)
            for solver in solvers:
                table[solver].append(max(at[solver][what], 1e-9) / best if at[solver] else math.inf)
    return table


def curves(table, folder, stem):
    files = []
    for solver, values in table.items():
        path = folder / f"{stem}-{len(files)}.dat"
        ordered = sorted(value for value in values if value <= LARGEST_RATIO)
        lines = [f"1 {sum(value <= 1 for value in ordered) / len(values)}"]
        lines += [f"{value} {(k + 1) / len(values)}" for k, value in enumerate(ordered)]
        path.write_text("\n".join(lines + [f"{LARGEST_RATIO} {len(ordered) / len(values)}"]) + "\n")
        files.append((path, solver))
    return files


def plot(files, title, axis, output):
    lines = ", ".join(f"'{path}' using 1:2 with steps linewidth {3 if solver.startswith('downhill') else 1.5} title '{solver}'"
                      for path, solver in files)
    script = (f"set terminal svg size 860,520 font 'sans,13' background 'white'\nset output '{output}'\nset title '{title}'\n"
              f"set logscale x 2\nset xrange [1:{LARGEST_RATIO}]\nset yrange [0:1]\nset key outside right noenhanced\n"
              f"set xlabel '{axis}, at most so many times the fewest'\nset ylabel 'share of problems'\nset grid\nplot {lines}\n")
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def best_of(results, names):
    """downhill's main methods, and of each other library the solver that came there most often."""
    count = {}
    for solver in dict.fromkeys(solver for solver, _ in results.runs):
        count[solver] = sum(results.reached(solver, key) is not None for name in names for key in results.keys(name))
    chosen = [solver for solver in ("downhill.auto", "downhill.lbfgs") if solver in count]
    others = sorted((solver for solver in count if not solver.startswith("downhill.")), key=lambda solver: -count[solver])
    taken = {}
    for solver in others:
        library = solver.split(".")[0]
        if taken.get(library, 0) < (3 if library == "scipy" else 2):
            taken[library] = taken.get(library, 0) + 1
            chosen.append(solver)
    return chosen[:MOST_CURVES]


def draw(results, names, folder, docs):
    for name in names:
        if name == "hard":
            continue
        solvers = best_of(results, [name])
        for what, stem, axis in ((1, "evaluations", "evaluations"), (0, "time", "seconds")):
            table = ratios(results, [name], solvers, what)
            if not any(table.values()):
                continue
            files = curves(table, folder, f"{name}-{stem}")
            plot(files, f"{name}: to within 1e-8 of the lowest known value", axis, docs / f"optimizers-{name}-{stem}.svg")
