/** A surface in place of contours, when somebody asks for it: what draws it is loaded then. */
import { h } from "./dom";
import type { Surface } from "./surface";

export class SurfaceToggle {
  readonly box: HTMLElement;
  readonly help = h("p", { class: "hint", id: "surface-help", hidden: true }, "Drag or press arrow keys to turn it; scroll or press + and − to zoom.");
  readonly button = h("button", { type: "button", class: "small", id: "surface", "aria-pressed": "false" }, "Surface");
  /** There once it was asked for, seen or not. */
  surface: Surface | null = null;
  private readonly hide_contours: (is_hidden: boolean) => void;
  private readonly draw: () => void;

  /** box_class: of the box that the surface is in; hide_contours: hides or shows what it stands in for; draw: fills what is seen. */
  constructor(box_class: string, hide_contours: (is_hidden: boolean) => void, draw: () => void) {
    this.box = h("div", { class: box_class, hidden: true });
    this.hide_contours = hide_contours;
    this.draw = draw;
    this.button.addEventListener("click", () => void this.toggle());
  }

  get is_shown(): boolean {
    return !this.box.hidden;
  }

  async toggle(): Promise<void> {
    const is_surface = !this.is_shown;
    if (!this.surface) {
      const { Surface } = await import("./surface");
      this.surface = new Surface(this.box);
    }
    this.box.hidden = !is_surface;
    this.help.hidden = !is_surface;
    this.hide_contours(is_surface);
    this.button.setAttribute("aria-pressed", String(is_surface));
    this.draw();
  }
}
