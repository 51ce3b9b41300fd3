import { capturedNames } from './captures.ts';
import type { Node } from './graph.ts';

/**
 * A node and its position in the order of the graph. A removed entry keeps its `next`, so that an iteration that has stopped at it can
 * continue.
 */
export interface NodeEntry {
  node: Node;
  previous: NodeEntry | undefined;
  next: NodeEntry | undefined;
  removed: boolean;
}

/**
 * The nodes of a graph in topological order, indexed by the values they produce and read. Each change costs only the operands and outputs
 * of one node.
 */
export class NodeList {
  readonly #entries = new Map<Node, NodeEntry>();
  readonly #producers = new Map<string, NodeEntry>();
  readonly #readers = new Map<string, Set<NodeEntry>>();
  #first: NodeEntry | undefined;
  #last: NodeEntry | undefined;

  get first(): NodeEntry | undefined {
    return this.#first;
  }

  entryOf(node: Node): NodeEntry | undefined {
    return this.#entries.get(node);
  }

  producer(value: string): NodeEntry | undefined {
    return this.#producers.get(value);
  }

  /** The entries that read a value, including those that capture it in a subgraph, without duplicates; the oldest reader first. */
  readers(value: string): ReadonlySet<NodeEntry> {
    return this.#readers.get(value) ?? noEntries;
  }

  /** The nodes in order. Nodes may be added and removed during the iteration; nodes inserted before the current one are not visited. */
  *entries(): Generator<NodeEntry, void, undefined> {
    for (let entry = this.#first; entry !== undefined; entry = entry.next) if (!entry.removed) yield entry;
  }

  /** Inserts a node before an entry, or at the end. */
  insert(node: Node, before?: NodeEntry): NodeEntry {
    const previous = before === undefined ? this.#last : before.previous;
    const entry: NodeEntry = { node, previous, next: before, removed: false };
    if (previous === undefined) this.#first = entry;
    else previous.next = entry;
    if (before === undefined) this.#last = entry;
    else before.previous = entry;
    this.#index(entry);
    return entry;
  }

  remove(entry: NodeEntry): void {
    const { previous, next } = entry;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    entry.removed = true;
    this.#unindex(entry);
  }

  /** Replaces the node of an entry. */
  exchange(entry: NodeEntry, node: Node): void {
    this.#unindex(entry);
    entry.node = node;
    this.#index(entry);
  }

  #index(entry: NodeEntry): void {
    const { node } = entry;
    this.#entries.set(node, entry);
    for (const output of node.outputs) if (output !== '') this.#producers.set(output, entry);
    for (const value of readNames(node)) {
      const readers = this.#readers.get(value);
      if (readers === undefined) this.#readers.set(value, new Set([entry]));
      else readers.add(entry);
    }
  }

  #unindex(entry: NodeEntry): void {
    const { node } = entry;
    this.#entries.delete(node);
    for (const output of node.outputs) if (this.#producers.get(output) === entry) this.#producers.delete(output);
    for (const value of readNames(node)) {
      const readers = this.#readers.get(value);
      readers?.delete(entry);
      if (readers?.size === 0) this.#readers.delete(value);
    }
  }
}

const noEntries: ReadonlySet<NodeEntry> = new Set();

/** Names of the values that a node reads, including those that its subgraphs capture. */
export function readNames(node: Node): readonly string[] {
  return [...node.inputs, ...capturedNames(node)].filter((name) => name !== '');
}
