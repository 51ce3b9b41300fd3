import type { Node, ValueType } from './graph.ts';
import { type NodeEntry, NodeList, readNames } from './nodeList.ts';
import { type Operand, OperatorNode } from './operator.ts';
import type { Tensor } from './tensor.ts';

/** A graph looked up by value. Each lookup takes constant time. */
export interface GraphView {
  /** The node that produces a value; if `operator` is given, only a node with that operator. */
  producer(value: string | undefined, operator?: string): Node | undefined;
  /** The nodes that read a value, including those whose subgraphs capture it, without duplicates. */
  readers(value: string): readonly Node[];
  /** How many nodes read a value. */
  readerCount(value: string): number;
  /** Whether `reader` is the only reader, so that the value can be removed together with it. */
  isOnlyRead(value: string, reader: Node): boolean;
  isOutput(value: string): boolean;
  typeOf(value: string | undefined): ValueType | undefined;
  constantOf(value: string | undefined): Tensor | undefined;
  /** A constant of one element, as a number; `undefined` for anything else. */
  numberOf(value: string | undefined): number | undefined;
  /** A node with its attributes and operands looked up. */
  view(node: Node): OperatorNode;
}

/** The nodes and values of a graph, in order, with what is known of each. */
export class GraphIndex implements GraphView {
  readonly nodes: NodeList = new NodeList();
  readonly types: Map<string, ValueType> = new Map();
  readonly constants: Map<string, Tensor> = new Map();
  readonly #outputs: ReadonlySet<string>;
  readonly #outer: GraphView | undefined;

  /** `outer` is the graph around a subgraph, which may capture its values. */
  constructor(outputs: Iterable<string>, outer?: GraphView) {
    this.#outputs = new Set(outputs);
    this.#outer = outer;
  }

  producer(value: string | undefined, operator?: string): Node | undefined {
    const node = value === undefined ? undefined : this.nodes.producer(value)?.node;
    return operator === undefined || node?.operator === operator ? node : undefined;
  }

  readers(value: string): readonly Node[] {
    return Array.from(this.nodes.readers(value), (entry) => entry.node);
  }

  readerCount(value: string): number {
    return this.nodes.readers(value).size;
  }

  isOnlyRead(value: string, reader: Node): boolean {
    const readers = this.nodes.readers(value);
    const [only] = readers;
    return readers.size === 1 && only?.node === reader && !this.isOutput(value);
  }

  isOutput(value: string): boolean {
    return this.#outputs.has(value);
  }

  /** Whether a value is an output or has readers. */
  isNeeded(value: string): boolean {
    return value !== '' && (this.isOutput(value) || this.readerCount(value) > 0);
  }

  typeOf(value: string | undefined): ValueType | undefined {
    return value === undefined ? undefined : (this.types.get(value) ?? this.#outer?.typeOf(value));
  }

  constantOf(value: string | undefined): Tensor | undefined {
    return value === undefined ? undefined : (this.constants.get(value) ?? this.#outer?.constantOf(value));
  }

  numberOf(value: string | undefined): number | undefined {
    const tensor = this.constantOf(value);
    return tensor?.size === 1 && tensor.dtype !== 'string' ? tensor.scalar() : undefined;
  }

  view(node: Node): OperatorNode {
    return viewNode(
      node,
      (name) => this.typeOf(name),
      (name) => this.constantOf(name),
    );
  }

  /** Renames a value, and its node if the node is named after it or `nodeName` is given. */
  rename(from: string, to: string, nodeName?: string): void {
    const { nodes, types, constants } = this;
    const renamed = (name: string): string => (name === from ? to : name);
    const entry = nodes.producer(from);
    if (entry !== undefined) {
      const { node } = entry;
      nodes.exchange(entry, { ...node, outputs: node.outputs.map(renamed), name: nodeName ?? renamed(node.name) });
    }
    for (const reader of [...nodes.readers(from)]) nodes.exchange(reader, { ...reader.node, inputs: reader.node.inputs.map(renamed) });
    const [type, value] = [types.get(from), constants.get(from)];
    if (type !== undefined) types.set(to, type);
    if (value !== undefined) constants.set(to, value);
    types.delete(from);
    constants.delete(from);
  }

  /** Makes a value a constant, and sets its type. */
  define(name: string, value: Tensor): void {
    this.constants.set(name, value);
    this.types.set(name, { dtype: value.dtype, shape: value.shape });
  }

  /** Removes a node and the nodes that only it needs. */
  remove(entry: NodeEntry): void {
    this.nodes.remove(entry);
    this.dropUnread(readNames(entry.node));
  }

  /** Removes the producers of values if none of their outputs is needed, and the nodes that only they need. */
  dropUnread(values: readonly string[]): void {
    const pending = [...values];
    for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
      const entry = this.nodes.producer(value);
      if (entry === undefined || entry.node.outputs.some((output) => this.isNeeded(output))) continue;
      this.nodes.remove(entry);
      for (const read of readNames(entry.node)) pending.push(read);
    }
  }

  /** Forgets the types and constants of removed values: those that are not needed and have no producer. */
  forgetUnread(values: readonly string[]): void {
    for (const value of values) {
      if (this.isNeeded(value) || this.producer(value) !== undefined) continue;
      this.constants.delete(value);
      this.types.delete(value);
    }
  }
}

/** The type of a value about which nothing is known. */
export const unknownType: ValueType = { dtype: 'float32', shape: undefined };

/** A node with its operands looked up. */
export function viewNode(
  node: Node,
  typeOf: (value: string) => ValueType | undefined,
  constantOf: (value: string) => Tensor | undefined,
): OperatorNode {
  const operands = node.inputs.map((name): Operand | undefined => {
    if (name === '') return undefined;
    return { name, ...(typeOf(name) ?? unknownType), constant: constantOf(name) };
  });
  return new OperatorNode(node, operands);
}

/** Tests the operands of a binary node in both orders; `undefined` if neither passes. */
export function eitherWay<T>(node: Node, test: (first: string, second: string) => T | undefined): T | undefined {
  const [left = '', right = ''] = node.inputs;
  return test(left, right) ?? test(right, left);
}
