import { isEqualType, isSameType } from './folding.ts';
import type { Node, ValueType } from './graph.ts';
import { inferOutputs } from './inference.ts';
import { takenBranch } from './inlineGraph.ts';
import type { NodeEntry } from './nodeList.ts';
import { OperatorError } from './operator.ts';
import type { Results } from './rules.ts';
import { GraphWriter } from './writer.ts';

/** What is known of a value at some point. */
interface KnownValue {
  readonly name: string;
  readonly type: ValueType | undefined;
  readonly isConstant: boolean;
}

/**
 * A graph that is built and changed. All code that writes graphs uses it. Producers and readers are indexed, so that a change costs only
 * what it touches.
 */
export class GraphEditor extends GraphWriter {
  /**
   * Replaces a node with what `build` emits, under the names of its outputs. Returns `false` without a change if `build` returns nothing,
   * emits a node that breaks the rules of its operator, or returns a value whose dtype or shape differs from the output. This check
   * protects every rewrite. An output may be omitted (`undefined`) only if nothing needs it.
   */
  replace(node: Node, build: (edit: GraphWriter) => Results | undefined): boolean {
    const entry = this.index.nodes.entryOf(node);
    const before = this.#known(node.outputs);
    if (entry === undefined || !this.#isReplaced(node, entry, build)) return false;
    this.#refresh(this.#changed(before));
    return true;
  }

  #isReplaced(node: Node, entry: NodeEntry, build: (edit: GraphWriter) => Results | undefined): boolean {
    try {
      return this.substitute(node, entry, build);
    } catch (error) {
      // A pattern may match constants of higher rank than the operand, which the replacement does not accept.
      if (error instanceof OperatorError) return false;
      throw error;
    }
  }

  /** Removes the nodes that no output depends on. */
  prune(): void {
    const entries = [...this.index.nodes.entries()];
    for (const entry of entries.reverse()) {
      if (!entry.node.outputs.some((output) => this.index.isNeeded(output))) this.index.nodes.remove(entry);
    }
  }

  /** The check of a replacement: whether the results have the types of the outputs. */
  protected override accepts(node: Node, results: readonly (string | undefined)[]): boolean {
    return node.outputs.every((output, place) => {
      if (output === '') return true;
      const result = results[place];
      if (result === undefined) return !this.index.isNeeded(output);
      const [before, after] = [this.typeOf(output), this.typeOf(result)];
      return before === undefined || (after !== undefined && isSameType(before, after));
    });
  }

  #known(values: readonly string[]): readonly KnownValue[] {
    return values.map((name) => ({ name, type: this.typeOf(name), isConstant: this.index.constants.has(name) }));
  }

  /** The values whose type or constant changed. */
  #changed(before: readonly KnownValue[]): readonly string[] {
    const changed = before.filter(
      ({ name, type, isConstant }) => isConstant !== this.index.constants.has(name) || !isEqualType(type, this.typeOf(name)),
    );
    return changed.map(({ name }) => name);
  }

  /** Infers the readers of changed values again, and their readers, until nothing changes. */
  #refresh(values: readonly string[]): void {
    const pending = [...values];
    for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
      for (const entry of [...this.index.nodes.readers(value)]) {
        if (entry.removed) continue;
        const before = this.#known(entry.node.outputs);
        this.#reinfer(entry);
        for (const output of this.#changed(before)) pending.push(output);
      }
    }
  }

  #reinfer(entry: NodeEntry): void {
    const { node } = entry;
    const view = this.index.view(node);
    try {
      const branch = takenBranch(view);
      if (branch !== undefined) {
        this.substitute(node, entry, () => this.inlineAs(node.name, branch, []));
        return;
      }
      const operator = this.rules?.operators.get(node.operator);
      if (this.decompose(view, entry) || operator === undefined) return;
      if (inferOutputs(view, operator, (output) => this.typeOf(output), this.inference)) return;
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      this.fail({ node: view, error });
    }
    this.index.remove(entry);
  }
}
