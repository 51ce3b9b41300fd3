import { Budget } from '../budget/budget.ts';
import { elementCount, isStatic } from '../graph/ir/dimension.ts';
import { OperatorError } from '../graph/ir/operator.ts';
import type { Tensor } from '../graph/ir/tensor.ts';
import { numberProblems, paramEntries } from '../net/layers/params.ts';
import { type SizeParams, sizeParams } from '../net/layers/sizeParams.ts';
import { UniqueNames } from '../net/names.ts';
import { type BlobShape, type Layer, type LayerParams, type LayerType, makeLayer, type Net, type RawParam, typeName } from '../net/net.ts';
import { computedWeight, type Weight } from '../net/weight.ts';
import { maxMeasured, planReshape, SizeExpressions } from './reshape.ts';

/**
 * A blob under construction. Several blobs can hold the same elements in the same row-major order with different shapes; they share one
 * `storage` and are connected by Reshape layers.
 */
export interface DraftBlob {
  readonly id: string;
  readonly shape: BlobShape;
  readonly storage: BlobStorage;
}

/** The part shared by blobs with the same elements. */
class BlobStorage {
  /** Whether the elements are int32 bits, as read by Embed, instead of float32. */
  readonly int32: boolean;
  /** By shape: the original blob first, then its Reshapes. */
  readonly #views = new Map<string, DraftBlob>();

  constructor(int32 = false) {
    this.int32 = int32;
  }

  /** The original blob. */
  get origin(): DraftBlob | undefined {
    return this.#views.values().next().value;
  }

  view(shape: BlobShape): DraftBlob | undefined {
    return this.#views.get(JSON.stringify(shape));
  }

  add(blob: DraftBlob): void {
    this.#views.set(JSON.stringify(blob.shape), blob);
  }
}

/** An expression for each size, and the bottoms after the first whose sizes the expressions use. */
export interface SizedBy {
  readonly texts: readonly string[];
  readonly measured: readonly DraftBlob[];
}

/** A layer that refers to blobs by id until the net is built, and the graph node that it belongs to. */
interface Draft {
  readonly layer: Layer;
  readonly owner: string;
}

export interface BuiltNet {
  readonly net: Net;
  /** The final name of a blob in the net. */
  readonly nameOf: (blob: DraftBlob) => string;
}

/**
 * Number of layers per node that are not charged to the budget. Beyond it each layer is charged, because a few nodes can become many
 * layers.
 */
const usualLayers = 16;
/** Layers with more blobs are charged to the budget: a tensor may be split into as many pieces as it has elements. */
const usualBlobs = 64;
/** Number of blobs in a layer that take as much memory as another layer. */
const blobsPerNode = 16;

/**
 * Builds the Net of a Graph. It maintains the one rule of lowering: a blob holds its tensor's elements in row-major order, and its shape is
 * any grouping of the axes with the same product. A lowering asks for an operand in the shape that its layer needs, and a Reshape is added
 * only if no blob of that shape exists yet.
 */
export class NetBuilder {
  readonly #drafts: Draft[] = [];
  readonly #blobs: DraftBlob[] = [];
  readonly #values = new Map<string, DraftBlob>();
  readonly #constants = new Map<string, DraftBlob>();
  /** By symbol: the newest blob that has the dynamic axis. None of them is a Reshape of another. */
  readonly #measured = new Map<string, DraftBlob>();
  /** By any number of trailing sizes: the newest blob with these sizes, among the blobs before `#sizedCount`. */
  readonly #sized = new Map<string, DraftBlob>();
  #sizedCount = 0;
  #owner = '';
  #ownedLayers = 0;
  readonly #budget: Budget;

  constructor(budget: Budget = new Budget()) {
    this.#budget = budget;
  }

  /** Sets the graph node of the layers that follow. They are named after it. */
  begin(owner: string): void {
    this.#owner = owner;
    this.#ownedLayers = 0;
  }

  /** Charges the budget for a constant whose size comes from the model. Throws `NcnnError` (`limit-exceeded`). */
  reserve(elements: number): void {
    this.#budget.spend('elements', elements, { node: this.#owner });
  }

  /** Adds an input of the net: float32, or int32 bits if `int32` is set. */
  input(name: string, shape: BlobShape, int32 = false): DraftBlob {
    this.begin(name);
    const blob = this.#newBlob(shape, new BlobStorage(int32));
    this.#push('Input', [], [blob], extents(shape), []);
    this.define(name, blob);
    return blob;
  }

  /** The blob of a value, or `undefined` if the value has none. */
  blobOf(value: string): DraftBlob | undefined {
    return this.#values.get(value);
  }

  /** Sets the blob of a value. */
  define(value: string, blob: DraftBlob): void {
    this.#values.set(value, blob);
  }

  /** The elements of a blob with another shape. Throws {@link OperatorError} if the products of the shapes differ. */
  view(blob: DraftBlob, shape: BlobShape): DraftBlob {
    const present = blob.storage.view(shape);
    if (present !== undefined) return present;
    const origin = blob.storage.origin ?? blob;
    const { params, measured } = planReshape(origin, shape, (size) => this.#measured.get(size));
    const view = this.#newBlob(shape, blob.storage);
    this.#push('Reshape', [origin, ...measured], [view], params, []);
    return view;
  }

  /**
   * The newest blob with the given trailing sizes (dynamic sizes match by symbol), or `undefined`. The blob has an axis before them: ncnn
   * packs the outermost axis, so a layer would read only a fraction of its size.
   */
  sized(sizes: BlobShape): DraftBlob | undefined {
    for (const blob of this.#blobs.slice(this.#sizedCount)) {
      for (let axis = 1; axis < blob.shape.length; axis++) this.#sized.set(JSON.stringify(blob.shape.slice(axis)), blob);
    }
    this.#sizedCount = this.#blobs.length;
    return this.#sized.get(JSON.stringify(sizes));
  }

  /**
   * Expressions for the sizes, which a layer with first bottom `origin` evaluates at run time. Returns `undefined` if no blobs have the
   * sizes.
   */
  sizeExpressions(origin: DraftBlob, sizes: BlobShape): SizedBy | undefined {
    const expressions = new SizeExpressions(origin, (size) => this.#measured.get(size));
    const texts = sizes.flatMap((size) => expressions.of(size) ?? []);
    if (texts.length < sizes.length || expressions.bottoms.length > maxMeasured) return undefined;
    return { texts, measured: expressions.bottoms.slice(1) };
  }

  /** A constant as a float32 MemoryData blob of the given shape. Constants with the same key share a blob. */
  constant(tensor: Tensor, shape: BlobShape, key: string): DraftBlob {
    const id = `${key} [${shape.join(',')}]`;
    const present = this.#constants.get(id);
    if (present !== undefined) return present;
    if (tensor.size === 0) throw new OperatorError('unsupported', `"${key}" has no elements; ncnn does not support empty blobs`);
    if (!isStatic(shape) || elementCount(shape) !== tensor.size) {
      throw new OperatorError('shape', `a constant of ${tensor.size} elements cannot be reshaped to [${shape.join(',')}]`);
    }
    const blob = this.layer('MemoryData', [], extents(shape), shape, [weightOfTensor(tensor)]);
    this.#constants.set(id, blob);
    return blob;
  }

  /** Adds a layer with one top of the given shape. */
  layer<T extends LayerType>(
    type: T,
    bottoms: readonly DraftBlob[],
    params: LayerParams<T>,
    shape: BlobShape,
    weights: readonly Weight[] = [],
  ): DraftBlob {
    const top = this.#newBlob(shape);
    this.#push(type, bottoms, [top], params, weights);
    return top;
  }

  /** Adds a layer with one top per shape. */
  layers<T extends LayerType>(
    type: T,
    bottoms: readonly DraftBlob[],
    params: LayerParams<T>,
    shapes: readonly BlobShape[],
    weights: readonly Weight[] = [],
  ): readonly DraftBlob[] {
    const tops = shapes.map((shape) => this.#newBlob(shape));
    this.#push(type, bottoms, tops, params, weights);
    return tops;
  }

  /** Adds a custom layer of the user's runtime, with one top per shape. */
  customLayer(
    customType: string,
    bottoms: readonly DraftBlob[],
    rawParams: readonly RawParam[],
    shapes: readonly BlobShape[],
  ): readonly DraftBlob[] {
    const tops = shapes.map((shape) => this.#newBlob(shape));
    this.#pushLayer({ type: 'Custom', customType, name: '', bottoms: idsOf(bottoms), tops: idsOf(tops), weights: [], rawParams });
    return tops;
  }

  /**
   * The finished net. Layers and blobs are named after the nodes and values of the graph. If a blob holds several values, an input name
   * takes precedence over an output name, and both over other names.
   */
  build(outputNames: readonly string[], outputs: readonly DraftBlob[]): BuiltNet {
    const names = this.#nameBlobs(outputNames);
    const rename = (id: string): string => names.get(id) ?? id;
    const last = new Map(this.#drafts.map((draft) => [draft.owner, draft]));
    const unique = new UniqueNames();
    const reserved = this.#drafts.map((draft) => (last.get(draft.owner) === draft ? unique.next(draft.owner) : undefined));
    const layers = this.#drafts.map(
      ({ layer, owner }, index): Layer => ({
        ...layer,
        name: reserved[index] ?? unique.next(`${owner}/${layer.type.toLowerCase()}`),
        bottoms: layer.bottoms.map(rename),
        tops: layer.tops.map(rename),
      }),
    );
    const shapes = new Map(this.#blobs.map((blob) => [rename(blob.id), blob.shape]));
    const net = { layers, shapes, outputs: [...new Set(outputs.map((blob) => rename(blob.id)))] };
    return { net, nameOf: (blob) => rename(blob.id) };
  }

  #push<T extends LayerType>(
    type: T,
    bottoms: readonly DraftBlob[],
    tops: readonly DraftBlob[],
    params: LayerParams<T>,
    weights: readonly Weight[],
  ): void {
    // The layer has one type of the union, but TypeScript cannot infer that from the type parameter.
    this.#pushLayer(makeLayer(type, '', idsOf(bottoms), idsOf(tops), params, weights) as Layer);
  }

  #pushLayer(layer: Layer): void {
    const blobs = layer.bottoms.length + layer.tops.length;
    if (++this.#ownedLayers > usualLayers || blobs > usualBlobs)
      this.#budget.spend('nodes', 1 + blobs / blobsPerNode, { node: this.#owner });
    const [problem] = paramEntries(layer).flatMap(numberProblems);
    if (problem !== undefined) throw new OperatorError('unsupported', `ncnn does not support this ${typeName(layer)}: ${problem}`);
    this.#drafts.push({ layer, owner: this.#owner });
  }

  #newBlob(shape: BlobShape, storage: BlobStorage = new BlobStorage()): DraftBlob {
    const blob = { id: `#${this.#blobs.length}`, shape, storage };
    storage.add(blob);
    this.#blobs.push(blob);
    if (storage.origin === blob) for (const size of shape) if (typeof size === 'string') this.#measured.set(size, blob);
    return blob;
  }

  #nameBlobs(outputNames: readonly string[]): ReadonlyMap<string, string> {
    const unique = new UniqueNames();
    const names = new Map<string, string>();
    const inputs = this.#drafts.filter(({ layer }) => layer.type === 'Input').map(({ owner }) => owner);
    for (const value of [...inputs, ...outputNames, ...this.#values.keys()]) {
      const blob = this.#values.get(value);
      if (blob !== undefined && !names.has(blob.id)) names.set(blob.id, unique.next(value));
    }
    for (const { layer, owner } of this.#drafts) {
      for (const id of layer.tops) if (!names.has(id)) names.set(id, unique.next(`${owner}/${layer.type.toLowerCase()}`));
    }
    return names;
  }
}

function idsOf(blobs: readonly DraftBlob[]): readonly string[] {
  return blobs.map(({ id }) => id);
}

/** A constant's elements as a float32 weight. If the model file stores float32, the weight is a view of it. */
export function weightOfTensor(tensor: Tensor): Weight {
  if (tensor.dtype === 'string') throw new OperatorError('unsupported', 'a constant contains strings, which ncnn does not support');
  // Read when the output is written, so that the weights of a large model stay in its file.
  if (tensor.dtype === 'float32') {
    return { length: tensor.size, storage: 'float32', read: () => tensor.bytes(), isFresh: tensor.isStored };
  }
  return computedWeight(tensor.size, () => tensor.toFloat32());
}

/** Named sizes for Input and MemoryData. A dynamic size is 0, which means not given. */
function extents(shape: BlobShape): SizeParams {
  if (shape.length < 1 || shape.length > 4) throw new OperatorError('unsupported', `a blob has 1 to 4 axes, not [${shape.join(',')}]`);
  // If only some sizes of an Input are given, ncnn reads it as a blob of lower rank. So all sizes are given, or none.
  if (!isStatic(shape)) return {};
  return sizeParams(shape);
}
