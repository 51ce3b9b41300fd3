import type { Writable } from 'node:stream';
import yoctoSpinner from 'yocto-spinner';

/** Work that takes no longer than this shows no progress. */
const delayMs = 1000;

/** A text that changes while something is being done. */
export interface Spinner {
  /** Shows a text in place of the last one, or nothing. */
  readonly show: (text: string | undefined) => void;
}

/** A spinner on a stream; without a stream it shows nothing. */
export function createSpinner(stream: Writable | undefined): Spinner {
  if (stream === undefined) return { show: () => {} };
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
