/** Lines, dots and bands over two axes, on a canvas. */
import { css } from "./colors";
import { short, ticks } from "./numbers";

export interface Line {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  color: string;
  width: number;
  count?: number; // of points, from the first
}
export interface ChartContent {
  x_label: string;
  y_label: string;
  lines: Line[];
  dots?: { x: number[]; y: number[]; color: string }[];
  bands?: { x: number[]; low: number[]; high: number[]; color: string }[];
  /** Whether y holds powers of ten; the labels then say so. */
  is_log_y?: boolean;
  is_log_x?: boolean;
}

const margin = { left: 62, right: 14, top: 12, bottom: 36 };

const power_of_ten = (exponent: number): string => short(Number(`1e${exponent}`), 4).replace(/^1(\.0)? · /, "");

export class Chart {
  private readonly canvas: HTMLCanvasElement;
  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
  }

  draw(content: ChartContent): void {
    const width = this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    if (width < 80 || height < 60) return;
    const size = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)] as const;
    if (this.canvas.width !== size[0] || this.canvas.height !== size[1]) [this.canvas.width, this.canvas.height] = size;
    const context = this.canvas.getContext("2d") as CanvasRenderingContext2D;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const box = this.range(content);
    if (!box) return this.empty(context, width, height);
    const [x0, x1, y0, y1] = box;
    const to_x = (x: number) => margin.left + ((x - x0) / (x1 - x0)) * (width - margin.left - margin.right);
    const to_y = (y: number) => height - margin.bottom - ((y - y0) / (y1 - y0)) * (height - margin.top - margin.bottom);
    this.axes(context, content, box, to_x, to_y, width, height);
    context.save();
    context.beginPath();
    context.rect(margin.left, margin.top - 4, width - margin.left - margin.right + 4, height - margin.top - margin.bottom + 8);
    context.clip();
    for (const band of content.bands ?? []) {
      context.beginPath();
      band.x.forEach((x, k) => context.lineTo(to_x(x), to_y(band.high[k] as number)));
      for (let k = band.x.length; k-- > 0; ) context.lineTo(to_x(band.x[k] as number), to_y(band.low[k] as number));
      context.closePath();
      context.fillStyle = band.color;
      context.fill();
    }
    for (const line of content.lines) this.line(context, line, to_x, to_y);
    for (const dots of content.dots ?? []) {
      context.fillStyle = dots.color;
      dots.x.forEach((x, k) => {
        context.beginPath();
        context.arc(to_x(x), to_y(dots.y[k] as number), 3, 0, 2 * Math.PI);
        context.fill();
      });
    }
    context.restore();
  }

  // At most a few points for each pixel to the right: the first, the lowest, the highest and the last.
  private line(context: CanvasRenderingContext2D, line: Line, to_x: (x: number) => number, to_y: (y: number) => number): void {
    const count = line.count ?? line.x.length;
    context.beginPath();
    let is_down = false;
    let column = NaN;
    let low = 0;
    let high = 0;
    let last = 0;
    const flush = () => {
      if (Number.isNaN(column)) return;
      context.lineTo(column, low);
      context.lineTo(column, high);
      context.lineTo(column, last);
    };
    for (let k = 0; k < count; ++k) {
      const x = to_x(line.x[k] as number);
      const y = to_y(line.y[k] as number);
      if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
      const next = Math.round(2 * x) / 2;
      if (next === column) {
        low = Math.min(low, y);
        high = Math.max(high, y);
        last = y;
        continue;
      }
      flush();
      if (!is_down) context.moveTo(next, y);
      is_down = true;
      column = next;
      low = high = last = y;
    }
    flush();
    context.lineJoin = "round";
    context.lineWidth = line.width;
    context.strokeStyle = line.color;
    context.stroke();
  }

  private range(content: ChartContent): [number, number, number, number] | null {
    let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
    const take = (x: ArrayLike<number>, y: ArrayLike<number>, count: number) => {
      for (let k = 0; k < count; ++k) {
        const a = x[k] as number;
        const b = y[k] as number;
        if (!Number.isFinite(a) || !Number.isFinite(b)) continue;
        x0 = Math.min(x0, a);
        x1 = Math.max(x1, a);
        y0 = Math.min(y0, b);
        y1 = Math.max(y1, b);
      }
    };
    for (const line of content.lines) take(line.x, line.y, line.count ?? line.x.length);
    for (const dots of content.dots ?? []) take(dots.x, dots.y, dots.x.length);
    if (!(x0 <= x1)) return null;
    if (x0 === x1) [x0, x1] = [x0 - 0.5, x1 + 0.5];
    const space = 0.05 * (y1 - y0) || 0.2 * Math.abs(y0) || 1;
    return [x0, x1, y0 - space, y1 + space];
  }

  private axes(context: CanvasRenderingContext2D, content: ChartContent, box: number[], to_x: (x: number) => number, to_y: (y: number) => number, width: number, height: number): void {
    const [x0, x1, y0, y1] = box as [number, number, number, number];
    context.clearRect(0, 0, width, height);
    context.font = "12px system-ui, sans-serif";
    context.fillStyle = css("--ink-soft");
    context.strokeStyle = css("--line");
    context.lineWidth = 1;
    const whole = (numbers: number[], is_log: boolean | undefined) => (is_log ? numbers.filter(Number.isInteger) : numbers);
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const y of whole(ticks(y0, y1, height / 45), content.is_log_y)) {
      context.beginPath();
      context.moveTo(margin.left, to_y(y));
      context.lineTo(width - margin.right, to_y(y));
      context.stroke();
      context.fillText(content.is_log_y ? power_of_ten(y) : short(y, 5), margin.left - 7, to_y(y));
    }
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const x of whole(ticks(x0, x1, width / 90), content.is_log_x)) {
      context.fillText(content.is_log_x ? power_of_ten(x) : short(x, 5), to_x(x), height - margin.bottom + 6);
      context.fillRect(to_x(x), height - margin.bottom, 1, 4);
    }
    context.fillStyle = css("--ink");
    context.fillText(content.x_label, (margin.left + width - margin.right) / 2, height - 15);
    context.save();
    context.translate(11, (height - margin.bottom + margin.top) / 2);
    context.rotate(-Math.PI / 2);
    context.textBaseline = "middle";
    context.fillText(content.y_label, 0, 0);
    context.restore();
  }

  private empty(context: CanvasRenderingContext2D, width: number, height: number): void {
    context.clearRect(0, 0, width, height);
  }
}
