/** Light or dark: what the system says, until the button is pressed. */
import { is_dark } from "./colors";
import { by_id } from "./dom";

export function theme_button(recolor: () => void): void {
  const button = by_id("theme");
  button.addEventListener("click", () => {
    const next = is_dark() ? "light" : "dark";
    document.documentElement.dataset["theme"] = next;
    button.setAttribute("aria-pressed", String(next === "dark"));
    recolor();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolor);
}
