import { parentPort, workerData } from 'node:worker_threads';
import { tryInput } from './run.ts';
import { createTargets } from './targets.ts';

/** Reads damaged files in a thread, so that the main thread can end it if it hangs. Reports before and after each file. */
const { fixtures, more, target: name, first, count } = workerData;
const target = createTargets(fixtures, more).find((entry) => entry.name === name);
if (target === undefined || parentPort === null) throw new Error(`there is no target ${name}`);
for (let number = first; number < first + count; number++) {
  parentPort.postMessage({ number });
  parentPort.postMessage({ number, done: await tryInput(target, number) });
}
