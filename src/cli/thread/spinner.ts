import type { Writable } from 'node:stream';
import yoctoSpinner from 'yocto-spinner';

/** Progress is shown only for work that takes longer than this. */
const delayMs = 1000;

/** A text that changes while work is done. */
export interface Spinner {
  /** Replaces the current text; no text clears it. */
  readonly show: (text: string | undefined) => void;
}

/** A spinner on a stream. */
export function createSpinner(stream: Writable): Spinner {
  const spinner = yoctoSpinner({ stream, handleSignals: false });
  let timer: NodeJS.Timeout | undefined;
  let current = '';
  return {
    show: (text) => {
      if (text === undefined) {
        clearTimeout(timer);
        timer = undefined;
        spinner.stop();
        return;
      }
      current = text;
      if (spinner.isSpinning) spinner.text = current;
      timer ??= setTimeout(() => spinner.start(current), delayMs).unref();
    },
  };
}
