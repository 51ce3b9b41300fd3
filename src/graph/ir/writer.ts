import { Budget } from '../../budget/budget.ts';
import { GraphBuilder, type NodeAttributes } from './builder.ts';
import { dropUnused } from './dropUnused.ts';
import type { EditorOptions } from './editorOptions.ts';
import { hasConstantInputs, refineType } from './folding.ts';
import { type Graph, type GraphInput, makeNode, type Node, nodeWeight, type ValueType } from './graph.ts';
import { GraphIndex, unknownType } from './graphIndex.ts';
import { type Inference, inferOutputs } from './inference.ts';
import { inlineGraph, takenBranch } from './inlineGraph.ts';
import { createNames, type Names } from './names.ts';
import type { NodeEntry } from './nodeList.ts';
import { type FailedNode, localName, OperatorError, type OperatorNode } from './operator.ts';
import type { GraphRules, Results } from './rules.ts';
import type { Tensor } from './tensor.ts';

/** The node for which nodes are emitted, and what was added since. */
interface Scope {
  /** The prefix of new names. */
  readonly prefix: string;
  /** Where to insert nodes: before this entry, or at the end. */
  readonly before: NodeEntry | undefined;
  readonly entries: NodeEntry[];
  /** The values that were named. */
  readonly values: string[];
  /** Whether nodes count against the budget because they are part of a decomposition, which may have any number of nodes. */
  readonly expands: boolean;
}

/**
 * The part of an editor that adds to a graph. A node is inferred, folded and decomposed when it is added, so that the type of every value
 * is known at once. Nodes that replace a node take the names of its outputs.
 */
export abstract class GraphWriter extends GraphBuilder {
  /** The current graph, indexed by value. */
  readonly index: GraphIndex;
  /** Why nodes were not decomposed although they should have been, by node name. */
  readonly refusals: Map<string, OperatorError> = new Map();
  readonly #name: string;
  readonly #inputs: readonly GraphInput[];
  readonly #outputs: readonly string[];
  readonly #declared: ReadonlyMap<string, ValueType>;
  protected readonly rules: GraphRules | undefined;
  readonly #names: Names;
  protected readonly inference: Inference;
  readonly #failures: FailedNode[] = [];
  #scope: Scope = { prefix: '', before: undefined, entries: [], values: [], expands: false };

  /** Opens a graph without its nodes; call {@link add} for each of them in order. */
  constructor({ name, inputs, outputs, nodes, constants, types }: Graph, options: EditorOptions = {}) {
    super();
    this.#name = name;
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#declared = types;
    this.rules = options.rules;
    this.#names = options.names ?? createNames();
    this.index = new GraphIndex(outputs, options.outer);
    for (const input of inputs) this.index.types.set(input.name, input.type);
    for (const [constant, value] of constants) this.index.define(constant, value);
    if (options.rules === undefined) for (const [value, type] of types) this.index.types.set(value, type);
    for (const value of [...this.index.types.keys(), ...nodes.flatMap((node) => [node.name, ...node.outputs])]) this.#names.take(value);
    this.inference = {
      index: this.index,
      budget: options.budget ?? new Budget(),
      foldAll: options.foldAll ?? false,
      onValue: options.onValue,
    };
  }

  typeOf(value: string | undefined): ValueType | undefined {
    return this.index.typeOf(value);
  }

  constantOf(value: string | undefined): Tensor | undefined {
    return this.index.constantOf(value);
  }

  declaredType(value: string | undefined): ValueType | undefined {
    return value === undefined ? undefined : this.#declared.get(value);
  }

  emitAll(
    operator: string,
    inputs: readonly string[],
    outputs: number,
    attributes: NodeAttributes = {},
    role: string = localName(operator),
  ): readonly string[] {
    const names = Array.from({ length: outputs }, () => this.fresh(role));
    this.add(makeNode(operator, inputs, names, attributes));
    return names;
  }

  /** Adds a copy of a node with new output names; returns these, `undefined` for outputs without a name. */
  emitLike(node: Node, changes: Partial<Node>): readonly (string | undefined)[] {
    const outputs = (changes.outputs ?? node.outputs).map((name) => (name === '' ? '' : this.fresh(localName(node.operator))));
    this.add({ ...node, name: outputs.find((name) => name !== '') ?? node.name, ...changes, outputs });
    return outputs.map((name) => name || undefined);
  }

  constant(value: Tensor, role = 'constant'): string {
    const name = this.fresh(role);
    this.index.define(name, value);
    return name;
  }

  reserve(elements: number): void {
    this.inference.budget.spend('elements', elements, { node: this.#scope.prefix });
  }

  inline(graph: Graph, inputs: readonly string[], role = 'graph'): readonly string[] {
    return this.inlineAs(this.fresh(role), graph, inputs);
  }

  /** A new value name, derived from the node for which nodes are emitted. */
  fresh(role: string): string {
    const { prefix, values } = this.#scope;
    const name = this.#names.fresh(prefix === '' ? role : `${prefix}/${role}`);
    values.push(name);
    return name;
  }

  /** Prefixes the names that `build` uses. */
  scoped<T>(prefix: string, build: () => T): T {
    const outside = this.#scope;
    this.#scope = { ...outside, prefix };
    try {
      return build();
    } finally {
      this.#scope = outside;
    }
  }

  /**
   * Adds a node under its own names: infers it, folds it if its operands are constant, and decomposes it if a rule applies. For an `If`
   * with a constant condition, adds the branch that is taken. Throws `OperatorError` if the node breaks the rules of its operator.
   */
  add(node: Node): void {
    if (this.#scope.expands)
      this.inference.budget.spend('nodes', nodeWeight([node.name, ...node.outputs]), { node: node.name, operator: node.operator });
    if (this.rules === undefined) {
      this.#append(node);
      return;
    }
    const view = this.index.view(node);
    const branch = takenBranch(view);
    if (branch !== undefined) {
      this.#addInlined(node, branch, [], (inner) => this.tryAdd(inner));
      return;
    }
    if (this.decompose(view, undefined)) return;
    const operator = this.rules.operators.get(node.operator);
    // The lowering decides whether an unknown operator can be converted.
    if (operator === undefined) this.#declareOutputs(node);
    else if (!inferOutputs(view, operator, (output) => this.#declared.get(output), this.inference)) return;
    this.#append(node);
  }

  /** Adds a node of a source like {@link add}. A node that fails is omitted and recorded for {@link takeFailures}. */
  tryAdd(node: Node): void {
    try {
      this.add(node);
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      this.fail({ node: this.index.view(node), error });
    }
  }

  /** Returns and clears the list of failed nodes. */
  takeFailures(): readonly FailedNode[] {
    return this.#failures.splice(0);
  }

  /** Adds what `build` emits under the names of a node that is not in the graph; returns `false` if it returns nothing. */
  addAs(node: Node, build: (edit: GraphWriter) => Results | undefined): boolean {
    return this.substitute(node, undefined, build);
  }

  protected fail(failure: FailedNode): void {
    this.#failures.push(failure);
    this.#declareOutputs(failure.node.node);
  }

  /** Sets the types of outputs that cannot be inferred to those that the model declares. */
  #declareOutputs(node: Node): void {
    for (const output of node.outputs) if (output !== '') this.index.types.set(output, this.#declared.get(output) ?? unknownType);
  }

  /** The graph without unused nodes and values. An importer that knows the outputs only at the end passes them here. */
  graph(outputs: readonly string[] = this.#outputs): Graph {
    const { types, constants, nodes } = this.index;
    const all = Array.from(nodes.entries(), (entry) => entry.node);
    return dropUnused({ name: this.#name, inputs: this.#inputs, outputs, nodes: all, constants, types });
  }

  #append(node: Node): void {
    this.#scope.entries.push(this.index.nodes.insert(node, this.#scope.before));
  }

  protected inlineAs(name: string, graph: Graph, inputs: readonly string[]): readonly string[] {
    const results = graph.outputs.map(() => this.fresh('result'));
    this.#addInlined(makeNode('Identity', [], results, {}, name), graph, inputs, (inner) => this.add(inner));
    return results;
  }

  #addInlined(node: Node, branch: Graph, values: readonly string[], add: (inner: Node) => void): void {
    const { nodes, constants } = inlineGraph(node, branch, values);
    for (const [name, value] of constants) this.index.define(name, value);
    for (const name of constants.keys()) this.#scope.values.push(name);
    for (const inner of nodes) {
      for (const output of inner.outputs) this.#scope.values.push(output);
      add(inner);
    }
  }

  /** Decomposes a node, replacing `entry` if it is given; `false` if the node stays. */
  protected decompose(view: OperatorNode, entry: NodeEntry | undefined): boolean {
    const list = this.rules?.decompositions.get(view.operator);
    if (list === undefined || (hasConstantInputs(view) && this.rules?.operators.get(view.operator)?.evaluate !== undefined)) return false;
    try {
      return list.some(({ decompose }) => this.substitute(view.node, entry, (edit) => decompose(view, edit), true));
    } catch (error) {
      // The lowering reports the error together with all other blockers.
      if (!(error instanceof OperatorError)) throw error;
      this.refusals.set(view.node.name, error);
      return false;
    }
  }

  /** Emits a replacement for a node, which is at `entry` or not in the graph. If it fails, nothing changes. */
  protected substitute(
    node: Node,
    entry: NodeEntry | undefined,
    build: (edit: GraphWriter) => Results | undefined,
    expands: boolean = this.#scope.expands,
  ): boolean {
    const outside = this.#scope;
    const scope: Scope = { prefix: node.name, before: entry ?? outside.before, entries: [], values: [], expands };
    this.#scope = scope;
    try {
      const built = build(this);
      const results = typeof built === 'string' ? [built] : built;
      if (results === undefined || (entry !== undefined && !this.accepts(node, results))) {
        this.#rollBack(scope);
        return false;
      }
      this.#bind(node, results, scope);
    } catch (error) {
      this.#rollBack(scope);
      throw error;
    } finally {
      this.#scope = outside;
    }
    if (entry !== undefined) this.index.remove(entry);
    const own = new Set(node.outputs);
    this.index.dropUnread(
      scope.entries.flatMap((added) => (added.node.outputs.some((output) => own.has(output)) ? [] : added.node.outputs)),
    );
    for (const added of scope.entries) if (!added.removed) outside.entries.push(added);
    this.index.forgetUnread(scope.values);
    return true;
  }

  /** Whether results may replace a node in the graph. */
  protected abstract accepts(node: Node, results: readonly (string | undefined)[]): boolean;

  /** Renames results to the outputs, and the first of their nodes to the node unless another one has that name. */
  #bind(node: Node, results: readonly (string | undefined)[], scope: Scope): void {
    const { types } = this.index;
    const free = new Set(scope.entries.flatMap((added) => added.node.outputs));
    let name = scope.entries.some((added) => added.node.name === node.name) ? undefined : node.name;
    for (const [place, output] of node.outputs.entries()) {
      const result = results[place];
      if (output === '' || result === undefined) continue;
      const known = types.get(output);
      const value = this.constantOf(result);
      if (value !== undefined) {
        this.index.define(output, value);
        this.inference.onValue?.(output, value, node);
        continue;
      }
      if (free.has(result)) {
        this.index.rename(result, output, name);
        free.delete(result);
      } else {
        this.#append(makeNode('Identity', [result], [output], {}, name));
        const type = this.typeOf(result);
        if (type !== undefined) types.set(output, type);
      }
      name = undefined;
      if (known !== undefined) types.set(output, refineType(types.get(output) ?? unknownType, known));
    }
  }

  #rollBack({ entries, values }: Scope): void {
    for (const entry of entries.reverse()) if (!entry.removed) this.index.nodes.remove(entry);
    this.index.forgetUnread(values);
  }
}
