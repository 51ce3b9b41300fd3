import { type FoldingBudget, hasConstantInputs, refineType, valueOfType } from './folding.ts';
import type { Node, ValueType } from './graph.ts';
import type { GraphIndex } from './graphIndex.ts';
import { checkShape } from './limits.ts';
import { type Operator, OperatorError, type OperatorNode } from './operator.ts';
import type { Tensor } from './tensor.ts';

export interface Inference {
  readonly index: GraphIndex;
  /** Decides what is folded; without one, all is that can be. */
  readonly budget: FoldingBudget | undefined;
  /** Called with every value that is computed, in order. */
  readonly onValue: ((name: string, value: Tensor, node: Node) => void) | undefined;
}

/**
 * Sets the types of a node's outputs, and their values where those are known. `known` is what is known of them beforehand. Returns
 * whether any output is left to be computed when the net runs. Throws `OperatorError` where the node breaks the rules of its operator.
 */
export function inferOutputs(
  view: OperatorNode,
  { infer, evaluate }: Operator,
  known: (output: string) => ValueType | undefined,
  { index, budget, onValue }: Inference,
): boolean {
  const results = infer(view);
  for (const { shape } of results) checkShape(shape);
  const folds = evaluate !== undefined && hasConstantInputs(view) && (budget?.allows(view, results) ?? true);
  const values = folds ? evaluate(view, constantInputs(view)) : undefined;
  let isDynamic = false;
  for (const [place, output] of view.node.outputs.entries()) {
    if (output === '') continue;
    const type = results[place];
    if (type === undefined) throw new OperatorError('invalid', `the operator has no output ${place}`);
    const value = values?.[place] ?? valueOfType(type);
    if (value === undefined) {
      index.types.set(output, refineType(type, known(output)));
      isDynamic = true;
    } else {
      index.define(output, value);
      onValue?.(output, value, view.node);
    }
  }
  return isDynamic;
}

function constantInputs(view: OperatorNode): readonly (Tensor | undefined)[] {
  return Array.from({ length: view.inputCount }, (_, place) => view.constant(place));
}
