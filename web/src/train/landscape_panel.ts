/** The landscape around the weights of a run: as contours, or as a surface. */
import { by_id, h } from "../dom";
import { levels_of } from "../contours";
import { color_ground, draw_ground, type Ground } from "../plane_base";
import { short } from "../numbers";
import { SurfaceToggle } from "../surface_toggle";
import { to_number } from "../types";
import { View } from "../view";
import type { Landscape } from "./types";

export class LandscapePanel {
  private readonly canvas = h("canvas", { class: "layer", role: "img" });
  private readonly plane = h("div", { class: "plane small-plane" }, this.canvas);
  private readonly toggle = new SurfaceToggle("plane small-plane", (is_hidden) => (this.plane.hidden = is_hidden), () => this.draw());
  private readonly words = h("p", { class: "hint", id: "landscape-words" });
  private readonly body = h("div", {}, this.plane, this.toggle.box, this.toggle.help, this.words, this.toggle.button);
  private readonly empty = h("p", { class: "hint" }, "The mean loss over some samples, along two random directions whose parts are as long as the weights of each unit.");
  private readonly view = new View();
  private ground: Ground | null = null;
  private shown: Landscape | null = null;

  constructor() {
    by_id("landscape-panel").append(this.empty, this.body);
    new ResizeObserver(() => this.draw()).observe(this.plane);
    this.show(null);
  }

  show(landscape: Landscape | null): void {
    this.body.hidden = landscape === null;
    this.empty.hidden = landscape !== null;
    if (!landscape || landscape === this.shown) return;
    this.shown = landscape;
    const values = Float64Array.from(landscape.values, to_number);
    const { points, reach } = landscape;
    this.ground = {
      box: { left: -reach, right: reach, bottom: -reach, top: reach }, columns: points, rows: points, values,
      levels: levels_of(values), picture: null, contours: [],
    };
    this.view.box = this.ground.box;
    const middle = values[(values.length - 1) / 2] ?? NaN;
    const low = Math.min(...values.filter(Number.isFinite));
    const text = `After step ${landscape.steps}: loss ${short(middle, 4)} at the weights, in the middle; lowest seen ${short(low, 4)}, over ${landscape.samples} samples.`;
    this.words.textContent = text;
    this.canvas.setAttribute("aria-label", `Landscape around the weights. ${text}`);
    this.redraw();
  }

  /** Also after the colours changed. */
  redraw(): void {
    if (this.ground) color_ground(this.ground);
    this.draw();
  }

  private draw(): void {
    if (!this.ground) return;
    this.toggle.surface?.show(this.ground, ["random 1", "random 2", "loss"], []);
    const box = this.plane.getBoundingClientRect();
    if (box.width < 10) return;
    this.view.width = box.width;
    this.view.height = box.height;
    this.canvas.width = Math.round(box.width * devicePixelRatio);
    this.canvas.height = Math.round(box.height * devicePixelRatio);
    const context = this.canvas.getContext("2d") as CanvasRenderingContext2D;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    draw_ground(context, this.ground, this.view);
    context.beginPath();
    context.arc(box.width / 2, box.height / 2, 6, 0, 2 * Math.PI);
    context.fillStyle = "#e69f00";
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = "#000";
    context.stroke();
  }
}
