// Everything a person does on the page, in a real browser: node run.mjs [--shots FOLDER] [PART OF A TEST'S NAME]
import { mkdirSync } from "node:fs";
import { reason_to_skip, start_browser, start_server } from "./browser.mjs";
import { tests } from "./tests.mjs";
import { take_shots } from "./shots.mjs";

const skip = reason_to_skip();
if (skip) {
  console.log(`skipped: ${skip}`);
  process.exit(77);
}

const words = process.argv.slice(2);
const shots = words[0] === "--shots" ? words.splice(0, 2)[1] : "";
const server = await start_server();
const browser = await start_browser();
let failed = 0;
try {
  if (shots) {
    mkdirSync(shots, { recursive: true });
    await take_shots(browser.context, server.url, shots);
  } else {
    for (const [name, test] of Object.entries(tests)) {
      if (words[0] && !name.includes(words[0])) continue;
      const page = await browser.context.newPage();
      const complaints = [];
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("requestfailed", (request) => {
        // What the page itself gave up, as an older picture of the ground.
        if (request.failure()?.errorText !== "net::ERR_ABORTED") complaints.push(`${request.url()}: ${request.failure()?.errorText}`);
      });
      page.setDefaultTimeout(20000);
      const began = performance.now();
      try {
        await test({ page, url: server.url, server, complaints });
        if (complaints.length > 0) throw new Error(`the console says: ${complaints.join("; ")}`);
        console.log(`ok    ${name} (${Math.round(performance.now() - began)} ms)`);
      } catch (error) {
        ++failed;
        console.log(`FAIL  ${name}: ${error.stack ?? error}`);
      }
      await page.close();
    }
  }
} finally {
  await browser.end();
  await server.end();
}
process.exit(failed === 0 ? 0 : 1);
