/** The landscape of the page as a surface in place of its contours, with the paths on it. */
import type { Plane } from "./plane";
import type { Ground } from "./plane_base";
import { SurfaceToggle } from "./surface_toggle";
import type { Clock } from "./track";

export class SurfaceView {
  private readonly plane: Plane;
  private readonly clock: Clock;
  private readonly toggle: SurfaceToggle;
  private ground: Ground | null = null;

  constructor(plane: Plane, clock: Clock) {
    this.plane = plane;
    this.clock = clock;
    this.toggle = new SurfaceToggle("plane", (is_hidden) => plane.set_hidden(is_hidden), () => this.show(this.ground));
    plane.box.after(this.toggle.box, this.toggle.help, this.toggle.button);
    addEventListener("downhill:frame", () => this.show_paths());
  }

  /** New values, or new colours of them. A curve has no surface. */
  show(ground: Ground | null): void {
    this.ground = ground;
    const is_plane = ground !== null && ground.rows > 1;
    this.toggle.button.hidden = !is_plane;
    if (!is_plane && this.toggle.is_shown) void this.toggle.toggle();
    if (!is_plane || !this.toggle.is_shown) return;
    const [first, second] = this.plane.scene?.labels ?? ["", ""];
    this.toggle.surface?.show(ground, [first, second, "f"], this.paths());
  }

  private paths() {
    const most = Math.max(1, ...this.plane.tracks.map((track) => track.last_iteration));
    const until = this.clock.iteration(most);
    return this.plane.tracks.map((track) => ({ first: track.first, second: track.second, count: track.count_until(until), color: track.color }));
  }
  private show_paths(): void {
    if (this.toggle.is_shown) this.toggle.surface?.show_paths(this.paths());
  }
}
