import type { Dimension, Shape } from './dimension.ts';
import { type DataType, Tensor } from './tensor.ts';

/**
 * The source model in one canonical form: typed N-D tensors in row-major order, operators with the meaning of the
 * newest ONNX operator set. Importers make it; folding and rewrites give a new one; `lower/` reads it.
 *
 * Values are named by strings, each assigned once; the empty string is an operand left out.
 */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly string[];
  /** In topological order: a node comes after the producers of its operands. */
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<string, Tensor>;
  /** What is known of the values beforehand (declared by the model) or, after inference, of every value. */
  readonly types: ReadonlyMap<string, ValueType>;
}

export interface GraphInput {
  readonly name: string;
  readonly type: ValueType;
}

/** What is known of a value without running the graph. */
export interface ValueType {
  readonly dtype: DataType;
  /** `undefined` when even the rank is unknown. */
  readonly shape: Shape | undefined;
  /**
   * The elements of an integer scalar or vector that holds sizes, where they are known as dimensions although
   * some are symbols: what `Shape` gives, and `Gather`, `Concat`, `Mul` … make of it.
   */
  readonly elements?: readonly Dimension[];
  /** The values in a sequence, in order; `dtype` is that of the first, and there is no shape. */
  readonly sequence?: readonly string[];
}

export interface Node {
  /** The node's name in the source; its first output where it has none. */
  readonly name: string;
  /** ONNX operator name, with the domain in front unless it is the default: `Conv`, `com.microsoft:FusedConv`. */
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

export type Attribute =
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly bigint[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  | { readonly kind: 'graph'; readonly value: Graph };

export type AttributeKind = Attribute['kind'];

/** A plain JavaScript value as an attribute, for importers, rewrites and tests. Integers are `int`, others `float`. */
export type AttributeLiteral = number | bigint | string | readonly number[] | readonly string[] | Tensor | Attribute;

/** Makes a node. Attributes given as numbers are `int` where they are integers; wrap floats with {@link float}. */
export function makeNode(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, AttributeLiteral>> = {},
  name: string = outputs.find((output) => output !== '') ?? operator,
): Node {
  return {
    name,
    operator,
    inputs,
    outputs,
    attributes: new Map(Object.entries(attributes).map(([key, value]) => [key, attributeOf(value)])),
  };
}

/** Characters of names that take as much memory as a node. */
const charactersPerNode = 1024;

/** What a node with the given names counts for in a budget: the names of a file may be of any length. */
export function nodeWeight(names: readonly string[]): number {
  return 1 + Math.floor(names.reduce((length, name) => length + name.length, 0) / charactersPerNode);
}

/** A float attribute, also where the value is a whole number. */
export function float(value: number): Attribute {
  return { kind: 'float', value };
}

function attributeOf(value: AttributeLiteral): Attribute {
  if (typeof value === 'bigint') return { kind: 'int', value };
  if (typeof value === 'number') return Number.isInteger(value) ? { kind: 'int', value: BigInt(value) } : { kind: 'float', value };
  if (typeof value === 'string') return { kind: 'string', value };
  if (isList(value)) {
    if (value.every((entry) => typeof entry === 'string')) {
      return value.length > 0 ? { kind: 'strings', value } : { kind: 'ints', value: [] };
    }
    const numbers = value.filter((entry) => typeof entry === 'number');
    return numbers.every(Number.isInteger) ? { kind: 'ints', value: numbers.map(BigInt) } : { kind: 'floats', value: numbers };
  }
  return value instanceof Tensor ? { kind: 'tensor', value } : value;
}

function isList(value: AttributeLiteral): value is readonly number[] | readonly string[] {
  return Array.isArray(value);
}
