// One entry for each thing a person does.
import assert from "node:assert/strict";
import { violations } from "./accessibility.mjs";
import { training_tests } from "./training_tests.mjs";

const rosenbrock = "(1 - x[0])**2 + 100*(x[1] - x[0]**2)**2";

/** Waits until every run has ended. */
const all_done = (page, count) =>
  page.waitForFunction((n) => document.querySelectorAll('.result[data-state="done"], .result[data-state="failed"]').length === n, count);

async function open(page, url, words = {}) {
  const hash = new URLSearchParams(words).toString();
  await page.goto(url + (hash ? `#${hash}` : ""));
  await page.waitForFunction(() => document.querySelector("#loss-panel .facts")?.textContent !== "" || !document.querySelector(".error")?.hidden);
}

/** Where the start is on the screen, read off the fields of the page. */
async function canvas_point(page, fraction_x, fraction_y) {
  const box = await page.locator("#plane").boundingBox();
  return [box.x + fraction_x * box.width, box.y + fraction_y * box.height];
}

/** Everything that is drawn. */
const drawn = (page) => page.evaluate(() => [...document.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL()).join());

/** Acts on an element again and again, once a frame, and tells the times from a frame's first callback until the page is idle again; others may use the machine. */
async function tell_frames(page, count, selector, act) {
  const frames = await page.evaluate(`(async () => {
    const act = ${act};
    const element = document.querySelector(${JSON.stringify(selector)});
    const work = [];
    for (let k = 0; k < ${count}; ++k) {
      act(element, k);
      const began = await new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));
      await new Promise((resolve) => setTimeout(resolve, 0));
      work.push(performance.now() - began);
    }
    return work.sort((a, b) => a - b);
  })()`);
  const at = (share) => frames[Math.floor(share * count)].toFixed(1);
  console.log(`      a frame takes ${at(0.25)} ms (quarter), ${at(0.5)} ms (median), ${at(0.95)} ms (95 %)`);
}

const start_text = (page) => page.locator("#panel-formula input").inputValue();

export const tests = {
  "a formula is minimised by several methods, each with its verdict": async ({ page, url }) => {
    await open(page, url, { kind: "formula", formula: rosenbrock, from: "x=[-1.2, 1]", method: "newton" });
    await page.locator("#methods-panel select").last().selectOption("lbfgs");
    await page.getByRole("button", { name: "Run" }).click();
    await all_done(page, 2);
    const newton = page.locator('.result[data-method="newton"]');
    assert.match(await newton.innerText(), /A strict minimum/);
    assert.match(await newton.innerText(), /x = \[1, 1\]/);
    assert.match(await page.locator('.result[data-method="lbfgs"]').innerText(), /A strict minimum/);
  },

  "a set-up is exported as a command line, as Python and as C++": async ({ page, url }) => {
    await open(page, url, { kind: "formula", formula: rosenbrock, from: "x=[-1.2, 1]", method: "newton" });
    await page.getByRole("button", { name: "Export" }).click();
    const dialog = page.getByRole("dialog", { name: "Export" });
    const text = (name) => dialog.getByLabel(name, { exact: true }).innerText();
    assert.match(await text("On the command line"), /^downhill minimize '\(1 - x\[0\]\)/);
    assert.match(await text("In Python"), /downhill\.minimize\("\(1 - x\[0\]\).*, \{"x": \[-1\.2, 1\]\}, method="newton"\)/);
    assert.match(await text("In C++"), /traced_objective/);
    assert.deepEqual(await violations(page), []);
  },

  "a formula is typed": async ({ page, url, complaints }) => {
    await open(page, url);
    await page.getByLabel("Formula", { exact: true }).last().fill("x**2 + y**4/4 - y**2/2");
    await page.locator("#panel-formula input").fill("x=1, y=0");
    await page.locator("#panel-formula input").press("Tab");
    await page.waitForFunction(() => document.querySelector(".facts").textContent.startsWith("2 variables"));
    await page.getByRole("button", { name: "Run" }).click();
    await all_done(page, 3);
    assert.match(await page.locator("#results-panel").innerText(), /minimum|saddle/i);
    complaints.splice(0); // Between the formula and its start the two did not fit, which the browser notes.
  },

  "a mistake in a formula is pointed at": async ({ page, url, complaints }) => {
    await open(page, url, { kind: "formula", formula: "sinn(x)", from: "x=1" });
    const text = await page.locator("#loss-panel .error").innerText();
    assert.match(text, /sinn/);
    assert.match(text, /\^/);
    complaints.splice(0); // The browser itself notes answers other than 200.
  },

  "the start is dragged, and the runs follow": async ({ page, url }) => {
    await open(page, url, { kind: "formula", formula: "x**2 + 2*y**2", from: "x=1, y=1", method: "newton" });
    await page.getByRole("button", { name: "Run" }).click();
    await all_done(page, 1);
    // The start is the middle of the first picture.
    const [x, y] = await canvas_point(page, 0.5, 0.5);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y - 40, { steps: 6 });
    await page.mouse.up();
    const moved = await start_text(page);
    assert.notEqual(moved, "x=1, y=1");
    assert.ok(Number(/x=([-\d.]+)/.exec(moved)[1]) > 1, moved);
    assert.ok(Number(/y=([-\d.]+)/.exec(moved)[1]) > 1, moved);
    await all_done(page, 1);
    assert.match(page.url(), /from=x%3D/);
  },

  "the start is moved by keys": async ({ page, url }) => {
    await open(page, url, { kind: "formula", formula: "x**2 + 2*y**2", from: "x=1, y=1", method: "newton" });
    await page.locator("#plane").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowUp");
    const moved = await start_text(page);
    assert.ok(Number(/x=([-\d.]+)/.exec(moved)[1]) > 1, moved);
    assert.match(await page.locator("#status").innerText(), /start x/);
  },

  "a problem of the library is picked": async ({ page, url }) => {
    await open(page, url);
    await page.getByRole("tab", { name: "Library" }).click();
    await page.locator("#panel-problem select").selectOption("himmelblau");
    await page.waitForFunction(() => document.querySelector(".facts").textContent.includes("variable"));
    await page.getByRole("button", { name: "Run" }).click();
    await all_done(page, 3);
    assert.match(await page.locator("#results-panel").innerText(), /A strict minimum/);
  },

  "options are chosen in a form made from the program's declarations": async ({ page, url }) => {
    await open(page, url, { kind: "formula", formula: rosenbrock, from: "x=[-1.2, 1]", method: "lbfgs" });
    await page.locator(".methods summary").first().click();
    const memory = page.locator(".methods").getByLabel("memory");
    await memory.fill("3");
    await memory.press("Tab");
    assert.match(page.url(), /lbfgs%28memory%3D3%29/);
    await page.locator(".methods").getByLabel("line search", { exact: true }).selectOption("armijo");
    assert.match(decodeURIComponent(page.url()), /lbfgs\(memory=3,\+line_search=armijo\)/);
    await memory.fill("-1");
    await memory.press("Tab");
    assert.equal(await memory.getAttribute("aria-invalid"), "true");
    await page.getByRole("button", { name: "Run" }).click();
    await all_done(page, 1);
    await page.locator(".result summary").click();
    assert.match(await page.locator(".result").innerText(), /lbfgs\(memory=3, line_search=armijo\)/);
  },

  "a link brings everything back": async ({ page, url }) => {
    await open(page, url, { kind: "formula", formula: "x**2 + y**2", from: "x=3, y=4", method: "nelder_mead", stop: "max_iterations=50" });
    await page.getByRole("button", { name: "Copy link" }).click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    await page.goto("about:blank");
    await page.goto(link);
    await page.waitForFunction(() => document.querySelector(".facts").textContent !== "");
    assert.equal(await start_text(page), "x=3, y=4");
    assert.match(await page.locator(".methods").innerText(), /nelder_mead/);
    await page.getByRole("button", { name: "Run" }).click();
    await all_done(page, 1);
  },

  "a point shows the gradient, its check and the directions of the Hessian": async ({ page, url }) => {
    await open(page, url, { kind: "formula", formula: "x**2 - 3*y**2", from: "x=1, y=1", method: "newton" });
    await page.mouse.click(...(await canvas_point(page, 0.3, 0.3)));
    await page.locator("#eigenvectors").waitFor();
    const text = await page.locator("#inspector-panel").innerText();
    assert.match(text, /−6/);
    assert.match(text, /saddle/);
    await page.getByRole("button", { name: "Check the gradient" }).click();
    await page.locator(".check-outcome table").waitFor();
    assert.match(await page.locator(".check-outcome").innerText(), /✓/);
  },

  "an uploaded file is fitted": async ({ page, url }) => {
    await open(page, url);
    await page.getByRole("tab", { name: "Fit data" }).click();
    const rows = Array.from({ length: 20 }, (_, k) => `${k},${2 + 3 * Math.exp(-0.3 * k) + 0.01 * Math.sin(9 * k)}`);
    await page.locator("#panel-model textarea").fill("y ~ a + b*exp(-c*x)");
    await page.locator("#panel-model input[type=text]").first().fill("a=1, b=1, c=0.1");
    await page.keyboard.press("Tab");
    await page.locator("input[type=file]").setInputFiles({ name: "decay.csv", mimeType: "text/csv", buffer: Buffer.from(`x,y\n${rows.join("\n")}\n`) });
    await page.waitForFunction(() => document.querySelector(".facts").textContent.includes("20 squares"));
    await page.locator(".methods button.icon").last().click();
    await page.locator(".methods button.icon").last().click();
    await page.locator(".methods button.icon").last().click();
    await page.locator("#methods-panel select").last().selectOption("auto");
    await page.getByRole("button", { name: "Run" }).click();
    await all_done(page, 1);
    const text = await page.locator("#results-panel").innerText();
    assert.match(text, /std. error/);
    assert.match(text, /\bc\s+0\.30/);
    await page.locator("canvas.fit-chart").waitFor();
  },

  "a long run is watched while it goes, and stopped": async ({ page, url }) => {
    await open(page, url, {
      kind: "formula", formula: rosenbrock, from: "x=[-1.2, 1]", stop: "max_iterations=1000000000, gradient_tolerance=0",
      method: "gradient_descent(line_search=fixed(learning_rate=1e-7))",
    });
    await page.getByRole("button", { name: "Run" }).click();
    await page.waitForFunction(() => /f = /.test(document.querySelector(".legend-value")?.textContent ?? ""));
    await page.getByRole("button", { name: "Stop" }).click();
    await all_done(page, 1);
    assert.match(await page.locator(".result").innerText(), /Not a stationary point/);
  },

  "paths are played, paused and scrubbed": async ({ page, url }) => {
    await open(page, url, { kind: "formula", formula: rosenbrock, from: "x=[-1.2, 1]", method: "gradient_descent" });
    await page.getByRole("button", { name: "Run" }).click();
    await all_done(page, 1);
    await page.getByLabel("Position in the runs").fill("300");
    await page.waitForTimeout(200);
    const early = await page.locator(".iteration").innerText();
    await page.getByLabel("Position in the runs").fill("100");
    await page.waitForFunction((text) => document.querySelector(".iteration").textContent !== text, early);
    await page.getByRole("button", { name: "Play the paths" }).click();
    await page.getByRole("button", { name: "Pause" }).click();
  },

  "one variable and many variables are drawn": async ({ page, url }) => {
    await open(page, url, { kind: "formula", formula: "x**4/4 - x**2 + 0.3*x", from: "x=-0.1", method: "newton" });
    await page.getByRole("button", { name: "Run" }).click();
    await all_done(page, 1);
    await open(page, url, { kind: "problem", problem: "extended_rosenbrock", n: "10", method: "lbfgs" });
    await page.waitForFunction(() => document.querySelector(".facts").textContent.startsWith("10 variables"));
    await page.getByLabel("Across").selectOption("2");
    await page.waitForFunction(() => document.querySelector(".facts").textContent.startsWith("10 variables"));
    await page.getByRole("button", { name: "Run" }).click();
    await all_done(page, 1);
  },

  "it is accessible, in light and in dark": async ({ page, url }) => {
    await open(page, url, { kind: "formula", formula: rosenbrock, from: "x=[-1.2, 1]", method: "newton" });
    await page.getByRole("button", { name: "Run" }).click();
    await all_done(page, 1);
    await page.mouse.click(...(await canvas_point(page, 0.3, 0.3)));
    await page.locator("#eigenvectors").waitFor();
    await page.locator(".methods summary").first().click();
    assert.deepEqual(await violations(page), []);
    await page.getByRole("button", { name: "Switch between light and dark" }).click();
    await page.waitForTimeout(300);
    assert.deepEqual(await violations(page), []);
  },

  "it is painted, and how soon is told": async ({ page, url }) => {
    await page.goto(url);
    const paint = await page.evaluate(() => new Promise((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntries()[0].startTime)).observe({ type: "paint", buffered: true });
    }));
    assert.ok(paint > 0, "nothing was painted");
    console.log(`      first paint after ${Math.round(paint)} ms`);
  },

  "paths of 10,000 points are drawn frame by frame, and how fast is told": async ({ page, url }) => {
    await open(page, url, {
      kind: "formula", formula: rosenbrock, from: "x=[-1.2, 1]", stop: "max_iterations=10000, gradient_tolerance=0",
      method: "gradient_descent(line_search=fixed(learning_rate=0.0005))",
    });
    await page.getByRole("button", { name: "Run" }).click();
    await all_done(page, 1);
    const before = await drawn(page);
    await tell_frames(page, 80, ".race input", (slider, k) => {
      slider.value = String(200 + 10 * k);
      slider.dispatchEvent(new Event("input"));
    });
    assert.notEqual(await drawn(page), before);
  },

  "the landscape is turned as a surface, by keys and by hand": async ({ page, url }) => {
    await open(page, url, { kind: "formula", formula: rosenbrock, from: "x=[-1.2, 1]", method: "newton" });
    await page.getByRole("button", { name: "Run" }).click();
    await all_done(page, 1);
    assert.ok(!(await page.evaluate(() => performance.getEntriesByType("resource").some((one) => /surface/.test(one.name)))), "the surface is loaded before it is asked for");
    await page.getByRole("button", { name: "Surface" }).click();
    const surface = page.locator("canvas.surface");
    await page.waitForFunction(() => /from .* to /.test(document.querySelector("canvas.surface")?.getAttribute("aria-label") ?? ""));
    const picture = () => surface.evaluate((canvas) => canvas.toDataURL());
    await page.waitForTimeout(300);
    const before = await picture();
    await surface.focus();
    for (const key of ["ArrowLeft", "ArrowUp", "+"]) await page.keyboard.press(key);
    await page.waitForTimeout(200);
    const by_keys = await picture();
    assert.notEqual(by_keys, before);
    const box = await surface.boundingBox();
    await page.mouse.move(box.x + 200, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x + 260, box.y + 180, { steps: 4 });
    await page.mouse.up();
    await page.waitForTimeout(200);
    assert.notEqual(await picture(), by_keys);
    assert.deepEqual(await violations(page), []);
    await page.getByRole("button", { name: "Surface" }).click();
    assert.ok(await page.locator("#plane").isVisible());
  },

  "a surface with paths of 10,000 points is turned, and how fast is told": async ({ page, url }) => {
    await open(page, url, {
      kind: "formula", formula: rosenbrock, from: "x=[-1.2, 1]", stop: "max_iterations=10000, gradient_tolerance=0",
      method: "gradient_descent(line_search=fixed(learning_rate=0.0005))",
    });
    await page.getByRole("button", { name: "Run" }).click();
    await all_done(page, 1);
    await page.getByLabel("Position in the runs").fill("1000");
    await page.getByRole("button", { name: "Surface" }).click();
    await page.locator("canvas.surface").focus();
    await page.waitForTimeout(500);
    const before = await drawn(page);
    await tell_frames(page, 50, "canvas.surface", (canvas) => canvas.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft" })));
    assert.notEqual(await drawn(page), before);
  },

  ...training_tests,
};
