import type { Writable } from 'node:stream';
import yoctoSpinner from 'yocto-spinner';

/** Work that takes no longer than this shows no progress. */
const delayMs = 1000;

/** A text that changes while something is being done. */
export interface Spinner {
  /** Shows a text in place of the last one, or nothing. */
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
