import { DelegatingBuilder } from '../../../graph/ir/delegatingBuilder.ts';
import { type Dimension, isStatic, sameShape } from '../../../graph/ir/dimension.ts';
import { OperatorError } from '../../../graph/ir/operator.ts';
import { type DataType, Tensor } from '../../../graph/ir/tensor.ts';
import { storedDtype, type TorchDtype } from '../values/dtype.ts';
import type { DimensionValue } from '../values/value.ts';

/** A size as an operator argument: a number, or a value of the graph if it is dynamic. */
export type SizeArgument = number | DimensionValue;

/** The graph to which the rule of an operator adds nodes, with access to shapes and types. */
export class CallGraph extends DelegatingBuilder {
  /** The element type of a value. */
  dtypeOf(value: string): Exclude<DataType, 'string'> {
    const dtype = this.typeOf(value)?.dtype ?? 'float32';
    if (dtype === 'string') throw new OperatorError('invalid', `"${value}" contains strings, which are not supported`);
    return dtype;
  }

  rankOf(value: string): number {
    return this.shapeOf(value).length;
  }

  /** The size of one axis; throws if it is dynamic. */
  sizeOfAxis(value: string, axis: number): number {
    const size = this.shapeOf(value)[axis];
    if (typeof size === 'number') return size;
    throw new OperatorError('shape', `axis ${axis} of "${value}" has the dynamic size ${size}`);
  }

  /** An axis counted from the front; a scalar is treated as having one axis. */
  axis(axis: number, rank: number): number {
    const axes = Math.max(rank, 1);
    const positive = axis < 0 ? axis + axes : axis;
    if (positive < 0 || positive >= axes) throw new OperatorError('invalid', `axis ${axis} does not exist in a tensor of rank ${rank}`);
    return positive;
  }

  /** The value converted to another type. */
  cast(value: string, dtype: TorchDtype): string {
    const stored = storedDtype(dtype);
    return this.dtypeOf(value) === stored ? value : this.emit('Cast', [value], { to: stored });
  }

  /** A number of the type of a value. */
  scalarLike(value: number, like: string): string {
    return this.scalar(value, this.dtypeOf(like));
  }

  /** Reshapes a value. One size may be -1; a dynamic size is either the same axis of the value or computed. */
  resize(value: string, sizes: readonly SizeArgument[]): string {
    const shape = this.shapeOf(value);
    const known = sizes.map((size): Dimension => (typeof size === 'number' ? size : size.dimension));
    if (sameShape(known, shape)) return value;
    if (isStatic(known)) return this.emit('Reshape', [value, this.integers(known)], known.includes(0) ? { allowzero: 1 } : {});
    const target = known.map((size, axis) => (typeof size === 'string' && size === shape[axis] ? 0 : size));
    const dynamic = target.filter((size) => typeof size === 'string').length;
    if (known.includes(0) || dynamic > (known.includes(-1) ? 0 : 1)) {
      return this.emit('Reshape', [value, this.sizeVector(sizes)], { allowzero: known.includes(0) ? 1 : 0 });
    }
    return this.emit('Reshape', [value, this.integers(target.map((size) => (typeof size === 'number' ? size : -1)))]);
  }

  /** The size of an axis as an operator argument. */
  sizeArgument(value: string, axis: number): SizeArgument {
    const dimension = this.shapeOf(value)[axis];
    if (typeof dimension === 'number') return dimension;
    if (dimension === undefined) throw new OperatorError('invalid', `axis ${axis} does not exist in "${value}"`);
    const position = this.constant(Tensor.int64([axis], []));
    return { kind: 'dimension', dimension, value: this.emit('Gather', [this.emit('Shape', [value]), position], { axis: 0 }) };
  }

  /** The sizes of all axes as operator arguments. */
  sizeArguments(value: string): readonly SizeArgument[] {
    return this.shapeOf(value).map((_, axis) => this.sizeArgument(value, axis));
  }

  /** Reshapes a value to the shape of another one. */
  resizeLike(value: string, like: string): string {
    return this.resize(value, this.sizeArguments(like));
  }

  /** A vector of sizes as a value of the graph. */
  sizeVector(sizes: readonly SizeArgument[]): string {
    if (sizes.every((size) => typeof size === 'number')) return this.integers(sizes);
    const parts = sizes.map((size) => (typeof size === 'number' ? this.integers([size]) : this.unsqueeze(size.value, [0])));
    return parts.length === 1 ? (parts[0] ?? '') : this.emit('Concat', parts, { axis: 0 });
  }
}
