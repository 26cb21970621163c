"""Where downhill falls short: every problem that its main methods do not solve, claim falsely, or solve with more evaluations than
the best of the others."""

METHODS = ("auto", "lbfgs", "newton", "levenberg_marquardt")
MOST_ROWS = 120


def peers_of(results):
    return [solver for solver in dict.fromkeys(solver for solver, _ in results.runs) if not solver.startswith("downhill.")]


def best_peer(results, key, peers):
    """The peer that came within 1e-8 of the lowest known value with the fewest evaluations: (evaluations, seconds, name)."""
    found = [(at[1], at[0], solver) for solver in peers if (at := results.reached(solver, key))]
    return min(found) if found else None


def told(peer):
    return f"{peer[2]}: {peer[0]} evaluations, {peer[1] * 1e6:.0f} us" if peer else "no peer does"


def section(title, columns, rows, most=None):
    shown = rows[:most] if most else rows
    note = f", the worst {most}" if most and len(rows) > most else ""
    head = "| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|\n"
    return f"## {title}: {len(rows)}{note}\n{head}" + "".join("| " + " | ".join(row) + " |\n" for row in shown)


class Shortcomings:
    def __init__(self, results):
        self.results, self.peers = results, peers_of(results)
        self.missed, self.elsewhere, self.false, self.wrong, self.below = [], [], [], [], []
        self.dear, self.slow = [], []

    def look(self, key):
        peer = best_peer(self.results, key, self.peers)
        seconds = [at[0] for solver in self.peers if (at := self.results.reached(solver, key))]
        for method in METHODS:
            record = self.results.runs.get((f"downhill.{method}", key))
            if not record or (method == "levenberg_marquardt" and self.same_as_auto(key)):
                continue
            if "failed" in record:
                self.missed.append((key, method, f"failed: {record['failed']}", told(peer)))
                continue
            self.look_at(key, method, record, peer)
            at = self.results.reached(f"downhill.{method}", key)
            if at and peer and at[1] > peer[0]:
                self.dear.append((at[1] / peer[0], (key, method, f"{at[1]}, {at[0] * 1e6:.0f} us", told(peer))))
            if at and seconds and at[0] > min(seconds):
                self.slow.append((at[0] / min(seconds), (key, method, f"{at[0] * 1e6:.0f}", f"{min(seconds) * 1e6:.0f}")))

    def same_as_auto(self, key):
        auto = self.results.runs.get(("downhill.auto", key), {})
        return str(auto.get("message", "")).startswith("levenberg_marquardt")

    def look_at(self, key, method, record, peer):
        truth, lowest = self.results.truth["downhill." + method, key], self.results.instances[key]["lowest"]
        what = f"{record['value']} ({lowest}): {record['message'][:150]}"
        is_minimum = truth["gap"] <= 1e-8 and truth["kind"] in ("minimum", "strict_minimum")
        if truth["kind"] == "below":
            self.below.append((key, method, what, told(peer)))
        elif not truth["lowest"] and truth["kind"] not in ("unbounded", "unattained", "refusal"):
            (self.elsewhere if is_minimum else self.missed).append((key, method, what, told(peer)))
        if record["claims"] and truth["gap"] > 1e-8:
            self.false.append((key, method, f"{truth['kind']}, gap {truth['gap']:.1e}, verdict {record['verdict']}; {what}", told(peer)))
        if self.results.verdict_is_right(record, truth) is False:
            self.wrong.append((key, method, f"{record['verdict']} where it is {truth['kind']}, gap {truth['gap']:.1e}; {what}", told(peer)))


def falls_short(results, names):
    found = Shortcomings(results)
    for name in names:
        for key in results.keys(name):
            found.look(key)
    found.dear.sort(reverse=True)
    found.slow.sort(reverse=True)
    columns = ("problem", "method", "value (lowest known): how it ended", "best peer to 1e-8")
    return "\n".join([
        section("Success claimed falsely", columns, found.false),
        section("Verdict wrong", columns, found.wrong),
        section("No minimum is reached", columns, found.missed),
        section("Values below the lowest known", columns, found.below),
        section("Another minimum is reached, not the lowest", columns, found.elsewhere),
        section("More evaluations to 1e-8 than the best peer", ("problem", "method", "evaluations", "best peer"),
                [row for _, row in found.dear], MOST_ROWS),
        section("Slower to 1e-8 than the fastest peer", ("problem", "method", "us", "fastest peer, us"),
                [row for _, row in found.slow], MOST_ROWS),
    ])
