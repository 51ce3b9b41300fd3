import { blobNames } from '../emit/names.ts';
import type { Observe } from '../interpreter/interpret.ts';
import { type Layer, type Net, typeName } from '../net/net.ts';
import { sessionOn } from '../runtime/session/createSession.ts';
import type { InputsOf } from '../runtime/session/types.ts';
import type { NcnnModel } from '../runtime/types.ts';
import type { ObservedBackend } from './backend.ts';

/** Times in milliseconds. */
export interface LayerTime {
  readonly layer: string;
  readonly type: string;
  readonly median: number;
}

/** A net as it is written, and its backend. */
export interface LoadedNet {
  readonly net: Net;
  readonly model: NcnnModel;
  readonly backend: ObservedBackend;
}

export interface Measurement {
  /** The current time in milliseconds. */
  readonly now: () => number;
  /** Number of runs. */
  readonly runs: number;
}

/** Times of single layers: each blob is extracted in the order of execution, so that each extraction runs one more layer. */
export async function measureLayers(
  { net, model, backend }: LoadedNet,
  inputs: InputsOf<NcnnModel>,
  { now, runs }: Measurement,
): Promise<readonly LayerTime[]> {
  const ids = new Map(blobNames(net).map((name, id) => [name, id]));
  const firstTop = (layer: Layer): number => ids.get(layer.tops[0] ?? '') ?? -1;
  const layers = net.layers.filter(({ type }) => type !== 'Input' && type !== 'Split');
  const times = new Map<number, number[]>();
  const observe: Observe = (blobId) => {
    const start = now();
    return () => times.set(blobId, [...(times.get(blobId) ?? []), now() - start]);
  };
  const [tensor] = Object.values(model.outputs);
  const outputs = layers.flatMap((layer) =>
    tensor === undefined ? [] : [[String(firstTop(layer)), { ...tensor, blobId: firstTop(layer) }] as const],
  );
  const session = sessionOn({ ...model, outputs: Object.fromEntries(outputs) }, backend);
  backend.observe(observe);
  for (let run = 0; run < runs; run++) await session.run(inputs);
  backend.observe(undefined);
  return layers.map((layer) => ({ layer: layer.name, type: typeName(layer), median: medianOf(times.get(firstTop(layer)) ?? []) }));
}

/** The median of a list of times. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
