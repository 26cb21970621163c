/** Which part of the plane is shown, and where it is on the screen. */

export interface Box {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

export class View {
  box: Box = { left: -2, right: 2, bottom: -2, top: 2 };
  width = 1;
  height = 1;

  to_x = (first: number): number => ((first - this.box.left) / (this.box.right - this.box.left)) * this.width;
  to_y = (second: number): number => (1 - (second - this.box.bottom) / (this.box.top - this.box.bottom)) * this.height;
  first = (x: number): number => this.box.left + (x / this.width) * (this.box.right - this.box.left);
  second = (y: number): number => this.box.bottom + (1 - y / this.height) * (this.box.top - this.box.bottom);
  get pixel_first(): number {
    return (this.box.right - this.box.left) / this.width;
  }
  get pixel_second(): number {
    return (this.box.top - this.box.bottom) / this.height;
  }

  pan(dx: number, dy: number): void {
    const across = -dx * this.pixel_first;
    const up = dy * this.pixel_second;
    this.box = {
      left: this.box.left + across,
      right: this.box.right + across,
      bottom: this.box.bottom + up,
      top: this.box.top + up,
    };
  }

  /** Makes everything 1/factor as large around a point of the screen. */
  zoom(factor: number, x: number, y: number): void {
    const first = this.first(x);
    const second = this.second(y);
    const next = {
      left: first + (this.box.left - first) * factor,
      right: first + (this.box.right - first) * factor,
      bottom: second + (this.box.bottom - second) * factor,
      top: second + (this.box.top - second) * factor,
    };
    const size = next.right - next.left;
    const smallest = 1e-12 * Math.max(1, Math.abs(first), Math.abs(second));
    if (size > smallest && next.top - next.bottom > smallest && size < 1e12) this.box = next;
  }
}

/** A box around points with a margin, not flatter than the picture can show well. */
export function box_around(points: [number, number][], margin = 0.35, least = 1): Box | null {
  const finite = points.filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b));
  if (finite.length === 0) return null;
  const range = (numbers: number[]): [number, number] => {
    const low = Math.min(...numbers);
    const high = Math.max(...numbers);
    const half = Math.max((high - low) * (0.5 + margin), least * Math.max(1, 0.5 * Math.abs(low + high) * 0.5));
    return [(low + high) / 2 - half, (low + high) / 2 + half];
  };
  const [left, right] = range(finite.map((p) => p[0]));
  const [bottom, top] = range(finite.map((p) => p[1]));
  return { left, right, bottom, top };
}
