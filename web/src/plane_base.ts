/** The ground of the picture: colours and contours of the loss over the plane, or its curve over a line. */
import * as api from "./api";
import { css, is_dark, landscape_colors } from "./colors";
import { contour, levels_of, shade, shades, type Levels } from "./contours";
import type { Setup } from "./types";
import type { Box, View } from "./view";

const level_count = 14;
const pixels_per_cell = 4;

export interface Slice {
  setup: Setup;
  x: number[];
  first: number;
  second: number;
}

/** Values over a box, and how they are shown. */
export interface Ground {
  box: Box;
  columns: number;
  rows: number;
  values: Float64Array;
  levels: Levels | null;
  picture: HTMLCanvasElement | null;
  contours: { path: Path2D; level: number }[];
}

function paint(values: Float64Array, columns: number, rows: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const image = context.createImageData(columns, rows);
  const colors = landscape_colors(is_dark());
  for (let i = 0; i < rows; ++i) {
    for (let j = 0; j < columns; ++j) {
      const value = values[(rows - 1 - i) * columns + j] as number;
      const at = 4 * (i * columns + j);
      if (Number.isNaN(value)) continue; // transparent: f is not defined there
      const k = 3 * Math.min(255, Math.max(0, Math.round(255 * value)));
      image.data[at] = colors[k] as number;
      image.data[at + 1] = colors[k + 1] as number;
      image.data[at + 2] = colors[k + 2] as number;
      image.data[at + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

export async function load_ground(slice: Slice, view: View, signal: AbortSignal): Promise<Ground> {
  const is_curve = slice.x.length === 1;
  const columns = is_curve ? Math.max(2, Math.round(view.width)) : Math.max(2, Math.round(view.width / pixels_per_cell));
  const rows = is_curve ? 1 : Math.max(2, Math.round(view.height / pixels_per_cell));
  const box = { ...view.box };
  const values = await api.grid(slice.setup, { x: slice.x, first: slice.first, second: slice.second, ...box, columns, rows }, signal);
  const ground: Ground = { box, columns, rows, values, levels: levels_of(values), picture: null, contours: [] };
  color_ground(ground);
  return ground;
}

/** Paints the values in the colours of the theme. */
export function color_ground(ground: Ground): void {
  if (ground.rows === 1 || !ground.levels) return;
  const shaded = shades(ground.values, ground.levels);
  ground.picture = paint(shaded, ground.columns, ground.rows);
  ground.contours = [];
  for (let k = 1; k <= level_count; ++k) {
    const path = new Path2D();
    contour(shaded, ground.columns, ground.rows, k / (level_count + 1), path);
    ground.contours.push({ path, level: k / (level_count + 1) });
  }
}

/** The value that a contour stands for. */
export const level_value = (level: number, levels: Levels): number => levels.low + levels.scale * Math.expm1(level * levels.high);
export { shade };

export function draw_ground(context: CanvasRenderingContext2D, ground: Ground, view: View): void {
  context.clearRect(0, 0, view.width, view.height);
  if (ground.rows === 1) return draw_curve(context, ground, view);
  if (!ground.picture) return;
  const x = view.to_x(ground.box.left);
  const y = view.to_y(ground.box.top);
  const width = view.to_x(ground.box.right) - x;
  const height = view.to_y(ground.box.bottom) - y;
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  // The outer points of the grid lie on the edges of the box, those of a picture half a pixel inside.
  const cell_x = width / (ground.columns - 1);
  const cell_y = height / (ground.rows - 1);
  context.drawImage(ground.picture, x - cell_x / 2, y - cell_y / 2, width + cell_x, height + cell_y);
  context.save();
  context.translate(x, y + height);
  context.scale(cell_x, -cell_y);
  context.lineWidth = 1 / Math.abs(cell_x);
  context.strokeStyle = is_dark() ? "rgba(225,236,255,0.28)" : "rgba(10,25,60,0.28)";
  for (const { path } of ground.contours) context.stroke(path);
  context.restore();
}

function draw_curve(context: CanvasRenderingContext2D, ground: Ground, view: View): void {
  context.beginPath();
  let is_down = false;
  for (let j = 0; j < ground.columns; ++j) {
    const value = ground.values[j] as number;
    if (!Number.isFinite(value)) {
      is_down = false;
      continue;
    }
    const x = view.to_x(ground.box.left + (j / (ground.columns - 1)) * (ground.box.right - ground.box.left));
    const y = Math.max(-10, Math.min(view.height + 10, view.to_y(value)));
    if (is_down) context.lineTo(x, y);
    else context.moveTo(x, y);
    is_down = true;
  }
  context.lineWidth = 2;
  context.strokeStyle = css("--accent");
  context.stroke();
}
