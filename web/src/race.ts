/** Playing the paths: the slider, the play button, the legend. */
import { by_id, h } from "./dom";
import type { Plane } from "./plane";
import type { Clock, Track } from "./track";
import { short } from "./numbers";

export class Race {
  private readonly play = h("button", { type: "button", id: "play", "aria-label": "Play the paths" }, "▶");
  private readonly slider = h("input", { type: "range", min: 0, max: 1000, value: 1000, "aria-label": "Position in the runs" });
  private readonly iteration = h("output", { class: "iteration" });
  private readonly legend = h("ul", { class: "legend" });
  private tracks: Track[] = [];
  private readonly clock: Clock;

  constructor(clock: Clock, plane: Plane) {
    this.clock = clock;
    this.play.addEventListener("click", () => {
      clock.toggle();
      plane.replay();
    });
    this.slider.addEventListener("input", () => {
      clock.is_playing = false;
      clock.position = Number(this.slider.value) / 1000;
      plane.replay();
    });
    by_id("plane-panel").append(h("div", { class: "race" }, this.play, this.slider, this.iteration), this.legend);
    addEventListener("downhill:frame", (event) => this.update((event as CustomEvent<{ most: number }>).detail.most));
  }

  show(tracks: Track[]): void {
    this.tracks = tracks;
    this.legend.replaceChildren(...tracks.map((track) => {
      const swatch = h("span", { class: "swatch" });
      swatch.style.background = track.color;
      return h("li", {}, swatch, track.method, h("span", { class: "legend-value" }));
    }));
  }

  private update(most: number): void {
    const until = this.clock.iteration(most);
    if (document.activeElement !== this.slider || this.clock.is_playing) this.slider.value = String(Math.round(1000 * this.clock.position));
    this.play.textContent = this.clock.is_playing ? "❚❚" : "▶";
    this.play.setAttribute("aria-label", this.clock.is_playing ? "Pause" : "Play the paths");
    this.iteration.textContent = this.tracks.length === 0 ? "" : `iteration ${Math.min(most, Math.floor(until))}`;
    this.slider.setAttribute("aria-valuetext", this.iteration.textContent ?? "");
    this.tracks.forEach((track, k) => {
      const count = track.count_until(until);
      const value = this.legend.children[k]?.querySelector(".legend-value");
      if (value) value.textContent = track.error ? "failed" : count > 0 ? `f = ${short(track.values[count - 1] as number, 4)}` : "";
    });
  }
}
