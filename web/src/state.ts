/** What a person has set up: everything that a link holds. */
import type { Setup } from "./types";

export type Kind = "formula" | "problem" | "model";

export interface State {
  kind: Kind;
  formula: string;
  problem: string;
  n: number;
  model: string;
  data: string;
  data_name: string;
  loss: string;
  from: string;
  model_from: string;
  bounds: string;
  methods: string[];
  stop: string;
  first: number;
  second: number;
}

export const initial: State = {
  kind: "formula",
  formula: "(1 - x[0])**2 + 100*(x[1] - x[0]**2)**2",
  problem: "himmelblau",
  n: 0,
  model: "y ~ b1*(1 - exp(-b2*x))",
  data: "",
  data_name: "",
  loss: "squared",
  from: "x=[-1.2, 1]",
  model_from: "b1=500, b2=1e-4",
  bounds: "",
  methods: ["gradient_descent", "lbfgs", "newton"],
  stop: "",
  first: 0,
  second: 1,
};

export function setup_of(state: State): Setup {
  const setup: Setup = {};
  if (state.kind === "formula") Object.assign(setup, { formula: state.formula, from: state.from });
  if (state.kind === "problem") {
    setup.problem = state.problem;
    setup.n = state.n;
    if (state.from !== "") setup.from = state.from;
  }
  if (state.kind === "model") {
    Object.assign(setup, { model: state.model, from: state.model_from, data: state.data });
    if (state.loss !== "squared") setup.loss = state.loss;
  }
  if (state.bounds.trim() !== "") setup.bounds = state.bounds;
  return setup;
}

/** A link says what differs from the first view, in names that can be read. Data beyond a few thousand characters stays out. */
export function to_hash(state: State): string {
  const words = new URLSearchParams();
  words.set("kind", state.kind);
  const keep = (...names: (keyof State)[]) => {
    for (const name of names) {
      if (state[name] !== "" && state[name] !== 0) words.set(name, String(state[name]));
    }
  };
  if (state.kind === "formula") keep("formula", "from");
  if (state.kind === "problem") keep("problem", "n", "from");
  if (state.kind === "model") {
    keep("model", "model_from", "loss");
    if (state.data.length <= 4000) keep("data", "data_name");
  }
  keep("bounds", "stop");
  for (const method of state.methods) words.append("method", method);
  if (state.first !== 0 || state.second !== 1) words.set("axes", `${state.first},${state.second}`);
  return `#${words.toString()}`;
}

export function from_hash(hash: string): State {
  const state: State = { ...initial, methods: [...initial.methods] };
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const kind = words.get("kind");
  if (kind !== "formula" && kind !== "problem" && kind !== "model") return state;
  state.kind = kind;
  for (const name of ["formula", "problem", "model", "data", "data_name", "loss", "from", "model_from", "bounds", "stop"] as const) {
    const value = words.get(name);
    if (value !== null) state[name] = value;
  }
  if (kind === "problem" && !words.has("from")) state.from = "";
  state.n = Number(words.get("n") ?? 0) || 0;
  if (words.has("method")) state.methods = words.getAll("method");
  const axes = (words.get("axes") ?? "").split(",").map(Number);
  if (axes.length === 2 && axes.every((k) => Number.isInteger(k) && k >= 0)) [state.first, state.second] = axes as [number, number];
  return state;
}
