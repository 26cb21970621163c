/** How f and its gradient fall, iteration by iteration. */
import { Chart, type Line } from "./chart";
import { by_id, h } from "./dom";
import { short } from "./numbers";
import type { Clock, Track } from "./track";

type Shown = "gap" | "gradient";

export class Convergence {
  private readonly canvas = h("canvas", { class: "convergence", role: "img" });
  private readonly chart = new Chart(this.canvas);
  private readonly clock: Clock;
  private shown: Shown = "gap";
  private is_log_x = true;
  private tracks: Track[] = [];
  // Of every track what is drawn, computed once for each of its points.
  private cache: { x: Float64Array; y: Float64Array; length: number; key: string }[] = [];

  constructor(clock: Clock) {
    this.clock = clock;
    const choose = h("select", { "aria-label": "What the chart shows" },
      h("option", { value: "gap" }, "f above the lowest found"), h("option", { value: "gradient" }, "length of the gradient"));
    choose.addEventListener("change", () => {
      this.shown = choose.value as Shown;
      this.draw();
    });
    const scale = h("label", { class: "check" }, h("input", { type: "checkbox", checked: true, onchange: (event: Event) => {
      this.is_log_x = (event.target as HTMLInputElement).checked;
      this.draw();
    } }), "iterations by powers of ten");
    by_id("convergence-panel").append(h("div", { class: "toolbar" }, choose, scale), this.canvas);
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    addEventListener("downhill:frame", () => this.draw());
    this.show([]);
  }

  show(tracks: Track[]): void {
    this.tracks = tracks;
    this.cache = [];
    this.draw();
  }

  draw(): void {
    const lowest = Math.min(...this.tracks.map((track) => {
      let low = Infinity;
      for (let k = 0; k < track.length; ++k) low = Math.min(low, track.values[k] as number);
      return low;
    }));
    const most = Math.max(1, ...this.tracks.map((track) => track.last_iteration));
    const until = this.clock.iteration(most);
    const lines = this.tracks.map((track, k): Line => {
      const data = this.data(track, k, lowest);
      return { x: data.x, y: data.y, color: track.color, width: 2.2, count: Math.min(data.length, track.count_until(until)) };
    });
    this.chart.draw({
      lines, is_log_y: true, is_log_x: this.is_log_x, x_label: "iteration",
      y_label: this.shown === "gap" ? "f − lowest found" : "|gradient|",
    });
    const said = this.tracks.map((track) => `${track.method}: ${track.last_iteration} iterations to f = ${short(track.values[track.length - 1] ?? NaN, 4)}`);
    this.canvas.setAttribute("aria-label", said.length > 0 ? `Convergence. ${said.join("; ")}` : "Convergence: nothing has run yet");
  }

  private data(track: Track, k: number, lowest: number) {
    const key = `${this.shown} ${this.is_log_x} ${lowest}`;
    const old = this.cache[k];
    if (old && old.key === key && old.length === track.length) return old;
    const floor = 1e-17 * Math.max(1e-300, Math.abs(lowest), Math.abs((track.values[0] as number) - lowest));
    const x = new Float64Array(track.length);
    const y = new Float64Array(track.length);
    for (let i = 0; i < track.length; ++i) {
      x[i] = this.is_log_x ? Math.log10(1 + (track.iterations[i] as number)) : (track.iterations[i] as number);
      const value = this.shown === "gap" ? (track.values[i] as number) - lowest : (track.gradients[i] as number);
      y[i] = value > 0 ? Math.log10(Math.max(value, floor)) : NaN;
    }
    return (this.cache[k] = { x, y, length: track.length, key });
  }
}
