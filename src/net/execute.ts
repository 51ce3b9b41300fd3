import type { Budget } from '../budget/budget.ts';
import { type Diagnostic, diagnostic, NcnnError, type Place } from '../diagnostics/diagnostic.ts';
import { type BlobData, type Kernel, LayerCall, LayerError, type SpendOnLayer, type Sums } from './layers/kernels/call.ts';
import * as kernels from './layers/kernels/index.ts';
import { paramReader } from './layers/params.ts';
import { shapesOfTops } from './layers/shapesOfTops.ts';
import { type Layer, type LayerType, type Net, typeName } from './net.ts';

export type { BlobData } from './layers/kernels/call.ts';

export interface ExecuteOptions {
  /** Called with every blob that is made, in order, and the layer that made it. */
  readonly onBlob?: (name: string, blob: BlobData, layer: Layer) => void;
  /** Pays for the steps, and for the elements of the blobs that are held at a time. */
  readonly budget?: Budget;
  /** What one layer makes of its bottoms; `executeLayer` unless something else is simulated. */
  readonly run?: (layer: Layer, bottoms: readonly BlobData[], spend?: SpendOnLayer) => readonly BlobData[];
}

/**
 * Runs a net on fed blobs as ncnn does in plain fp32, with sums in float64. Gives the blobs of the net's outputs by name;
 * others are let go as soon as no layer reads them any more. int32 feeds are the bits in a blob's float32 values.
 *
 * Throws `NcnnError` where a blob that is needed is not fed, and where ncnn would not run a layer, there is no kernel
 * for it, or it takes more than the budget allows.
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
      if (blob === undefined) throw failure(layer, `the blob "${name}" is not made before it is read`);
      return blob;
    });
    const account = budget && new LayerAccount(budget, layer);
    const tops = layer.type === 'Input' ? fed(layer, feeds) : run(layer, bottoms, account?.spend);
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
      if (blob === undefined) throw new NcnnError([diagnostic('net-invalid', `no layer makes the output "${name}"`, faultHint)]);
      return [name, blob];
    }),
  );
}

function release(name: string, blobs: Map<string, BlobData>, readers: Map<string, number>, budget: Budget | undefined): void {
  const left = (readers.get(name) ?? 0) - 1;
  readers.set(name, left);
  if (left > 0) return;
  budget?.release('elements', blobs.get(name)?.values.length ?? 0);
  blobs.delete(name);
}

function fed(layer: Layer, feeds: ReadonlyMap<string, BlobData>): readonly BlobData[] {
  return layer.tops.map((name) => {
    const blob = feeds.get(name);
    if (blob === undefined) throw failure(layer, `the input "${name}" is not fed`);
    return blob;
  });
}

/** Steps that the smallest layer takes, for all that is done besides its kernel. */
const stepsOfLayer = 2 ** 12;

/** Steps that the simplest kernel takes for an element. */
const stepsOfElement = 2;

/** Pays for one layer. */
class LayerAccount {
  readonly #budget: Budget;
  readonly #place: Place;
  #elements = 0;

  constructor(budget: Budget, layer: Layer) {
    this.#budget = budget;
    this.#place = { node: layer.name, operator: typeName(layer) };
    // Every weight is read; samples may be run one by one, any number of times.
    const weights = layer.weights.reduce((sum, { length }) => sum + length, 0);
    budget.spend('steps', stepsOfLayer + weights, this.#place);
  }

  readonly spend: SpendOnLayer = (resource, amount) => {
    const paid = Math.max(0, amount);
    this.#budget.spend(resource, paid, this.#place);
    if (resource === 'elements') this.#elements += paid;
  };

  /** Each element that is read or made takes some steps. What was held meanwhile is given back. */
  settle(bottoms: readonly BlobData[], tops: readonly BlobData[]): void {
    const sizeOf = (blobs: readonly BlobData[]): number => blobs.reduce((sum, { values }) => sum + values.length, 0);
    this.#budget.spend('steps', stepsOfElement * (sizeOf(bottoms) + sizeOf(tops)), this.#place);
    this.#budget.release('elements', this.#elements - sizeOf(tops));
  }
}

const kernelOf: Readonly<Partial<Record<LayerType, Kernel>>> = kernels;

/** What one layer makes of given blobs. Throws `NcnnError` as {@link execute} does. */
export function executeLayer(layer: Layer, bottoms: readonly BlobData[], spend?: SpendOnLayer, sums?: Sums): readonly BlobData[] {
  if (layer.type === 'Custom') throw failure(layer, 'only your own runtime can run a custom layer');
  const kernel = kernelOf[layer.type];
  if (kernel === undefined) throw failure(layer, `the interpreter does not support the layer type ${layer.type}`);
  try {
    const called = { params: paramReader(layer), weights: layer.weights, topCount: layer.tops.length };
    const tops = kernel(new LayerCall(called, bottoms, spend, sums));
    checkShapes(layer, bottoms, tops);
    return tops;
  } catch (error) {
    if (!(error instanceof LayerError)) throw error;
    throw failure(layer, error.message, bottoms);
  }
}

/** The shapes that the compiler counts on are those that come out. */
function checkShapes(layer: Layer, bottoms: readonly BlobData[], tops: readonly BlobData[]): void {
  const expected = shapesOfTops(
    layer,
    bottoms.map(({ shape }) => shape),
  );
  expected?.forEach((shape, index) => {
    const made = tops[index]?.shape ?? [];
    if (shape.join() !== made.join())
      throw new LayerError(`output ${index} has the shape [${made.join(',')}], expected [${shape.join(',')}]`);
  });
}

const faultHint = 'This is a fault of the converter; please report it with the model.';

function failure(layer: Layer, message: string, bottoms: readonly BlobData[] = []): NcnnError {
  const shapes = bottoms.map(({ shape }) => `[${shape.join(',')}]`);
  const place: Diagnostic['place'] = { node: layer.name, operator: typeName(layer), ...(shapes.length > 0 ? { shapes } : {}) };
  return new NcnnError([diagnostic('layer-not-run', message, 'The net cannot be checked here; run it with ncnn itself.', place)]);
}
