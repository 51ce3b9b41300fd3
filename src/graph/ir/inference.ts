import type { Budget } from '../../budget/budget.ts';
import { abbreviate, type Dimension } from './dimension.ts';
import { evaluationCost, hasConstantInputs, isFoldable, refineType, storedElements, valueOfType } from './folding.ts';
import type { Node, ValueType } from './graph.ts';
import type { GraphIndex } from './graphIndex.ts';
import { checkShape } from './limits.ts';
import { type Operator, OperatorError, type OperatorNode } from './operator.ts';
import type { Tensor } from './tensor.ts';

export interface Inference {
  readonly index: GraphIndex;
  /** Limits the computations. */
  readonly budget: Budget;
  /**
   * Whether everything that can be computed is computed, or the model is rejected. Otherwise, computations that are too expensive stay in
   * the graph.
   */
  readonly foldAll: boolean;
  /** Called with every computed value, in order. */
  readonly onValue: ((name: string, value: Tensor, node: Node) => void) | undefined;
}

/**
 * Sets the types of a node's outputs, and their values if they are known. `known` returns the type known beforehand. Returns whether any
 * output is dynamic. Throws `OperatorError` if the node breaks the rules of its operator.
 */
export function inferOutputs(
  view: OperatorNode,
  operator: Operator,
  known: (output: string) => ValueType | undefined,
  inference: Inference,
): boolean {
  const { index, onValue } = inference;
  const results = operator.infer(view).map(withShortSizes);
  for (const { shape } of results) checkShape(shape);
  const values = foldedValues(view, operator, results, inference);
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

/** The values of a node's outputs, if its operands are known and the budget permits the computation. */
function foldedValues(
  view: OperatorNode,
  operator: Operator,
  results: readonly ValueType[],
  { budget, foldAll }: Inference,
): readonly Tensor[] | undefined {
  const { evaluate } = operator;
  if (evaluate === undefined || !hasConstantInputs(view)) return undefined;
  const cost = evaluationCost(view, operator, results);
  if (!foldAll && !isFoldable(view, cost, budget)) return undefined;
  const place = { node: view.node.name, operator: view.operator };
  budget.spend('steps', cost.steps, place);
  budget.spend('elements', cost.elements, place);
  const values = evaluate(view, constantInputs(view));
  // The sizes of results whose shapes depend on values were only estimated.
  budget.release('elements', cost.elements - values.reduce((sum, value) => sum + storedElements(value), 0));
  return values;
}

/** Abbreviates the long expressions that a chain of operators builds for a dynamic axis. */
function withShortSizes(type: ValueType): ValueType {
  const { shape, elements } = type;
  if (!shape?.some(isExpression) && !elements?.some(isExpression)) return type;
  return { ...type, shape: shape?.map(abbreviate), ...(elements === undefined ? {} : { elements: elements.map(abbreviate) }) };
}

function isExpression(size: Dimension): boolean {
  return typeof size === 'string';
}

function constantInputs(view: OperatorNode): readonly (Tensor | undefined)[] {
  return Array.from({ length: view.inputCount }, (_, place) => view.constant(place));
}
