/** One point: value, gradient, the check of the gradient, and how f bends there. */
import * as api from "./api";
import { by_id, h } from "./dom";
import { nested, short } from "./numbers";
import { to_number, type Evaluation, type Setup } from "./types";

export interface Look {
  at: number[];
  directions: { vector: number[]; up: boolean }[];
}

const most_rows = 12;

function kind_of(eigenvalues: number[]): string {
  const size = Math.max(...eigenvalues.map(Math.abs));
  const up = eigenvalues.filter((e) => e > 1e-12 * size).length;
  const down = eigenvalues.filter((e) => e < -1e-12 * size).length;
  if (up === eigenvalues.length) return "Here f bends upwards in every direction: a bowl.";
  if (down === eigenvalues.length) return "Here f bends downwards in every direction: a dome.";
  if (up > 0 && down > 0) return `Here f bends up in ${up} direction${up > 1 ? "s" : ""} and down in ${down}: the shape of a saddle.`;
  return "Here f is flat, to second order, in some direction.";
}

export class Inspector {
  private readonly body = h("div", { "aria-live": "polite" });
  private readonly setup: () => Setup;
  private readonly labels: () => string[];
  private readonly shown: (look: Look | null) => void;
  private asking: AbortController | null = null;

  constructor(setup: () => Setup, labels: () => string[], shown: (look: Look | null) => void) {
    this.setup = setup;
    this.labels = labels;
    this.shown = shown;
    by_id("inspector-panel").append(this.body);
    this.clear();
  }

  clear(): void {
    this.asking?.abort();
    this.body.replaceChildren(h("p", { class: "hint" }, "Click on the landscape, or press Enter on it: value, gradient and the directions in which f bends stand here."));
    this.shown(null);
  }

  async look(x: number[]): Promise<void> {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const setup = this.setup();
    try {
      const found = await api.evaluate(setup, x, asking.signal);
      if (!asking.signal.aborted) this.show(setup, found);
    } catch (error) {
      if (!asking.signal.aborted) this.body.replaceChildren(h("pre", { class: "error" }, (error as Error).message));
    }
  }

  private show(setup: Setup, found: Evaluation): void {
    const labels = this.labels();
    const rows = found.x.slice(0, most_rows).map((value, k) =>
      h("tr", {}, h("th", { scope: "row" }, labels[k] ?? `x[${k}]`), h("td", {}, short(value, 7)), h("td", {}, short(found.gradient[k] ?? "nan", 6))));
    const more = found.x.length > most_rows ? h("p", { class: "hint" }, `and ${found.x.length - most_rows} more variables`) : null;
    const outcome = h("div", { class: "check-outcome", "aria-live": "polite" });
    const button = h("button", { type: "button", class: "small", id: "check-gradient" }, "Check the gradient");
    button.addEventListener("click", () => void this.check(setup, found.x, outcome, button));
    this.body.replaceChildren(
      h("div", { class: "solution value" }, `f = ${short(found.value, 10)}`),
      h("table", {}, h("caption", {}, "Gradient"),
        h("thead", {}, h("tr", {}, ["variable", "x", "slope"].map((text) => h("th", { scope: "col" }, text)))), h("tbody", {}, rows)),
      ...(more ? [more] : []), button, outcome, ...this.curvature(found),
    );
    this.shown({
      at: found.x,
      directions: (found.hessian?.eigenvectors ?? []).map((vector, k) => ({
        vector: vector.map(to_number), up: to_number(found.hessian?.eigenvalues[k] ?? 0) > 0,
      })),
    });
  }

  private curvature(found: Evaluation): HTMLElement[] {
    if (!found.hessian) return [h("p", { class: "hint" }, "There are no second derivatives here.")];
    const { eigenvalues, eigenvectors } = found.hessian;
    const rows = eigenvalues.slice(0, most_rows).map((value, k) =>
      h("tr", {}, h("td", {}, short(value, 6)), h("td", { class: "vector" }, nested((eigenvectors[k] ?? []).slice(0, 8), 3))));
    return [
      h("p", { class: "why" }, kind_of(eigenvalues.map(to_number))),
      h("table", { id: "eigenvectors" }, h("caption", {}, "Directions of the Hessian (drawn: solid up, dashed down)"),
        h("thead", {}, h("tr", {}, ["curvature", "direction"].map((text) => h("th", { scope: "col" }, text)))), h("tbody", {}, rows)),
    ];
  }

  private async check(setup: Setup, x: number[], outcome: HTMLElement, button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    try {
      const check = await api.check_gradient(setup, x);
      const rows = check.coordinates.slice(0, most_rows).map((c) =>
        h("tr", { class: c.agrees ? "" : "differs" }, h("th", { scope: "row" }, c.name), h("td", {}, short(c.gradient, 8)),
          h("td", {}, short(c.differences, 8)), h("td", {}, c.agrees ? "agrees" : "differs")));
      outcome.replaceChildren(
        h("p", { class: `verdict ${check.agrees ? "good" : "bad"}` }, `${check.agrees ? "✓" : "✗"} ${check.message}`),
        h("table", {}, h("thead", {}, h("tr", {}, ["variable", "derived", "differences", "outcome"].map((text) => h("th", { scope: "col" }, text)))), h("tbody", {}, rows)));
    } catch (error) {
      outcome.replaceChildren(h("pre", { class: "error" }, (error as Error).message));
    }
    button.disabled = false;
  }
}
