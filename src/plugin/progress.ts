import { visible } from '../diagnostics/visible.ts';
import { type Stage, stageVerbs } from '../pipeline/stages.ts';

/** Milliseconds that a conversion may take without being told of, and between lines while it goes on. */
const progressDelayMs = 1000;
const interval = 5000;

/** Lines about one conversion. */
export interface ConversionProgress {
  readonly stage: (stage: Stage) => void;
  /** To be called however it ended. */
  readonly stop: () => void;
  /** To be called where it ended well. */
  readonly done: () => void;
}

/**
 * Tells of a conversion that takes long: that it is under way, every few seconds what it is at, and how long it took. Short
 * ones, and results from the cache, go without a word. Where nobody watches (`CI`), only the last line is written.
 */
export function followConversion(file: string, log: (line: string) => void, watched: boolean = !process.env.CI): ConversionProgress {
  const name = visible(file);
  let began: number | undefined;
  let current: Stage = 'read';
  let timer: NodeJS.Timeout | undefined;
  const seconds = (): string => `${((Date.now() - (began ?? Date.now())) / 1000).toFixed(1)} s`;
  const report = (): void => {
    log(`${name}: ${stageVerbs[current]}, ${seconds()}`);
    timer = setTimeout(report, interval).unref();
  };
  return {
    stage: (stage) => {
      current = stage;
      if (began !== undefined) return;
      began = Date.now();
      if (watched) timer = setTimeout(report, progressDelayMs).unref();
    },
    stop: () => clearTimeout(timer),
    done: () => {
      if (began !== undefined && Date.now() - began >= progressDelayMs) log(`${name}: converted in ${seconds()}`);
    },
  };
}
