/** The picture of the landscape: panned, zoomed, and with a start that is dragged. */
import { by_id, debounced, h, say } from "./dom";
import { at_resolution, short } from "./numbers";
import { color_ground, draw_ground, load_ground, type Ground, type Slice } from "./plane_base";
import { draw_axes, draw_bounds, draw_head, draw_known, draw_look, draw_path, draw_start } from "./plane_marks";
import type { Clock, Track } from "./track";
import { View, type Box } from "./view";

export interface Scene {
  slice: Slice;
  labels: [string, string];
  start: [number, number];
  known: [number, number][];
  bounds: { low: [number, number]; high: [number, number] } | null;
  look: { at: [number, number]; directions: { vector: [number, number]; up: boolean }[] } | null;
}

export interface PlaneEvents {
  start_moved(at: [number, number], is_done: boolean): void;
  looked(at: [number, number]): void;
  ground_failed(message: string): void;
  /** Values came in, or have new colours. */
  ground_loaded(ground: Ground): void;
}

export class Plane {
  readonly view = new View();
  scene: Scene | null = null;
  tracks: Track[] = [];
  private readonly ground_canvas = h("canvas", { class: "layer" });
  private readonly path_canvas = h("canvas", { class: "layer" });
  private readonly top_canvas = h("canvas", {
    class: "layer", tabindex: 0, role: "application", "aria-roledescription": "landscape", "aria-describedby": "plane-help",
    id: "plane",
  });
  private readonly readout = h("output", { class: "readout", "aria-hidden": "true" });
  private readonly help = h("p", { id: "plane-help", class: "hint" },
    "Drag the ring to move the start; click anywhere to look at a point; drag the ground to pan, scroll to zoom. " +
      "Keys: arrows move the start, Shift with arrows pans, + and − zoom, Enter looks at the start.");
  readonly box = h("div", { class: "plane" }, this.ground_canvas, this.path_canvas, this.top_canvas, this.readout);
  private ground: Ground | null = null;
  private loading: AbortController | null = null;
  private drawn: number[] = []; // points of each track that the path layer shows
  private is_ground_drawn = false;
  /** Whether somebody chose the part of the plane that is shown. */
  is_chosen = false;
  private hand: { kind: "start" | "ground"; x: number; y: number; moved: boolean } | null = null;
  private frame = 0;
  private readonly load_soon = debounced(() => void this.load(), 70);

  private readonly clock: Clock;
  private readonly events: PlaneEvents;

  constructor(clock: Clock, events: PlaneEvents) {
    this.clock = clock;
    this.events = events;
    by_id("plane-panel").append(
      this.box,
      this.help,
    );
    new ResizeObserver(() => this.resized()).observe(this.top_canvas.parentElement as HTMLElement);
    this.listen();
  }

  show(scene: Scene, box: Box | null): void {
    this.scene = scene;
    if (box) {
      this.view.box = box;
      this.is_chosen = false;
    }
    void this.load();
    this.repaint();
  }

  set_hidden(is_hidden: boolean): void {
    this.box.hidden = this.help.hidden = is_hidden;
  }

  /** Draws everything anew at the next frame. */
  repaint(): void {
    this.is_ground_drawn = false;
    this.replay();
  }
  /** Draws the paths anew; the ground stays. */
  replay(): void {
    this.drawn = [];
    this.request_frame();
  }
  recolor(): void {
    if (this.ground) {
      color_ground(this.ground);
      this.events.ground_loaded(this.ground);
    }
    this.repaint();
  }
  request_frame(): void {
    this.frame ||= requestAnimationFrame((now) => {
      this.frame = 0;
      this.draw(now);
    });
  }

  private get is_curve(): boolean {
    return this.scene?.slice.x.length === 1;
  }

  private resized(): void {
    const box = (this.top_canvas.parentElement as HTMLElement).getBoundingClientRect();
    if (box.width < 10 || box.height < 10) return;
    this.view.width = box.width;
    this.view.height = box.height;
    for (const canvas of [this.ground_canvas, this.path_canvas, this.top_canvas]) {
      canvas.width = Math.round(box.width * devicePixelRatio);
      canvas.height = Math.round(box.height * devicePixelRatio);
      (canvas.getContext("2d") as CanvasRenderingContext2D).setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    }
    this.repaint();
    this.load_soon();
  }

  private async load(): Promise<void> {
    const scene = this.scene;
    if (!scene || this.view.width < 10) return;
    this.loading?.abort();
    const loading = (this.loading = new AbortController());
    try {
      const ground = await load_ground(scene.slice, this.view, loading.signal);
      if (loading.signal.aborted) return;
      this.ground = ground;
      if (this.is_curve) this.fit_curve(ground);
      this.events.ground_loaded(ground);
      this.repaint();
    } catch (error) {
      if (!loading.signal.aborted) this.events.ground_failed((error as Error).message);
    }
  }

  // Of one variable the second axis is f itself.
  private fit_curve(ground: Ground): void {
    const finite = [...ground.values].filter(Number.isFinite);
    if (finite.length === 0) return;
    const low = Math.min(...finite);
    const margin = 0.08 * (Math.max(...finite) - low) || 1;
    this.view.box = { ...this.view.box, bottom: low - 1.5 * margin, top: Math.max(...finite) + margin };
  }

  private draw(now: number): void {
    const goes_on = this.clock.tick(now);
    const layer = (canvas: HTMLCanvasElement) => canvas.getContext("2d") as CanvasRenderingContext2D;
    const most = Math.max(1, ...this.tracks.map((track) => track.last_iteration));
    const counts = this.tracks.map((track) => track.count_until(this.clock.iteration(most)));
    const paths = layer(this.path_canvas);
    if (!this.is_ground_drawn && this.ground) {
      draw_ground(layer(this.ground_canvas), this.ground, this.view);
      this.is_ground_drawn = true;
    }
    if (this.drawn.length !== counts.length || this.drawn.length === 0 || counts.some((count, k) => count < (this.drawn[k] as number))) {
      paths.clearRect(0, 0, this.view.width, this.view.height);
      const bounds = this.scene?.bounds;
      if (bounds && !this.is_curve) draw_bounds(paths, this.view, bounds.low, bounds.high);
      this.drawn = counts.map(() => 0);
    }
    counts.forEach((count, k) => {
      const from = this.drawn[k] as number;
      if (count > from) draw_path(paths, this.view, this.tracks[k] as Track, from, count, this.is_curve);
      this.drawn[k] = count;
    });
    this.draw_top(layer(this.top_canvas), counts);
    dispatchEvent(new CustomEvent("downhill:frame", { detail: { most } }));
    if (goes_on || this.tracks.some((track) => !track.is_over)) this.request_frame();
  }

  private draw_top(top: CanvasRenderingContext2D, counts: number[]): void {
    top.clearRect(0, 0, this.view.width, this.view.height);
    const scene = this.scene;
    if (!scene) return;
    draw_axes(top, this.view, scene.labels);
    if (!this.is_curve) for (const [a, b] of scene.known) draw_known(top, this.view.to_x(a), this.view.to_y(b));
    counts.forEach((count, k) => draw_head(top, this.view, this.tracks[k] as Track, count, this.is_curve));
    if (scene.look && !this.is_curve) {
      const [x, y] = [this.view.to_x(scene.look.at[0]), this.view.to_y(scene.look.at[1])];
      draw_look(top, x, y, scene.look.directions.map(({ vector, up }) => {
        const dx = vector[0] / this.view.pixel_first;
        const dy = -vector[1] / this.view.pixel_second;
        const length = Math.hypot(dx, dy) || 1;
        return { dx: (34 * dx) / length, dy: (34 * dy) / length, up };
      }));
    }
    const [x, y] = this.start_on_screen(scene);
    draw_start(top, x, y, document.activeElement === this.top_canvas);
  }

  private start_on_screen(scene: Scene): [number, number] {
    const x = this.view.to_x(scene.start[0]);
    if (!this.is_curve) return [x, this.view.to_y(scene.start[1])];
    const ground = this.ground;
    if (!ground) return [x, this.view.height / 2];
    const at = (scene.start[0] - ground.box.left) / (ground.box.right - ground.box.left);
    const value = ground.values[Math.round(at * (ground.columns - 1))];
    return [x, value !== undefined && Number.isFinite(value) ? this.view.to_y(value) : this.view.height / 2];
  }

  private at(event: MouseEvent): [number, number] {
    const box = this.top_canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
  private point_at(x: number, y: number): [number, number] {
    return [at_resolution(this.view.first(x), this.view.pixel_first), at_resolution(this.view.second(y), this.view.pixel_second)];
  }

  private move_start(to: [number, number], is_done: boolean): void {
    if (!this.scene) return;
    this.scene.start = this.is_curve ? [to[0], 0] : to;
    this.events.start_moved(this.scene.start, is_done);
    this.request_frame();
  }

  private changed_view(): void {
    this.is_chosen = true;
    this.repaint();
    this.load_soon();
  }

  private listen(): void {
    const canvas = this.top_canvas;
    canvas.addEventListener("pointerdown", (event) => {
      if (!this.scene || event.button !== 0) return;
      const [x, y] = this.at(event);
      const [sx, sy] = this.start_on_screen(this.scene);
      const reach = event.pointerType === "touch" ? 26 : 15;
      this.hand = { kind: Math.hypot(x - sx, y - sy) < reach ? "start" : "ground", x, y, moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      const [x, y] = this.at(event);
      if (this.scene) this.read_out(x, y);
      if (!this.hand || !this.scene) return;
      if (Math.hypot(x - this.hand.x, y - this.hand.y) > 3) this.hand.moved = true;
      if (!this.hand.moved) return;
      if (this.hand.kind === "start") this.move_start(this.point_at(x, y), false);
      else {
        this.view.pan(x - this.hand.x, y - this.hand.y);
        [this.hand.x, this.hand.y] = [x, y];
        this.changed_view();
      }
    });
    canvas.addEventListener("pointerup", (event) => {
      const hand = this.hand;
      this.hand = null;
      if (!hand || !this.scene) return;
      const point = this.point_at(...this.at(event));
      if (hand.kind === "start" && hand.moved) this.move_start(point, true);
      else if (!hand.moved) this.events.looked(point);
    });
    canvas.addEventListener("pointerleave", () => (this.readout.textContent = ""));
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.view.zoom(Math.exp(event.deltaY * 0.0015), ...this.at(event));
      this.changed_view();
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => this.key(event));
    for (const name of ["focus", "blur"]) canvas.addEventListener(name, () => this.request_frame());
  }

  private key(event: KeyboardEvent): void {
    const scene = this.scene;
    const step: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const way = step[event.key];
    if (!scene) return;
    if (way && event.shiftKey) this.view.pan(-40 * way[0], 40 * way[1]);
    else if (way) {
      const to: [number, number] = [
        at_resolution(scene.start[0] + 10 * way[0] * this.view.pixel_first, this.view.pixel_first),
        at_resolution(scene.start[1] + 10 * way[1] * this.view.pixel_second, this.view.pixel_second),
      ];
      this.move_start(to, true);
      say(`start ${scene.labels[0]} ${short(to[0], 5)}${this.is_curve ? "" : `, ${scene.labels[1]} ${short(to[1], 5)}`}`);
    } else if (event.key === "+" || event.key === "=") this.view.zoom(0.8, this.view.width / 2, this.view.height / 2);
    else if (event.key === "-") this.view.zoom(1.25, this.view.width / 2, this.view.height / 2);
    else if (event.key === "Enter") this.events.looked(scene.start);
    else return;
    event.preventDefault();
    this.changed_view();
  }

  private read_out(x: number, y: number): void {
    const ground = this.ground;
    if (!ground) return;
    const [first, second] = [this.view.first(x), this.view.second(y)];
    const j = Math.round(((first - ground.box.left) / (ground.box.right - ground.box.left)) * (ground.columns - 1));
    const up = ground.rows === 1 ? 0 : (second - ground.box.bottom) / (ground.box.top - ground.box.bottom);
    const i = Math.round(up * (ground.rows - 1));
    const inside = j >= 0 && j < ground.columns && i >= 0 && i < ground.rows;
    const value = inside ? (ground.values[i * ground.columns + j] as number) : NaN;
    this.readout.textContent = `${short(first, 4)}${this.is_curve ? "" : `, ${short(second, 4)}`}   f ≈ ${short(value, 4)}`;
  }
}
