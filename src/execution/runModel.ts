import type { Artifact } from '../emit/artifact.ts';
import { blobNames } from '../emit/names.ts';
import { decode } from '../interpreter/decode.ts';
import { interpreterOn } from '../interpreter/interpret.ts';
import { planOf } from '../interpreter/planOf.ts';
import { type Layer, typeName } from '../net/net.ts';
import { explained } from '../runtime/failure.ts';
import type { Backend, Observe } from '../runtime/session/backend.ts';
import { sessionOn } from '../runtime/session/createSession.ts';
import type { InputsOf } from '../runtime/session/types.ts';
import type { NcnnModel } from '../runtime/types.ts';
import { instantiate } from '../runtime/wasm/ncnn.ts';
import { loadNet } from '../runtime/wasm/net.ts';
import { createFeeds, type VerifyInput } from '../verify/feeds.ts';
import { feedBudget } from '../verify/verificationBudget.ts';
import { declaredInputs } from '../verify/verify.ts';
import { importedModel } from './model.ts';

export interface RunOptions {
  /** `ncnn.wasm`; without it the interpreter runs the net. */
  readonly wasm?: Uint8Array<ArrayBuffer>;
  /** Inputs by name; the others are random. */
  readonly inputs?: Readonly<Record<string, VerifyInput>>;
  /** Of the random inputs; 1 unless given. */
  readonly seed?: number;
  /** Most elements of the inputs that are random. */
  readonly maxElements?: number;
  /** How often the net is run to measure it; not at all unless given. */
  readonly runs?: number;
  /** In milliseconds. */
  readonly now: () => number;
  /** Called after each run. */
  readonly onRun?: (done: number) => void | Promise<void>;
}

export interface RunOutput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Times in milliseconds. */
export interface LayerTime {
  readonly layer: string;
  readonly type: string;
  readonly median: number;
}

export interface ModelRun {
  readonly engine: 'ncnn.wasm' | 'interpreter';
  readonly outputs: readonly RunOutput[];
  /** Of the runs that were measured. */
  readonly times: readonly number[];
  /** Of the layers that compute, in their order. */
  readonly layerTimes: readonly LayerTime[];
}

/** Runs a converted model. Throws `NcnnError` for inputs that do not fit, and `SessionError` where it cannot be run. */
export function runModel(artifact: Artifact, options: RunOptions): Promise<ModelRun> {
  return explained(() => run(artifact, options));
}

async function run(artifact: Artifact, options: RunOptions): Promise<ModelRun> {
  const { wasm, now, runs = 0 } = options;
  const model = importedModel(artifact);
  const bin = await model.loadBin();
  const backend = wasm === undefined ? interpreted(model, bin) : loadNet(await instantiate(await WebAssembly.compile(wasm)), model, bin);
  const feeds = createFeeds(declaredInputs(artifact.model), options.inputs ?? {}, options.seed ?? 1, feedBudget(options));
  const inputs = Object.fromEntries(
    [...feeds].map(([name, tensor]) => [name, { data: tensor.toFloat64(), shape: tensor.shape }]),
  ) as InputsOf<NcnnModel>;
  const session = sessionOn(model, backend);
  const results = await session.run(inputs);
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = now();
    await session.run(inputs);
    times.push(now() - start);
    await options.onRun?.(run + 1);
  }
  const layerTimes = runs === 0 ? [] : await measureLayers(artifact, model, backend, inputs, options);
  session.dispose();
  return {
    engine: wasm === undefined ? 'interpreter' : 'ncnn.wasm',
    outputs: Object.entries(results).map(([name, { data, shape }]) => ({ name, data, shape })),
    times,
    layerTimes,
  };
}

function interpreted(model: NcnnModel, bin: Uint8Array): Backend {
  return interpreterOn(model.name, decode(model.name, model.param, bin, planOf(model.name, model.param, bin)));
}

/** Times of single layers: all blobs are extracted in the order in which they are made, so that each takes one layer more. */
async function measureLayers(
  { model: { net } }: Artifact,
  model: NcnnModel,
  backend: Backend,
  inputs: InputsOf<NcnnModel>,
  { now, runs = 0 }: RunOptions,
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
  const session = sessionOn({ ...model, outputs: Object.fromEntries(outputs) }, backend, observe);
  for (let run = 0; run < runs; run++) await session.run(inputs);
  return layers.map((layer) => ({ layer: layer.name, type: typeName(layer), median: medianOf(times.get(firstTop(layer)) ?? []) }));
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
