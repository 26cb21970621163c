/** What lies on the landscape: axes, bounds, paths, points. */
import { css, is_dark } from "./colors";
import { short, ticks } from "./numbers";
import type { Track } from "./track";
import type { View } from "./view";

export function draw_axes(context: CanvasRenderingContext2D, view: View, labels: [string, string]): void {
  const ink = is_dark() ? "#eef3fb" : "#101a2b";
  const halo = is_dark() ? "rgba(8,14,26,0.75)" : "rgba(255,255,255,0.8)";
  context.font = "12px system-ui, sans-serif";
  context.lineJoin = "round";
  const write = (text: string, x: number, y: number, align: CanvasTextAlign, base: CanvasTextBaseline) => {
    context.textAlign = align;
    context.textBaseline = base;
    context.lineWidth = 3.5;
    context.strokeStyle = halo;
    context.strokeText(text, x, y);
    context.fillStyle = ink;
    context.fillText(text, x, y);
  };
  context.strokeStyle = ink;
  for (const first of ticks(view.box.left, view.box.right, view.width / 110)) {
    const x = view.to_x(first);
    context.fillStyle = ink;
    context.fillRect(x - 0.5, view.height - 6, 1, 6);
    if (x > 46 && x < view.width - 70) write(short(first, 5), x, view.height - 9, "center", "bottom");
  }
  for (const second of ticks(view.box.bottom, view.box.top, view.height / 70)) {
    const y = view.to_y(second);
    context.fillStyle = ink;
    context.fillRect(0, y - 0.5, 6, 1);
    if (y > 30 && y < view.height - 26) write(short(second, 5), 10, y, "left", "middle");
  }
  context.font = "600 13px system-ui, sans-serif";
  write(labels[0], view.width - 10, view.height - 9, "right", "bottom");
  write(labels[1], 10, 10, "left", "top");
}

/** Shades what bounds leave out. */
export function draw_bounds(context: CanvasRenderingContext2D, view: View, low: [number, number], high: [number, number]): void {
  const x0 = Math.max(0, Math.min(view.width, view.to_x(low[0])));
  const x1 = Math.max(0, Math.min(view.width, view.to_x(high[0])));
  const y0 = Math.max(0, Math.min(view.height, view.to_y(high[1])));
  const y1 = Math.max(0, Math.min(view.height, view.to_y(low[1])));
  context.save();
  context.fillStyle = is_dark() ? "rgba(10,14,22,0.6)" : "rgba(245,246,248,0.62)";
  context.beginPath();
  context.rect(0, 0, view.width, view.height);
  context.rect(x0, y0, x1 - x0, y1 - y0);
  context.fill("evenodd");
  context.strokeStyle = is_dark() ? "#f2b8a0" : "#8a2f12";
  context.setLineDash([6, 4]);
  context.lineWidth = 1.5;
  context.strokeRect(x0, y0, x1 - x0, y1 - y0);
  context.restore();
}

/** Draws the path from point `from` to point `to`, both counted; points that lie in the same pixel are drawn once. */
export function draw_path(context: CanvasRenderingContext2D, view: View, track: Track, from: number, to: number, is_curve: boolean): void {
  if (to - from < 1 || to < 2) return;
  const path = new Path2D();
  const begin = Math.max(0, from - 1);
  let x = NaN;
  let y = NaN;
  const bend: [number, number][] = [];
  for (let k = begin; k < to; ++k) {
    const next_x = view.to_x(track.first[k] as number);
    const next_y = view.to_y((is_curve ? track.values[k] : track.second[k]) as number);
    if (!Number.isFinite(next_x) || !Number.isFinite(next_y)) continue;
    if (Math.abs(next_x - x) < 0.7 && Math.abs(next_y - y) < 0.7 && k + 1 < to) continue;
    // Far outside of the picture the canvas loses its precision.
    const px = Math.max(-1e5, Math.min(1e5, next_x));
    const py = Math.max(-1e5, Math.min(1e5, next_y));
    if (Number.isNaN(x)) path.moveTo(px, py);
    else path.lineTo(px, py);
    x = next_x;
    y = next_y;
    if (bend.length < 400) bend.push([px, py]);
  }
  context.lineJoin = "round";
  context.lineCap = "round";
  context.strokeStyle = is_dark() ? "rgba(4,9,18,0.85)" : "rgba(255,255,255,0.92)";
  context.lineWidth = 4.5;
  context.stroke(path);
  context.strokeStyle = track.color;
  context.lineWidth = 2.4;
  context.stroke(path);
  if (to > 400) return;
  context.fillStyle = track.color;
  for (const [px, py] of bend) {
    context.beginPath();
    context.arc(px, py, 2.6, 0, 2 * Math.PI);
    context.fill();
  }
}

export function draw_head(context: CanvasRenderingContext2D, view: View, track: Track, count: number, is_curve: boolean): void {
  if (count === 0) return;
  const x = view.to_x(track.first[count - 1] as number);
  const y = view.to_y((is_curve ? track.values[count - 1] : track.second[count - 1]) as number);
  context.beginPath();
  context.arc(x, y, 6, 0, 2 * Math.PI);
  context.fillStyle = track.color;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = is_dark() ? "#060b14" : "#ffffff";
  context.stroke();
}

export function draw_start(context: CanvasRenderingContext2D, x: number, y: number, has_focus: boolean): void {
  context.beginPath();
  context.arc(x, y, 9, 0, 2 * Math.PI);
  context.fillStyle = "#ffffff";
  context.fill();
  context.lineWidth = 3;
  context.strokeStyle = "#111a2a";
  context.stroke();
  context.beginPath();
  context.arc(x, y, 3, 0, 2 * Math.PI);
  context.fillStyle = "#111a2a";
  context.fill();
  if (!has_focus) return;
  context.beginPath();
  context.arc(x, y, 14, 0, 2 * Math.PI);
  context.lineWidth = 2.5;
  context.strokeStyle = css("--focus");
  context.stroke();
}

/** A known minimum of a library problem: a cross that is not mistaken for a point of a run. */
export function draw_known(context: CanvasRenderingContext2D, x: number, y: number): void {
  for (const [width, color] of [[5, is_dark() ? "#060b14" : "#ffffff"], [2, is_dark() ? "#ffffff" : "#111a2a"]] as const) {
    context.beginPath();
    context.moveTo(x - 6, y);
    context.lineTo(x + 6, y);
    context.moveTo(x, y - 6);
    context.lineTo(x, y + 6);
    context.lineWidth = width;
    context.strokeStyle = color;
    context.stroke();
  }
}

/** The point looked at, with the directions of the Hessian: solid where f bends upwards, dashed where it bends downwards. */
export function draw_look(context: CanvasRenderingContext2D, x: number, y: number, arrows: { dx: number; dy: number; up: boolean }[]): void {
  context.save();
  for (const { dx, dy, up } of arrows) {
    context.setLineDash(up ? [] : [5, 4]);
    for (const [width, color] of [[5.5, is_dark() ? "#060b14" : "#ffffff"], [2.2, is_dark() ? "#ffffff" : "#111a2a"]] as const) {
      context.beginPath();
      context.moveTo(x - dx, y - dy);
      context.lineTo(x + dx, y + dy);
      context.lineWidth = width;
      context.strokeStyle = color;
      context.stroke();
    }
  }
  context.setLineDash([]);
  context.beginPath();
  context.rect(x - 4.5, y - 4.5, 9, 9);
  context.fillStyle = is_dark() ? "#ffffff" : "#111a2a";
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = is_dark() ? "#060b14" : "#ffffff";
  context.stroke();
  context.restore();
}
