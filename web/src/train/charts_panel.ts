/** How a training run goes on: loss, right answers, learning rate, gradients and silent units by layer. */
import { Chart, type ChartContent, type Line } from "../chart";
import { method_color } from "../colors";
import { by_id, h } from "../dom";
import { short } from "../numbers";
import { to_number } from "../types";
import type { Record } from "./record";
import type { Epoch, LayerLook } from "./types";

interface Series {
  name: string;
  color: string;
  x: number[];
  y: number[];
  is_dotted?: boolean;
}

const scale_of = (series: Series[]): boolean => {
  const positive = series.flatMap((one) => one.y).filter((y) => Number.isFinite(y));
  let [low, high] = [Infinity, 0];
  for (const y of positive) [low, high] = [Math.min(low, y), Math.max(high, y)];
  return low > 0 && high > 20 * low;
};

/** A chart with its title, its legend and what it says in words. */
class Panel {
  readonly element: HTMLElement;
  private readonly canvas = h("canvas", { class: "learning-chart", role: "img" });
  private readonly chart = new Chart(this.canvas);
  private readonly legend = h("ul", { class: "legend" });
  private readonly title: string;
  private readonly y_label: string;
  private content: ChartContent | null = null;

  constructor(title: string, y_label: string) {
    this.title = title;
    this.y_label = y_label;
    this.element = h("figure", { class: "learning" }, h("figcaption", {}, title), this.canvas, this.legend);
    new ResizeObserver(() => this.redraw()).observe(this.canvas);
  }

  redraw(): void {
    if (this.content) this.chart.draw(this.content);
  }

  /** unit: behind the last number of each series in the legend */
  show(series: Series[], unit: string, is_log: boolean): void {
    const drawn = series.filter((one) => one.x.length > 0);
    const y_of = (one: Series) => (is_log ? one.y.map((y) => (y > 0 ? Math.log10(y) : NaN)) : one.y);
    const lines = drawn.map((one): Line => ({ x: one.x, y: y_of(one), color: one.color, width: one.is_dotted ? 1.4 : 2 }));
    const dots = drawn.filter((one) => one.is_dotted && one.x.length <= 60).map((one) => ({ x: one.x, y: y_of(one), color: one.color }));
    this.content = { lines, dots, is_log_y: is_log, x_label: "step", y_label: this.y_label };
    this.redraw();
    const last = (one: Series) => `${short(one.y.at(-1) ?? NaN, 4)}${unit}`;
    this.legend.replaceChildren(...drawn.map((one) => {
      const swatch = h("span", { class: "swatch" });
      swatch.style.background = one.color;
      return h("li", {}, swatch, one.name, h("span", { class: "legend-value" }, last(one)));
    }));
    const words = drawn.map((one) => `${one.name}: ${last(one)}`).join("; ");
    this.canvas.setAttribute("aria-label", `${this.title}. ${words === "" ? "Nothing yet" : words}`);
  }
}

const by_epoch = (record: Record, name: string, color: string, of: (epoch: Epoch) => number | undefined): Series => {
  const series: Series = { name, color, x: [], y: [], is_dotted: true };
  for (const epoch of record.epochs) {
    const y = of(epoch);
    if (y === undefined) continue;
    series.x.push(epoch.steps);
    series.y.push(y);
  }
  return series;
};

function by_layer(record: Record, takes: (layer: LayerLook) => boolean, of: (layer: LayerLook) => number): Series[] {
  const layers = record.looks.at(-1)?.layers ?? [];
  return layers.flatMap((layer, k): Series[] => {
    if (!record.looks.some((look) => look.layers[k] && takes(look.layers[k]))) return [];
    const looks = record.looks.filter((look) => look.layers[k]?.name === layer.name);
    return [{ name: layer.name, color: "", x: looks.map((look) => look.steps), y: looks.map((look) => of(look.layers[k] as LayerLook)) }];
  }).map((series, k) => ({ ...series, color: method_color(k) }));
}

export class ChartsPanel {
  private readonly loss = new Panel("Loss of a sample: of the epoch so far, and by epoch", "loss");
  private readonly right = new Panel("Right answers", "right [%]");
  private readonly rate = new Panel("Learning rate", "rate");
  private readonly gradient = new Panel("Gradient norm by layer", "|gradient|");
  private readonly silent = new Panel("Silent units by layer: they give 0 for every sample", "silent [%]");
  private readonly none = h("p", { class: "hint" }, "No unit is silent.");
  private readonly panels = [this.loss, this.right, this.rate, this.gradient, this.silent];

  constructor() {
    by_id("charts-panel").append(h("div", { class: "learning-charts" }, this.panels.map((panel) => panel.element)), this.none);
    this.show(null);
  }

  redraw(): void {
    for (const panel of this.panels) panel.redraw();
  }

  show(record: Record | null): void {
    for (const panel of this.panels) panel.element.hidden = record === null;
    this.none.hidden = record === null || record.looks.length === 0;
    if (!record) return;
    // A method for all samples at once takes an epoch a step. Where epochs are short, the few points within them say nothing more.
    const is_whole = record.lesson?.steps_per_epoch === 1 && record.steps.length > 0;
    const by_step = (name: string, color: string): Series => ({ name, color, x: record.steps, y: record.losses });
    const losses: Series[] = [
      ...(is_whole || record.steps.length < record.epochs.length ? [] : [by_step("training, epoch so far", method_color(4))]),
      is_whole ? by_step("training", method_color(0)) : by_epoch(record, "training", method_color(0), (epoch) => to_number(epoch.training_loss)),
      by_epoch(record, "validation", method_color(1), (epoch) => epoch.validation && to_number(epoch.validation.loss)),
      by_epoch(record, "test", method_color(2), (epoch) => epoch.test && to_number(epoch.test.loss)),
    ];
    this.loss.show(losses, "", scale_of(losses));
    const right = [
      by_epoch(record, "validation", method_color(1), (epoch) => epoch.validation && 100 * to_number(epoch.validation.accuracy)),
      by_epoch(record, "test", method_color(2), (epoch) => epoch.test && 100 * to_number(epoch.test.accuracy)),
    ].filter((series) => series.x.length > 0);
    this.right.element.hidden = right.length === 0 || record.lesson?.has_labels === false;
    this.right.show(right, " %", false);
    const with_rate = record.epochs.filter((epoch) => epoch.learning_rate !== undefined);
    const places = new Map(with_rate.map((epoch) => [epoch.steps, to_number(epoch.learning_rate ?? NaN)]));
    record.steps.forEach((step, k) => places.set(step, record.rates[k] as number));
    const sorted = [...places].filter(([, rate]) => Number.isFinite(rate)).sort(([a], [b]) => a - b);
    const rates: Series[] = [{ name: "learning rate", color: method_color(0), x: sorted.map(([x]) => x), y: sorted.map(([, y]) => y) }];
    this.rate.element.hidden = sorted.length === 0;
    this.rate.show(rates, "", scale_of(rates));
    const gradients = by_layer(record, (layer) => layer.parameters > 0, (layer) => to_number(layer.gradient));
    this.gradient.element.hidden = gradients.length === 0;
    this.gradient.show(gradients, "", scale_of(gradients));
    const silent = by_layer(record, (layer) => to_number(layer.silent) > 0, (layer) => 100 * to_number(layer.silent));
    this.silent.element.hidden = silent.length === 0;
    this.silent.show(silent, " %", false);
    this.none.hidden ||= silent.length > 0;
  }
}
