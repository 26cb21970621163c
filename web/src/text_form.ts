/** The text form `name(option=value, …)` as a tree, and back. Values stay texts unless they have options themselves. */

export interface Call {
  name: string;
  options: Map<string, string | Call>;
}

/** Splits at commas outside brackets and quotes. */
export function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let part = "";
  for (const c of text) {
    if (c === '"') quoted = !quoted;
    if (!quoted && (c === "(" || c === "[")) ++depth;
    if (!quoted && (c === ")" || c === "]")) --depth;
    if (c === "," && depth === 0 && !quoted) {
      parts.push(part.trim());
      part = "";
    } else {
      part += c;
    }
  }
  if (part.trim() !== "") parts.push(part.trim());
  return parts;
}

/** `order`: the names of options by position, for values without a name. */
export function parse_call(text: string, order: (name: string) => string[]): Call {
  const match = /^\s*([A-Za-z_]\w*)\s*(?:\(([\s\S]*)\))?\s*$/.exec(text);
  if (!match) return { name: text.trim(), options: new Map() };
  const call: Call = { name: match[1] as string, options: new Map() };
  split(match[2] ?? "").forEach((part, k) => {
    const named = /^([A-Za-z_]\w*)\s*=\s*([\s\S]*)$/.exec(part);
    const key = named ? (named[1] as string) : (order(call.name)[k] ?? "");
    const value = named ? (named[2] as string) : part;
    if (key !== "") call.options.set(key, /^[A-Za-z_]\w*\(/.test(value) ? parse_call(value, order) : value);
  });
  return call;
}

export function print_call(call: Call): string {
  const parts = [...call.options].map(([key, value]) => `${key}=${typeof value === "string" ? value : print_call(value)}`);
  return parts.length > 0 ? `${call.name}(${parts.join(", ")})` : call.name;
}
