import type { Dimension, Shape } from './dimension.ts';
import { type DataType, Tensor } from './tensor.ts';

/**
 * The source model in a canonical form: typed N-D tensors in row-major order, operators with the semantics of the newest ONNX operator set.
 * Importers create it, folding and rewrites return a new one, and `lower/` reads it.
 *
 * Values are identified by name and assigned once; the empty string is an omitted operand.
 */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly string[];
  /** In topological order: a node comes after the producers of its operands. */
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<string, Tensor>;
  /** The types known from the model or, after inference, of every value. */
  readonly types: ReadonlyMap<string, ValueType>;
}

export interface GraphInput {
  readonly name: string;
  readonly type: ValueType;
}

/** What is known of a value without running the graph. */
export interface ValueType {
  readonly dtype: DataType;
  /** `undefined` if even the rank is unknown. */
  readonly shape: Shape | undefined;
  /**
   * The elements of an integer scalar or vector of sizes, if they are known as dimensions although some are symbols: the result of `Shape`,
   * and what `Gather`, `Concat`, `Mul` … compute from it.
   */
  readonly elements?: readonly Dimension[];
  /** The values in a sequence, in order. `dtype` is that of the first value; a sequence has no shape. */
  readonly sequence?: readonly string[];
}

export interface Node {
  /** The node's name in the source, or its first output if it has no name. */
  readonly name: string;
  /** ONNX operator name, with the domain as prefix unless it is the default: `Conv`, `com.microsoft:FusedConv`. */
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

/** A JavaScript value as an attribute, for importers, rewrites and tests. Integers are `int`, other numbers `float`. */
export type AttributeLiteral = number | bigint | string | readonly number[] | readonly string[] | Tensor | Attribute;

/** Creates a node. Integer attributes become `int`; wrap floats with {@link float}. */
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

/** The number of characters in names that takes as much memory as a node. */
const charactersPerNode = 1024;

/** The budget weight of a node with the given names, because names in a file may have any length. */
export function nodeWeight(names: readonly string[]): number {
  return 1 + Math.floor(names.reduce((length, name) => length + name.length, 0) / charactersPerNode);
}

/** A float attribute, even if the value is an integer. */
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
