import type { Writable } from 'node:stream';
import yoctoSpinner from 'yocto-spinner';
import { visible } from '../diagnostics/visible.ts';
import { type Stage, stageVerbs } from '../pipeline/stages.ts';

/** A model that takes no longer than this shows no progress. */
const patience = 1000;

/** The progress line of one model; silent where nobody watches. */
export interface Progress {
  readonly stage: (stage: Stage) => void;
  readonly stop: () => void;
}

/** `live` is the stream to draw on; nothing is drawn without one. */
export function startProgress(file: string, live: Writable | undefined, now: () => number = Date.now): Progress {
  if (live === undefined) return { stage: () => {}, stop: () => {} };
  const began = now();
  const spinner = yoctoSpinner({ stream: live });
  let running = false;
  return {
    // A stage does not give way while it computes, so the line is drawn where one ends and the next begins.
    stage: (stage) => {
      if (now() - began < patience) return;
      spinner.text = `${visible(file)}: ${stageVerbs[stage]}`;
      if (!running) spinner.start();
      running = true;
    },
    stop: () => {
      if (running) spinner.stop();
      running = false;
    },
  };
}
