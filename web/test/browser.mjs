// The program and a browser, started and ended together. Packages are taken from the working folder, where npm installed them.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const require = createRequire(join(process.cwd(), "package.json"));
const chromium_path = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Why these tests cannot run here, or nothing. */
export function reason_to_skip() {
  if (!process.env.DOWNHILL_PROGRAM) return "DOWNHILL_PROGRAM is not set: run the tests by ctest";
  if (!existsSync(chromium_path)) return `there is no ${chromium_path} (Debian: chromium)`;
  try {
    require.resolve("playwright-core");
  } catch {
    return "playwright-core is not installed: the program was built without DOWNHILL_WEB";
  }
  return "";
}

/** words: more of the command line */
export async function start_server(words = []) {
  const child = spawn(process.env.DOWNHILL_PROGRAM, ["serve", "--port", "0", ...words], { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (part) => {
      text += part;
      const found = /http:\S+/.exec(text);
      if (found) resolve(found[0]);
    });
    child.on("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const end = () =>
    new Promise((resolve) => {
      child.removeAllListeners("exit");
      child.on("exit", resolve);
      child.kill("SIGINT");
    });
  return { url, end, pid: child.pid };
}

export async function start_browser() {
  const { chromium } = require("playwright-core");
  const folder = mkdtempSync(join(tmpdir(), "downhill-chromium-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: chromium_path,
    headless: true,
    viewport: { width: 1440, height: 980 },
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const end = async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { context, end };
}
