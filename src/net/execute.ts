import type { Budget } from '../budget/budget.ts';
import { type Diagnostic, diagnostic, NcnnError, type Place } from '../diagnostics/diagnostic.ts';
import type { Arithmetic } from './layers/kernels/arithmetic.ts';
import { type BlobData, type Kernel, LayerCall, LayerError, type SpendOnLayer } from './layers/kernels/call.ts';
import * as kernels from './layers/kernels/index.ts';
import { paramReader } from './layers/params.ts';
import { shapesOfTops } from './layers/shapesOfTops.ts';
import { type Layer, type LayerType, type Net, typeName } from './net.ts';

export type { BlobData } from './layers/kernels/call.ts';

export interface ExecuteOptions {
  /** Called for every blob in the order of execution, with the layer that produced it. */
  readonly onBlob?: (name: string, blob: BlobData, layer: Layer) => void;
  /** Limits the steps, and the elements of the blobs that are alive at the same time. */
  readonly budget?: Budget;
  /** Computes the tops of one layer from its bottoms; `executeLayer` by default. Another function can simulate other arithmetic. */
  readonly run?: (layer: Layer, bottoms: readonly BlobData[], spend?: SpendOnLayer) => readonly BlobData[];
}

/**
 * Runs a net on the given inputs as ncnn does in fp32, with sums in float64. Returns the outputs of the net by name; other blobs are
 * released after their last reader. int32 inputs are stored as their bits in the float32 values of the blob.
 *
 * Throws `NcnnError` if a required input is missing, if ncnn would not run a layer, if a layer has no kernel, or if the budget is exceeded.
 */
export function execute(
  net: Net,
  feeds: ReadonlyMap<string, BlobData>,
  { onBlob, budget, run = executeLayer }: ExecuteOptions = {},
): ReadonlyMap<string, BlobData> {
  const blobs = new Map<string, BlobData>();
  const readers = new Map<string, number>();
  for (const name of [...net.layers.flatMap((layer) => layer.bottoms), ...net.outputs]) readers.set(name, (readers.get(name) ?? 0) + 1);
  for (const layer of net.layers) {
    const bottoms = layer.bottoms.map((name) => {
      const blob = blobs.get(name);
      if (blob === undefined) throw failure(layer, `the blob "${name}" is read before it is computed`);
      return blob;
    });
    const account = budget && new LayerAccount(budget, layer);
    const tops = layer.type === 'Input' ? inputBlobs(layer, feeds) : run(layer, bottoms, account?.spend);
    account?.settle(bottoms, tops);
    layer.tops.forEach((name, index) => {
      const blob = tops[index];
      if (blob === undefined) throw failure(layer, `the layer produced no output ${index}`);
      blobs.set(name, blob);
      onBlob?.(name, blob, layer);
    });
    for (const name of layer.bottoms) release(name, blobs, readers, budget);
  }
  return new Map(
    net.outputs.map((name) => {
      const blob = blobs.get(name);
      if (blob === undefined) throw new NcnnError([diagnostic('net-invalid', `no layer computes the output "${name}"`, faultHint)]);
      return [name, blob];
    }),
  );
}

function release(name: string, blobs: Map<string, BlobData>, readers: Map<string, number>, budget: Budget | undefined): void {
  const remaining = (readers.get(name) ?? 0) - 1;
  readers.set(name, remaining);
  if (remaining > 0) return;
  budget?.release('elements', blobs.get(name)?.values.length ?? 0);
  blobs.delete(name);
}

function inputBlobs(layer: Layer, feeds: ReadonlyMap<string, BlobData>): readonly BlobData[] {
  return layer.tops.map((name) => {
    const blob = feeds.get(name);
    if (blob === undefined) throw failure(layer, `the input "${name}" has no value`);
    return blob;
  });
}

/** The number of steps for the overhead of a layer, in addition to its kernel. */
const stepsOfLayer = 2 ** 12;

/** The number of steps that the simplest kernel takes per element. */
const stepsOfElement = 2;

/** Counts the cost of one layer against the budget. */
class LayerAccount {
  readonly #budget: Budget;
  readonly #place: Place;
  #elements = 0;

  constructor(budget: Budget, layer: Layer) {
    this.#budget = budget;
    this.#place = { node: layer.name, operator: typeName(layer) };
    // Every weight is read at least once per call, and a layer may run again for each sample.
    const weights = layer.weights.reduce((sum, { length }) => sum + length, 0);
    budget.spend('steps', stepsOfLayer + weights, this.#place);
  }

  readonly spend: SpendOnLayer = (resource, amount) => {
    const paid = Math.max(0, amount);
    this.#budget.spend(resource, paid, this.#place);
    if (resource === 'elements') this.#elements += paid;
  };

  /** Counts the steps for each element that is read or produced, and releases the temporary elements. */
  settle(bottoms: readonly BlobData[], tops: readonly BlobData[]): void {
    const sizeOf = (blobs: readonly BlobData[]): number => blobs.reduce((sum, { values }) => sum + values.length, 0);
    this.#budget.spend('steps', stepsOfElement * (sizeOf(bottoms) + sizeOf(tops)), this.#place);
    this.#budget.release('elements', this.#elements - sizeOf(tops));
  }
}

const kernelOf: Readonly<Partial<Record<LayerType, Kernel>>> = kernels;

/** Computes the tops of one layer from the given bottoms. Throws `NcnnError` like {@link execute}. */
export function executeLayer(
  layer: Layer,
  bottoms: readonly BlobData[],
  spend?: SpendOnLayer,
  arithmetic?: Arithmetic,
): readonly BlobData[] {
  if (layer.type === 'Custom') throw failure(layer, 'only your own runtime can run a custom layer');
  const kernel = kernelOf[layer.type];
  if (kernel === undefined) throw failure(layer, `the interpreter does not support the layer type ${layer.type}`);
  try {
    const called = { params: paramReader(layer), weights: layer.weights, topCount: layer.tops.length };
    const tops = kernel(new LayerCall(called, bottoms, spend, arithmetic));
    checkShapes(layer, bottoms, tops);
    return tops;
  } catch (error) {
    if (!(error instanceof LayerError)) throw error;
    throw failure(layer, error.message, bottoms);
  }
}

/** Checks that the kernel produced the shapes that shape inference predicts. */
function checkShapes(layer: Layer, bottoms: readonly BlobData[], tops: readonly BlobData[]): void {
  const expected = shapesOfTops(
    layer,
    bottoms.map(({ shape }) => shape),
  );
  expected?.forEach((shape, index) => {
    const actual = tops[index]?.shape ?? [];
    if (shape.join() !== actual.join())
      throw new LayerError(`output ${index} has the shape [${actual.join(',')}], expected [${shape.join(',')}]`);
  });
}

const faultHint = 'Report this bug of the converter together with the model.';

function failure(layer: Layer, message: string, bottoms: readonly BlobData[] = []): NcnnError {
  const shapes = bottoms.map(({ shape }) => `[${shape.join(',')}]`);
  const place: Diagnostic['place'] = { node: layer.name, operator: typeName(layer), ...(shapes.length > 0 ? { shapes } : {}) };
  return new NcnnError([diagnostic('layer-not-run', message, 'Run the net with ncnn to check it.', place)]);
}
