/** What a fit says: parameters with their uncertainties, and the curve through the data. */
import { Chart } from "./chart";
import { css } from "./colors";
import { h } from "./dom";
import { short } from "./numbers";
import { to_number, type JsonNumber, type Nested, type Result } from "./types";

function flat(value: Nested): JsonNumber[] {
  return Array.isArray(value) ? value.flatMap(flat) : [value];
}

function parameters(result: Result): HTMLElement {
  const rows = Object.entries(result.x).flatMap(([name, value]) => {
    const numbers = flat(value);
    const errors = flat(result.standard_errors?.[name] ?? []);
    const ends = flat(result.confidence_intervals?.[name] ?? []);
    return numbers.map((number, k) =>
      h("tr", {}, h("th", { scope: "row" }, numbers.length > 1 ? `${name}[${k}]` : name), h("td", {}, short(number, 7)),
        h("td", {}, short(errors[k] ?? "nan", 3)), h("td", { class: "pair" }, `${short(ends[2 * k] ?? "nan", 5)} … ${short(ends[2 * k + 1] ?? "nan", 5)}`)));
  });
  return h("table", {}, h("caption", {}, "Parameters"),
    h("thead", {}, h("tr", {}, ["name", "estimate", "std. error", "95 % interval"].map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", {}, rows));
}

/** The columns, the first of which the curve is drawn over, and the left side if it is a column. */
function curve(result: Result): HTMLElement | null {
  const fitted = result.curve;
  const columns = Object.entries(result.columns ?? {});
  if (!fitted || columns.length < 2) return null;
  const [measured_name, measured] = columns.find(([name]) => name === "y") ?? (columns[0] as [string, JsonNumber[]]);
  const [across_name, across] = columns.find(([name]) => name !== measured_name) as [string, JsonNumber[]];
  const order = across.map((_, k) => k).sort((a, b) => to_number(across[a] as JsonNumber) - to_number(across[b] as JsonNumber));
  const sorted = (numbers: JsonNumber[]) => order.map((k) => to_number(numbers[k] as JsonNumber));
  const x = sorted(across);
  const values = sorted(fitted.values);
  const confidence = sorted(fitted.confidence);
  const canvas = h("canvas", { class: "fit-chart", role: "img", "aria-label": `Data and fitted curve: ${measured_name} over ${across_name}` });
  const chart = new Chart(canvas);
  const draw = () =>
    chart.draw({
      x_label: across_name,
      y_label: measured_name,
      bands: [{ x, low: values.map((v, k) => v - (confidence[k] as number)), high: values.map((v, k) => v + (confidence[k] as number)), color: css("--band") }],
      lines: [{ x, y: values, color: css("--accent"), width: 2 }],
      dots: [{ x, y: sorted(measured), color: css("--ink") }],
    });
  new ResizeObserver(draw).observe(canvas);
  return h("figure", {}, canvas, h("figcaption", {}, "The data, the fitted curve and its 95 % confidence band"));
}

export function fit_details(result: Result): (HTMLElement | null)[] {
  if (!result.standard_errors) return [];
  const spread = `Residual standard deviation ${short(result.residual_standard_deviation ?? "nan", 6)} with ${result.degrees_of_freedom} degrees of freedom.`;
  return [parameters(result), h("p", { class: "why" }, spread), ...(result.null_space?.explanation ?? []).map((text) => h("p", { class: "finding" }, text)), curve(result)];
}
