/** The JSON of the server; its declarations are in /api/openapi.json. */

/** A finite number, or "nan", "inf", "-inf". */
export type JsonNumber = number | string;

export interface Setup {
  formula?: string;
  problem?: string;
  n?: number;
  from?: string;
  bounds?: string;
  model?: string;
  data?: string;
  loss?: string;
}

/** JSON Schema as options::schema writes it. */
export interface Schema {
  title?: string;
  description?: string;
  type?: string;
  default?: string;
  enum?: string[];
  const?: string;
  items?: Schema;
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

export interface Catalogue {
  methods: Schema[];
  stop: Schema;
  losses: Schema[];
}

export interface KnownPoint {
  kind: string;
  value: JsonNumber;
  x: JsonNumber[];
}

export interface LibraryProblem {
  name: string;
  family: string;
  doc: string;
  paper: string;
  notes: string;
  n: number;
  sizes: string;
  known: KnownPoint[];
}

export interface Description {
  variables: { name: string; shape: number[] }[];
  labels: string[];
  start: number[];
  bounds: { lower: JsonNumber[]; upper: JsonNumber[] } | null;
  rows: number;
  residuals: number;
  convexity: string;
  smooth: boolean | null;
  quadratic: boolean | null;
  method: string;
  why: string;
  known: KnownPoint[];
  warnings: string[];
}

export interface Evaluation {
  x: number[];
  value: JsonNumber;
  gradient: JsonNumber[];
  hessian: { eigenvalues: JsonNumber[]; eigenvectors: JsonNumber[][] } | null;
}

export interface GradientCheck {
  agrees: boolean;
  message: string;
  coordinates: { name: string; gradient: JsonNumber; differences: JsonNumber; error: JsonNumber; agrees: boolean }[];
}

export interface Finding {
  kind: string;
  what: string;
  advice: string;
}

export type Nested = JsonNumber | Nested[];

export interface Result {
  x: Record<string, Nested>;
  point: number[];
  value: JsonNumber;
  gradient_norm: JsonNumber;
  success: boolean;
  reason: string;
  message: string;
  verdict: {
    kind: string;
    smallest_eigenvalue: JsonNumber;
    largest_eigenvalue: JsonNumber;
    negative_directions: number | null;
    direction: JsonNumber[];
    global: boolean;
    explanation: string;
  };
  active_bounds: { variable: string; side: string; bound: JsonNumber; multiplier: JsonNumber }[];
  diagnosis: Finding[];
  theory?: { outlook: string; explanation: string };
  method: string;
  why: string;
  warnings: string[];
  iterations: number;
  evaluations: Record<string, number>;
  seconds: { trace: JsonNumber; compile: JsonNumber; run: JsonNumber };
  // of fits
  standard_errors?: Record<string, Nested>;
  confidence_intervals?: Record<string, Nested>;
  residual_standard_deviation?: JsonNumber;
  degrees_of_freedom?: number;
  null_space?: { explanation: string[] };
  curve?: { values: JsonNumber[]; confidence: JsonNumber[]; prediction: JsonNumber[] } | null;
  columns?: Record<string, JsonNumber[]>;
}

export const to_number = (n: JsonNumber): number =>
  typeof n === "number" ? n : n === "inf" ? Infinity : n === "-inf" ? -Infinity : NaN;
