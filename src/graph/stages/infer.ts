import { type Diagnostic, diagnostic, type Place } from '../../diagnostics/diagnostic.ts';
import type { Decomposition } from '../decompositions/decomposition.ts';
import { decomposeNode, decompositions, decompositionTable } from '../decompositions/index.ts';
import { capturedNames } from '../ir/captures.ts';
import { elementCount, formatShape, isStatic } from '../ir/dimension.ts';
import type { Graph, Node, ValueType } from '../ir/graph.ts';
import { inlineBranch } from '../ir/inlineGraph.ts';
import { checkShape } from '../ir/limits.ts';
import { codeOf, type Operand, OperatorError, OperatorNode } from '../ir/operator.ts';
import { allocate, Tensor } from '../ir/tensor.ts';
import { operators } from '../ops/index.ts';

export interface Inferred {
  /** The graph with every type known, constants folded and constant `If`s taken. */
  readonly graph: Graph;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Shape inference and constant folding in one walk: a node whose operands are all constant is evaluated and gone;
 * of the others the types are inferred. An `If` whose condition turns out constant is replaced by the nodes of
 * the branch taken, and an operator that others are enough for by those. Nodes that no output needs are dropped first, so they cannot fail.
 * The list says which operators those are; it is tried in its order.
 */
export function inferAndFold(source: Graph, list: readonly Decomposition[] = decompositions): Inferred {
  const table = decompositionTable(list);
  const live = dropUnused(source);
  const constants = new Map(live.constants);
  const types = new Map<string, ValueType>();
  const declared = source.types;
  const nodes: Node[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { name, type } of live.inputs) {
    types.set(name, type);
    const problem = inputProblem(name, type);
    if (problem !== undefined) diagnostics.push(problem);
  }
  for (const [name, tensor] of constants) types.set(name, { dtype: tensor.dtype, shape: tensor.shape });
  const budget = foldingBudget(constants);
  const pending = [...live.nodes].reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const current = node;
    const view = viewNode(current, types, constants);
    const branch = current.operator === 'If' ? takenBranch(view, current) : undefined;
    const simpler = branch === undefined ? decomposeNode(view, (name) => declared.get(name), table) : inlineBranch(current, branch);
    if (simpler !== undefined) {
      for (const [name, tensor] of simpler.constants) {
        constants.set(name, tensor);
        types.set(name, { dtype: tensor.dtype, shape: tensor.shape });
      }
      pending.push(...[...simpler.nodes].reverse());
      continue;
    }
    const operator = operators.get(current.operator);
    if (operator === undefined) {
      // Whether this can be converted is for the lowering to say; the types the model declares serve until then.
      for (const output of current.outputs) {
        types.set(output, declared.get(output) ?? { dtype: 'float32', shape: undefined });
      }
      nodes.push(current);
      continue;
    }
    try {
      const results = operator.infer(view);
      for (const { shape } of results) checkShape(shape);
      const folded = budget.allows(view, results) ? operator.evaluate?.(view, constantInputs(view)) : undefined;
      current.outputs.forEach((output, index) => {
        if (output === '') return;
        const result = results[index];
        if (result === undefined) throw new OperatorError('invalid', `there is no output ${index}`);
        const value = folded?.[index] ?? wholeValue(result) ?? emptyValue(result);
        if (value === undefined) types.set(output, refine(result, declared.get(output)));
        else {
          constants.set(output, value);
          types.set(output, { dtype: value.dtype, shape: value.shape });
        }
      });
      if (current.outputs.some((output) => output !== '' && !constants.has(output))) nodes.push(current);
    } catch (error) {
      if (!(error instanceof OperatorError || error instanceof RangeError || error instanceof TypeError)) throw error;
      diagnostics.push(toDiagnostic(error, view));
      for (const output of current.outputs) {
        types.set(output, declared.get(output) ?? { dtype: 'float32', shape: undefined });
      }
    }
  }
  const graph = dropUnused({ ...live, nodes, constants, types });
  return { graph, diagnostics };
}

function inputProblem(name: string, { shape }: ValueType): Diagnostic | undefined {
  try {
    checkShape(shape);
    return undefined;
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return diagnostic(codeOf[error.reason], `the input "${name}": ${error.message}`, error.hint);
  }
}

/** A node with its operands looked up. */
export function viewNode(node: Node, types: ReadonlyMap<string, ValueType>, constants: ReadonlyMap<string, Tensor>): OperatorNode {
  const operands = node.inputs.map((name): Operand | undefined => {
    if (name === '') return undefined;
    const type = types.get(name) ?? { dtype: 'float32', shape: undefined };
    return { name, ...type, constant: constants.get(name) };
  });
  return new OperatorNode(node, operands);
}

/** The graph without nodes, constants and types that no output depends on. Inputs stay. */
export function dropUnused(graph: Graph): Graph {
  const needed = new Set(graph.outputs);
  const nodes: Node[] = [];
  for (let index = graph.nodes.length - 1; index >= 0; index--) {
    const node = graph.nodes[index];
    if (node === undefined || !node.outputs.some((output) => output !== '' && needed.has(output))) continue;
    nodes.push(node);
    for (const input of node.inputs) needed.add(input);
    for (const captured of capturedNames(node)) needed.add(captured);
  }
  const kept = new Set(nodes.flatMap((node) => node.outputs));
  const inputNames = new Set(graph.inputs.map((input) => input.name));
  return {
    ...graph,
    nodes: nodes.reverse(),
    constants: new Map([...graph.constants].filter(([name]) => needed.has(name))),
    types: new Map([...graph.types].filter(([name]) => needed.has(name) || kept.has(name) || inputNames.has(name))),
  };
}

/** The branch of an `If` whose condition is constant. */
export function takenBranch(view: OperatorNode, node: Node): Graph | undefined {
  const condition = view.constant(0);
  if (condition === undefined) return undefined;
  const attribute = node.attributes.get(condition.scalar() ? 'then_branch' : 'else_branch');
  return attribute?.kind === 'graph' ? attribute.value : undefined;
}

/** Folding a constant that is much larger than what it is made of would only blow up the weights. */
const foldingLimit = 1 << 26;
/** Up to so many elements that does not matter. */
const smallResult = 1 << 22;
const mostGrowth = 16;

/** Says which nodes are folded: a small file must not keep a build busy for minutes, nor fill its memory. */
interface FoldingBudget {
  readonly allows: (view: OperatorNode, results: readonly ValueType[]) => boolean;
}

function foldingBudget(constants: ReadonlyMap<string, Tensor>): FoldingBudget {
  const given = [...constants.values()].reduce((sum, { size }) => sum + size, 0);
  let left = 2 ** 28 + 16 * given;
  return {
    allows: (view, results) => {
      let source = 0;
      for (let index = 0; index < view.inputCount; index++) {
        const operand = view.optionalInput(index);
        if (operand !== undefined && operand.constant === undefined) return false;
        source += operand?.constant?.size ?? 0;
      }
      let size = 0;
      for (const { shape } of results) if (shape !== undefined && isStatic(shape)) size += elementCount(shape);
      if (size > foldingLimit || size > Math.max(smallResult, mostGrowth * source) || size > left) return false;
      left -= size;
      return true;
    },
  };
}

function constantInputs(view: OperatorNode): (Tensor | undefined)[] {
  return Array.from({ length: view.inputCount }, (_, index) => view.constant(index));
}

/** The value of a shape vector whose elements all turned out to be numbers. */
function wholeValue(type: ValueType): Tensor | undefined {
  const { elements, shape, dtype } = type;
  if (elements === undefined || !isStatic(elements) || shape === undefined || !isStatic(shape)) return undefined;
  if (dtype === 'int64') return Tensor.int64(elements, shape);
  if (dtype === 'bool') return Tensor.of('bool', shape, Uint8Array.from(elements));
  return dtype === 'int32' ? Tensor.of('int32', shape, Int32Array.from(elements)) : undefined;
}

/** A tensor without elements is constant whatever it is made of; ncnn could not hold it. */
function emptyValue({ dtype, shape }: ValueType): Tensor | undefined {
  if (shape === undefined || !isStatic(shape) || elementCount(shape) !== 0) return undefined;
  return Tensor.of(dtype, shape, dtype === 'string' ? [] : allocate(dtype, 0));
}

/** What was inferred, with axes filled in that only the model's own declaration knows as numbers. */
function refine(inferred: ValueType, declared: ValueType | undefined): ValueType {
  const known = declared?.shape;
  if (known === undefined) return inferred;
  if (inferred.shape === undefined) return { ...inferred, shape: known };
  if (known.length !== inferred.shape.length) return inferred;
  const shape = inferred.shape.map((size, axis) => {
    const other = known[axis];
    return typeof size === 'string' && typeof other === 'number' ? other : size;
  });
  return { ...inferred, shape };
}

/** What to do about a node that has no ncnn form. */
export const cutHint = 'Cut the graph before this node with `output=NAME`, or export the model without it.';

/** The diagnostic of an error thrown by an operator definition or a lowering. */
export function toDiagnostic(error: Error, view: OperatorNode): Diagnostic {
  const reason = error instanceof OperatorError ? error.reason : 'invalid';
  const hint = error instanceof OperatorError ? error.hint : '';
  const fallback = reason === 'invalid' ? 'Check the model with onnx.checker, or export it again.' : cutHint;
  return diagnostic(codeOf[reason], error.message, hint || fallback, placeOf(view));
}

export function placeOf(view: OperatorNode): Place {
  const shapes = Array.from({ length: view.inputCount }, (_, index) => formatShape(view.optionalInput(index)?.shape));
  return { node: view.node.name, operator: view.node.operator, shapes };
}
