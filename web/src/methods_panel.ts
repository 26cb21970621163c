/** The methods that run, each with a form of its options. */
import { by_id, h } from "./dom";
import { option_fields } from "./form";
import { method_color } from "./colors";
import { parse_call, print_call, type Call } from "./text_form";
import type { Catalogue, Schema } from "./types";

export const most_methods = 8;

export interface MethodsEvents {
  run(): void;
  stop(): void;
  changed(): void;
}

export class MethodsPanel {
  stop_text = "";
  private calls: Call[] = [];
  private catalogue: Catalogue | null = null;
  private readonly list = h("ol", { class: "methods" });
  private readonly adder = h("select", { "aria-label": "Add a method" });
  private readonly run_button = h("button", { type: "button", class: "primary", id: "run" }, "Run");
  private readonly stop_button = h("button", { type: "button", id: "stop", disabled: true }, "Stop");
  private readonly limits = h("details", { class: "limits" }, h("summary", {}, "When a run ends"));
  private readonly events: MethodsEvents;

  constructor(events: MethodsEvents) {
    this.events = events;
    this.run_button.addEventListener("click", () => events.run());
    this.stop_button.addEventListener("click", () => events.stop());
    this.adder.addEventListener("change", () => this.add(this.adder.value));
    by_id("methods-panel").append(
      this.list, this.adder, this.limits, h("div", { class: "run-row" }, this.run_button, this.stop_button),
    );
  }

  get texts(): string[] {
    return this.calls.map(print_call);
  }

  set running(is_running: boolean) {
    this.stop_button.disabled = !is_running;
  }

  /** methods: texts; stop: of all of them */
  show(methods: string[], stop: string): void {
    this.stop_text = stop;
    this.calls = methods.slice(0, most_methods).map((text) => this.parse(text));
    this.render();
  }

  with_catalogue(catalogue: Catalogue): void {
    this.catalogue = catalogue;
    this.adder.replaceChildren(
      h("option", { value: "" }, "Add a method …"),
      h("option", { value: "auto" }, "auto — the one that suits the function"),
      ...catalogue.methods.map((method) => h("option", { value: method.title ?? "" }, `${method.title} — ${method.description}`)),
    );
    this.calls = this.calls.map((call) => this.parse(print_call(call)));
    const stop = this.parse(`stop(${this.stop_text})`);
    const store = () => {
      this.stop_text = print_call(stop).replace(/^stop\(?|\)$/g, "");
      this.events.changed();
    };
    this.limits.replaceChildren(h("summary", {}, "When a run ends"), ...option_fields(catalogue.stop, stop, this.parse, store));
    this.render();
  }

  private readonly parse = (text: string): Call =>
    parse_call(text, (name) => Object.keys(this.schema(name)?.properties ?? {}));

  private schema(name: string): Schema | undefined {
    if (!this.catalogue) return undefined;
    const inside = (schema: Schema): Schema[] => [
      schema, ...Object.values(schema.properties ?? {}).flatMap((option) => (option.oneOf ?? []).flatMap(inside)),
    ];
    return this.catalogue.methods.find((method) => method.title === name) ?? this.catalogue.methods.flatMap(inside).find((s) => s.title === name);
  }

  private add(name: string): void {
    this.adder.value = "";
    if (name === "" || this.calls.length >= most_methods) return;
    this.calls.push({ name, options: new Map() });
    this.render();
    this.events.changed();
  }

  private render(): void {
    this.list.replaceChildren(...this.calls.map((call, k) => this.item(call, k)));
    this.adder.disabled = this.calls.length >= most_methods;
  }

  private item(call: Call, k: number): HTMLElement {
    const schema = this.catalogue?.methods.find((method) => method.title === call.name);
    const changes = h("code", { class: "changes" });
    const update = () => {
      changes.textContent = call.options.size > 0 ? print_call(call).slice(call.name.length) : "";
    };
    update();
    const swatch = h("span", { class: "swatch" });
    swatch.style.background = method_color(k);
    const remove = h("button", {
      type: "button", class: "icon", "aria-label": `Remove ${call.name}`,
      onclick: () => {
        this.calls.splice(k, 1);
        this.render();
        this.events.changed();
        this.adder.focus();
      },
    }, "×");
    const fields = schema
      ? option_fields(schema, call, this.parse, () => {
          update();
          this.events.changed();
        })
      : [];
    const doc = call.name === "auto" ? "the method that suits the function" : (schema?.description ?? "");
    const body = h("details", {}, h("summary", {}, h("span", { class: "method-name" }, call.name), changes),
      h("p", { class: "hint" }, doc), ...fields);
    return h("li", {}, swatch, body, remove);
  }
}
