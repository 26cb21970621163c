/** What each run found, in plain words with the evidence. */
import { by_id, h } from "./dom";
import { fit_details } from "./fit_result";
import { duration, nested, short } from "./numbers";
import type { Track } from "./track";
import type { Result } from "./types";

const headline: Record<string, string> = {
  strict_minimum: "A strict minimum",
  saddle: "A saddle, not a minimum",
  maximum: "A maximum",
  undecided: "Stationary, but second derivatives do not decide",
  unattained: "f tends to a value that it does not reach",
  unbounded: "f falls without bound",
  not_stationary: "Not a stationary point",
};

const symbol = (result: Result): string => (result.success ? "✓" : result.verdict.kind === "not_stationary" ? "✗" : "!");
const mood = (result: Result): string => (result.success ? "good" : result.verdict.kind === "not_stationary" ? "bad" : "warn");

const known = (n: unknown): boolean => typeof n === "number";

function evidence(result: Result): [string, string][] {
  const verdict = result.verdict;
  const rows: [string, string][] = [["Gradient", `${short(result.gradient_norm, 3)} (its length)`]];
  if (known(verdict.smallest_eigenvalue)) {
    rows.push(["Curvature", `${short(verdict.smallest_eigenvalue, 4)} to ${short(verdict.largest_eigenvalue, 4)}`]);
  }
  if (verdict.negative_directions) rows.push(["Bends down", `in ${verdict.negative_directions} direction(s)`]);
  for (const bound of result.active_bounds) {
    rows.push(["At a bound", `${bound.variable} = ${short(bound.bound)} (${bound.side}), multiplier ${short(bound.multiplier, 4)}`]);
  }
  const counts = Object.entries(result.evaluations).filter(([, count]) => count > 0);
  rows.push(["Evaluations", counts.map(([name, count]) => `${count} ${name.replaceAll("_", " ")}`).join(", ")]);
  rows.push(["Time", `run ${duration(result.seconds.run)}, compile ${duration(result.seconds.compile)}`]);
  rows.push(["Ended because", result.message.split(": ").slice(2).join(": ") || result.reason.replaceAll("_", " ")]);
  rows.push(["Method", result.method + (result.why ? `, because ${result.why}` : "")]);
  return rows;
}

const pairs = (rows: [string, string][]): HTMLElement => h("dl", {}, rows.flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, text)]));

function body(result: Result, track: Track, look: (track: Track) => void): (HTMLElement | null)[] {
  const x = Object.entries(result.x).map(([name, value]) => h("div", { class: "solution" }, `${name} = ${nested(value, 8)}`));
  const advice = result.diagnosis.map((finding) =>
    h("p", { class: "finding" }, h("strong", {}, `${finding.what}. `), finding.advice));
  const theory = result.theory ? [h("p", { class: "hint" }, result.theory.explanation)] : [];
  return [
    h("p", { class: `verdict ${mood(result)}` }, h("span", { "aria-hidden": "true" }, symbol(result)),
      ` ${headline[result.verdict.kind] ?? result.verdict.kind}${result.verdict.global ? ", proved to be the lowest of all" : ""}`),
    h("div", { class: "solution value" }, `f = ${short(result.value, 10)}`),
    ...x,
    h("p", { class: "why" }, `${result.verdict.explanation}.`),
    ...advice, ...theory,
    ...result.warnings.map((warning) => h("p", { class: "finding" }, warning)),
    ...fit_details(result),
    h("details", {}, h("summary", {}, "Evidence"), pairs(evidence(result))),
    h("button", { type: "button", class: "small", onclick: () => look(track) }, "Look at this point"),
  ];
}

export class ResultsPanel {
  private readonly list = h("div", { class: "results", "aria-live": "polite" });
  private readonly look: (track: Track) => void;

  constructor(look: (track: Track) => void) {
    this.look = look;
    by_id("results-panel").append(this.list);
    this.show([]);
  }

  show(tracks: Track[]): void {
    if (tracks.length === 0) {
      this.list.replaceChildren(h("p", { class: "hint" }, "Press Run: each method's verdict stands here, with the numbers it rests on."));
      return;
    }
    this.list.replaceChildren(...tracks.map((track) => this.card(track)));
  }

  private card(track: Track): HTMLElement {
    const swatch = h("span", { class: "swatch" });
    swatch.style.background = track.color;
    const name = (track.result?.method ?? track.method).replace(/\(.*/s, "");
    const steps = track.result ? `${track.result.iterations} iterations` : track.error ? "failed" : `${track.last_iteration} …`;
    return h("article", { class: "result", "data-method": name, "data-state": track.result ? "done" : track.error ? "failed" : "running" },
      h("h3", {}, swatch, name, h("span", { class: "steps" }, steps)),
      track.result ? body(track.result, track, this.look) : track.error ? h("pre", { class: "error" }, track.error) : null);
  }
}
