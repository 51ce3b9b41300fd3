import type { GraphBuilder } from '../../graph/ir/builder.ts';
import { DelegatingBuilder } from '../../graph/ir/delegatingBuilder.ts';
import type { Shape } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import type { DataType } from '../../graph/ir/tensor.ts';
import { SymbolAttributes } from './attributes.ts';
import type { SymbolNode } from './symbol.ts';
import type { LearnedWeights } from './weights.ts';

/**
 * Writes a node of a symbol as nodes with the meaning of ONNX, and gives the values of its outputs, in their order.
 * Throws `OperatorError` where the node breaks the rules of its operator or has no such form.
 */
export type ConvertOperator = (node: SymbolOperator) => string | readonly string[];

/** What is known of an operator. */
export interface OperatorRule {
  /** Left out for an operator of training: what depends on it is no result of a trained net. */
  readonly convert?: ConvertOperator;
  /**
   * MXNet's own names of the arguments. Those not listed, and those called `data`, are computed; a `label` is read by training alone; all
   * others are what was learned.
   */
  readonly arguments?: readonly string[];
  /** How many of the last arguments are states, which symbols of releases before 0.9 leave out. */
  readonly states?: number;
  /** What stands in the columns of the result, where that is a table. */
  readonly columns?: readonly string[];
  /** The operand that is a table, and that which says which entries of it to take. */
  readonly lookup?: { readonly table: number; readonly indices: number };
}

/**
 * The rules of one family of operators by the names under which MXNet registers them, old ones included. A rule that only converts is
 * written as that function.
 */
export type OperatorRules = Readonly<Record<string, ConvertOperator | OperatorRule>>;

/** A node of a symbol as its rule sees it, and the graph to which the rule adds nodes. */
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

  /** The value of an operand; throws where it is missing. */
  input(index: number): string {
    const value = this.inputs[index];
    if (value === undefined) throw new OperatorError('invalid', `operand ${index} is missing`);
    return value;
  }

  /** An operand that was learned, of the shape that the node needs. */
  weight(index: number, shape: Shape): string {
    return this.#weights.read(this.#node, index, this.input(index), shape);
  }

  dtype(value: string): DataType {
    return this.typeOf(value)?.dtype ?? 'float32';
  }

  /** An axis counted from the front; throws where there is none. */
  axis(axis: number, rank: number): number {
    const positive = axis < 0 ? axis + rank : axis;
    if (positive < 0 || positive >= rank) throw new OperatorError('invalid', `axis ${axis} does not exist in a tensor of rank ${rank}`);
    return positive;
  }

  /** A number of the type of a value; MXNet computes with it in that type. */
  scalarLike(value: number, like: string): string {
    return this.scalar(value, this.dtype(like));
  }
}
