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

/** What nodes are emitted for, and what has been added since. */
interface Scope {
  /** In front of new names. */
  readonly prefix: string;
  /** Where nodes go: in front of this entry, or at the end. */
  readonly before: NodeEntry | undefined;
  readonly entries: NodeEntry[];
  /** Values that have been named. */
  readonly values: string[];
  /** Whether nodes are written out, which the budget pays for: a few nodes may become any number. */
  readonly expands: boolean;
}

/**
 * The part of an editor that adds to a graph. A node is inferred, folded and decomposed when it is added, so that every value has its type
 * at once; what replaces a node takes the names of its outputs.
 */
export abstract class GraphWriter extends GraphBuilder {
  /** The graph as it is now, looked up by value. */
  readonly index: GraphIndex;
  /** Why nodes were left that should have been decomposed, by their names. */
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

  /** Opens a graph without its nodes: {@link add} them in order. */
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

  /** Adds a node like another one, under new names for its outputs; returns these, `undefined` for outputs without a name. */
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
    const entries = graph.inputs.map(({ name }, place) => makeNode('Identity', [inputs[place] ?? ''], [name]));
    return this.inlineAs(this.fresh(role), { ...graph, inputs: [], nodes: [...entries, ...graph.nodes] });
  }

  /** A name that no value has, after the node for which is emitted. */
  fresh(role: string): string {
    const { prefix, values } = this.#scope;
    const name = this.#names.fresh(prefix === '' ? role : `${prefix}/${role}`);
    values.push(name);
    return name;
  }

  /** Puts `prefix` in front of the names that `build` uses. */
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
   * Adds a node under its own names: inferred, folded where its operands are constant, decomposed where a rule says so; of an `If` with
   * a constant condition the branch that it takes. Throws `OperatorError` where the node breaks the rules of its operator.
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
      this.#addInlined(node, branch, (inner) => this.tryAdd(inner));
      return;
    }
    if (this.decompose(view, undefined)) return;
    const operator = this.rules.operators.get(node.operator);
    // Whether an unknown operator can be converted is for the lowering to say.
    if (operator === undefined) this.#declareOutputs(node);
    else if (!inferOutputs(view, operator, (output) => this.#declared.get(output), this.inference)) return;
    this.#append(node);
  }

  /** Adds a node of a source as {@link add} does; one that fails is left out, and noted down for {@link takeFailures}. */
  tryAdd(node: Node): void {
    try {
      this.add(node);
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      this.fail({ node: this.index.view(node), error });
    }
  }

  /** The nodes that have failed since this was last asked. */
  takeFailures(): readonly FailedNode[] {
    return this.#failures.splice(0);
  }

  /** Adds what `build` emits under the names of a node that is not in the graph; `false` where it gives nothing. */
  addAs(node: Node, build: (edit: GraphWriter) => Results | undefined): boolean {
    return this.substitute(node, undefined, build);
  }

  protected fail(failure: FailedNode): void {
    this.#failures.push(failure);
    this.#declareOutputs(failure.node.node);
  }

  /** Gives the outputs of a node that cannot be inferred the types that the model declares. */
  #declareOutputs(node: Node): void {
    for (const output of node.outputs) if (output !== '') this.index.types.set(output, this.#declared.get(output) ?? unknownType);
  }

  /** The graph without what no output depends on. An importer names the outputs here, where it knows them only in the end. */
  graph(outputs: readonly string[] = this.#outputs): Graph {
    const { types, constants, nodes } = this.index;
    const all = Array.from(nodes.entries(), (entry) => entry.node);
    return dropUnused({ name: this.#name, inputs: this.#inputs, outputs, nodes: all, constants, types });
  }

  #append(node: Node): void {
    this.#scope.entries.push(this.index.nodes.insert(node, this.#scope.before));
  }

  protected inlineAs(name: string, graph: Graph): readonly string[] {
    const results = graph.outputs.map(() => this.fresh('result'));
    this.#addInlined(makeNode('Identity', [], results, {}, name), graph, (inner) => this.add(inner));
    return results;
  }

  #addInlined(node: Node, branch: Graph, add: (inner: Node) => void): void {
    const { nodes, constants } = inlineGraph(node, branch);
    for (const [name, value] of constants) this.index.define(name, value);
    for (const name of constants.keys()) this.#scope.values.push(name);
    for (const inner of nodes) {
      for (const output of inner.outputs) this.#scope.values.push(output);
      add(inner);
    }
  }

  /** Adds the decomposition of a node, in the place of `entry` where it stands there; `false` where it stays as it is. */
  protected decompose(view: OperatorNode, entry: NodeEntry | undefined): boolean {
    const list = this.rules?.decompositions.get(view.operator);
    if (list === undefined || (hasConstantInputs(view) && this.rules?.operators.get(view.operator)?.evaluate !== undefined)) return false;
    try {
      return list.some(({ decompose }) => this.substitute(view.node, entry, (edit) => decompose(view, edit), true));
    } catch (error) {
      // The lowering reports it, together with all other blockers.
      if (!(error instanceof OperatorError)) throw error;
      this.refusals.set(view.node.name, error);
      return false;
    }
  }

  /** Emits a replacement for a node, which stands at `entry` or is not in the graph. All or nothing. */
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

  /** Whether results may take the place of a node that is in the graph. */
  protected abstract accepts(node: Node, results: readonly (string | undefined)[]): boolean;

  /** Gives results the names of the outputs, and the first node among them the name of the node unless another one has it. */
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
