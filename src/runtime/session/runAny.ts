/** Loaded only when it is needed. It imports nothing of the runtime, because bundlers would move shared code into further files. */
import type { NcnnModel } from '../types.ts';
import type { Computed, ExtractedBlob, Feed } from './backend.ts';
import { type Fail, feedsOf } from './feeds.ts';
import type { Result } from './plain.ts';
import { joinedResult } from './results.ts';

/** Runs a net on inputs of any kind, with `run` for each sample of a batch; `fail` is called for a wrong input. */
export async function runAny(
  model: NcnnModel,
  inputs: Readonly<Record<string, unknown>>,
  run: (feeds: readonly Feed[]) => Computed,
  fail: Fail,
): Promise<Readonly<Record<string, Result>>> {
  const feeds = feedsOf(model, inputs, fail);
  const samples: (readonly ExtractedBlob[])[] = [];
  for (const sample of feeds.samples) samples.push(await run(sample));
  const results = Object.entries(model.outputs).map(([name, tensor], index) => {
    const blobs = samples.flatMap((sample) => sample[index] ?? []);
    return [name, joinedResult(tensor, blobs, feeds)];
  });
  return Object.fromEntries(results);
}
