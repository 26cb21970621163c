// What axe finds wrong with a page.
import { readFileSync } from "node:fs";
import { require } from "./browser.mjs";

export async function violations(page) {
  // By the debugger, for the page's policy takes no script from outside.
  await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
}
