import type { Artifact } from '../emit/artifact.ts';
import { explained } from '../runtime/failure.ts';
import { sessionOn } from '../runtime/session/createSession.ts';
import type { InputsOf } from '../runtime/session/types.ts';
import type { NcnnModel } from '../runtime/types.ts';
import { createFeeds, type VerifyInput } from '../verify/feeds.ts';
import { feedBudget } from '../verify/verificationBudget.ts';
import { declaredInputs } from '../verify/verify.ts';
import { openBackend } from './backend.ts';
import { type LayerTime, measureLayers } from './layerTimes.ts';
import { importedModel } from './model.ts';

export interface RunOptions {
  /** `ncnn.wasm`; by default the interpreter runs the net. */
  readonly wasm?: Uint8Array<ArrayBuffer>;
  /** Inputs by name; others are random. */
  readonly inputs?: Readonly<Record<string, VerifyInput>>;
  /** Seed of the random inputs; default 1. */
  readonly seed?: number;
  /** Maximum number of elements of the random inputs. */
  readonly maxElements?: number;
  /** Number of measured runs; default 0. */
  readonly runs?: number;
  /** The current time in milliseconds. */
  readonly now: () => number;
  /** Called after each run. */
  readonly onRun?: (done: number) => void | Promise<void>;
}

export interface RunOutput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export interface ModelRun {
  readonly engine: 'ncnn.wasm' | 'interpreter';
  readonly outputs: readonly RunOutput[];
  /** Times of the measured runs. */
  readonly times: readonly number[];
  /** Times of the layers that compute, in order. */
  readonly layerTimes: readonly LayerTime[];
}

/** Runs a converted model. Throws `NcnnError` for inputs that do not fit, and `SessionError` if it cannot be run. */
export function runModel(artifact: Artifact, options: RunOptions): Promise<ModelRun> {
  return explained(() => run(artifact, options));
}

async function run(artifact: Artifact, options: RunOptions): Promise<ModelRun> {
  const { wasm, now, runs = 0 } = options;
  const model = importedModel(artifact);
  const bin = await model.loadBin();
  const backend = await openBackend(model, bin, wasm === undefined ? undefined : await WebAssembly.compile(wasm));
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
  const layerTimes = runs === 0 ? [] : await measureLayers({ net: artifact.model.net, model, backend }, inputs, { now, runs });
  session.dispose();
  return {
    engine: wasm === undefined ? 'interpreter' : 'ncnn.wasm',
    outputs: Object.entries(results).map(([name, { data, shape }]) => ({ name, data, shape })),
    times,
    layerTimes,
  };
}
