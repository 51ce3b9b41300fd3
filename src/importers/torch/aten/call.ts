import type { GraphBuilder } from '../../../graph/ir/builder.ts';
import { OperatorError } from '../../../graph/ir/operator.ts';
import type { BoundArguments } from '../values/binding.ts';
import { scalarTypeOf, storedDtype, type TorchDtype } from '../values/dtype.ts';
import { numberIn } from '../values/numberIn.ts';
import { TracedTensor } from '../values/tensor.ts';
import { type DimensionValue, describeValue, type TorchValue, tensorValue } from '../values/value.ts';
import { CallGraph, type SizeArgument } from './callGraph.ts';

/** A Python number as an operator argument. */
export type ScalarArgument = { readonly dtype: 'bool' | 'int64' | 'float32'; readonly value: number } | DimensionValue;

/** A call of an ATen operator as its rule sees it: typed access to the arguments by name, and the graph to which the rule adds nodes. */
export class AtenCall extends CallGraph {
  /** `aten.add.Tensor`. */
  readonly target: string;
  readonly #arguments: BoundArguments;
  readonly #graph: GraphBuilder;

  constructor(target: string, bound: BoundArguments, graph: GraphBuilder) {
    super(graph);
    this.#graph = graph;
    this.target = target;
    this.#arguments = bound;
  }

  argument(name: string): TorchValue {
    const value = this.#arguments.get(name);
    if (value === undefined) throw new TypeError(`${this.target} has no parameter "${name}"`);
    return value;
  }

  /** The same call with another argument. */
  with(name: string, value: TorchValue): AtenCall {
    return new AtenCall(this.target, new Map([...this.#arguments, [name, value]]), this.#graph);
  }

  /** Whether the overload has a parameter with this name. */
  has(name: string): boolean {
    return this.#arguments.has(name);
  }

  isNone(name: string): boolean {
    return this.argument(name).kind === 'none';
  }

  /** The tensor, which may be complex, for rules that take views. */
  tensor(name: string): TracedTensor {
    const value = this.argument(name);
    return value.kind === 'tensor' ? value.tensor : this.#mistyped(name, value, 'a tensor');
  }

  /** The value of a real tensor in the graph. A Python number becomes a scalar tensor. */
  input(name: string): string {
    const value = this.argument(name);
    return this.#inputOf(name, value);
  }

  /** A new tensor with the value of an argument, which may be complex. */
  copyOf(name: string): TorchValue {
    const { value, dtype } = this.tensor(name);
    return tensorValue(TracedTensor.of(value, dtype));
  }

  /** The value of a complex tensor, with the two parts of each number on the last axis. */
  complexInput(name: string): string {
    const { value, dtype } = this.tensor(name);
    if (storedDtype(dtype) === dtype) throw new OperatorError('invalid', `the argument "${name}" is ${dtype}, expected a complex tensor`);
    return value;
  }

  /** Whether an argument is a complex tensor. */
  isComplex(name: string): boolean {
    const value = this.argument(name);
    return value.kind === 'tensor' && storedDtype(value.tensor.dtype) !== value.tensor.dtype;
  }

  /** A complex result, with the two parts of each number on the last axis. */
  complexResult(value: string): TorchValue {
    return tensorValue(TracedTensor.of(value, this.dtypeOf(value) === 'float64' ? 'complex128' : 'complex64'));
  }

  /** The number in a tensor of one element; `undefined` if it is dynamic. */
  numberIn(name: string): TorchValue | undefined {
    return numberIn(this, this.tensor(name));
  }

  /** Replaces a result that cannot be computed but that programs usually do not read. */
  unavailable(reason: string): TorchValue {
    return { kind: 'failed', reason };
  }

  optionalInput(name: string): string | undefined {
    return this.isNone(name) ? undefined : this.input(name);
  }

  /** The values of a list of tensors. */
  inputs(name: string): readonly string[] {
    return this.#list(name).map((value) => this.#inputOf(name, value));
  }

  /** The values of a list of tensors, `undefined` for None. */
  optionalInputs(name: string): readonly (string | undefined)[] {
    return this.#list(name).map((value) => (value.kind === 'none' ? undefined : this.#inputOf(name, value)));
  }

  int(name: string): number {
    return this.#intOf(name, this.argument(name));
  }

  /** A number of elements, at least one. */
  count(name: string): number {
    const value = this.int(name);
    if (value < 1) throw new OperatorError('invalid', `the argument "${name}" is ${value}, expected 1 or more`);
    return value;
  }

  optionalCount(name: string): number | undefined {
    return this.isNone(name) ? undefined : this.count(name);
  }

  optionalInt(name: string): number | undefined {
    return this.isNone(name) ? undefined : this.int(name);
  }

  /** A list of integers; a single number becomes `length` equal ones. An empty list stays empty. */
  ints(name: string, length = 1): readonly number[] {
    const value = this.argument(name);
    if (value.kind !== 'list' && value.kind !== 'tuple') return Array.from({ length }, () => this.#intOf(name, value));
    const all = value.elements.map((element) => this.#intOf(name, element));
    const [first] = all;
    return all.length === 1 && first !== undefined ? Array.from({ length }, () => first) : all;
  }

  optionalInts(name: string, length = 1): readonly number[] | undefined {
    return this.isNone(name) ? undefined : this.ints(name, length);
  }

  /** Sizes, some of which may be dynamic. */
  sizeList(name: string): readonly SizeArgument[] {
    const value = this.argument(name);
    const elements = value.kind === 'list' || value.kind === 'tuple' ? value.elements : [value];
    return elements.map((element) => this.#sizeOf(name, element));
  }

  size(name: string): SizeArgument {
    return this.#sizeOf(name, this.argument(name));
  }

  float(name: string): number {
    return this.#numberOf(name, this.argument(name));
  }

  optionalFloat(name: string): number | undefined {
    return this.isNone(name) ? undefined : this.float(name);
  }

  floats(name: string): readonly number[] {
    return this.#list(name).map((value) => this.#numberOf(name, value));
  }

  optionalFloats(name: string): readonly number[] | undefined {
    return this.isNone(name) ? undefined : this.floats(name);
  }

  bool(name: string): boolean {
    const value = this.argument(name);
    if (value.kind === 'bool') return value.value;
    return value.kind === 'int' ? Number(value.value) !== 0 : this.#mistyped(name, value, 'a bool');
  }

  string(name: string): string {
    const value = this.argument(name);
    return value.kind === 'string' ? value.value : this.#mistyped(name, value, 'a string');
  }

  /** A Python number with its type. */
  scalarArgument(name: string): ScalarArgument {
    const value = this.argument(name);
    switch (value.kind) {
      case 'int':
        return { dtype: 'int64', value: Number(value.value) };
      case 'bool':
        return { dtype: 'bool', value: Number(value.value) };
      case 'dimension':
        return value;
      default:
        return { dtype: 'float32', value: this.#numberOf(name, value) };
    }
  }

  dtypeArgument(name: string): TorchDtype | undefined {
    const value = this.argument(name);
    if (value.kind === 'none') return undefined;
    if (value.kind === 'dtype') return value.dtype;
    const dtype = value.kind === 'int' ? scalarTypeOf(Number(value.value)) : undefined;
    return dtype ?? this.#mistyped(name, value, 'a dtype');
  }

  /** The axes in an argument, counted from the front; all axes if it is None or, unless `emptyIsNone` is false, empty. */
  axes(name: string, rank: number, emptyIsNone = true): readonly number[] {
    const all = Array.from({ length: rank }, (_, axis) => axis);
    const listed = this.optionalInts(name);
    if (listed === undefined || (listed.length === 0 && emptyIsNone)) return all;
    return rank === 0 ? [] : listed.map((axis) => this.axis(axis, rank));
  }

  /** A number as a scalar of the graph with the given type. */
  scalarValue(scalar: ScalarArgument | SizeArgument, dtype: TorchDtype): string {
    if (typeof scalar === 'number') return this.scalar(scalar, storedDtype(dtype));
    if ('kind' in scalar) return this.cast(scalar.value, dtype);
    return this.scalar(scalar.value, storedDtype(dtype));
  }

  #list(name: string): readonly TorchValue[] {
    const value = this.argument(name);
    if (value.kind === 'none') return [];
    return value.kind === 'list' || value.kind === 'tuple' ? value.elements : this.#mistyped(name, value, 'a list');
  }

  #inputOf(name: string, value: TorchValue): string {
    switch (value.kind) {
      case 'tensor':
        if (storedDtype(value.tensor.dtype) === value.tensor.dtype) return value.tensor.value;
        throw new OperatorError('unsupported', `the argument "${name}" is complex; ${this.target} is supported for real tensors only`);
      case 'int':
        return this.scalar(Number(value.value), 'int64');
      case 'bool':
        return this.scalar(Number(value.value), 'bool');
      case 'float':
        return this.scalar(value.value, 'float32');
      case 'dimension':
        return value.value;
      default:
        return this.#mistyped(name, value, 'a tensor');
    }
  }

  #intOf(name: string, value: TorchValue): number {
    const number = this.#numberOf(name, value);
    if (!Number.isInteger(number)) throw new OperatorError('invalid', `the argument "${name}" is ${number}, expected an integer`);
    return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, number));
  }

  #sizeOf(name: string, value: TorchValue): SizeArgument {
    return value.kind === 'dimension' ? value : this.#intOf(name, value);
  }

  #numberOf(name: string, value: TorchValue): number {
    switch (value.kind) {
      case 'int':
      case 'float':
      case 'bool':
        return Number(value.value);
      case 'dimension':
        throw new OperatorError('shape', `the argument "${name}" is the dynamic size ${value.dimension}`);
      case 'tensor': {
        const constant = this.constantOf(value.tensor.value);
        if (constant?.size === 1) return constant.scalar();
        throw new OperatorError('unsupported', `the argument "${name}" must be a constant, but it is computed when the net runs`);
      }
      default:
        return this.#mistyped(name, value, 'a number');
    }
  }

  #mistyped(name: string, value: TorchValue, expected: string): never {
    throw new OperatorError('invalid', `the argument "${name}" is ${describeValue(value)}, expected ${expected}`);
  }
}
