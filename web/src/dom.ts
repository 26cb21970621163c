/** Elements in one line: h("button", { type: "button", onclick: f }, "Run"). */
type Child = Node | string | null | undefined | false;
type Attributes = Record<string, unknown>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on") && typeof value === "function") {
      element.addEventListener(name.slice(2), value as EventListener);
    } else if (name === "value" || name === "checked" || name === "disabled" || name === "hidden" || name === "open") {
      (element as unknown as Attributes)[name] = value;
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

export function by_id<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`there is no element '${id}'`);
  return element as T;
}

let next = 0;
/** A label above its control. */
export function labelled(text: string, control: HTMLElement, hint?: string): HTMLElement {
  control.id ||= `control-${next++}`;
  const note = hint ? h("small", { id: `${control.id}-hint` }, hint) : null;
  if (note) control.setAttribute("aria-describedby", note.id);
  return h("div", { class: "field" }, h("label", { for: control.id }, text), control, note);
}

/** Calls f once the calls have stopped for that many milliseconds. */
export function debounced(f: () => void, milliseconds: number): () => void {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(f, milliseconds);
  };
}

/** Says something to everybody: on screen for a while, and to screen readers. */
export function say(text: string): void {
  const status = by_id("status");
  status.textContent = text;
  status.classList.add("shown");
  clearTimeout(Number(status.dataset["timer"]));
  status.dataset["timer"] = String(window.setTimeout(() => status.classList.remove("shown"), 3500));
}
