/** Talks to the server about training. */
import { ask, json } from "../api";
import type { Epoch, Landscape, Learning, Lesson, Look, State, TrainingPoint, TrainingResult } from "./types";

export const learning = () => json<Learning>(ask("GET", "/api/learning"));
export const trainings = () => json<Lesson[]>(ask("GET", "/api/trainings"));
export const start = async (body: Record<string, unknown>) => (await json<{ run: string }>(ask("POST", "/api/trainings", body))).run;
export const pause = (run: string) => ask("POST", `/api/runs/${run}/pause`, {});
export const resume = (run: string) => ask("POST", `/api/runs/${run}/resume`, {});
export const stop = (run: string) => ask("DELETE", `/api/runs/${run}`);
export const checkpoint_path = (run: string): string => `/api/runs/${run}/checkpoint`;

export interface Follower {
  setup(lesson: Lesson): void;
  state(state: State): void;
  points(points: TrainingPoint[]): void;
  epoch(epoch: Epoch): void;
  look(look: Look): void;
  landscape(landscape: Landscape): void;
  end(result: TrainingResult): void;
  failed(message: string): void;
}

/** Follows a run to its end. The browser goes on by itself where the stream broke, from the last event it saw. */
export function follow(run: string, follower: Follower): () => void {
  const source = new EventSource(`/api/runs/${run}/events`);
  const on = <T>(name: string, take: (data: T) => void) =>
    source.addEventListener(name, (event) => take(JSON.parse((event as MessageEvent<string>).data) as T));
  on("setup", (lesson: Lesson) => follower.setup(lesson));
  on("state", (state: State) => follower.state(state));
  on("points", (points: TrainingPoint[]) => follower.points(points));
  on("epoch", (epoch: Epoch) => follower.epoch(epoch));
  on("look", (look: Look) => follower.look(look));
  on("landscape", (landscape: Landscape) => follower.landscape(landscape));
  on("end", (result: TrainingResult) => {
    source.close();
    follower.end(result);
  });
  on("failed", (error: { message: string }) => {
    source.close();
    follower.failed(error.message);
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) follower.failed("The stream of this run was lost.");
  });
  return () => source.close();
}
