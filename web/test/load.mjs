// Clients that hold live streams for a while: node load.mjs [SECONDS] [CLIENTS] [RUNS]. So many runs go on at a time, each for ten
// seconds; every client follows them to their ends, some with streams that they break in between, and counts what came.
// Fails where a point was lost, came twice or out of order, and where memory grew. Streams that the server ended, as it does where a client
// does not read for ten seconds, are taken up again as a browser does, and counted.
import { readFileSync, readdirSync } from "node:fs";
import { get } from "node:http";
import { start_server } from "./browser.mjs";

const [seconds, clients, runs] = [600, 200, 1].map((usual, k) => Number(process.argv[2 + k] ?? usual));
const server = await start_server();
const page = await fetch(server.url).then((reply) => reply.text());
const token = /downhill-token" content="([0-9a-f]+)"/.exec(page)[1];
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** MiB in memory, and of these what is the program's own and not of files. */
function memory() {
  const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
  const of = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024;
  return { all: of("VmRSS"), own: of("RssAnon"), threads: readdirSync(`/proc/${server.pid}/task`).length };
}

async function start_run() {
  const reply = await fetch(`${server.url}api/runs`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Downhill-Token": token },
    body: JSON.stringify({
      setup: { formula: "x**2 + y**2", from: "x=1, y=2" }, stop: "max_iterations=1000000000, gradient_tolerance=0, max_seconds=10",
      method: "gradient_descent(line_search=fixed(learning_rate=1e-9))",
    }),
  });
  if (reply.status !== 201) throw new Error(`${reply.status} ${await reply.text()}`);
  return { name: (await reply.json()).run, began: Date.now() };
}

let lost_streams = 0;

/** One stream, on a connection of its own. `take` gets each event, and says whether to go on. Resolves at its end. */
function stream(run, last, take) {
  return new Promise((resolve, reject) => {
    const headers = last ? { "Last-Event-ID": last } : {};
    const request = get(`${server.url}api/runs/${run}/events`, { headers, agent: false }, (reply) => {
      if (reply.statusCode !== 200) return reject(new Error(`status ${reply.statusCode}`));
      let text = "";
      reply.setEncoding("utf8");
      reply.on("data", (chunk) => {
        text += chunk;
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const event = Object.fromEntries(text.slice(0, end).split("\n").map((line) => line.split(/: (.*)/s)));
          text = text.slice(end + 2);
          if (take(event)) continue;
          request.destroy();
          return resolve();
        }
      });
      reply.on("end", () => reject(new Error("it ended without an end")));
      reply.on("error", reject);
    });
    request.on("error", reject);
  });
}

/** Follows a run; `breaks`: streams that are given up after some events, and taken up again. Returns its points' iterations. */
async function follow(run, breaks) {
  const iterations = [];
  let last = "";
  let is_over = false;
  for (let part = 0; !is_over; ++part) {
    let events = 0;
    try {
      await stream(run, last, (event) => {
        if (event.event === "points") {
          for (const point of JSON.parse(event.data)) iterations.push(point[0]);
          last = event.id;
        }
        is_over = event.event === "end" || event.event === "failed";
        return !is_over && (part >= breaks || ++events <= 3);
      });
    } catch (error) {
      ++lost_streams;
      console.log(`a stream broke after ${iterations.length} points: ${error.message}`);
      await wait(200);
    }
  }
  return iterations;
}

const until = Date.now() + 1000 * seconds;
const current = [];
async function keep_running() {
  while (Date.now() < until) {
    const run = await start_run();
    current.push(run.name);
    if (current.length > 2 * runs) current.shift();
    await wait(11_000);
  }
}
const runners = [];
for (let k = 0; k < runs; ++k) {
  runners.push(keep_running());
  await wait(500);
}

let [followed, points] = [0, 0];
const wrong = [];
const seen = new Map(); // by run: how many points its first follower counted
const client = async (k) => {
  while (Date.now() < until) {
    const run = current[current.length - 1 - (k % Math.min(runs, current.length))];
    const iterations = await follow(run, k % 3);
    if (iterations.some((iteration, i) => i > 0 && iteration <= iterations[i - 1])) wrong.push(`client ${k}: points came twice or out of order`);
    if (seen.has(run) && seen.get(run) !== iterations.length) wrong.push(`client ${k}: ${iterations.length} points of ${seen.get(run)}`);
    seen.set(run, iterations.length);
    ++followed;
    points += iterations.length;
    while (current[current.length - 1] === run && Date.now() < until) await wait(100);
  }
};
const samples = [];
const timer = setInterval(() => {
  samples.push(memory());
  const { all, own, threads } = samples[samples.length - 1];
  if (samples.length % 6 === 0) console.log(`${samples.length / 6} min: ${all.toFixed(1)} MiB, ${own.toFixed(1)} MiB its own, ${threads} threads`);
}, 10_000);
await Promise.all([...runners, ...Array.from({ length: clients }, (_, k) => client(k))]);
clearInterval(timer);
console.log(`${clients} clients, ${seconds} s: ${followed} streams followed to their ends, ${points} points, ${lost_streams} streams ended by the server, ${wrong.length} wrong`);
for (const line of wrong.slice(0, 10)) console.log(line);
// The first third fills what is kept of finished runs.
const highest = (part) => Math.max(...part.map((sample) => sample.own));
const early = highest(samples.slice(Math.floor(samples.length / 3), Math.ceil((2 * samples.length) / 3)));
const late = highest(samples.slice(Math.floor((2 * samples.length) / 3)));
console.log(`memory of its own: at most ${early.toFixed(1)} MiB in the second third, ${late.toFixed(1)} MiB in the last`);
await server.end();
process.exit(wrong.length === 0 && late < 1.1 * early + 4 ? 0 : 1);
