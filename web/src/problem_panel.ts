/** The function: a formula, a problem of the library, or a model with data. */
import { by_id, h, labelled } from "./dom";
import type { Kind, State } from "./state";
import type { Catalogue, Description, LibraryProblem } from "./types";

const examples: [string, string, string][] = [
  ["Rosenbrock's valley", "(1 - x[0])**2 + 100*(x[1] - x[0]**2)**2", "x=[-1.2, 1]"],
  ["Two minima and a saddle", "x**2 + y**4/4 - y**2/2", "x=1.5, y=0.01"],
  ["Himmelblau's four minima", "(x**2 + y - 11)**2 + (x + y**2 - 7)**2", "x=0, y=0"],
  ["An egg box", "sin(3*x) * cos(3*y) + 0.1*(x**2 + y**2)", "x=1.2, y=0.9"],
  ["One variable", "x**4/4 - x**2 + 0.3*x + 1", "x=-0.1"],
  ["A kink", "abs(x[0]) + 2*abs(x[1]) + 0.2*x[0]**2", "x=[1.5, -1]"],
];

export interface ProblemEvents {
  changed(): void;
}

export class ProblemPanel {
  private readonly state: State;
  private readonly events: ProblemEvents;
  private readonly tabs: Record<Kind, HTMLButtonElement>;
  private readonly panels: Record<Kind, HTMLElement>;
  private readonly formula = h("textarea", { rows: 3, spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
  private readonly from = h("input", { type: "text", spellcheck: "false", autocomplete: "off" });
  private readonly library_from = h("input", { type: "text", spellcheck: "false", autocomplete: "off", placeholder: "the standard start" });
  private readonly bounds = h("input", { type: "text", spellcheck: "false", autocomplete: "off", placeholder: "none; for example x >= 0" });
  private readonly library = h("select");
  private readonly n = h("input", { type: "number", min: 0, max: 2000 });
  private readonly library_doc = h("p", { class: "hint" });
  private readonly model = h("textarea", { rows: 2, spellcheck: "false", autocomplete: "off" });
  private readonly model_from = h("input", { type: "text", spellcheck: "false", autocomplete: "off" });
  private readonly file = h("input", { type: "file", accept: ".csv,text/csv,text/plain" });
  private readonly data_note = h("p", { class: "hint" });
  private readonly loss = h("input", { type: "text", spellcheck: "false", autocomplete: "off", list: "losses" });
  private readonly losses = h("datalist", { id: "losses" });
  private readonly error = h("pre", { class: "error", role: "alert", hidden: true });
  private readonly facts = h("p", { class: "facts" });
  private known: LibraryProblem[] = [];

  constructor(state: State, events: ProblemEvents) {
    this.state = state;
    this.events = events;
    const tab = (kind: Kind, text: string) =>
      h("button", { type: "button", role: "tab", id: `tab-${kind}`, "aria-controls": `panel-${kind}`, onclick: () => this.choose(kind) }, text);
    this.tabs = { formula: tab("formula", "Formula"), problem: tab("problem", "Library"), model: tab("model", "Fit data") };
    const example = h("select", { "aria-label": "Take an example" }, h("option", { value: "" }, "Examples …"),
      examples.map(([name], k) => h("option", { value: k }, name)));
    example.addEventListener("change", () => this.take_example(example));
    const panel = (kind: Kind, ...children: HTMLElement[]) =>
      h("div", { role: "tabpanel", id: `panel-${kind}`, "aria-labelledby": `tab-${kind}` }, children);
    this.panels = {
      formula: panel("formula", labelled("Formula", this.formula, "like Python: + − * / **, x[0], sum, exp, sin, where, …"),
        labelled("Start", this.from, "variables and where they begin: x=[-1.2, 1], s=0.5"), example),
      problem: panel("problem", labelled("Problem", this.library), this.library_doc, labelled("Variables", this.n, "0: as many as is usual"),
        labelled("Start", this.library_from)),
      model: panel("model", labelled("Model", this.model, "left ~ right, of columns and of parameters"),
        labelled("Start", this.model_from, "the parameters and where they begin"), labelled("Data (CSV)", this.file), this.data_note,
        labelled("Loss of each residual", this.loss, "squared, or robust: huber(scale=0.1), soft_l1, cauchy, tukey, arctan"), this.losses),
    };
    const list = h("div", { role: "tablist", "aria-label": "Kind of function", class: "tabs" }, Object.values(this.tabs));
    list.addEventListener("keydown", (event) => this.tab_key(event));
    by_id("loss-panel").append(list, ...Object.values(this.panels), labelled("Bounds", this.bounds), this.error, this.facts);
    this.listen();
    this.show();
  }

  with_library(problems: LibraryProblem[]): void {
    this.known = problems;
    const families = new Map<string, LibraryProblem[]>();
    for (const problem of problems) families.set(problem.family, [...(families.get(problem.family) ?? []), problem]);
    const order = [...families].sort(([a], [b]) => Number(b === "landscape") - Number(a === "landscape"));
    this.library.replaceChildren(...order.map(([family, members]) =>
      h("optgroup", { label: family.replaceAll("_", " ") }, members.map((p) => h("option", { value: p.name }, `${p.name} (${p.n})`)))));
    this.show();
  }
  with_catalogue(catalogue: Catalogue): void {
    this.losses.replaceChildren(...catalogue.losses.map((loss) => h("option", { value: loss.title }, loss.description ?? "")));
  }

  /** Writes the state into the fields. */
  show(): void {
    const state = this.state;
    for (const kind of ["formula", "problem", "model"] as const) {
      this.tabs[kind].setAttribute("aria-selected", String(kind === state.kind));
      this.tabs[kind].tabIndex = kind === state.kind ? 0 : -1;
      this.panels[kind].hidden = kind !== state.kind;
    }
    this.formula.value = state.formula;
    if (state.kind === "problem") this.library_from.value = state.from;
    else this.from.value = state.from;
    this.bounds.value = state.bounds;
    this.library.value = state.problem;
    this.n.value = String(state.n);
    this.model.value = state.model;
    this.model_from.value = state.model_from;
    this.loss.value = state.loss;
    const chosen = this.known.find((problem) => problem.name === state.problem);
    this.library_doc.textContent = chosen ? `${chosen.doc}. ${chosen.paper}. Variables: ${chosen.sizes}. ${chosen.notes}` : "";
    const rows = state.data.split("\n").filter((line) => line.trim() !== "").length;
    this.data_note.textContent = state.data === "" ? "No file yet: columns are named in its first row." :
      `${state.data_name}: ${rows - 1} rows of ${state.data.split("\n", 1)[0]?.trim()}`;
  }

  fail(message: string): void {
    this.error.hidden = message === "";
    this.error.textContent = message;
    if (message !== "") this.facts.textContent = "";
  }

  describe(d: Description): void {
    this.fail("");
    const parts = [`${d.labels.length} variable${d.labels.length === 1 ? "" : "s"}`];
    if (d.residuals > 0) parts.push(`a sum of ${d.residuals} squares`);
    if (d.quadratic) parts.push("quadratic");
    if (d.convexity === "convex") parts.push("convex: every stationary point is a global minimum");
    if (d.convexity === "strictly_convex") parts.push("strictly convex: there is one minimum at most");
    if (d.smooth === false) parts.push("has kinks");
    const suited = d.why === "" ? "" : `; suited: ${d.method.replace(/\(.*/, "")}, because ${d.why}`;
    this.facts.textContent = [`${parts.join(", ")}${suited}.`, ...d.warnings].join(" ");
  }

  private choose(kind: Kind): void {
    if (this.state.kind === kind) return;
    if (kind === "problem") this.state.from = "";
    else if (this.state.kind === "problem") this.state.from = this.from.value || "x=[-1.2, 1]";
    this.state.kind = kind;
    this.state.bounds = "";
    this.show();
    this.events.changed();
  }

  private tab_key(event: KeyboardEvent): void {
    const kinds = ["formula", "problem", "model"] as const;
    const way = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? 2 : 0;
    if (way === 0) return;
    const next = kinds[(kinds.indexOf(this.state.kind) + way) % 3] as Kind;
    this.choose(next);
    this.tabs[next].focus();
  }

  private take_example(select: HTMLSelectElement): void {
    const chosen = examples[Number(select.value)];
    if (select.value === "" || !chosen) return;
    [, this.state.formula, this.state.from] = chosen;
    this.state.bounds = "";
    select.value = "";
    this.show();
    this.events.changed();
  }

  private listen(): void {
    const on = (element: HTMLElement, take: () => void) =>
      element.addEventListener("change", () => {
        take();
        this.events.changed();
      });
    on(this.formula, () => (this.state.formula = this.formula.value));
    on(this.from, () => (this.state.from = this.from.value));
    on(this.library_from, () => (this.state.from = this.library_from.value));
    on(this.bounds, () => (this.state.bounds = this.bounds.value));
    on(this.n, () => ([this.state.n, this.state.from] = [Number(this.n.value) || 0, ""]));
    on(this.model, () => (this.state.model = this.model.value));
    on(this.model_from, () => (this.state.model_from = this.model_from.value));
    on(this.loss, () => (this.state.loss = this.loss.value || "squared"));
    on(this.library, () => {
      [this.state.problem, this.state.from, this.state.n, this.state.bounds] = [this.library.value, "", 0, ""];
      this.show();
    });
    this.file.addEventListener("change", () => void this.read_file());
    this.formula.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      this.formula.dispatchEvent(new Event("change"));
    });
  }

  private async read_file(): Promise<void> {
    const file = this.file.files?.[0];
    if (!file) return;
    if (file.size > 6e6) return this.fail(`${file.name}: ${file.size} bytes are more than 6 million`);
    this.state.data = await file.text();
    this.state.data_name = file.name;
    this.show();
    this.events.changed();
  }
}
