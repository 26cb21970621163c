/**
 * Values over a plane as a surface that can be turned, with paths on it. Drawn from the back to the front, which for heights over a
 * grid needs no sorting: cells further away come first, and what lies in a cell is drawn with it.
 */
import { landscape_colors, css, is_dark } from "./colors";
import { debounced, h } from "./dom";
import { short } from "./numbers";
import { shades } from "./contours";
import type { Ground } from "./plane_base";

/** A line over the plane; `count` of its points are drawn. */
export interface SurfacePath {
  first: ArrayLike<number>;
  second: ArrayLike<number>;
  count: number;
  color: string;
}

const most_cells = 64; // along an axis
const moving_cells = 32; // while it is turned, where the others take too long
const frame_milliseconds = 12;
const rest_milliseconds = 160; // after the last turn, until it is drawn in full
const height = 0.75; // of the highest value, where the plane is 2 wide
const lift = 0.008; // of paths above the ground

interface Heights {
  columns: number;
  rows: number;
  z: Float64Array; // 0 at the lowest, 1 at the highest value
  colors: string[]; // of cells; empty where a corner is not defined
}

function heights_of(ground: Ground, cells: number): Heights {
  const columns = Math.min(ground.columns, cells + 1);
  const rows = Math.min(ground.rows, cells + 1);
  const all = ground.levels ? shades(ground.values, ground.levels) : new Float64Array(ground.values.length).fill(NaN);
  const z = new Float64Array(columns * rows);
  for (let i = 0; i < rows; ++i) {
    for (let j = 0; j < columns; ++j) {
      const from_i = Math.round((i / (rows - 1)) * (ground.rows - 1));
      const from_j = Math.round((j / (columns - 1)) * (ground.columns - 1));
      z[i * columns + j] = all[from_i * ground.columns + from_j] as number;
    }
  }
  return { columns, rows, z, colors: colors_of(z, columns, rows) };
}

// The colour of a value, lighter where the ground faces the light.
function colors_of(z: Float64Array, columns: number, rows: number): string[] {
  const table = landscape_colors(is_dark());
  const colors: string[] = [];
  for (let i = 0; i + 1 < rows; ++i) {
    for (let j = 0; j + 1 < columns; ++j) {
      const k = i * columns + j;
      const [a, b, c, d] = [z[k], z[k + 1], z[k + columns + 1], z[k + columns]] as [number, number, number, number];
      const mean = (a + b + c + d) / 4;
      if (Number.isNaN(mean)) {
        colors.push("");
        continue;
      }
      const slope_x = ((b - a + c - d) / 2) * height * (columns - 1) * 0.5;
      const slope_y = ((d - a + c - b) / 2) * height * (rows - 1) * 0.5;
      const light = (0.35 * slope_x + 0.5 * slope_y + 0.8) / (Math.hypot(slope_x, slope_y, 1) * Math.hypot(0.35, 0.5, 0.8));
      const factor = 0.72 + 0.36 * Math.max(0, light);
      const at = 3 * Math.round(255 * Math.min(1, Math.max(0, mean)));
      const channel = (n: number) => Math.round(Math.min(255, (table[at + n] as number) * factor));
      colors.push(`rgb(${channel(0)},${channel(1)},${channel(2)})`);
    }
  }
  return colors;
}

const middle = (numbers: Float64Array, corners: number[]): number => corners.reduce((sum, c) => sum + (numbers[c] as number), 0) / 4;
const wider = (place: number, from: number): number => place + 0.4 * Math.sign(place - from);

export class Surface {
  private readonly canvas = h("canvas", {
    class: "layer surface", tabindex: 0, role: "application", "aria-roledescription": "surface", "aria-label": "Surface",
    "aria-describedby": "surface-help",
  });
  private readonly context = this.canvas.getContext("2d") as CanvasRenderingContext2D;
  private turn = -0.7;
  private tilt = 0.62;
  private zoom = 1;
  private fine: Heights | null = null;
  private coarse: Heights | null = null;
  private is_slow = false; // to draw in full
  private is_moving = false;
  private ground: Ground | null = null;
  private labels: [string, string, string] = ["", "", ""];
  private paths: SurfacePath[] = [];
  private hand: { x: number; y: number } | null = null;
  private frame = 0;
  private readonly rest = debounced(() => {
    this.is_moving = false;
    this.request_frame();
  }, rest_milliseconds);

  constructor(box: HTMLElement) {
    box.append(this.canvas);
    new ResizeObserver(() => this.request_frame()).observe(box);
    this.listen();
  }

  /** Of a ground that was shown before, the heights are kept: only its colours are made anew. */
  show(ground: Ground, labels: [string, string, string], paths: SurfacePath[]): void {
    this.ground = ground;
    this.fine = heights_of(ground, most_cells);
    this.coarse = heights_of(ground, moving_cells);
    this.labels = labels;
    const { low, scale, high } = ground.levels ?? { low: 0, scale: 1, high: 1 };
    const top = low + scale * Math.expm1(high);
    this.canvas.setAttribute("aria-label", `Surface of ${labels[2]} over ${labels[0]} and ${labels[1]}, from ${short(low, 4)} to ${short(top, 4)}`);
    this.show_paths(paths);
  }
  show_paths(paths: SurfacePath[]): void {
    this.paths = paths;
    this.request_frame();
  }

  private request_frame(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      const heights = this.is_moving && this.is_slow ? this.coarse : this.fine;
      if (!heights) return;
      const began = performance.now();
      this.draw(heights);
      // Browsers paint what was drawn after this.
      if (heights === this.fine) setTimeout(() => (this.is_slow = performance.now() - began > frame_milliseconds), 0);
    });
  }
  private move(): void {
    this.is_moving = true;
    this.request_frame();
    this.rest();
  }

  private draw(heights: Heights): void {
    const box = this.canvas.getBoundingClientRect();
    if (box.width < 10) return;
    const size = [Math.round(box.width * devicePixelRatio), Math.round(box.height * devicePixelRatio)] as const;
    if (this.canvas.width !== size[0] || this.canvas.height !== size[1]) [this.canvas.width, this.canvas.height] = size;
    const context = this.context;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, box.width, box.height);
    const scale = 0.31 * Math.min(box.width, 1.35 * box.height) * this.zoom;
    const [sin_turn, cos_turn, sin_tilt, cos_tilt] = [Math.sin(this.turn), Math.cos(this.turn), Math.sin(this.tilt), Math.cos(this.tilt)];
    const to_x = (x: number, y: number) => box.width / 2 + scale * (x * cos_turn - y * sin_turn);
    const to_y = (x: number, y: number, z: number) =>
      box.height / 2 + scale * (-(x * sin_turn + y * cos_turn) * sin_tilt - (z - 0.5) * height * cos_tilt);
    this.draw_frame(context, to_x, to_y);
    const { columns, rows, z, colors } = heights;
    const marks = this.marks_by_cell(heights, to_x, to_y);
    const xs = new Float64Array(columns * rows);
    const ys = new Float64Array(columns * rows);
    for (let i = 0; i < rows; ++i) {
      for (let j = 0; j < columns; ++j) {
        const [x, y] = [(2 * j) / (columns - 1) - 1, (2 * i) / (rows - 1) - 1];
        const k = i * columns + j;
        xs[k] = to_x(x, y);
        ys[k] = to_y(x, y, z[k] as number);
      }
    }
    // y' = x sin + y cos grows away from the eye.
    const order = (count: number, is_falling: boolean) => Array.from({ length: count }, (_, k) => (is_falling ? count - 1 - k : k));
    const across = order(columns - 1, sin_turn > 0);
    for (const i of order(rows - 1, cos_turn > 0)) {
      for (const j of across) {
        const cell = i * (columns - 1) + j;
        const color = colors[cell] as string;
        if (color !== "") {
          const k = i * columns + j;
          const corners = [k, k + 1, k + columns + 1, k + columns];
          const [x, y] = [middle(xs, corners), middle(ys, corners)];
          context.beginPath();
          // A little larger than it is, so that no seam shows.
          for (const c of corners) context.lineTo(wider(xs[c] as number, x), wider(ys[c] as number, y));
          context.fillStyle = color;
          context.fill();
          if (!this.is_moving) {
            context.closePath();
            context.strokeStyle = color;
            context.lineWidth = 0.8;
            context.stroke();
          }
        }
        for (const mark of marks.get(cell) ?? []) mark();
      }
    }
  }

  // The edges of the plane below, and what its axes are called.
  private draw_frame(context: CanvasRenderingContext2D, to_x: (x: number, y: number) => number, to_y: (x: number, y: number, z: number) => number): void {
    context.strokeStyle = css("--line");
    context.lineWidth = 1;
    context.beginPath();
    for (const [x, y] of [[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]] as const) context.lineTo(to_x(x, y), to_y(x, y, 0));
    context.stroke();
    const ground = this.ground;
    if (!ground) return;
    context.font = "12px system-ui, sans-serif";
    context.fillStyle = css("--ink");
    context.textAlign = "center";
    context.textBaseline = "middle";
    const near_y = Math.cos(this.turn) > 0 ? -1 : 1;
    const near_x = Math.sin(this.turn) > 0 ? -1 : 1;
    const { left, right, bottom, top } = ground.box;
    const put = (text: string, x: number, y: number) => context.fillText(text, to_x(x, y), to_y(x, y, 0) + 6);
    put(this.labels[0], 0, 1.2 * near_y);
    put(short(left, 4), -1, 1.12 * near_y);
    put(short(right, 4), 1, 1.12 * near_y);
    put(this.labels[1], 1.2 * near_x, 0);
    put(short(bottom, 4), 1.12 * near_x, -0.94);
    put(short(top, 4), 1.12 * near_x, 0.94);
  }

  // What is drawn with each cell: the pieces of paths that begin there, and the last points.
  private marks_by_cell(heights: Heights, to_x: (x: number, y: number) => number, to_y: (x: number, y: number, z: number) => number): Map<number, (() => void)[]> {
    const marks = new Map<number, (() => void)[]>();
    const ground = this.ground;
    if (!ground) return marks;
    const { columns, rows, z } = heights;
    const context = this.context;
    const { left, right, bottom, top } = ground.box;
    const put = (cell: number, mark: () => void) => {
      const old = marks.get(cell);
      if (old) old.push(mark);
      else marks.set(cell, [mark]);
    };
    for (const path of this.paths) {
      let pieces: number[] = []; // x, y on the screen, as long as they stay in one cell
      let here = -1;
      const flush = () => {
        const points = pieces;
        if (here >= 0 && points.length > 2) {
          put(here, () => {
            context.beginPath();
            for (let k = 0; k < points.length; k += 2) context.lineTo(points[k] as number, points[k + 1] as number);
            context.strokeStyle = path.color;
            context.lineWidth = 2.4;
            context.stroke();
          });
        }
      };
      for (let n = 0; n < path.count; ++n) {
        const u = ((path.first[n] as number) - left) / (right - left);
        const v = ((path.second[n] as number) - bottom) / (top - bottom);
        if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) {
          flush();
          [pieces, here] = [[], -1];
          continue;
        }
        const j = Math.min(columns - 2, Math.floor(u * (columns - 1)));
        const i = Math.min(rows - 2, Math.floor(v * (rows - 1)));
        const [p, q] = [u * (columns - 1) - j, v * (rows - 1) - i];
        const k = i * columns + j;
        const at = (1 - q) * ((1 - p) * (z[k] as number) + p * (z[k + 1] as number)) + q * ((1 - p) * (z[k + columns] as number) + p * (z[k + columns + 1] as number));
        const [x, y] = [2 * u - 1, 2 * v - 1];
        const point = [to_x(x, y), to_y(x, y, at + lift)] as const;
        const cell = i * (columns - 1) + j;
        pieces.push(...point);
        if (cell !== here) {
          flush();
          [pieces, here] = [pieces.slice(-4), cell];
        }
        if (n === path.count - 1 || n === 0) {
          put(cell, () => {
            context.beginPath();
            context.arc(point[0], point[1], n === 0 ? 3 : 5.5, 0, 2 * Math.PI);
            context.fillStyle = path.color;
            context.fill();
            context.strokeStyle = css("--card");
            context.lineWidth = 1.5;
            context.stroke();
          });
        }
      }
      flush();
    }
    return marks;
  }

  private rotate(turn: number, tilt: number): void {
    this.turn += turn;
    this.tilt = Math.min(1.5, Math.max(0.08, this.tilt + tilt));
    this.move();
  }
  private resize(factor: number): void {
    this.zoom = Math.min(6, Math.max(0.4, this.zoom * factor));
    this.move();
  }

  private listen(): void {
    const canvas = this.canvas;
    canvas.addEventListener("pointerdown", (event) => {
      this.hand = { x: event.clientX, y: event.clientY };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.hand) return;
      this.rotate((event.clientX - this.hand.x) * 0.01, (event.clientY - this.hand.y) * 0.01);
      this.hand = { x: event.clientX, y: event.clientY };
    });
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => (this.hand = null));
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.resize(Math.exp(-event.deltaY * 0.0015));
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => {
      const turns: { [key: string]: () => void } = {
        ArrowLeft: () => this.rotate(-0.12, 0), ArrowRight: () => this.rotate(0.12, 0), ArrowUp: () => this.rotate(0, 0.08),
        ArrowDown: () => this.rotate(0, -0.08), "+": () => this.resize(1.2), "=": () => this.resize(1.2), "-": () => this.resize(1 / 1.2),
      };
      const act = turns[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
  }
}
