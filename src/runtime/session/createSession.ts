import { explained, Failure } from '../failure.ts';
import type { NcnnModel } from '../types.ts';
import type { Backend, ExtractedBlob, Observe } from './backend.ts';
import { feedsOf } from './feeds.ts';
import { resultOf } from './results.ts';
import type { InputsOf, OutputsOf, Session } from './types.ts';

/** A session of a model on a backend with its net loaded. */
export function sessionOn<M extends NcnnModel>(model: M, backend: Backend, observe?: Observe): Session<M> {
  let last: Promise<unknown> = Promise.resolve();
  let isDisposed = false;
  const outputs = Object.entries(model.outputs);

  const runNow = async (inputs: InputsOf<M>): Promise<OutputsOf<M>> => {
    if (isDisposed) throw new Failure('disposed-session', [model.name]);
    const feeds = feedsOf(model, inputs);
    const blobIds = outputs.map(([, { blobId }]) => blobId ?? -1);
    const samples: (readonly ExtractedBlob[])[] = [];
    for (const sample of feeds.samples) samples.push(await backend.run(sample, blobIds, observe));
    const results = outputs.map(([name, tensor], index) => {
      const blobs = samples.map((sample) => sample[index] ?? { shape: [], data: new Float32Array() });
      return [name, resultOf(tensor, blobs, feeds)];
    });
    // The names and types are those of the model's outputs.
    return Object.fromEntries(results) as OutputsOf<M>;
  };

  const dispose = (): void => {
    if (isDisposed) return;
    isDisposed = true;
    // A run in progress reads the memory of the net.
    last = last.then(backend.dispose);
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
