/** What the run is doing, and what can be done with it; its layers in numbers. */
import { by_id, h } from "../dom";
import { duration, short } from "../numbers";
import { to_number } from "../types";
import { checkpoint_path } from "./api";
import type { Record } from "./record";

export interface StateEvents {
  pause(): void;
  resume(): void;
  stop(): void;
}

const reasons: { [reason: string]: string } = {
  all_epochs: "All epochs are done",
  no_improvement: "Ended: no better validation loss",
  not_finite: "Failed: the loss is not finite",
  diverged: "Failed: the loss has grown",
  interrupted: "Stopped",
  time_limit: "Ended: the time is over",
  // Of methods for all samples at once.
  gradient_small: "Ended where the loss is flat",
  rounding_limit: "Ended where the loss is flat to its last digit",
  lowest_value: "Solved: no loss is lower",
  solved: "Solved",
  no_lower_point: "Ended: the method finds no lower point",
  max_iterations: "All epochs are done",
  max_seconds: "Ended: the time is over",
  cancelled: "Stopped",
};

function headline(record: Record): [string, string] {
  if (record.error !== "") return ["bad", "Failed"];
  if (record.result) return [record.result.success ? "good" : record.result.reason === "not_finite" ? "bad" : "warn", reasons[record.result.reason] ?? record.result.reason];
  switch (record.state?.state) {
    case "paused": return ["warn", "Paused"];
    case "followed": return ["good", "Followed: another program trains"];
    case "waiting": return ["warn", "Waits for the file"];
    case "running": return ["good", "Runs"];
    default: return ["warn", "Is prepared"];
  }
}

function progress(record: Record): string {
  const lesson = record.lesson;
  const step = record.last_step;
  const per_epoch = lesson?.steps_per_epoch ?? 0;
  const parts: string[] = [];
  const epoch = record.epochs.at(-1)?.epoch ?? 0;
  if (lesson?.epochs) parts.push(`${epoch} of ${lesson.epochs} epochs`);
  else parts.push(`${epoch} epochs`);
  parts.push(`step ${step}${per_epoch > 0 && lesson?.epochs ? ` of ${per_epoch * lesson.epochs}` : ""}`);
  if (record.seconds > 0) parts.push(duration(record.seconds));
  return parts.join(", ");
}

/** How the rate compares with what the curvature allows plain descent. */
function stability(record: Record): string {
  const look = record.looks.at(-1);
  const curvature = look ? to_number(look.curvature) : 0;
  const rate = record.rates.at(-1) ?? to_number(record.epochs.at(-1)?.learning_rate ?? NaN);
  if (!(curvature > 0) || !Number.isFinite(rate)) return "";
  return `Largest curvature ${short(curvature, 3)}: plain descent is unstable above a rate of ${short(2 / curvature, 3)}; the rate is ${short(rate, 3)}.`;
}

export class StatePanel {
  private readonly body = h("div", {});
  private readonly verdict = h("p", { class: "verdict", "aria-live": "polite", id: "training-state" });
  private readonly doing = h("p", { class: "facts", id: "training-progress" });
  private readonly bar = h("progress", { max: 1, value: 0, "aria-label": "Steps done" });
  private readonly pause = h("button", { type: "button", id: "pause" }, "Pause");
  private readonly stop = h("button", { type: "button", id: "stop-training" }, "Stop");
  private readonly checkpoint = h("a", { class: "button", id: "checkpoint" }, "Checkpoint");
  private readonly facts = h("dl", {});
  private readonly notes = h("div", {});
  private readonly layers = h("div", {});
  private readonly empty = h("p", { class: "hint" }, "Start a run, or choose one from the list: it is followed here while it goes on.");
  private is_paused = false;

  constructor(events: StateEvents) {
    this.pause.addEventListener("click", () => (this.is_paused ? events.resume() : events.pause()));
    this.stop.addEventListener("click", () => events.stop());
    this.body.append(this.verdict, this.bar, this.doing, h("div", { class: "run-row" }, this.pause, this.stop, this.checkpoint), this.facts, this.notes);
    by_id("state-panel").append(this.empty, this.body);
    by_id("layers-panel").append(this.layers);
    this.show(null);
  }

  show(record: Record | null): void {
    this.empty.hidden = record !== null;
    this.body.hidden = record === null;
    this.show_layers(record);
    if (!record) return;
    const [mood, text] = headline(record);
    const verdict = `verdict ${mood}`;
    if (this.verdict.className !== verdict) this.verdict.className = verdict;
    if (this.verdict.textContent !== text) this.verdict.textContent = text;
    const all = (record.lesson?.steps_per_epoch ?? 0) * (record.lesson?.epochs ?? 0);
    this.bar.hidden = all === 0;
    this.bar.value = all > 0 ? Math.min(1, record.last_step / all) : 0;
    this.doing.textContent = progress(record);
    this.is_paused = record.state?.state === "paused";
    const is_steered = record.lesson?.steered === true && !record.is_over;
    this.pause.disabled = this.stop.disabled = !is_steered;
    this.pause.textContent = this.is_paused ? "Resume" : "Pause";
    const has_checkpoint = record.lesson?.steered === true && record.state !== null;
    this.checkpoint.hidden = !has_checkpoint;
    if (has_checkpoint) {
      this.checkpoint.setAttribute("href", checkpoint_path(record.run));
      this.checkpoint.setAttribute("download", "run.safetensors");
    }
    this.show_facts(record);
  }

  private show_facts(record: Record): void {
    const lesson = record.lesson;
    const rows: [string, string][] = [];
    const add = (name: string, value: string | number | undefined) => {
      if (value !== undefined && value !== "") rows.push([name, String(value)]);
    };
    add("File", lesson?.file);
    add("Network", lesson?.model);
    add("Weights", lesson?.parameters);
    add("Loss", lesson?.loss);
    add("Method", lesson?.method);
    add("Batch", lesson?.batch);
    add("Data", lesson?.data);
    const samples = lesson?.samples;
    if (samples) {
      add("Samples", [`${samples.train} to train`, samples.validation > 0 && `${samples.validation} held out`, samples.test > 0 && `${samples.test} to test`].filter(Boolean).join(", "));
    }
    if (record.state?.written) add("Written", new Date(record.state.written).toLocaleTimeString());
    this.facts.replaceChildren(...rows.flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, text)]));
    const notes = [record.result?.message, record.result?.verdict?.explanation, stability(record), record.state?.message, ...(record.result?.warnings ?? [])];
    this.notes.replaceChildren(
      ...notes.filter((note) => note).map((note) => h("p", { class: "why" }, note)),
      record.error !== "" ? h("pre", { class: "error", role: "alert" }, record.error) : "",
    );
  }

  private show_layers(record: Record | null): void {
    const look = record?.looks.at(-1);
    if (!look) {
      this.layers.replaceChildren(h("p", { class: "hint" }, record && record.lesson?.steered === false
        ? "Gradients and units are seen where the server is given the data of the run: downhill serve --follow FILE --data NAME."
        : "The gradient, the curvature and the silent units of each layer stand here, measured on up to 256 samples."));
      return;
    }
    const percent = (share: number) => `${short(100 * share, 3)} %`;
    this.layers.replaceChildren(h("table", { id: "layers" },
      h("caption", {}, `After step ${look.steps}`),
      h("thead", {}, h("tr", {}, ["Layer", "weights", "gradient", "curvature", "silent"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, look.layers.map((layer) => {
        const of = (value: string | number) => (layer.parameters > 0 ? short(value, 3) : "");
        return h("tr", {}, h("th", { scope: "row" }, layer.name), h("td", {}, of(layer.weights)), h("td", {}, of(layer.gradient)),
          h("td", {}, of(layer.curvature)), h("td", {}, layer.parameters > 0 ? "" : percent(to_number(layer.silent))));
      }))));
  }
}
