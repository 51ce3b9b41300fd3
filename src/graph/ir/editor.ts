import { isEqualType, isSameType } from './folding.ts';
import type { Node, ValueType } from './graph.ts';
import { inferOutputs } from './inference.ts';
import { takenBranch } from './inlineGraph.ts';
import type { NodeEntry } from './nodeList.ts';
import { OperatorError } from './operator.ts';
import type { Results } from './rules.ts';
import { GraphWriter } from './writer.ts';

/** What is known of a value at one time. */
interface KnownValue {
  readonly name: string;
  readonly type: ValueType | undefined;
  readonly isConstant: boolean;
}

/**
 * A graph while it is built and changed; everything that writes graphs does so through it. Producers and readers are indexed, so that a
 * step costs what it touches.
 */
export class GraphEditor extends GraphWriter {
  /**
   * Puts what `build` emits in the place of a node, under the names of its outputs. Nothing changes, and the answer is `false`, where
   * `build` gives nothing, emits a node that breaks the rules of its operator, or gives a result of another dtype or shape than the output it
   * is to be: the guard of every rewrite. An output may be left out (`undefined`) only where nothing needs it.
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
      // A pattern can match over constants of more axes than its operand has: then the operator that it stands for does not fit.
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

  /** The guard: whether results have the types of the outputs they are to be. */
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

  /** The values of which something else is known than before. */
  #changed(before: readonly KnownValue[]): readonly string[] {
    const changed = before.filter(
      ({ name, type, isConstant }) => isConstant !== this.index.constants.has(name) || !isEqualType(type, this.typeOf(name)),
    );
    return changed.map(({ name }) => name);
  }

  /** Infers again what reads values that have changed, as far as that changes anything. */
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
        this.substitute(node, entry, () => this.inlineAs(node.name, branch));
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
