import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import { formatShape, type Shape } from '../../graph/ir/dimension.ts';
import type { GraphEditor } from '../../graph/ir/editor.ts';
import { isSameType } from '../../graph/ir/folding.ts';
import { argumentName } from './operators/index.ts';
import type { SymbolNode } from './symbol.ts';

/** Checks weights against the shapes that the nodes need, and reports weights that are missing from the file of arrays. */
export class LearnedWeights {
  readonly #missing: Set<string>;
  readonly #editor: GraphEditor;
  readonly #diagnostics: Diagnostic[];

  /** `missing` are the weights without a value. Their shapes are unknown until a node reads them. */
  constructor(missing: Iterable<string>, editor: GraphEditor, diagnostics: Diagnostic[]) {
    this.#missing = new Set(missing);
    this.#editor = editor;
    this.#diagnostics = diagnostics;
  }

  /** The value of a weight operand with a known shape. Throws `NcnnError` if its shape differs. */
  read(node: SymbolNode, operand: number, value: string, shape: Shape): string {
    const what = `the ${argumentName(node.operator, operand)} "${value}"`;
    if (this.#missing.delete(value)) {
      const message = `${what} is missing, an array of ${formatShape(shape)}`;
      this.#diagnostics.push(diagnostic('weights-mismatch', message, weightsHint, { node: node.name, operator: node.operator }));
      // Only the type is set: the symbol may give any size, so no array is allocated.
      this.#editor.index.types.set(value, { dtype: 'float32', shape });
      return value;
    }
    const found = this.#editor.typeOf(value);
    if (found !== undefined && !isSameType(found, { ...found, shape })) {
      const message = `${what} is ${formatShape(found.shape)} instead of ${formatShape(shape)}`;
      throw new NcnnError([diagnostic('weights-mismatch', message, weightsHint)]);
    }
    return value;
  }
}

const weightsHint = 'Give the `.params` that belongs to this symbol.';
