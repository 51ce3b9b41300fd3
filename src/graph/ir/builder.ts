import { sameShape } from './dimension.ts';
import type { AttributeLiteral, Graph, ValueType } from './graph.ts';
import { numericTensor } from './numericTensor.ts';
import { OperatorError } from './operator.ts';
import { type DataType, isInteger, Tensor } from './tensor.ts';

export type NodeAttributes = Readonly<Record<string, AttributeLiteral>>;

/**
 * Adds nodes and constants to a graph, values being told apart by their names. Every name returned is new. What depends on constants only
 * is computed at once, so the value of an emitted node may be a constant. `role` becomes part of the new name; without it that is the
 * operator.
 *
 * Emitting throws `OperatorError` where a node breaks the rules of its operator.
 */
export abstract class GraphBuilder {
  /** Adds a node with several outputs. */
  abstract emitAll(
    operator: string,
    inputs: readonly string[],
    outputs: number,
    attributes?: NodeAttributes,
    role?: string,
  ): readonly string[];
  abstract constant(value: Tensor, role?: string): string;
  /** Pays for a constant that is about to be made, of a size that the model gives. Throws `NcnnError` (`limit-exceeded`). */
  abstract reserve(elements: number): void;
  /** Adds the nodes of a graph whose inputs are the given values; returns its outputs. */
  abstract inline(graph: Graph, inputs: readonly string[], role?: string): readonly string[];
  abstract typeOf(value: string | undefined): ValueType | undefined;
  abstract constantOf(value: string | undefined): Tensor | undefined;
  /** What the model declares of a value. */
  abstract declaredType(value: string | undefined): ValueType | undefined;

  /** Adds a node with one output. */
  emit(operator: string, inputs: readonly string[], attributes: NodeAttributes = {}, role?: string): string {
    return this.emitAll(operator, inputs, 1, attributes, role)[0] ?? '';
  }

  /** An int64 vector: axes, indices, the target of a Reshape. They are computed from what a model says: throws where one is no integer. */
  integers(values: readonly (number | bigint)[], role?: string): string {
    const fraction = values.find((value) => typeof value === 'number' && !Number.isSafeInteger(value));
    if (fraction !== undefined) throw new OperatorError('invalid', `a size or position would be ${fraction}`);
    return this.constant(Tensor.int64(values), role);
  }

  /** A number of a type, rounded to it; throws `OperatorError` for an infinite integer. */
  scalar(value: number, dtype: DataType, role?: string): string {
    if (isInteger(dtype) && !Number.isFinite(value)) throw new OperatorError('invalid', `the type ${dtype} has no number ${value}`);
    return this.constant(numericTensor(dtype, [], [value]), role);
  }

  /**
   * The value with another shape of as many elements: `0` keeps the size of the axis at that place, one `-1` is computed. The value itself
   * where it has that shape.
   */
  reshape(value: string, sizes: readonly number[]): string {
    const shape = this.typeOf(value)?.shape;
    if (shape !== undefined && !sizes.includes(0) && sameShape(shape, sizes)) return value;
    return this.emit('Reshape', [value, this.integers(sizes)]);
  }

  /** The value itself where the axes stay in order. */
  transpose(value: string, perm: readonly number[]): string {
    return perm.every((axis, place) => axis === place) ? value : this.emit('Transpose', [value], { perm });
  }

  unsqueeze(value: string, axes: readonly number[]): string {
    return this.emit('Unsqueeze', [value, this.integers(axes)]);
  }

  squeeze(value: string, axes: readonly number[]): string {
    return this.emit('Squeeze', [value, this.integers(axes)]);
  }

  /** The entries from `start` to before `end` along one axis. */
  slice(value: string, axis: number, start: number, end: number, step = 1): string {
    return this.emit('Slice', [value, ...[start, end, axis, step].map((entry) => this.integers([entry]))]);
  }
}
