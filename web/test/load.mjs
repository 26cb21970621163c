// Clients that hold live streams for a while: node load.mjs [SECONDS] [CLIENTS]. Each follows runs to their ends, some of them with
// broken streams in between, and counts what came. Fails where a point was lost or memory grew.
import { readFileSync } from "node:fs";
import { start_server } from "./browser.mjs";

const seconds = Number(process.argv[2] ?? 600);
const clients = Number(process.argv[3] ?? 200);
const server = await start_server();
const page = await fetch(server.url).then((reply) => reply.text());
const token = /downhill-token" content="([0-9a-f]+)"/.exec(page)[1];
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))[1]) / 1024;

async function start_run() {
  const reply = await fetch(`${server.url}api/runs`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Downhill-Token": token },
    body: JSON.stringify({
      setup: { formula: "x**2 + y**2", from: "x=1, y=2" }, stop: "max_iterations=1000000000, gradient_tolerance=0, max_seconds=10",
      method: "gradient_descent(line_search=fixed(learning_rate=1e-9))",
    }),
  });
  return reply.status === 201 ? (await reply.json()).run : null;
}

/** Follows a run; `breaks`: streams that are given up after some events, and taken up again. Returns points by iteration. */
async function follow(run, breaks) {
  const iterations = [];
  let last = "";
  for (let part = 0; ; ++part) {
    const controller = new AbortController();
    const reply = await fetch(`${server.url}api/runs/${run}/events`, { headers: last ? { "Last-Event-ID": last } : {}, signal: controller.signal });
    let text = "";
    let events = 0;
    try {
      for await (const chunk of reply.body.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const event = Object.fromEntries(text.slice(0, end).split("\n").map((line) => line.split(/: (.*)/s)));
          text = text.slice(end + 2);
          if (event.event === "points") {
            for (const point of JSON.parse(event.data)) iterations.push(point[0]);
            last = event.id;
          }
          if (event.event === "end" || event.event === "failed") return iterations;
          if (part < breaks && ++events > 3) controller.abort();
        }
      }
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }
}

let current = [];
const refresh = async () => {
  const run = await start_run();
  if (run) current = [...current.slice(-7), run];
};
await refresh();
const timer = setInterval(() => void refresh().catch(() => {}), 1500);
const until = Date.now() + 1000 * seconds;
let followed = 0;
let points = 0;
const wrong = [];
const seen = new Map(); // by run: how many points its first follower counted
const client = async (k) => {
  while (Date.now() < until) {
    const run = current[(k + followed) % current.length];
    const iterations = await follow(run, k % 3);
    if (iterations.some((iteration, i) => i > 0 && iteration <= iterations[i - 1])) wrong.push(`client ${k}: points came twice or out of order`);
    if (seen.has(run) && seen.get(run) !== iterations.length) wrong.push(`client ${k}: ${iterations.length} points of ${seen.get(run)}`);
    seen.set(run, iterations.length);
    ++followed;
    points += iterations.length;
  }
};
let early = 0;
setTimeout(() => (early = memory()), 250 * seconds);
await Promise.all(Array.from({ length: clients }, (_, k) => client(k)));
clearInterval(timer);
const late = memory();
console.log(`${clients} clients, ${seconds} s: ${followed} streams followed to their ends, ${points} points, ${wrong.length} wrong`);
console.log(`memory: ${early.toFixed(0)} MiB after a quarter, ${late.toFixed(0)} MiB at the end`);
for (const line of wrong.slice(0, 10)) console.log(line);
await server.end();
process.exit(wrong.length === 0 && late < 1.25 * early + 20 ? 0 : 1);
