/** The path of one run, as it comes in. */
import type { PathPoint } from "./api";
import { to_number, type Result } from "./types";

export class Track {
  readonly method: string;
  readonly color: string;
  run = "";
  result: Result | null = null;
  error = "";
  length = 0;
  iterations = new Float64Array(256);
  values = new Float64Array(256);
  gradients = new Float64Array(256);
  first = new Float64Array(256);
  second = new Float64Array(256);
  private close: () => void = () => {};

  constructor(method: string, color: string) {
    this.method = method;
    this.color = color;
  }

  get is_over(): boolean {
    return this.result !== null || this.error !== "";
  }
  get last_iteration(): number {
    return this.length > 0 ? (this.iterations[this.length - 1] as number) : 0;
  }

  opened(run: string, close: () => void): void {
    this.run = run;
    this.close = close;
  }
  forget(): void {
    this.close();
  }

  add(points: PathPoint[]): void {
    this.reserve(this.length + points.length);
    for (const [iteration, value, gradient, first, second] of points) {
      const k = this.length++;
      this.iterations[k] = iteration;
      this.values[k] = to_number(value);
      this.gradients[k] = to_number(gradient);
      this.first[k] = to_number(first);
      this.second[k] = to_number(second);
    }
  }

  /** How many points there are up to an iteration. */
  count_until(iteration: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.iterations[middle] as number) <= iteration) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private reserve(size: number): void {
    if (size <= this.iterations.length) return;
    const grown = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const next = new Float64Array(Math.max(size, 2 * old.length));
      next.set(old);
      return next;
    };
    this.iterations = grown(this.iterations);
    this.values = grown(this.values);
    this.gradients = grown(this.gradients);
    this.first = grown(this.first);
    this.second = grown(this.second);
  }
}

/** Goes through the iterations of all tracks: slowly at first, then ever faster, so that short runs and long ones are both seen. */
export class Clock {
  position = 1; // 0 at the start, 1 at the end
  is_playing = false;
  seconds = 4;
  private last = 0;

  /** The iteration shown of runs that have `most`. */
  iteration(most: number): number {
    return this.position >= 1 ? Infinity : Math.expm1(this.position * Math.log1p(most));
  }
  start(): void {
    this.position = 0;
    this.is_playing = true;
    this.last = performance.now();
  }
  /** Moves on to now; false once it stands still. */
  tick(now: number): boolean {
    if (!this.is_playing) return false;
    this.position = Math.min(1, this.position + Math.max(0, now - this.last) / (1000 * this.seconds));
    this.last = now;
    if (this.position >= 1) this.is_playing = false;
    return true;
  }
  toggle(): void {
    if (this.is_playing) this.is_playing = false;
    else if (this.position >= 1) this.start();
    else {
      this.is_playing = true;
      this.last = performance.now();
    }
  }
}
