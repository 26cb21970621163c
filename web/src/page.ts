/** The page as a whole: what follows from what. */
import * as api from "./api";
import { Convergence } from "./convergence";
import { by_id, debounced, h, say } from "./dom";
import { show_export } from "./export_dialog";
import { Inspector, type Look } from "./inspector";
import { MethodsPanel } from "./methods_panel";
import { Plane, type Scene } from "./plane";
import { ProblemPanel } from "./problem_panel";
import { Race } from "./race";
import { ResultsPanel } from "./results";
import { Runner } from "./runner";
import { SurfaceView } from "./surface_view";
import { from_hash, setup_of, to_hash } from "./state";
import { Clock, type Track } from "./track";
import { to_number, type Description } from "./types";
import { box_around } from "./view";
import { exact } from "./numbers";

export class Page {
  readonly state = from_hash(location.hash);
  private readonly clock = new Clock();
  private description: Description | null = null;
  private start: number[] = [];
  private look: Look | null = null;
  private asking: AbortController | null = null;
  private readonly axes = h("div", { class: "toolbar axes" });

  private readonly problem = new ProblemPanel(this.state, { changed: () => void this.changed() });
  private readonly methods = new MethodsPanel({
    run: () => void this.run(),
    stop: () => this.runner.stop(),
    changed: () => this.remember(),
  });
  private readonly plane = new Plane(this.clock, {
    start_moved: (at, is_done) => this.move_start(at, is_done),
    looked: (at) => void this.inspector.look(this.point(at)),
    ground_failed: (message) => this.problem.fail(message),
    ground_loaded: (ground) => this.surface?.show(ground),
  });
  private readonly surface: SurfaceView = new SurfaceView(this.plane, this.clock);
  private readonly race = new Race(this.clock, this.plane);
  private readonly convergence = new Convergence(this.clock);
  private readonly results = new ResultsPanel((track) => void this.inspector.look(track.result?.point ?? this.start));
  private readonly inspector = new Inspector(() => setup_of(this.state), () => this.description?.labels ?? [], (look) => {
    this.look = look;
    if (this.plane?.scene) {
      this.plane.scene.look = this.look_in_plane();
      this.plane.request_frame();
    }
  });
  private readonly runner = new Runner({
    began: (tracks) => this.began(tracks),
    grew: () => this.plane.request_frame(),
    ended: (track) => this.ended(track),
  });
  private readonly race_again = debounced(() => void this.run(), 150);

  constructor() {
    by_id("plane-title").after(this.axes);
    this.methods.show(this.state.methods, this.state.stop);
    addEventListener("hashchange", () => {
      if (location.hash === to_hash(this.state)) return;
      Object.assign(this.state, from_hash(location.hash));
      this.methods.show(this.state.methods, this.state.stop);
      this.problem.show();
      void this.changed();
    });
    void this.changed();
  }

  async load_catalogue(): Promise<void> {
    const [catalogue, library] = await Promise.all([api.catalogue(), api.problems()]);
    this.methods.with_catalogue(catalogue);
    this.problem.with_catalogue(catalogue);
    this.problem.with_library(library);
  }

  recolor(): void {
    this.plane.recolor();
    this.convergence.draw();
    this.results.show(this.runner.tracks);
  }

  remember(): void {
    this.state.methods = this.methods.texts;
    this.state.stop = this.methods.stop_text;
    history.replaceState(null, "", to_hash(this.state));
  }

  /** The function is another one: everything that was known of the old one goes. */
  private async changed(): Promise<void> {
    this.remember();
    this.runner.clear();
    this.began([]);
    this.inspector.clear();
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    if (this.state.kind === "model" && this.state.data === "") return this.problem.fail("");
    try {
      const description = await api.describe(setup_of(this.state), asking.signal);
      if (asking.signal.aborted) return;
      this.description = description;
      this.start = [...description.start];
      this.problem.describe(description);
      const n = description.labels.length;
      if (this.state.first >= n || this.state.second >= n || (n > 1 && this.state.first === this.state.second)) {
        [this.state.first, this.state.second] = [0, 1];
      }
      this.show_axes();
      this.show_scene(true);
    } catch (error) {
      if (!asking.signal.aborted) this.problem.fail((error as Error).message);
    }
  }

  private pair(x: ArrayLike<unknown>): [number, number] {
    const at = (k: number) => to_number((x[k] ?? 0) as number | string);
    return [at(this.state.first), at(this.state.second)];
  }
  private point(at: [number, number]): number[] {
    const x = [...this.start];
    x[this.state.first] = at[0];
    if (x.length > 1) x[this.state.second] = at[1];
    return x;
  }
  private look_in_plane(): Scene["look"] {
    if (!this.look) return null;
    return { at: this.pair(this.look.at), directions: this.look.directions.map(({ vector, up }) => ({ vector: this.pair(vector), up })) };
  }

  private show_scene(is_new: boolean): void {
    const d = this.description;
    if (!d) return;
    const known = d.known.filter((point) => point.x.length === this.start.length && point.kind !== "limit").map((point) => this.pair(point.x));
    const start = this.pair(this.start);
    const label = (k: number) => d.labels[k] ?? "";
    const scene: Scene = {
      slice: { setup: setup_of(this.state), x: this.start, first: this.state.first, second: this.start.length > 1 ? this.state.second : 0 },
      labels: [label(this.state.first), this.start.length > 1 ? label(this.state.second) : "f"],
      start, known, look: this.look_in_plane(),
      bounds: d.bounds ? { low: this.pair(d.bounds.lower), high: this.pair(d.bounds.upper) } : null,
    };
    const least = this.state.kind === "model" ? 1e-3 * Math.max(...start.map(Math.abs)) : 1.2;
    this.plane.show(scene, is_new ? box_around([start, ...known.slice(0, 6)], 0.4, least) : null);
  }

  private show_axes(): void {
    const labels = this.description?.labels ?? [];
    this.axes.hidden = labels.length <= 2;
    if (labels.length <= 2) return;
    const choose = (name: string, value: number, set: (k: number) => void) => {
      const select = h("select", {}, labels.slice(0, 200).map((label, k) => h("option", { value: k }, label)));
      select.value = String(value);
      select.addEventListener("change", () => {
        set(Number(select.value));
        void this.changed();
      });
      return h("label", {}, `${name} `, select);
    };
    this.axes.replaceChildren(
      choose("Across", this.state.first, (k) => (this.state.first = k)), choose("Up", this.state.second, (k) => (this.state.second = k)),
      h("span", { class: "hint" }, `the others as at the start; paths are projected`));
  }

  private move_start(at: [number, number], is_done: boolean): void {
    this.start = this.point(at);
    this.write_start();
    this.remember();
    this.clock.position = 1;
    if (this.plane.scene) this.plane.scene.slice.x = this.start;
    if (this.runner.tracks.length > 0 || is_done) this.race_again();
  }

  // The start as text, variable by variable.
  private write_start(): void {
    const parts: string[] = [];
    let k = 0;
    for (const variable of this.description?.variables ?? []) {
      const size = variable.shape.reduce((product, length) => product * length, 1);
      const numbers = this.start.slice(k, k + size).map(exact);
      k += size;
      const rows = (shape: number[], items: string[]): string => {
        if (shape.length === 0) return items[0] ?? "0";
        const each = items.length / (shape[0] as number);
        return `[${Array.from({ length: shape[0] as number }, (_, i) => rows(shape.slice(1), items.slice(i * each, (i + 1) * each))).join(", ")}]`;
      };
      parts.push(`${variable.name}=${rows(variable.shape, numbers)}`);
    }
    if (this.state.kind === "model") this.state.model_from = parts.join(", ");
    else this.state.from = parts.join(", ");
    this.problem.show();
    if (this.plane.scene) this.plane.scene.slice.setup = setup_of(this.state);
  }

  async export(): Promise<void> {
    this.remember();
    const [setup, stop] = [setup_of(this.state), this.methods.stop_text];
    await show_export(this.methods.texts.map((method) => ({ setup, method, stop, seed: 0, first: 0, second: 0 })));
  }

  async run(): Promise<void> {
    if (!this.description) return say("There is nothing to run: see the message below the function.");
    const methods = this.methods.texts;
    if (methods.length === 0) return say("Add a method first.");
    await this.runner.start(setup_of(this.state), methods, this.methods.stop_text, this.state.first, this.start.length > 1 ? this.state.second : 0);
  }

  private began(tracks: Track[]): void {
    this.plane.tracks = tracks;
    this.convergence.show(tracks);
    this.race.show(tracks);
    this.results.show(tracks);
    this.methods.running = tracks.length > 0;
    if (tracks.length > 0) this.clock.start();
    this.plane.repaint();
  }

  private ended(track: Track): void {
    this.results.show(this.runner.tracks);
    this.methods.running = this.runner.is_running;
    this.plane.request_frame();
    if (!this.runner.is_running) {
      const good = this.runner.tracks.filter((t) => t.result?.success).length;
      say(`${good} of ${this.runner.tracks.length} methods found a minimum.`);
    }
    if (track.result && !this.plane.is_chosen && track.result.verdict.kind !== "unbounded") this.see(this.pair(track.result.point));
  }

  // Widens the view to a point that lies outside of it.
  private see(at: [number, number]): void {
    const { left, right, bottom, top } = this.plane.view.box;
    if (at[0] > left && at[0] < right && (this.start.length === 1 || (at[1] > bottom && at[1] < top))) return;
    const box = box_around([this.pair(this.start), at, [left, bottom], [right, top]], 0.06, 0);
    const grown = box_around([this.pair(this.start), at], 0.3, 0);
    const is_far = box !== null && box.right - box.left > 4 * (right - left);
    const chosen = is_far ? grown : box;
    if (chosen && this.plane.scene) this.plane.show(this.plane.scene, chosen);
  }
}
