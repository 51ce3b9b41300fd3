import { visible } from '../diagnostics/visible.ts';
import { type Stage, stageVerbs } from '../pipeline/stages.ts';

/** Delay in milliseconds before a conversion is reported, and between lines while it continues. */
const progressDelayMs = 1000;
const interval = 5000;

/** Reports on one conversion. */
export interface ConversionProgress {
  readonly stage: (stage: Stage) => void;
  /** Call it at the end in any case. */
  readonly stop: () => void;
  /** Call it after success. */
  readonly done: () => void;
}

/**
 * Reports a long conversion: that it has started, its stage every few seconds, and its duration. Short conversions and cached results are
 * not reported. In a `CI` environment, only the last line is written.
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
