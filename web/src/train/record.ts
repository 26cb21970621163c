/** What is known of a training run. */
import type { Epoch, Landscape, Lesson, Look, State, TrainingResult } from "./types";

export class Record {
  readonly run: string;
  lesson: Lesson | null = null;
  state: State | null = null;
  steps: number[] = [];
  losses: number[] = [];
  rates: number[] = [];
  seconds = 0;
  epochs: Epoch[] = [];
  looks: Look[] = [];
  landscape: Landscape | null = null;
  result: TrainingResult | null = null;
  error = "";

  constructor(run: string) {
    this.run = run;
  }

  get is_over(): boolean {
    return this.result !== null || this.error !== "";
  }
  get last_step(): number {
    return Math.max(this.steps.at(-1) ?? 0, this.epochs.at(-1)?.steps ?? 0, this.looks.at(-1)?.steps ?? 0);
  }
  /** Epochs come again from the first where a run that is followed began anew. */
  add_epoch(epoch: Epoch): void {
    if (epoch.epoch <= (this.epochs.at(-1)?.epoch ?? 0)) {
      this.epochs = this.epochs.filter((one) => one.epoch < epoch.epoch);
      this.looks = this.looks.filter((one) => one.steps <= epoch.steps);
    }
    this.epochs.push(epoch);
    this.seconds = epoch.seconds;
  }
}
