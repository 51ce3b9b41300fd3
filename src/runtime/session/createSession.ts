import { explained, Failure } from '../failure.ts';
import { failInput } from '../sessionError.ts';
import type { NcnnModel } from '../types.ts';
import type { Backend, Computed, Feed } from './backend.ts';
import { plainFeeds, plainResults } from './plain.ts';
import type { InputsOf, OutputsOf, Session } from './types.ts';

/** A session of a model on a backend with its net loaded. */
export function sessionOn<M extends NcnnModel>(model: M, backend: Backend): Session<M> {
  let last: Promise<unknown> = Promise.resolve();
  let isDisposed = false;
  const blobIds = Object.values(model.outputs).map(({ blobId }) => blobId ?? -1);
  const run = (feeds: readonly Feed[]): Computed => backend.run(feeds, blobIds);

  const runNow = async (inputs: InputsOf<M>): Promise<OutputsOf<M>> => {
    if (isDisposed) throw new Failure('disposed-session', [model.name]);
    const feeds = plainFeeds(model, inputs);
    const results = feeds
      ? plainResults(model, await run(feeds))
      : await import('./runAny.ts').then(({ runAny }) => runAny(model, inputs, run, failInput));
    // The names and types are those of the model's outputs.
    return results as OutputsOf<M>;
  };

  const dispose = (): void => {
    // A run in progress reads the memory of the net.
    if (!isDisposed) last = last.then(backend.dispose);
    isDisposed = true;
  };

  return {
    run: (inputs) => {
      const result = last.then(() => explained(() => runNow(inputs)));
      last = result.catch(() => {});
      return result;
    },
    dispose,
    [Symbol.dispose]: dispose,
  };
}
