"""Where downhill falls short: every problem that its main methods do not solve, claim falsely, or solve with more evaluations than
the best of the others."""

METHODS = ("auto", "lbfgs", "newton", "levenberg_marquardt")


def best_peer(results, key):
    """The peer that came within 1e-8 of the lowest known value with the fewest evaluations: (evaluations, seconds, name)."""
    found = []
    for solver in dict.fromkeys(solver for solver, _ in results.runs):
        if solver.startswith("downhill."):
            continue
        at = results.reached(solver, key)
        if at:
            found.append((at[1], at[0], solver))
    return min(found) if found else None


def told(peer):
    return f"{peer[2]} {peer[0]} evaluations, {peer[1] * 1e6:.0f} us" if peer else "no peer does"


def falls_short(results, names):
    missed, false, wrong, dear, slow = [], [], [], [], []
    for name in names:
        for key in results.keys(name):
            peer = best_peer(results, key)
            for method in METHODS:
                solver = f"downhill.{method}"
                record = results.runs.get((solver, key))
                if not record:
                    continue
                if "failed" in record:
                    missed.append(f"| {key} | {method} | failed: {record['failed']} | {told(peer)} |")
                    continue
                truth = results.truth[solver, key]
                lowest = results.instances[key]["lowest"]
                at = results.reached(solver, key)
                if not truth["lowest"]:
                    minimum = ", a minimum" if truth["gap"] <= 1e-8 and truth["kind"] in ("minimum", "strict_minimum") else ""
                    missed.append(f"| {key} | {method} | {record['value']} instead of {lowest}{minimum}; {record['message'][:110]} | "
                                  f"{told(peer)} |")
                if record["claims"] and truth["gap"] > 1e-8:
                    false.append(f"| {key} | {method} | {record['value']} instead of {lowest}: {truth['kind']}, gap {truth['gap']:.1e}, "
                                 f"verdict {record['verdict']}; {record['message'][:90]} | {told(peer)} |")
                if at and peer and at[1] > peer[0]:
                    dear.append((at[1] / peer[0], f"| {key} | {method} | {at[1]} evaluations, {at[0] * 1e6:.0f} us | {told(peer)} |"))
                if results.verdict_is_right(record, truth) is False:
                    wrong.append(f"| {key} | {method} | {record['verdict']} where it is {truth['kind']}, gap {truth['gap']:.1e} | |")
                fastest = min((results.reached(other, key) or (9e9, 0))[0]
                              for other in {other for other, _ in results.runs} if not other.startswith("downhill."))
                if at and fastest < at[0]:
                    slow.append((at[0] / fastest, f"| {key} | {method} | {at[0] * 1e6:.0f} us | {fastest * 1e6:.0f} us |"))
    head = "| problem | method | what happened | best peer to 1e-8 |\n|---|---|---|---|\n"
    dear.sort(reverse=True)
    slow.sort(reverse=True)
    return (f"## The lowest known value is not reached: {len(missed)}\n{head}" + "\n".join(missed)
            + f"\n\n## Success claimed falsely: {len(false)}\n{head}" + "\n".join(false)
            + f"\n\n## Verdict wrong: {len(wrong)}\n{head}" + "\n".join(wrong)
            + f"\n\n## More evaluations than the best peer: {len(dear)} (worst 150)\n{head}" + "\n".join(row for _, row in dear[:150])
            + f"\n\n## Slower than the fastest peer: {len(slow)} (worst 60)\n{head}" + "\n".join(row for _, row in slow[:60]) + "\n")
