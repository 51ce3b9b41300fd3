import type { GraphBuilder } from './builder.ts';
import type { Operator, OperatorNode } from './operator.ts';

/** What an editor knows about operators: how to infer, compute and decompose them. */
export interface GraphRules {
  /** By ONNX name, with the domain as prefix unless it is the default. */
  readonly operators: ReadonlyMap<string, Operator>;
  /** By operator; each list is tried in order. */
  readonly decompositions: ReadonlyMap<string, readonly Decomposition[]>;
}

/** The values of a node's outputs, in order; `undefined` for an omitted output. A single value is the only output. */
export type Results = string | readonly (string | undefined)[];

/** Decomposes one family of operators into graphs of simpler operators that compute the same. */
export interface Decomposition {
  readonly name: string;
  /** ONNX names, with the domain as prefix unless it is the default. */
  readonly operators: readonly string[];
  /**
   * Emits the simpler nodes and returns the values of the outputs; `undefined` keeps the node. Throws `OperatorError` if the node must be
   * decomposed but cannot be.
   */
  readonly decompose: (node: OperatorNode, edit: GraphBuilder) => Results | undefined;
}
