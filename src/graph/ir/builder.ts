import { sameShape } from './dimension.ts';
import type { AttributeLiteral, Graph, ValueType } from './graph.ts';
import { numericTensor } from './numericTensor.ts';
import { OperatorError } from './operator.ts';
import { type DataType, isInteger, Tensor } from './tensor.ts';

export type NodeAttributes = Readonly<Record<string, AttributeLiteral>>;

/**
 * Adds nodes and constants to a graph; values are identified by name. Every returned name is new. Nodes that depend only on constants are
 * folded immediately, so the value of an emitted node may be a constant. `role` becomes part of the new name; by default, it is the
 * operator.
 *
 * Emitting throws `OperatorError` if a node breaks the rules of its operator.
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
  /** Counts a constant whose size depends on the model, before it is created. Throws `NcnnError` (`limit-exceeded`). */
  abstract reserve(elements: number): void;
  /** Adds the nodes of a graph with the given values as inputs; returns its outputs. */
  abstract inline(graph: Graph, inputs: readonly string[], role?: string): readonly string[];
  abstract typeOf(value: string | undefined): ValueType | undefined;
  abstract constantOf(value: string | undefined): Tensor | undefined;
  /** The type that the model declares for a value. */
  abstract declaredType(value: string | undefined): ValueType | undefined;

  /** Adds a node with one output. */
  emit(operator: string, inputs: readonly string[], attributes: NodeAttributes = {}, role?: string): string {
    return this.emitAll(operator, inputs, 1, attributes, role)[0] ?? '';
  }

  /** An int64 vector: axes, indices, the target of a Reshape. Throws if a value that was computed from the model is not an integer. */
  integers(values: readonly (number | bigint)[], role?: string): string {
    const fraction = values.find((value) => typeof value === 'number' && !Number.isSafeInteger(value));
    if (fraction !== undefined) throw new OperatorError('invalid', `a size or position would be ${fraction}`);
    return this.constant(Tensor.int64(values), role);
  }

  /** A scalar rounded to the type; throws `OperatorError` for an infinite integer. */
  scalar(value: number, dtype: DataType, role?: string): string {
    if (isInteger(dtype) && !Number.isFinite(value)) throw new OperatorError('invalid', `${value} is not a value of the type ${dtype}`);
    return this.constant(numericTensor(dtype, [], [value]), role);
  }

  /**
   * Reshapes a value: `0` copies the size of the axis with the same index, one `-1` is inferred. Returns the value itself if it already has
   * the shape.
   */
  reshape(value: string, sizes: readonly number[]): string {
    const shape = this.typeOf(value)?.shape;
    if (shape !== undefined && !sizes.includes(0) && sameShape(shape, sizes)) return value;
    return this.emit('Reshape', [value, this.integers(sizes)]);
  }

  /** Transposes a value. Returns the value itself if the axes stay in order. */
  transpose(value: string, perm: readonly number[]): string {
    return perm.every((axis, place) => axis === place) ? value : this.emit('Transpose', [value], { perm });
  }

  unsqueeze(value: string, axes: readonly number[]): string {
    return this.emit('Unsqueeze', [value, this.integers(axes)]);
  }

  squeeze(value: string, axes: readonly number[]): string {
    return this.emit('Squeeze', [value, this.integers(axes)]);
  }

  /** The entries from `start` to `end`, exclusive, along one axis. */
  slice(value: string, axis: number, start: number, end: number, step = 1): string {
    return this.emit('Slice', [value, ...[start, end, axis, step].map((entry) => this.integers([entry]))]);
  }
}
