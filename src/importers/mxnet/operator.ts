import type { Shape } from '../../graph/ir/dimension.ts';
import type { AttributeLiteral } from '../../graph/ir/graph.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { type DataType, isFloat, Tensor } from '../../graph/ir/tensor.ts';
import type { SymbolAttributes } from './attributes.ts';

export type NodeAttributes = Readonly<Record<string, AttributeLiteral>>;

/** What a rule needs of the graph that is being made. Values are told by their names. */
export interface GraphWriter {
  /** Adds a node; its outputs are fresh names. What depends on constants alone is computed at once. */
  readonly emit: (operator: string, inputs: readonly string[], attributes: NodeAttributes, outputs: number) => readonly string[];
  readonly constant: (value: Tensor) => string;
  readonly typeOf: (value: string) => { readonly dtype: DataType; readonly shape: Shape | undefined };
  readonly constantOf: (value: string) => Tensor | undefined;
  /** A weight, checked against the shape it must have; noted down and made up where it is missing. */
  readonly weight: (operand: number, value: string, shape: Shape) => string;
}

/**
 * Writes a node of a symbol as nodes with the meaning of ONNX, and gives the values of its outputs, in their order.
 * Throws `OperatorError` where the node breaks the rules of its operator or has no such form.
 */
export type OperatorRule = (node: SymbolOperator) => string | readonly string[];

/** The rules of one family of operators by the names under which MXNet registers them, old ones included. */
export type OperatorRules = Readonly<Record<string, OperatorRule>>;

/** A node of a symbol as its rule sees it. */
export class SymbolOperator {
  readonly name: string;
  readonly operator: string;
  readonly attributes: SymbolAttributes;
  readonly inputs: readonly string[];
  readonly #writer: GraphWriter;

  constructor(name: string, operator: string, attributes: SymbolAttributes, inputs: readonly string[], writer: GraphWriter) {
    this.name = name;
    this.operator = operator;
    this.attributes = attributes;
    this.inputs = inputs;
    this.#writer = writer;
  }

  /** The value of an operand; throws where it is missing. */
  input(index: number): string {
    const value = this.inputs[index];
    if (value === undefined) throw new OperatorError('invalid', `operand ${index} is missing`);
    return value;
  }

  /** An operand that was learned, of the shape that the node needs. */
  weight(index: number, shape: Shape): string {
    return this.#writer.weight(index, this.input(index), shape);
  }

  dtype(value: string): DataType {
    return this.#writer.typeOf(value).dtype;
  }

  /** The shape of a value; throws where not even its rank is known. */
  shape(value: string): Shape {
    const { shape } = this.#writer.typeOf(value);
    if (shape === undefined) throw new OperatorError('shape', `the rank of "${value}" is unknown`);
    return shape;
  }

  /** The sizes of a value; throws where one is free. */
  sizes(value: string): readonly number[] {
    const shape = this.shape(value);
    return shape.map((size) => {
      if (typeof size === 'number') return size;
      throw new OperatorError('shape', `the shape [${shape.join(',')}] of "${value}" has free axes`);
    });
  }

  constantOf(value: string): Tensor | undefined {
    return this.#writer.constantOf(value);
  }

  /** An axis counted from the front; throws where there is none. */
  axis(axis: number, rank: number): number {
    const positive = axis < 0 ? axis + rank : axis;
    if (positive < 0 || positive >= rank) throw new OperatorError('invalid', `axis ${axis} does not exist in a tensor of rank ${rank}`);
    return positive;
  }

  /** Adds a node with one output. */
  emit(operator: string, inputs: readonly string[], attributes: NodeAttributes = {}): string {
    return this.emitAll(operator, inputs, 1, attributes)[0] ?? '';
  }

  /** Adds a node with several outputs. */
  emitAll(operator: string, inputs: readonly string[], outputs: number, attributes: NodeAttributes = {}): readonly string[] {
    return this.#writer.emit(operator, inputs, attributes, outputs);
  }

  constant(value: Tensor): string {
    return this.#writer.constant(value);
  }

  /** An int64 vector: axes, sizes, places. */
  integers(values: readonly number[]): string {
    return this.constant(Tensor.int64(values));
  }

  /** A number of the type of a value; MXNet computes with it in that type. */
  scalar(value: number, like: string): string {
    const dtype = this.dtype(like);
    if (dtype === 'int64') return this.constant(Tensor.int64([Math.trunc(value)], []));
    if (dtype === 'float64') return this.constant(Tensor.of('float64', [], Float64Array.of(value)));
    return this.constant(isFloat(dtype) ? Tensor.of(dtype, [], Float32Array.of(value)) : Tensor.of('int32', [], Int32Array.of(value)));
  }

  reshape(value: string, sizes: readonly number[]): string {
    return this.emit('Reshape', [value, this.integers(sizes)]);
  }

  transpose(value: string, perm: readonly number[]): string {
    return perm.every((axis, place) => axis === place) ? value : this.emit('Transpose', [value], { perm });
  }

  unsqueeze(value: string, axes: readonly number[]): string {
    return this.emit('Unsqueeze', [value, this.integers(axes)]);
  }

  squeeze(value: string, axes: readonly number[]): string {
    return this.emit('Squeeze', [value, this.integers(axes)]);
  }

  /** Entries from `start` to before `end` on one axis. */
  slice(value: string, axis: number, start: number, end: number, step = 1): string {
    return this.emit('Slice', [value, ...[start, end, axis, step].map((entry) => this.integers([entry]))]);
  }
}
