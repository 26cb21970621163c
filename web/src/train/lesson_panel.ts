/** A new training run: data, network, loss and method, in forms made from the program's declarations. */
import { by_id, h, labelled } from "../dom";
import { option_fields } from "../form";
import { parse_call, print_call, type Call } from "../text_form";
import type { Schema } from "../types";
import type { Learning } from "./types";

const file_choice = "a CSV file";

/** The declared run, whose texts of network, loss and method become choices among what is declared of each. */
function with_choices(learning: Learning): Schema {
  const properties: { [name: string]: Schema } = { ...learning.training.properties };
  for (const name of ["data", "table", "label"]) delete properties[name];
  const choose = (name: string, oneOf: Schema[]) => {
    const { description, default: usual } = properties[name] ?? {};
    properties[name] = { ...(description ? { description } : {}), default: (usual ?? "").replace(/^"|"$/g, ""), oneOf };
  };
  choose("model", learning.models);
  choose("loss", learning.losses);
  choose("method", [...learning.rules, ...learning.methods]);
  return { ...learning.training, properties };
}

export class LessonPanel {
  private readonly call: Call = { name: "training", options: new Map() };
  private schema: Schema = {};
  private readonly data = h("select", {});
  private readonly file = h("input", { type: "file", accept: ".csv,text/csv,text/plain" });
  private readonly label = h("input", { type: "text", spellcheck: "false", autocomplete: "off", list: "columns" });
  private readonly columns = h("datalist", { id: "columns" });
  private readonly file_box: HTMLElement;
  private readonly options = h("div", {});
  private readonly error = h("pre", { class: "error", role: "alert", hidden: true });
  private readonly start = h("button", { type: "button", class: "primary", id: "train" }, "Train");
  private table = "";

  constructor(started: (body: { [name: string]: unknown }) => Promise<void>) {
    this.file_box = h("div", {}, labelled("Data (CSV)", this.file, "columns are named in the first row"),
      labelled("Learnt", this.label, "the column of labels, or columns of numbers"), this.columns);
    this.data.addEventListener("change", () => (this.file_box.hidden = this.data.value !== file_choice));
    this.file.addEventListener("change", () => void this.read_file());
    this.start.addEventListener("click", async () => {
      this.start.disabled = true;
      this.fail("");
      try {
        await started(this.body());
      } catch (error) {
        this.fail((error as Error).message);
      }
      this.start.disabled = false;
    });
    by_id("lesson-panel").append(labelled("Data", this.data), this.file_box, this.options, this.error, h("div", { class: "run-row" }, this.start));
  }

  with_learning(learning: Learning): void {
    this.schema = with_choices(learning);
    const all = [...learning.models, ...learning.losses, ...learning.rules, ...learning.methods];
    const inside = (schema: Schema): Schema[] => [schema, ...Object.values(schema.properties ?? {}).flatMap((option) => (option.oneOf ?? []).flatMap(inside))];
    const known = new Map(all.flatMap(inside).filter((schema) => schema.properties).map((schema) => [schema.title ?? "", schema]));
    const parse = (text: string): Call => {
      const call = parse_call(text, (name) => Object.keys(known.get(name)?.properties ?? {}));
      // A list may be given without its brackets: mlp(128).
      for (const [name, value] of call.options) {
        const is_list = known.get(call.name)?.properties?.[name]?.type === "array";
        if (is_list && typeof value === "string" && !value.startsWith("[")) call.options.set(name, `[${value}]`);
      }
      return call;
    };
    this.data.replaceChildren(...[...learning.data, file_choice].map((name) => h("option", { value: name }, name)));
    this.file_box.hidden = this.data.value !== file_choice;
    const fields = option_fields(this.schema, this.call, parse, () => this.fail(""));
    const first = Object.keys(this.schema.properties ?? {}).map((name, k) => ({ name, field: fields[k] as HTMLElement }));
    const is_usual = (name: string) => ["model", "loss", "method", "batch", "epochs", "validation"].includes(name);
    this.options.replaceChildren(...first.filter(({ name }) => is_usual(name)).map(({ field }) => field),
      h("details", { class: "limits" }, h("summary", {}, "More"), ...first.filter(({ name }) => !is_usual(name)).map(({ field }) => field)));
  }

  private fail(message: string): void {
    this.error.hidden = message === "";
    this.error.textContent = message;
  }

  private body(): { [name: string]: unknown } {
    const is_file = this.data.value === file_choice;
    if (is_file && this.table === "") throw new Error("Choose a CSV file first.");
    const body: { [name: string]: unknown } = is_file ? { table: this.table } : { data: this.data.value };
    if (this.label.value.trim() !== "" && (is_file || this.data.value.endsWith(".csv"))) body["label"] = this.label.value;
    for (const [name, value] of this.call.options) {
      const type = this.schema.properties?.[name]?.type;
      const text = typeof value === "string" ? value : print_call(value);
      body[name] = type === "number" || type === "integer" ? Number(text) : text;
    }
    return body;
  }

  private async read_file(): Promise<void> {
    const file = this.file.files?.[0];
    if (!file) return;
    if (file.size > 6e6) return this.fail(`${file.name}: ${file.size} bytes are more than 6 million`);
    this.table = await file.text();
    this.fail("");
    const names = (this.table.split("\n", 1)[0] ?? "").split(",").map((name) => name.trim().replace(/^"|"$/g, ""));
    this.columns.replaceChildren(...names.map((name) => h("option", { value: name })));
    if (!names.includes(this.label.value)) this.label.value = names.at(-1) ?? "";
  }
}
