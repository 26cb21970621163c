/** Contours and colours of values over a grid. */

export interface Levels {
  low: number;
  scale: number;
  high: number;
}

/**
 * Values fall by orders of magnitude towards a minimum: they are shown as log(1 + (f - lowest) / scale), where a tenth of the grid
 * lies within `scale` of the lowest, so that the valley and the slopes both show.
 */
export function levels_of(values: Float64Array): Levels | null {
  const finite = values.filter((v) => Number.isFinite(v)).sort();
  if (finite.length === 0) return null;
  const low = finite[0] as number;
  const high = finite[finite.length - 1] as number;
  const tenth = (finite[Math.floor(finite.length / 10)] as number) - low;
  const scale = tenth > 0 ? tenth : (high - low) / 100 || 1;
  return { low, scale, high: Math.log1p((high - low) / scale) || 1 };
}

/** 0 at the lowest, 1 at the highest value; NaN stays. */
export const shade = (value: number, levels: Levels): number => Math.log1p((value - levels.low) / levels.scale) / levels.high;

/** The shades of all values, so that levels are even steps. */
export function shades(values: Float64Array, levels: Levels): Float64Array {
  return values.map((v) => (Number.isFinite(v) ? shade(v, levels) : NaN));
}

/**
 * Marching squares: adds the contour of `level` to `path`, in units of cells. A cell is crossed where the level lies between two of
 * its corners; a saddle cell is cut by the mean of its corners.
 * Reference: Lorensen & Cline, SIGGRAPH 21 (1987) 163-169, in two dimensions.
 */
export function contour(grid: Float64Array, columns: number, rows: number, level: number, path: Path2D): void {
  for (let i = 0; i + 1 < rows; ++i) {
    for (let j = 0; j + 1 < columns; ++j) {
      const k = i * columns + j;
      const a = grid[k] as number;
      const b = grid[k + 1] as number;
      const c = grid[k + columns + 1] as number;
      const d = grid[k + columns] as number;
      const code = (a > level ? 1 : 0) | (b > level ? 2 : 0) | (c > level ? 4 : 0) | (d > level ? 8 : 0);
      if (code === 0 || code === 15 || Number.isNaN(a + b + c + d)) continue;
      const bottom = j + (level - a) / (b - a);
      const top = j + (level - d) / (c - d);
      const left = i + (level - a) / (d - a);
      const right = i + (level - b) / (c - b);
      const line = (x0: number, y0: number, x1: number, y1: number) => {
        path.moveTo(x0, y0);
        path.lineTo(x1, y1);
      };
      const middle = (a + b + c + d) / 4 > level;
      if (code === 5 || code === 10) {
        if ((code === 5) === middle) {
          line(bottom, i, j + 1, right);
          line(j, left, top, i + 1);
        } else {
          line(bottom, i, j, left);
          line(j + 1, right, top, i + 1);
        }
      } else if (code === 1 || code === 14) line(bottom, i, j, left);
      else if (code === 2 || code === 13) line(bottom, i, j + 1, right);
      else if (code === 4 || code === 11) line(j + 1, right, top, i + 1);
      else if (code === 8 || code === 7) line(j, left, top, i + 1);
      else if (code === 3 || code === 12) line(j, left, j + 1, right);
      else line(bottom, i, top, i + 1);
    }
  }
}
