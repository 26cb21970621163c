/** Starts runs and keeps their tracks. */
import * as api from "./api";
import { method_color } from "./colors";
import { Track } from "./track";
import type { Setup } from "./types";

export interface RunnerEvents {
  /** A list of new tracks. */
  began(tracks: Track[]): void;
  /** Points came in. */
  grew(): void;
  /** A run is over. */
  ended(track: Track): void;
}

export class Runner {
  tracks: Track[] = [];
  private readonly events: RunnerEvents;
  constructor(events: RunnerEvents) {
    this.events = events;
  }

  get is_running(): boolean {
    return this.tracks.some((track) => !track.is_over);
  }

  async start(setup: Setup, methods: string[], stop: string, first: number, second: number): Promise<void> {
    this.clear();
    const tracks = methods.map((method, k) => new Track(method, method_color(k)));
    this.tracks = tracks;
    this.events.began(tracks);
    await Promise.all(tracks.map(async (track) => {
      try {
        const run = await api.start_run({ setup, method: track.method, stop, seed: 0, first, second });
        if (this.tracks !== tracks) return void api.stop_run(run).catch(() => {});
        track.opened(run, api.follow(run, {
          points: (points) => {
            track.add(points);
            this.events.grew();
          },
          end: (result) => {
            track.result = result;
            this.events.ended(track);
          },
          failed: (message) => {
            track.error = message;
            this.events.ended(track);
          },
        }));
      } catch (error) {
        track.error = (error as Error).message;
        if (this.tracks === tracks) this.events.ended(track);
      }
    }));
  }

  stop(): void {
    for (const track of this.tracks) if (!track.is_over && track.run !== "") void api.stop_run(track.run).catch(() => {});
  }

  /** Forgets all runs; those that go on are asked to end. */
  clear(): void {
    this.stop();
    for (const track of this.tracks) track.forget();
    this.tracks = [];
  }
}
