/** The JSON of training; its declarations are in /api/openapi.json. */
import type { JsonNumber, Schema } from "../types";

export interface Learning {
  training: Schema;
  models: Schema[];
  losses: Schema[];
  rules: Schema[];
  methods: Schema[];
  data: string[];
}

/** What is trained: of a run that is only followed, as much as its file says. */
export interface Lesson {
  run: string;
  steered: boolean;
  file?: string;
  model?: string;
  loss?: string;
  method?: string;
  batch?: number;
  seed?: number;
  data?: string;
  samples?: { train: number; validation: number; test: number };
  has_labels?: boolean;
  parameters?: number;
  layers?: string[];
  steps_per_epoch?: number;
  epochs?: number;
  state?: "running" | "paused" | "over";
}

export interface Score {
  loss: JsonNumber;
  accuracy: JsonNumber;
}
export interface Epoch {
  epoch: number;
  steps: number;
  training_loss: JsonNumber;
  validation?: Score;
  test?: Score;
  learning_rate?: JsonNumber;
  seconds: number;
}

export interface LayerLook {
  name: string;
  parameters: number;
  weights: JsonNumber;
  gradient: JsonNumber;
  curvature: JsonNumber;
  silent: JsonNumber;
}
export interface Look {
  steps: number;
  loss: JsonNumber;
  residual: JsonNumber;
  gradient: JsonNumber;
  curvature: JsonNumber;
  layers: LayerLook[];
}

/** The mean loss over `samples` of the data, `points` by `points` values, the bottom row first. */
export interface Landscape {
  steps: number;
  samples: number;
  points: number;
  reach: number;
  values: JsonNumber[];
}

export interface State {
  state: "running" | "paused" | "followed" | "waiting";
  message?: string;
  written?: number;
}

export interface TrainingResult {
  success: boolean;
  reason: string;
  message: string;
  /** Of a method for all samples at once. */
  verdict?: { kind: string; global: boolean; explanation: string };
  best_epoch: number;
  steps: number;
  warnings?: string[];
}

/** steps, loss, learning rate, seconds */
export type TrainingPoint = [number, JsonNumber, JsonNumber, number];
