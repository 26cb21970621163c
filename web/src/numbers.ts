/** Numbers for people. */
import type { JsonNumber, Nested } from "./types";

export function short(value: JsonNumber, digits = 6): string {
  if (typeof value === "string") return value === "nan" ? "not a number" : value.replace("inf", "∞");
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "not a number";
  const size = Math.abs(value);
  const text = size >= 1e-4 && size < 1e7 ? String(Number(value.toPrecision(digits))) : value.toExponential(Math.max(0, digits - 3));
  return text.replace(/^-/, "−").replace(/e\+?(-?)0*(\d+)$/, (_, sign: string, power: string) => {
    const raised = [...(sign + power)].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"["0123456789".indexOf(c)] ?? "⁻").join("");
    return ` · 10${raised}`;
  });
}

export function nested(value: Nested, digits = 6): string {
  if (!Array.isArray(value)) return short(value, digits);
  const shown = value.slice(0, 8).map((item) => nested(item, digits));
  if (value.length > 8) shown.push(`… ${value.length - 8} more`);
  return `[${shown.join(", ")}]`;
}

export function duration(seconds: JsonNumber): string {
  const s = Number(seconds);
  if (s < 1e-3) return `${short(s * 1e6, 3)} µs`;
  return s < 1 ? `${short(s * 1e3, 3)} ms` : `${short(s, 3)} s`;
}

/** The text that the server reads back to the same number. */
export const exact = (value: number): string => String(value);

/** A number as short as the width of a pixel allows. */
export function at_resolution(value: number, pixel: number): number {
  const digits = Math.min(15, Math.max(0, Math.ceil(-Math.log10(pixel))));
  return Number(value.toFixed(digits)) + 0;
}

/** Round numbers that cover an interval, about `count` of them. */
export function ticks(low: number, high: number, count: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw) ?? raw;
  const result: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * span; ++k) result.push(Number((k * step).toPrecision(12)));
  return result;
}
