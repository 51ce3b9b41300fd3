import type { GraphBuilder } from './builder.ts';
import type { Operator, OperatorNode } from './operator.ts';

/** What an editor knows of operators: how to infer and compute them, and how to write them as simpler ones. */
export interface GraphRules {
  /** By ONNX name, the domain in front unless it is the default one. */
  readonly operators: ReadonlyMap<string, Operator>;
  /** By operator, each list in the order in which it is tried. */
  readonly decompositions: ReadonlyMap<string, readonly Decomposition[]>;
}

/** The values of a node's outputs, in order; `undefined` for an output that is not made. A single value stands for one output. */
export type Results = string | readonly (string | undefined)[];

/** One family of operators written as graphs of simpler operators that compute the same. */
export interface Decomposition {
  readonly name: string;
  /** ONNX names, the domain in front unless it is the default one. */
  readonly operators: readonly string[];
  /**
   * Emits the simpler nodes and returns the values of the outputs; `undefined` leaves the node as it is. Throws `OperatorError` where
   * the node must be decomposed and cannot be.
   */
  readonly decompose: (node: OperatorNode, edit: GraphBuilder) => Results | undefined;
}
