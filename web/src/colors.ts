/** Colours that people with colour-blindness tell apart, in light and in dark. */

/** For methods: Okabe & Ito's set without its blues, which the landscape has, and two that stand beside them. */
export const method_colors = ["#d55e00", "#009e73", "#cc79a7", "#e69f00", "#7a3fb0", "#f0e442", "#8c5a2b", "#c8102e"];
export const method_color = (k: number): string => method_colors[k % method_colors.length] as string;

export const is_dark = (): boolean => {
  const chosen = document.documentElement.dataset["theme"];
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

type Rgb = readonly [number, number, number];

// From low to high values; lightness grows evenly (CIE L* 14, 33, 52, 71, 90 and 10 to 70), so that equal steps look equal.
const light_stops: Rgb[] = [[19, 33, 72], [30, 75, 134], [72, 122, 183], [139, 171, 216], [216, 228, 243]];
const dark_stops: Rgb[] = [[164, 196, 238], [101, 148, 205], [52, 101, 163], [27, 62, 111], [14, 29, 56]];

/** 256 colours, RGB, from the lowest value to the highest. In the dark the low ground shines. */
export function landscape_colors(dark: boolean): Uint8ClampedArray {
  const stops = dark ? dark_stops : light_stops;
  const table = new Uint8ClampedArray(256 * 3);
  for (let i = 0; i < 256; ++i) {
    const at = (i / 255) * (stops.length - 1);
    const k = Math.min(Math.floor(at), stops.length - 2);
    const a = stops[k] as Rgb;
    const b = stops[k + 1] as Rgb;
    for (let c = 0; c < 3; ++c) table[3 * i + c] = (a[c] as number) + (at - k) * ((b[c] as number) - (a[c] as number));
  }
  return table;
}

let probe: HTMLElement | null = null;
const resolved = new Map<string, string>();

/** The colour that a variable of the style stands for, in the theme that is shown. */
export function css(name: string): string {
  const key = `${name} ${is_dark()}`;
  const known = resolved.get(key);
  if (known !== undefined) return known;
  probe ??= document.body.appendChild(document.createElement("span"));
  probe.hidden = true;
  probe.style.color = `var(${name})`;
  const color = getComputedStyle(probe).color;
  resolved.set(key, color);
  return color;
}
