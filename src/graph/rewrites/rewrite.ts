import { capturedNames } from '../ir/captures.ts';
import type { Graph, Node, ValueType } from '../ir/graph.ts';
import type { OperatorNode } from '../ir/operator.ts';
import type { Tensor } from '../ir/tensor.ts';
import { viewNode } from '../stages/infer.ts';

/** What stands in place of a node: nodes that make its outputs under the same names, and constants they need. */
export interface Replacement {
  readonly nodes: readonly Node[];
  readonly constants?: ReadonlyMap<string, Tensor>;
}

/**
 * One pattern. It is asked about each node as the last one of the pattern; nodes before it that nothing else reads
 * disappear with it. What it gives must compute the same.
 */
export interface Rewrite {
  readonly name: string;
  readonly match: (node: Node, graph: GraphIndex) => Replacement | undefined;
}

/** A graph, looked up by value. */
export class GraphIndex {
  readonly #graph: Graph;
  readonly #producers = new Map<string, Node>();
  readonly #readers = new Map<string, Node[]>();

  constructor(graph: Graph) {
    this.#graph = graph;
    for (const node of graph.nodes) {
      for (const output of node.outputs) this.#producers.set(output, node);
      for (const input of new Set([...node.inputs, ...capturedNames(node)]))
        this.#readers.set(input, [...(this.#readers.get(input) ?? []), node]);
    }
  }

  /** The node that makes a value; with `operator` only if it is that one. */
  producer(name: string | undefined, operator?: string): Node | undefined {
    const node = this.#producers.get(name ?? '');
    return operator === undefined || node?.operator === operator ? node : undefined;
  }

  /** The nodes that read a value, also those in whose subgraphs it is read, each once and in their order. */
  readers(name: string): readonly Node[] {
    return this.#readers.get(name) ?? [];
  }

  /** Whether one node alone reads a value, so that the value is gone when that node is. */
  isOnlyRead(name: string, reader: Node): boolean {
    const readers = this.readers(name);
    return !this.isOutput(name) && readers.length === 1 && readers[0] === reader;
  }

  isOutput(name: string): boolean {
    return this.#graph.outputs.includes(name);
  }

  constant(name: string | undefined): Tensor | undefined {
    return name === undefined ? undefined : this.#graph.constants.get(name);
  }

  /** A constant of one element, as a number; `undefined` for anything else. */
  number(name: string | undefined): number | undefined {
    const tensor = this.constant(name);
    return tensor?.size === 1 && tensor.dtype !== 'string' ? tensor.scalar() : undefined;
  }

  type(name: string | undefined): ValueType | undefined {
    return name === undefined ? undefined : this.#graph.types.get(name);
  }

  /** A node with its attributes and operands looked up. */
  view(node: Node): OperatorNode {
    return viewNode(node, this.#graph.types, this.#graph.constants);
  }
}

/** The operands of a node of two, the one that fits the test first; `undefined` where neither does. */
export function eitherWay<T>(node: Node, test: (first: string, second: string) => T | undefined): T | undefined {
  const [left = '', right = ''] = node.inputs;
  return test(left, right) ?? test(right, left);
}
