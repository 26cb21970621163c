import { by_id, say } from "./dom";
import { Page } from "./page";
import { theme_button } from "./theme";

const page = new Page();
page.load_catalogue().catch((error: Error) => say(error.message));

by_id("share").addEventListener("click", () => {
  page.remember();
  navigator.clipboard.writeText(location.href).then(
    () => say("The link is copied: it holds the function, the start and the methods."),
    () => say("The link stands in the address bar: it holds the function, the start and the methods."),
  );
});

by_id("export").addEventListener("click", () => void page.export());

theme_button(() => page.recolor());
