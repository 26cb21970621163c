/** A set-up for use elsewhere: on the command line, in Python, in C++, as a link. */
import * as api from "./api";
import { h, say } from "./dom";
import type { RunRequest } from "./api";

function block(title: string, text: string): HTMLElement {
  const copy = h("button", { type: "button", class: "small" }, "Copy");
  copy.addEventListener("click", () => navigator.clipboard.writeText(text).then(() => say(`${title}: copied.`), () => say("This browser does not let the page copy.")));
  return h("section", {}, h("h3", {}, title), h("pre", { tabindex: 0, "aria-label": title }, text), copy);
}

export async function show_export(requests: RunRequest[]): Promise<void> {
  const dialog = h("dialog", { "aria-label": "Export" });
  const close = h("button", { type: "button", onclick: () => dialog.close() }, "Close");
  dialog.addEventListener("close", () => dialog.remove());
  try {
    const texts = await Promise.all(requests.map(api.export_setup));
    const first = texts[0];
    dialog.append(h("h2", {}, "Use it elsewhere"),
      block("On the command line", texts.map((text) => text.command).join("\n")),
      ...(first ? [block("In Python", first.python)] : []),
      first?.cpp ? block("In C++", first.cpp) : h("p", { class: "hint" }, `Not as C++: ${first?.why_no_cpp ?? ""}`),
      block("As a link", location.href), h("div", { class: "run-row" }, close));
  } catch (error) {
    dialog.append(h("pre", { class: "error" }, (error as Error).message), close);
  }
  document.body.append(dialog);
  dialog.showModal();
}
