// The pictures of the page in docs/.
import { prepare, train } from "./training_tests.mjs";

const rosenbrock = "(1 - x[0])**2 + 100*(x[1] - x[0]**2)**2";

async function open(page, url, words, theme) {
  await page.goto("about:blank");
  await page.emulateMedia({ colorScheme: theme });
  const list = new URLSearchParams();
  for (const [name, value] of Object.entries(words)) for (const one of [value].flat()) list.append(name, one);
  await page.goto(`${url}#${list}`);
  await page.waitForFunction(() => document.querySelector(".facts").textContent !== "");
}

async function run(page, count) {
  await page.getByRole("button", { name: "Run" }).click();
  await page.waitForFunction((n) => document.querySelectorAll('.result[data-state="done"], .result[data-state="failed"]').length === n, count);
  await page.getByLabel("Position in the runs").fill("1000");
  await page.waitForTimeout(4200);
}

export async function take_shots(context, url, folder) {
  const page = await context.newPage();
  await open(page, url, { kind: "formula", formula: rosenbrock, from: "x=[-1.2, 1]", method: ["gradient_descent", "lbfgs", "newton", "nelder_mead"] }, "light");
  await run(page, 4);
  await page.screenshot({ path: `${folder}/page.png` });
  await open(page, url, { kind: "problem", problem: "himmelblau", method: ["gradient_descent", "lbfgs", "cma_es"] }, "dark");
  await run(page, 3);
  const box = await page.locator("#plane").boundingBox();
  await page.mouse.click(box.x + 0.45 * box.width, box.y + 0.42 * box.height);
  await page.locator("#eigenvectors").waitFor();
  await page.waitForTimeout(4000);
  await page.screenshot({ path: `${folder}/page-dark.png` });
  const rows = Array.from({ length: 24 }, (_, k) => `${k},${(2 + 3 * Math.exp(-0.3 * k) + 0.08 * Math.sin(9 * k)).toFixed(4)}`);
  await open(page, url, { kind: "model", model: "y ~ a + b*exp(-c*x)", model_from: "a=1, b=1, c=0.1", data: `x,y\n${rows.join("\n")}\n`, data_name: "decay.csv", method: ["auto"] }, "light");
  await run(page, 1);
  await page.screenshot({ path: `${folder}/page-fit.png` });
  await open(page, url, { kind: "formula", formula: rosenbrock, from: "x=[-1.2, 1]", method: ["gradient_descent", "lbfgs", "newton"] }, "light");
  await run(page, 3);
  await page.getByRole("button", { name: "Surface" }).click();
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${folder}/page-surface.png` });
  await prepare(page, url, { epochs: 3000, validation: 0.2, hidden: "[16, 16]" });
  await train(page);
  await page.waitForFunction(() => /^([4-9]\d\d|\d{4,}) of/.test(document.querySelector("#training-progress").textContent));
  await page.waitForTimeout(2500);
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: `${folder}/page-train.png` });
  await page.getByRole("button", { name: "Stop" }).click();
  await page.setViewportSize({ width: 400, height: 860 });
  await open(page, url, { kind: "formula", formula: "x**4/4 - x**2 + 0.3*x + 1", from: "x=-0.1", method: ["newton", "gradient_descent"] }, "light");
  await run(page, 2);
  await page.screenshot({ path: `${folder}/page-narrow.png` });
}
