// What a person does with training, one entry each.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { violations } from "./accessibility.mjs";
import { start_server } from "./browser.mjs";

/** Three arms of a spiral, one class each. */
export function spirals(rows) {
  const lines = ["a,b,arm"];
  for (let k = 0; k < rows; ++k) {
    const turn = 4 * ((k * 0.618) % 1);
    const angle = 1.2 * turn + (2 * Math.PI * (k % 3)) / 3;
    const radius = 0.2 + turn / 4 + 0.03 * Math.sin(12.9 * k);
    lines.push(`${(radius * Math.cos(angle)).toFixed(4)},${(radius * Math.sin(angle)).toFixed(4)},${"xyz"[k % 3]}`);
  }
  return `${lines.join("\n")}\n`;
}

const state_is = (page, text) => page.waitForFunction((wanted) => document.querySelector("#training-state")?.textContent === wanted, text);

async function set(page, name, value) {
  const field = page.locator("#lesson-panel").getByLabel(name, { exact: true });
  await field.fill(String(value));
  await field.press("Tab");
}

/** Opens the page of training with a table chosen and its options set. */
export async function prepare(page, url, options = {}) {
  await page.goto("about:blank");
  await page.goto(`${url}train.html`);
  await page.waitForFunction(() => document.querySelectorAll("#lesson-panel .field").length > 5);
  await page.getByLabel("Data", { exact: true }).selectOption("a CSV file");
  await page.locator("input[type=file]").setInputFiles({ name: "spirals.csv", mimeType: "text/csv", buffer: Buffer.from(spirals(600)) });
  await page.waitForFunction(() => document.querySelector("#lesson-panel input[list]").value === "arm");
  for (const [name, value] of Object.entries(options)) await set(page, name, value);
}
export const train = (page) => page.getByRole("button", { name: "Train", exact: true }).click();

export const training_tests = {
  "a network is trained on an uploaded file, watched, paused, gone on with and stopped": async ({ page, url }) => {
    await prepare(page, url, { epochs: 100000, validation: 0.2 });
    await train(page);
    await state_is(page, "Runs");
    await page.waitForFunction(() => document.querySelectorAll("#layers tbody tr").length === 4);
    await page.waitForFunction(() => /loss [\d.]+ at the weights/.test(document.querySelector("#landscape-words").textContent));
    for (const title of ["Loss of a sample", "Right answers", "Learning rate", "Gradient norm by layer"]) {
      await page.waitForFunction((t) => {
        const label = document.querySelector(`canvas[aria-label^="${t}"]`)?.getAttribute("aria-label") ?? "";
        return /: [\d.]/.test(label);
      }, title);
    }
    await page.getByRole("button", { name: "Pause" }).click();
    await state_is(page, "Paused");
    const step = await page.locator("#training-progress").innerText();
    await page.waitForTimeout(600);
    assert.equal(await page.locator("#training-progress").innerText(), step);
    await page.getByRole("button", { name: "Resume" }).click();
    await state_is(page, "Runs");
    await page.waitForFunction((text) => document.querySelector("#training-progress").textContent !== text, step);
    await page.getByRole("button", { name: "Stop" }).click();
    await state_is(page, "Stopped");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Checkpoint" }).click()]);
    assert.equal(download.suggestedFilename(), "run.safetensors");
    const bytes = readFileSync(await download.path());
    assert.match(bytes.toString("latin1"), /"model":"mlp/);
  },

  "a rule and its schedule are chosen in forms made from the program's declarations": async ({ page, url }) => {
    await prepare(page, url, { epochs: 3 });
    const form = page.locator("#lesson-panel");
    await form.getByLabel("method", { exact: true }).selectOption("adam");
    const rate = form.getByLabel("learning rate", { exact: true });
    await rate.fill("cosine(initial=0.02, steps=57)");
    await rate.press("Tab");
    await form.getByLabel("hidden", { exact: true }).fill("[16, 8]");
    await form.getByLabel("hidden", { exact: true }).press("Tab");
    await form.getByLabel("activation", { exact: true }).first().selectOption("tanh");
    await train(page);
    await page.waitForFunction(() => /mlp\(16, 8/.test(document.querySelector("#state-panel")?.textContent ?? ""));
    await state_is(page, "All epochs are done");
    const text = await page.locator("#state-panel").innerText();
    assert.match(text, /mlp\(16, 8, activation=tanh\)/);
    assert.match(text, /adam\(learning_rate=cosine\(initial=0.02, steps=57\)\)/);
    assert.match(await page.locator("#layers").innerText(), /6\.dense/);
  },

  "a method for all samples at once is chosen in the form, trains, and says what it found": async ({ page, url }) => {
    await prepare(page, url, { epochs: 200, validation: 0.2 });
    const form = page.locator("#lesson-panel");
    await form.getByLabel("method", { exact: true }).selectOption("lbfgs");
    await form.getByLabel("hidden", { exact: true }).fill("[16]");
    await form.getByLabel("hidden", { exact: true }).press("Tab");
    await train(page);
    // The panel may still tell of the run before.
    await page.waitForFunction(() => {
      const told = document.querySelector("#state-panel")?.textContent ?? "";
      return /^(All epochs|Ended)/.test(document.querySelector("#training-state")?.textContent ?? "") && /lbfgs: /.test(told);
    });
    const text = await page.locator("#state-panel").innerText();
    assert.match(text, /Method\s+lbfgs/);
    assert.match(text, /Batch\s+480/);
    assert.match(text, /lbfgs: /);
    assert.match(await page.locator("#training-progress").innerText(), /^\d+ of 200 epochs/);
    const last = await page.locator('canvas[aria-label^="Right answers"]').getAttribute("aria-label");
    assert.ok(Number(/validation: ([\d.]+)/.exec(last)[1]) > 80, last);
    assert.equal(await page.locator('canvas[aria-label^="Learning rate"]').isVisible(), false);
    assert.deepEqual(await violations(page), []);
  },

  "a run is found again when the page is opened anew": async ({ page, url }) => {
    await prepare(page, url, { epochs: 100000 });
    await train(page);
    await state_is(page, "Runs");
    await page.waitForFunction(() => / [1-9]\d* of 100000 epochs|^[1-9]\d* of/.test(document.querySelector("#training-progress").textContent));
    await page.reload();
    await state_is(page, "Runs");
    await page.waitForFunction(() => document.querySelectorAll("#layers tbody tr").length === 4);
    assert.match(await page.locator("#runs-panel").innerText(), /running/);
    await page.getByRole("button", { name: "Stop" }).click();
    await state_is(page, "Stopped");
  },

  "a run that the command line trains is followed": async ({ page, complaints }) => {
    const folder = mkdtempSync(join(tmpdir(), "downhill-follow-"));
    writeFileSync(join(folder, "spirals.csv"), spirals(600));
    const run = join(folder, "run.safetensors");
    const words = ["train", "--data", join(folder, "spirals.csv"), "--label", "arm", "--model", "mlp(16)", "--epochs", "60", "--checkpoint", run, "--checkpoint-seconds", "0.2"];
    const server = await start_server(["--follow", run, "--data", join(folder, "spirals.csv")]);
    try {
      await page.goto(`${server.url}train.html`);
      await state_is(page, "Waits for the file");
      const child = spawn(process.env.DOWNHILL_PROGRAM, words, { stdio: "ignore" });
      const done = new Promise((resolve) => child.on("exit", resolve));
      await state_is(page, "Followed: another program trains");
      await done;
      await page.waitForFunction(() => document.querySelector("#training-progress").textContent.startsWith("60 epochs"));
      await page.waitForFunction(() => document.querySelector("#layers caption")?.textContent === "After step 1140");
      await page.waitForFunction(() => document.querySelector("#landscape-words").textContent.startsWith("After step 1140"));
      assert.equal(await page.getByRole("button", { name: "Stop" }).isDisabled(), true);
    } finally {
      await page.goto("about:blank");
      await server.end();
      rmSync(folder, { recursive: true });
    }
    complaints.splice(0); // The stream ends with the server, which the browser notes.
  },

  "what cannot be trained is said": async ({ page, url, complaints }) => {
    await prepare(page, url);
    await page.locator("#lesson-panel").getByLabel("hidden", { exact: true }).fill("[3000, 3000]");
    await page.locator("#lesson-panel").getByLabel("hidden", { exact: true }).press("Tab");
    await train(page);
    await page.locator("#lesson-panel .error").waitFor();
    assert.match(await page.locator("#lesson-panel .error").innerText(), /weights are more than 4000000/);
    complaints.splice(0); // The browser itself notes answers other than 200.
  },

  "the page of training is accessible, in light and in dark": async ({ page, url }) => {
    await prepare(page, url, { epochs: 200 });
    await train(page);
    await state_is(page, "All epochs are done");
    await page.locator("#lesson-panel summary").click();
    assert.deepEqual(await violations(page), []);
    await page.getByRole("button", { name: "Surface" }).click();
    await page.locator("canvas.surface").waitFor();
    await page.getByRole("button", { name: "Switch between light and dark" }).click();
    await page.waitForTimeout(300);
    assert.deepEqual(await violations(page), []);
  },

  "a run is started and steered by keys alone": async ({ page, url }) => {
    await prepare(page, url, { epochs: 100000 });
    await page.getByRole("button", { name: "Train", exact: true }).focus();
    await page.keyboard.press("Enter");
    await state_is(page, "Runs");
    await page.getByRole("button", { name: "Pause" }).focus();
    await page.keyboard.press("Space");
    await state_is(page, "Paused");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await state_is(page, "Stopped");
  },
};
