/** Forms for options, made from the schemas that the program declares. */
import { h, labelled } from "./dom";
import { print_call, type Call } from "./text_form";
import type { Schema } from "./types";

/** What a text field of the option accepts, in words. */
function accepted(schema: Schema): string {
  const low = schema.minimum ?? schema.exclusiveMinimum;
  const high = schema.maximum ?? schema.exclusiveMaximum;
  const kind = schema.type === "integer" ? "whole number" : schema.type === "array" ? "list: [1, 0.1]" : (schema.type ?? "");
  const left = low === undefined ? "" : `${schema.minimum !== undefined ? "≥" : ">"} ${low}`;
  const right = high === undefined ? "" : `${schema.maximum !== undefined ? "≤" : "<"} ${high}`;
  return [kind, [left, right].filter(Boolean).join(" and ")].filter(Boolean).join(" ");
}

const title = (name: string): string => name.replaceAll("_", " ");

/** Whether a text is a value the schema allows, as far as a form can tell; the program has the last word. */
function problem_with(schema: Schema, text: string): string {
  if (schema.type !== "number" && schema.type !== "integer") return "";
  if (text === "inf" || text === "-inf") return "";
  const number = Number(text);
  if (text.trim() === "" || Number.isNaN(number)) return "not a number";
  if (schema.type === "integer" && !Number.isInteger(number)) return "not a whole number";
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const outside =
    (minimum !== undefined && number < minimum) || (maximum !== undefined && number > maximum) ||
    (exclusiveMinimum !== undefined && number <= exclusiveMinimum) || (exclusiveMaximum !== undefined && number >= exclusiveMaximum);
  return outside ? `must be ${accepted(schema)}` : "";
}

function set(call: Call, name: string, value: string | Call, standard: string): void {
  const text = typeof value === "string" ? value : print_call(value);
  if (text === standard) call.options.delete(name);
  else call.options.set(name, value);
}

function text_field(name: string, schema: Schema, value: Schema, call: Call, changed: () => void): HTMLElement {
  const standard = schema.default ?? "";
  const given = call.options.get(name);
  const input = h("input", {
    type: "text", spellcheck: "false", autocomplete: "off", inputmode: value.type === "number" ? "decimal" : "text",
    value: typeof given === "string" ? given : given ? print_call(given) : standard,
  });
  const names = (schema.oneOf ?? []).flatMap((choice) => choice.title ?? []);
  const takes = [accepted(value), names.length > 0 && `${names.join(", ")} with their options`].filter(Boolean).join(", or ");
  const field = labelled(title(name), input, [schema.description, takes].filter(Boolean).join("; "));
  input.addEventListener("change", () => {
    const text = input.value.trim() === "" ? standard : input.value.trim();
    input.value = text;
    const is_choice = value.const === "none" || text === "none" || names.some((one) => text === one || text.startsWith(`${one}(`));
    const wrong = is_choice ? "" : problem_with(value, text);
    input.setCustomValidity(wrong);
    input.setAttribute("aria-invalid", String(wrong !== ""));
    input.reportValidity();
    if (wrong !== "") return;
    set(call, name, text, standard);
    changed();
  });
  return field;
}

function select_field(name: string, schema: Schema, words: string[], chosen: string, choose: (word: string) => void): HTMLElement {
  const select = h("select", {}, words.map((word) => h("option", { value: word }, word)));
  select.value = chosen;
  select.addEventListener("change", () => choose(select.value));
  return labelled(title(name), select, schema.description);
}

function choice_field(name: string, schema: Schema, choices: Schema[], call: Call, parse: (text: string) => Call, changed: () => void): HTMLElement {
  const standard = schema.default ?? "";
  const given = call.options.get(name);
  const inner: Call = given === undefined ? parse(standard) : typeof given === "string" ? parse(given) : given;
  const box = h("div", { class: "nested" });
  const show = (current: Call) => {
    const chosen = choices.find((choice) => choice.title === current.name);
    const store = () => {
      set(call, name, current, standard);
      changed();
    };
    box.replaceChildren(...(chosen ? option_fields(chosen, current, parse, store) : []));
  };
  const select = select_field(name, schema, choices.map((choice) => choice.title ?? ""), inner.name, (word) => {
    const next: Call = { name: word, options: new Map() };
    set(call, name, next, standard);
    show(next);
    changed();
  });
  show(inner);
  return h("div", {}, select, box);
}

/** One field for each option; what differs from the defaults is stored in `call`. */
export function option_fields(schema: Schema, call: Call, parse: (text: string) => Call, changed: () => void): HTMLElement[] {
  return Object.entries(schema.properties ?? {}).map(([name, option]) => {
    if (option.enum) {
      const standard = option.default ?? "";
      const given = call.options.get(name);
      return select_field(name, option, option.enum, typeof given === "string" ? given : standard, (word) => {
        set(call, name, word, standard);
        changed();
      });
    }
    const choices = option.oneOf ?? [];
    const plain = choices.find((choice) => choice.title === undefined && choice.const === undefined);
    if (choices.length > 0 && !plain) return choice_field(name, option, choices, call, parse, changed);
    return text_field(name, option, plain ?? option, call, changed);
  });
}
