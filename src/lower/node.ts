import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { fixShapes } from '../diagnostics/remedies.ts';
import { type Dimension, elementCount, type Shape } from '../graph/ir/dimension.ts';
import type { Node, ValueType } from '../graph/ir/graph.ts';
import { type Operand, OperatorError, OperatorNode } from '../graph/ir/operator.ts';
import { Tensor } from '../graph/ir/tensor.ts';
import { nodePlace } from '../graph/stages/infer.ts';
import type { BlobShape, LayerParams, LayerType, RawParam } from '../net/net.ts';
import type { Weight } from '../net/weight.ts';
import type { DraftBlob, NetBuilder, SizedBy } from './builder.ts';
import { defaultBlobShape } from './views.ts';

/** Adds the ncnn layers of one node. Throws {@link OperatorError} if ncnn has no equivalent. */
export type Lowering = (node: LoweringNode) => void;

/** The lowerings of one operator family by ONNX name. It mirrors a file in `graph/ops`. */
export type LoweringFamily = Readonly<Record<string, Lowering>>;

/** A node as its lowering sees it: operands, attributes and types, with the net being built. */
export class LoweringNode extends OperatorNode {
  readonly #builder: NetBuilder;
  readonly #outputs: readonly ValueType[];
  readonly #warnings: Diagnostic[] = [];

  constructor(node: Node, operands: readonly (Operand | undefined)[], outputs: readonly ValueType[], builder: NetBuilder) {
    super(node, operands);
    this.#outputs = outputs;
    this.#builder = builder;
  }

  /** What the user should know about the lowering of the node. */
  get warnings(): readonly Diagnostic[] {
    return this.#warnings;
  }

  /** Warns that ncnn computes the node slightly differently from the model. */
  warn(message: string, hint: string): void {
    this.#warnings.push(diagnostic('arithmetic-differs', message, hint, nodePlace(this)));
  }

  /** The inferred type of an output. */
  output(index = 0): ValueType {
    const type = this.#outputs[index];
    if (type === undefined) throw new OperatorError('invalid', `output ${index} does not exist`);
    return type;
  }

  /** The N-D shape of an output. Throws if its rank is unknown. */
  outputShape(index = 0): Shape {
    const { shape } = this.output(index);
    if (shape === undefined) {
      throw new OperatorError('shape', `the rank of output ${index} is unknown`);
    }
    return shape;
  }

  /** Whether the operand is computed at run time. */
  isDynamic(index: number): boolean {
    const operand = this.optionalInput(index);
    return operand !== undefined && operand.constant === undefined;
  }

  /** An operand as a blob of the given shape. A constant becomes MemoryData. */
  blob(index: number, shape: BlobShape): DraftBlob {
    const { name, constant } = this.input(index);
    if (constant !== undefined) return this.#builder.constant(constant, shape, name);
    return this.#builder.view(this.#blobOf(index), shape);
  }

  /** The stored shape of a dynamic operand, which needs no Reshape. */
  storedShape(index: number): BlobShape | undefined {
    return this.#builder.blobOf(this.input(index).name)?.shape;
  }

  /** Whether a dynamic operand holds int32 bits from the caller. Only Embed can read these. */
  holdsInt32(index: number): boolean {
    return this.#builder.blobOf(this.input(index).name)?.storage.int32 ?? false;
  }

  /**
   * Interp of `[channels, h, w]` to the height and width of other blobs, read at run time. Returns `undefined` if no blobs have these
   * sizes.
   */
  interpLike(
    blob: DraftBlob,
    [height, width]: readonly [Dimension, Dimension],
    params: Pick<LayerParams<'Interp'>, 'resize_type' | 'align_corner'>,
  ): DraftBlob | undefined {
    const result = [blob.shape[0] ?? 1, height, width];
    const like = this.#builder.sized([height, width]);
    if (like !== undefined) return this.layer('Interp', [blob, like], { ...params, dynamic_target_size: 1 }, result);
    const sizes = this.sizeExpressions(blob, [width, height]);
    if (sizes === undefined) return undefined;
    return this.layer('Interp', [blob, ...sizes.measured], { ...params, size_expr: sizes.texts.join(',') }, result);
  }

  /**
   * Expressions for the sizes, which a layer with first bottom `origin` evaluates at run time. Returns `undefined` if no blobs have the
   * sizes.
   */
  sizeExpressions(origin: DraftBlob, sizes: Shape): SizedBy | undefined {
    return this.#builder.sizeExpressions(origin, sizes);
  }

  /** A blob with another shape. */
  view(blob: DraftBlob, shape: BlobShape): DraftBlob {
    return this.#builder.view(blob, shape);
  }

  /** A float32 constant that the lowering itself needs. */
  constantBlob(values: Float32Array, shape: readonly number[], key: string): DraftBlob {
    return this.#builder.constant(Tensor.of('float32', shape, values), shape, `${this.node.name}/${key}`);
  }

  /** Charges the budget for a constant whose size comes from the model. Throws `NcnnError` (`limit-exceeded`). */
  reserve(elements: number): void {
    this.#builder.reserve(elements);
  }

  /** A constant with equal elements. Throws `NcnnError` (`limit-exceeded`) if it exceeds the budget. */
  filled(value: number, shape: readonly number[], key: string): DraftBlob {
    const size = elementCount(shape);
    this.reserve(size);
    return this.constantBlob(new Float32Array(size).fill(value), shape, key);
  }

  /** Adds a layer with one top of the given blob shape. */
  layer<T extends LayerType>(
    type: T,
    bottoms: readonly DraftBlob[],
    params: LayerParams<T>,
    shape: BlobShape,
    weights: readonly Weight[] = [],
  ): DraftBlob {
    return this.#builder.layer(type, bottoms, params, shape, weights);
  }

  /** Adds a layer with one top per shape. */
  layers<T extends LayerType>(
    type: T,
    bottoms: readonly DraftBlob[],
    params: LayerParams<T>,
    shapes: readonly BlobShape[],
    weights: readonly Weight[] = [],
  ): readonly DraftBlob[] {
    return this.#builder.layers(type, bottoms, params, shapes, weights);
  }

  /** Adds a custom layer of the user's runtime, with one top per shape. */
  customLayer(
    type: string,
    bottoms: readonly DraftBlob[],
    params: readonly RawParam[],
    shapes: readonly BlobShape[],
  ): readonly DraftBlob[] {
    return this.#builder.customLayer(type, bottoms, params, shapes);
  }

  /** Makes a blob an output of the node. Its elements are in row-major order. */
  define(index: number, blob: DraftBlob): void {
    const name = this.node.outputs[index];
    if (name) this.#builder.define(name, blob);
  }

  /** Gives an output the same elements as an operand, in the same order. Reshape and similar operators need no layer. */
  alias(index: number, operand: number): void {
    const { name, constant } = this.input(operand);
    if (constant !== undefined) {
      const shape = constant.shape.length === 0 ? [1] : defaultBlobShape(constant.shape);
      this.define(index, this.#builder.constant(constant, shape, name));
      return;
    }
    this.define(index, this.#blobOf(operand));
  }

  #blobOf(index: number): DraftBlob {
    const { name, elements } = this.input(index);
    const blob = this.#builder.blobOf(name);
    if (blob !== undefined) return blob;
    if (elements === undefined) throw new OperatorError('invalid', `"${name}" is used before it is computed`);
    throw new OperatorError('shape', `"${name}" is computed from the sizes of dynamic axes, but ncnn cannot compute with sizes`);
  }

  /**
   * The axes of an operand after the batch axis, for layers that take one sample. Throws if axis 0 is not 1: larger batches are computed
   * one sample at a time where the graph allows it.
   */
  sampleShape(index: number): Shape {
    const [batch, ...rest] = this.shape(index);
    if (batch !== 1) {
      throw new OperatorError('unsupported', `ncnn runs one sample at a time, but axis 0 of "${this.input(index).name}" is ${batch}`, {
        ...fixShapes,
        hint: 'Export the model with a batch of 1, or fix a dynamic batch axis to 1.',
      });
    }
    return rest;
  }
}
