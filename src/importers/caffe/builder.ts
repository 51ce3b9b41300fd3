import type { Budget } from '../../budget/budget.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { cutBefore, fixShapes } from '../../diagnostics/remedies.ts';
import { numberProblems, paramEntries } from '../../net/layers/params.ts';
import { type SizeParams, sizeParams } from '../../net/layers/sizeParams.ts';
import { UniqueNames } from '../../net/names.ts';
import { type BlobShape, type Layer, type LayerParams, type LayerType, makeLayer } from '../../net/net.ts';
import { computedWeight, type Weight, weightOf } from '../../net/weight.ts';
import type { CaffeBlob } from './blobs.ts';
import { CaffeLayerError, type EmitOptions, fixed, type LayerContext, sameCaffeShape, type Value } from './layer.ts';
import { layerPlace } from './place.ts';
import type { LayerMessage } from './upgrade.ts';

/** The net under construction. Blob names are numbers until all blobs are known. */
export interface CaffeNetBuilder {
  readonly layers: Layer[];
  readonly shapes: Map<string, BlobShape>;
  /** Adds an Input layer and returns its blob. */
  readonly input: (name: string, shape: BlobShape) => string;
  /** Adds a pinned input as a constant and returns its blob. */
  readonly constant: (name: string, shape: BlobShape, values: Float32Array) => string;
  /** Creates the context for converting a layer. Errors in weights are added to `errors`. */
  readonly contextOf: (message: LayerMessage, inputs: readonly Value[], blobs: readonly CaffeBlob[], batch: number) => LayerContext;
  /** Errors in weights. */
  readonly errors: Diagnostic[];
  /** Warnings. */
  readonly warnings: Diagnostic[];
}

/** Number of ncnn layers that one Caffe layer may use before the budget is charged. */
const usualLayers = 16;

export function createBuilder(budget: Budget): CaffeNetBuilder {
  const shapes = new Map<string, BlobShape>();
  const names = new UniqueNames();
  const layers: Layer[] = [];
  const errors: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  /** Number of ncnn layers added for the current Caffe layer. */
  let addedLayers = 0;

  const add: AddLayer = (type, name, params, bottoms, topShapes, { weights = [], rawParams } = {}) => {
    for (const shape of topShapes) checkSize(shape);
    if (++addedLayers > usualLayers) budget.spend('nodes', 1, { node: name });
    const tops = topShapes.map((shape) => {
      const blob = `#${shapes.size}`;
      shapes.set(blob, shape);
      return blob;
    });
    // The layer has one type of the union, but TypeScript cannot infer that from the type parameter.
    const layer = makeLayer(type, names.next(name), bottoms, tops, params, weights) as Layer;
    const [problem] = paramEntries(layer).flatMap(numberProblems);
    if (problem !== undefined)
      throw new CaffeLayerError('operator-unsupported', `ncnn does not support this ${type}: ${problem}`, cutBefore);
    layers.push(rawParams === undefined ? layer : { ...layer, rawParams });
    return tops;
  };
  return {
    layers,
    shapes,
    errors,
    warnings,
    input: (name, shape) => {
      const sizes = shape.every((axis) => typeof axis === 'number') ? sizeParams(fixed(shape)) : {};
      return add('Input', name, sizes, [], [shape])[0] ?? '';
    },
    constant: (name, shape, values) => addConstant(add, name, shape, values),
    contextOf: (message, inputs, blobs, batch) => {
      addedLayers = 0;
      return {
        message,
        inputs,
        blobs,
        batch,
        reserve: (elements) => budget.spend('elements', elements, layerPlace(message)),
        ...layerWriter(message.name ?? message.top[0] ?? '', add),
        weight: (index, what, shape, exact = true) => readWeight(message, blobs, index, what, shape, exact, errors),
        warn: (text, hint) =>
          warnings.push(
            diagnostic('arithmetic-differs', text, hint, { node: message.name ?? message.top[0] ?? '', operator: message.type ?? '' }),
          ),
      };
    },
  };
}

/** Adds a layer of ncnn and returns the blobs of its tops. */
type AddLayer = <T extends LayerType>(
  type: T,
  name: string,
  params: LayerParams<T>,
  bottoms: readonly string[],
  topShapes: readonly BlobShape[],
  options?: EmitOptions,
) => readonly string[];

function addConstant(add: AddLayer, name: string, shape: BlobShape, values: Float32Array | Weight): string {
  const weight = values instanceof Float32Array ? weightOf(values) : values;
  return add('MemoryData', name, sizeParams(fixed(shape)), [], [shape], { weights: [weight] })[0] ?? '';
}

/** The part of a layer's context that adds layers. Their names start with the name of the Caffe layer. */
function layerWriter(name: string, add: AddLayer): Pick<LayerContext, 'emit' | 'emitMany' | 'view' | 'constant' | 'symbol'> {
  const named = (suffix: string | undefined): string => (suffix === undefined ? name : `${name}_${suffix}`);
  const emitMany: LayerContext['emitMany'] = (type, params, bottoms, topShapes, options = {}) =>
    add(type, named(options.suffix), params, bottoms, topShapes, options);
  return {
    emitMany,
    emit: (type, params, bottoms, shape, options) => emitMany(type, params, bottoms, [shape], options)[0] ?? '',
    view: ({ blob, blobShape }, shape) => {
      if (sameCaffeShape(blobShape, shape)) return blob;
      const [top = ''] =
        shape.length === 1
          ? emitMany('Flatten', {}, [blob], [shape], { suffix: 'flatten' })
          : emitMany('Reshape', reshapeParams(shape), [blob], [shape], { suffix: 'reshape' });
      return top;
    },
    constant: (values, shape) => addConstant(add, named('data'), shape, values),
    symbol: (axis) => `${name}_${axis}`,
  };
}

/** Maximum number of elements in a blob: ncnn counts them in 32 bits. */
const maxElements = 2 ** 31 - 1;

/** Rejects a blob that is too large for ncnn, before any memory of that size is allocated. Dynamic axes count as 1. */
function checkSize(shape: BlobShape): void {
  const sizes = shape.filter((axis) => typeof axis === 'number');
  if (size(sizes) <= maxElements) return;
  throw new CaffeLayerError('limit-exceeded', `a blob of shape [${shape.join(', ')}] has more than ${maxElements} elements`, {
    ...fixShapes,
    hint: 'Check the sizes in the prototxt and those of the inputs.',
  });
}

function reshapeParams(shape: BlobShape): SizeParams {
  const dynamicCount = shape.filter((axis) => typeof axis === 'string').length;
  if (dynamicCount > 1) fixed(shape);
  return sizeParams(shape.map((axis) => (typeof axis === 'string' ? -1 : axis)));
}

function readWeight(
  { name = '', type = '' }: LayerMessage,
  blobs: readonly CaffeBlob[],
  index: number,
  what: string,
  shape: readonly number[],
  exact: boolean,
  errors: Diagnostic[],
): Weight {
  const length = shape.reduce((size, axis) => size * axis, 1);
  const blob = blobs[index];
  const fits = blob !== undefined && blob.count === length && (!exact || sameSizes(blob.shape, shape));
  if (fits) return blob.weight;
  const expectedShape = `[${shape.join(', ')}]`;
  const found =
    blob === undefined
      ? `are missing: blob ${index} of ${expectedShape}`
      : `are [${blob.shape.join(', ')}]${blob.count === size(blob.shape) ? '' : ` with ${blob.count} values`} instead of ${expectedShape}`;
  errors.push(
    diagnostic('weights-mismatch', `the ${what} ${found}`, 'Give the caffemodel that was trained with this prototxt.', {
      node: name,
      operator: type,
    }),
  );
  return computedWeight(length, () => new Float32Array(length));
}

function size(shape: readonly number[]): number {
  return shape.reduce((count, axis) => count * axis, 1);
}

/** Whether two shapes are equal. Old files prepend axes of size 1. */
function sameSizes(left: readonly number[], right: readonly number[]): boolean {
  const length = Math.max(left.length, right.length);
  const padded = (shape: readonly number[]): readonly number[] => [...Array<number>(length - shape.length).fill(1), ...shape];
  return padded(left).every((axis, index) => axis === padded(right)[index]);
}

/** Converts a layer error to a diagnostic. Any other error is a bug in this package. */
export function errorOf(
  error: unknown,
  layer: Pick<LayerMessage, 'name' | 'type' | 'position'>,
  inputs: readonly Value[] = [],
): Diagnostic {
  if (!(error instanceof CaffeLayerError)) throw error;
  const shapes = inputs.map(({ shape }) => `[${shape.join(', ')}]`);
  return diagnostic(error.code, error.message, error.remedy, { ...layerPlace(layer), ...(shapes.length === 0 ? {} : { shapes }) });
}
