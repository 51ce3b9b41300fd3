import type { GraphBuilder } from '../../graph/ir/builder.ts';
import { DelegatingBuilder } from '../../graph/ir/delegatingBuilder.ts';
import type { Shape } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import type { DataType } from '../../graph/ir/tensor.ts';
import { SymbolAttributes } from './attributes.ts';
import type { SymbolNode } from './symbol.ts';
import type { LearnedWeights } from './weights.ts';

/**
 * Converts a symbol node to ONNX operators and returns its output values in order. Throws `OperatorError` if the node is invalid or has no
 * equivalent.
 */
export type ConvertOperator = (node: SymbolOperator) => string | readonly string[];

/** How to convert an operator. */
export interface OperatorRule {
  /** Omitted for training operators; anything that depends on one is not a result of a trained net. */
  readonly convert?: ConvertOperator;
  /**
   * MXNet's argument names. An argument that is not listed or is called `data` is computed, a `label` is read only in training, and all
   * others are weights.
   */
  readonly arguments?: readonly string[];
  /** Number of trailing arguments that are states; symbols of releases before 0.9 omit them. */
  readonly states?: number;
  /** Column titles of the result, if it is a table. */
  readonly columns?: readonly string[];
  /** The operand that is the table, and the operand with the indices into it. */
  readonly lookup?: { readonly table: number; readonly indices: number };
}

/**
 * The rules of one family of operators, by MXNet operator name including old names. A rule with no other properties is written as its
 * `convert` function.
 */
export type OperatorRules = Readonly<Record<string, ConvertOperator | OperatorRule>>;

/** A symbol node as its rule sees it, with the graph builder that the rule uses. */
export class SymbolOperator extends DelegatingBuilder {
  readonly attributes: SymbolAttributes;
  /** The values of the operands. */
  readonly inputs: readonly string[];
  readonly #node: SymbolNode;
  readonly #weights: LearnedWeights;

  constructor(node: SymbolNode, inputs: readonly string[], graph: GraphBuilder, weights: LearnedWeights) {
    super(graph);
    this.attributes = new SymbolAttributes(node.attributes);
    this.inputs = inputs;
    this.#node = node;
    this.#weights = weights;
  }

  /** The value of an operand. Throws if it is missing. */
  input(index: number): string {
    const value = this.inputs[index];
    if (value === undefined) throw new OperatorError('invalid', `operand ${index} is missing`);
    return value;
  }

  /** A learned operand, which must have the given shape. */
  weight(index: number, shape: Shape): string {
    return this.#weights.read(this.#node, index, this.input(index), shape);
  }

  dtype(value: string): DataType {
    return this.typeOf(value)?.dtype ?? 'float32';
  }

  /** Resolves a negative axis. Throws if the axis is out of range. */
  axis(axis: number, rank: number): number {
    const positive = axis < 0 ? axis + rank : axis;
    if (positive < 0 || positive >= rank) throw new OperatorError('invalid', `axis ${axis} does not exist in a tensor of rank ${rank}`);
    return positive;
  }

  /** A scalar of the type of a value; MXNet computes with scalars in that type. */
  scalarLike(value: number, like: string): string {
    return this.scalar(value, this.dtype(like));
  }
}
