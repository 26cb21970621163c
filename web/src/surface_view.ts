/** The landscape as a surface in place of its contours, when somebody asks for it: what draws it is loaded then. */
import { h } from "./dom";
import type { Plane } from "./plane";
import type { Ground } from "./plane_base";
import type { Surface } from "./surface";
import type { Clock } from "./track";

export class SurfaceView {
  private readonly button = h("button", { type: "button", class: "small", id: "surface", "aria-pressed": "false" }, "Surface");
  private readonly box = h("div", { class: "plane", hidden: true });
  private readonly plane: Plane;
  private readonly clock: Clock;
  private readonly help = h("p", { class: "hint", id: "surface-help", hidden: true }, "Drag or press arrow keys to turn it; scroll or press + and − to zoom.");
  private surface: Surface | null = null;
  private ground: Ground | null = null;

  constructor(plane: Plane, clock: Clock) {
    this.plane = plane;
    this.clock = clock;
    plane.box.after(this.box, this.help, this.button);
    this.button.addEventListener("click", () => void this.toggle());
    addEventListener("downhill:frame", () => this.show_paths());
  }

  /** New values, or new colours of them. A curve has no surface. */
  show(ground: Ground | null): void {
    this.ground = ground;
    const is_plane = ground !== null && ground.rows > 1;
    this.button.hidden = !is_plane;
    if (!is_plane && !this.box.hidden) void this.toggle();
    if (!is_plane || this.box.hidden || !this.surface) return;
    const [first, second] = this.plane.scene?.labels ?? ["", ""];
    this.surface.show(ground, [first, second, "f"], this.paths());
  }

  private paths() {
    const most = Math.max(1, ...this.plane.tracks.map((track) => track.last_iteration));
    const until = this.clock.iteration(most);
    return this.plane.tracks.map((track) => ({ first: track.first, second: track.second, count: track.count_until(until), color: track.color }));
  }
  private show_paths(): void {
    if (!this.box.hidden) this.surface?.show_paths(this.paths());
  }

  private async toggle(): Promise<void> {
    const is_surface = Boolean(this.box.hidden);
    if (!this.surface) {
      const { Surface } = await import("./surface");
      this.surface = new Surface(this.box);
    }
    this.box.hidden = !is_surface;
    this.help.hidden = !is_surface;
    this.plane.set_hidden(is_surface);
    this.button.setAttribute("aria-pressed", String(is_surface));
    this.show(this.ground);
  }
}
