/** The page of training: which run is looked at, and what comes of it. */
import { by_id, h, say } from "../dom";
import { theme_button } from "../theme";
import { to_number } from "../types";
import * as api from "./api";
import { ChartsPanel } from "./charts_panel";
import { LandscapePanel } from "./landscape_panel";
import { LessonPanel } from "./lesson_panel";
import { Record } from "./record";
import { StatePanel } from "./state_panel";
import type { Lesson } from "./types";

const list = h("ul", { class: "runs" });
const none = h("p", { class: "hint" }, "None yet.");
by_id("runs-panel").append(list, none);

let record: Record | null = null;
let leave = () => {};
let frame = 0;

const act = (what: Promise<unknown>) => what.catch((error: Error) => say(error.message));
const state = new StatePanel({
  pause: () => record && act(api.pause(record.run)),
  resume: () => record && act(api.resume(record.run)),
  stop: () => record && act(api.stop(record.run)),
});
const charts = new ChartsPanel();
const landscape = new LandscapePanel();

function draw_soon(): void {
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    state.show(record);
    charts.show(record);
    landscape.show(record?.landscape ?? null);
  });
}

function open(run: string): void {
  leave();
  const opened = (record = new Record(run));
  history.replaceState(null, "", `#run=${run}`);
  const then = () => draw_soon();
  leave = api.follow(run, {
    setup: (lesson) => {
      opened.lesson = lesson;
      void show_runs();
      then();
    },
    state: (now) => {
      opened.state = now;
      then();
    },
    points: (points) => {
      for (const [step, loss, rate, seconds] of points) {
        opened.steps.push(step);
        opened.losses.push(to_number(loss));
        opened.rates.push(to_number(rate));
        opened.seconds = seconds;
      }
      then();
    },
    epoch: (epoch) => {
      opened.add_epoch(epoch);
      then();
    },
    look: (look) => {
      opened.looks.push(look);
      then();
    },
    landscape: (seen) => {
      opened.landscape = seen;
      then();
    },
    end: (result) => {
      opened.result = result;
      say(result.message);
      void show_runs();
      then();
    },
    failed: (message) => {
      opened.error = message;
      void show_runs();
      then();
    },
  });
  draw_soon();
}

const title_of = (lesson: Lesson): string => [lesson.model, lesson.data || lesson.file].filter(Boolean).join(" on ") || "a run";

async function show_runs(): Promise<Lesson[]> {
  const runs = await api.trainings();
  none.hidden = runs.length > 0;
  list.replaceChildren(...runs.reverse().map((lesson) => h("li", {},
    h("button", { type: "button", "aria-current": String(lesson.run === record?.run), onclick: () => open(lesson.run) },
      title_of(lesson), h("span", { class: "steps" }, lesson.steered ? lesson.state : "followed")))));
  return runs;
}

const lesson = new LessonPanel(async (body) => open(await api.start(body)));
theme_button(() => {
  charts.redraw();
  landscape.redraw();
});

async function begin(): Promise<void> {
  const [learning, runs] = await Promise.all([api.learning(), show_runs()]);
  lesson.with_learning(learning);
  const wanted = /run=([0-9a-f]+)/.exec(location.hash)?.[1];
  const chosen = runs.find((one) => one.run === wanted) ?? runs[0];
  if (chosen) open(chosen.run);
}
begin().catch((error: Error) => say(error.message));
