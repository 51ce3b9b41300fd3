import { removeOwnTemporaries } from '../../files/temporaries.ts';

/** Ends the process as the signal would without a listener, so that the shell sees the signal. */
export function endBy(signal: NodeJS.Signals, folders: Iterable<string>): void {
  for (const folder of folders) removeOwnTemporaries(folder);
  process.kill(process.pid, signal);
}

/** Calls the handler for the first termination signal; a second one ends the process at once. Returns a function that stops listening. */
export function onSignal(handle: (signal: NodeJS.Signals) => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const listener = (signal: NodeJS.Signals): void => {
    stop();
    handle(signal);
  };
  const stop = (): void => {
    for (const signal of signals) process.off(signal, listener);
  };
  for (const signal of signals) process.on(signal, listener);
  return stop;
}
