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
 * A blob under construction. Several blobs can hold the same elements in the same row-major order, seen with
 * different shapes; they share one `storage` and are joined by Reshape layers.
 */
export interface DraftBlob {
  readonly id: string;
  readonly shape: BlobShape;
  readonly storage: BlobStorage;
}

/** What blobs with the same elements share. */
class BlobStorage {
  /** Whether the elements are int32 bits, as Embed reads them, and not float32. */
  readonly int32: boolean;
  /** By shape: the blob as it was made, then the Reshapes of it that have been asked for. */
  readonly #views = new Map<string, DraftBlob>();

  constructor(int32 = false) {
    this.int32 = int32;
  }

  /** The blob as it was made. */
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

/** An expression for each size, and the blobs behind the first bottom whose sizes they name. */
export interface SizedBy {
  readonly texts: readonly string[];
  readonly measured: readonly DraftBlob[];
}

/** A layer that names blobs by id until the net is built, and the graph node it was made for. */
interface Draft {
  readonly layer: Layer;
  readonly owner: string;
}

export interface BuiltNet {
  readonly net: Net;
  /** The name a blob has got in the net. */
  readonly nameOf: (blob: DraftBlob) => string;
}

/** Layers that a node may take before the budget pays for more: a few nodes may become any number of layers. */
const usualLayers = 16;
/** Layers with more blobs are paid for: pieces of a tensor may be as many as its elements. */
const usualBlobs = 64;
/** Blobs of a layer that take as much memory as another layer. */
const blobsPerNode = 16;

/**
 * Builds the Net of a Graph. It keeps the one rule of the lowering: a blob holds its tensor's elements in row-major
 * order, and its shape is any grouping of the axes with the same product. A lowering asks for an operand in the
 * shape its layer needs, and a Reshape is put in only where no blob of that shape is there yet.
 */
export class NetBuilder {
  readonly #drafts: Draft[] = [];
  readonly #blobs: DraftBlob[] = [];
  readonly #values = new Map<string, DraftBlob>();
  readonly #constants = new Map<string, DraftBlob>();
  /** The newest blob that has a free axis, by the symbol of the axis; none of them is a Reshape of another. */
  readonly #measured = new Map<string, DraftBlob>();
  /** The newest blob by each number of its last sizes, of the blobs before `#sizedCount`. */
  readonly #sized = new Map<string, DraftBlob>();
  #sizedCount = 0;
  #owner = '';
  #ownedLayers = 0;
  readonly #budget: Budget;

  constructor(budget: Budget = new Budget()) {
    this.#budget = budget;
  }

  /** Says for which node of the graph the layers that follow are made; they are named after it. */
  begin(owner: string): void {
    this.#owner = owner;
    this.#ownedLayers = 0;
  }

  /** Pays for a constant that is about to be made, of a size that the model gives. Throws `NcnnError` (`limit-exceeded`). */
  reserve(elements: number): void {
    this.#budget.spend('elements', elements, { node: this.#owner });
  }

  /** An input of the net, of float32 unless it is to be fed as int32 bits. */
  input(name: string, shape: BlobShape, int32 = false): DraftBlob {
    this.begin(name);
    const blob = this.#newBlob(shape, new BlobStorage(int32));
    this.#push('Input', [], [blob], extents(shape), []);
    this.define(name, blob);
    return blob;
  }

  /** The blob that holds a value; `undefined` where none does. */
  blobOf(value: string): DraftBlob | undefined {
    return this.#values.get(value);
  }

  /** Makes a blob the holder of a value. */
  define(value: string, blob: DraftBlob): void {
    this.#values.set(value, blob);
  }

  /** The elements of a blob with another shape of the same product; throws {@link OperatorError} if that is not the case. */
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
   * The newest blob whose last axes have the given sizes, free ones by the same symbol; `undefined` where there is none. The blob has an
   * axis in front of them: where ncnn packs the outermost axis of a blob, a layer finds only a part of its size.
   */
  sized(sizes: BlobShape): DraftBlob | undefined {
    for (const blob of this.#blobs.slice(this.#sizedCount)) {
      for (let axis = 1; axis < blob.shape.length; axis++) this.#sized.set(JSON.stringify(blob.shape.slice(axis)), blob);
    }
    this.#sizedCount = this.#blobs.length;
    return this.#sized.get(JSON.stringify(sizes));
  }

  /** The sizes as expressions that a layer computes while the net runs, its first bottom being `origin`; `undefined` where no blobs have them. */
  sizeExpressions(origin: DraftBlob, sizes: BlobShape): SizedBy | undefined {
    const expressions = new SizeExpressions(origin, (size) => this.#measured.get(size));
    const texts = sizes.flatMap((size) => expressions.of(size) ?? []);
    if (texts.length < sizes.length || expressions.bottoms.length > maxMeasured) return undefined;
    return { texts, measured: expressions.bottoms.slice(1) };
  }

  /** A constant as a blob of the given shape: MemoryData in float32. Constants with the same key share one. */
  constant(tensor: Tensor, shape: BlobShape, key: string): DraftBlob {
    const id = `${key} [${shape.join(',')}]`;
    const present = this.#constants.get(id);
    if (present !== undefined) return present;
    if (tensor.size === 0) throw new OperatorError('unsupported', `"${key}" has no elements, and ncnn has no blob without any`);
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

  /** Adds a layer with a top for each shape. */
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

  /** Adds a layer that the user's runtime registers, with a top for each shape. */
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
   * The finished net, its layers and blobs named after the nodes and values of the graph. Where a blob holds several
   * values, the name of an input comes before that of an output, and both before others.
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
    // TypeScript does not see that a layer of some type is one of the union over all types.
    this.#pushLayer(makeLayer(type, '', idsOf(bottoms), idsOf(tops), params, weights) as Layer);
  }

  #pushLayer(layer: Layer): void {
    const blobs = layer.bottoms.length + layer.tops.length;
    if (++this.#ownedLayers > usualLayers || blobs > usualBlobs)
      this.#budget.spend('nodes', 1 + blobs / blobsPerNode, { node: this.#owner });
    const [problem] = paramEntries(layer).flatMap(numberProblems);
    if (problem !== undefined) throw new OperatorError('unsupported', `ncnn has no such ${typeName(layer)}: ${problem}`);
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

/** A constant's elements as a float32 weight; a view of the model file where it is float32 there. */
export function weightOfTensor(tensor: Tensor): Weight {
  if (tensor.dtype === 'string') throw new OperatorError('unsupported', 'a constant holds strings, and a blob of ncnn numbers');
  // Read when it is written: the bytes of a large model stay in its file.
  if (tensor.dtype === 'float32') return { length: tensor.size, storage: 'float32', read: () => tensor.bytes() };
  return computedWeight(tensor.size, () => tensor.toFloat32());
}

/** Sizes by name, as Input and MemoryData take them; a free axis is 0 (not given). */
function extents(shape: BlobShape): SizeParams {
  if (shape.length < 1 || shape.length > 4) throw new OperatorError('unsupported', `a blob has 1 to 4 axes, not [${shape.join(',')}]`);
  // ncnn reads an Input with some sizes left out as one of lower rank, so it is all or nothing.
  if (!isStatic(shape)) return {};
  return sizeParams(shape);
}
