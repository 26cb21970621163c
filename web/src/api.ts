/** Talks to the server. */
import type { Catalogue, Description, Evaluation, GradientCheck, JsonNumber, LibraryProblem, Result, Setup } from "./types";

const token = document.querySelector<HTMLMetaElement>("meta[name=downhill-token]")?.content ?? "";

/** What the server says is wrong. */
export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function ask(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: method === "GET" ? {} : { "Content-Type": "application/json", "X-Downhill-Token": token },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "The server does not answer: is downhill serve still running?");
  }
  if (response.ok) return response;
  const text = await response.text();
  let message = text;
  try {
    message = (JSON.parse(text) as { message: string }).message;
  } catch {
    // Not from the server itself.
  }
  throw new ApiError(response.status, message);
}

export const json = async <T>(response: Promise<Response>): Promise<T> => (await (await response).json()) as T;

export const catalogue = () => json<Catalogue>(ask("GET", "/api/methods"));
export const problems = () => json<LibraryProblem[]>(ask("GET", "/api/problems"));
export const describe = (setup: Setup, signal?: AbortSignal) =>
  json<Description>(ask("POST", "/api/describe", { setup }, signal));
export const evaluate = (setup: Setup, x: number[], signal?: AbortSignal) =>
  json<Evaluation>(ask("POST", "/api/evaluate", { setup, x }, signal));
export const check_gradient = (setup: Setup, x: number[]) =>
  json<GradientCheck>(ask("POST", "/api/check", { setup, x }));

export interface GridRequest {
  x: number[];
  first: number;
  second: number;
  left: number;
  right: number;
  bottom: number;
  top: number;
  columns: number;
  rows: number;
}
export async function grid(setup: Setup, request: GridRequest, signal?: AbortSignal): Promise<Float64Array> {
  return new Float64Array(await (await ask("POST", "/api/grid", { setup, ...request }, signal)).arrayBuffer());
}

export interface RunRequest {
  setup: Setup;
  method: string;
  stop: string;
  seed: number;
  first: number;
  second: number;
}
export const start_run = async (request: RunRequest) =>
  (await json<{ run: string }>(ask("POST", "/api/runs", request))).run;
export const stop_run = (run: string) => ask("DELETE", `/api/runs/${run}`);

export const export_setup = (request: RunRequest) =>
  json<{ command: string; python: string; cpp: string | null; why_no_cpp?: string }>(ask("POST", "/api/export", request));

/** iteration, value, gradient norm, first and second coordinate */
export type PathPoint = [number, JsonNumber, JsonNumber, JsonNumber, JsonNumber];

export interface Follower {
  points(points: PathPoint[]): void;
  end(result: Result): void;
  failed(message: string): void;
}

/** Follows a run to its end. The browser goes on by itself where the stream broke, from the last event it saw. */
export function follow(run: string, follower: Follower): () => void {
  const source = new EventSource(`/api/runs/${run}/events`);
  source.addEventListener("points", (event) => follower.points(JSON.parse(event.data) as PathPoint[]));
  source.addEventListener("end", (event) => {
    source.close();
    follower.end(JSON.parse(event.data) as Result);
  });
  source.addEventListener("failed", (event) => {
    source.close();
    follower.failed((JSON.parse(event.data) as { message: string }).message);
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) follower.failed("The stream of this run was lost.");
  });
  return () => source.close();
}
