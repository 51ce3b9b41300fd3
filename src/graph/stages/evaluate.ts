import { NcnnError } from '../../diagnostics/diagnostic.ts';
import { decomposeNode, decompositions, decompositionTable } from '../decompositions/index.ts';
import { capturedNames } from '../ir/captures.ts';
import type { Graph, Node, ValueType } from '../ir/graph.ts';
import { inlineBranch } from '../ir/inlineGraph.ts';
import { OperatorError } from '../ir/operator.ts';
import type { Tensor } from '../ir/tensor.ts';
import { operators } from '../ops/index.ts';
import { cutHint, dropUnused, takenBranch, toDiagnostic, viewNode } from './infer.ts';

export interface EvaluateOptions {
  /** Called with every value that a node makes, in order. */
  readonly onValue?: (name: string, tensor: Tensor, node: Node) => void;
}

/**
 * Computes the outputs of a graph for given inputs with the reference arithmetic of its operators. A branch of an `If` runs when its
 * turn comes, and operators that others are enough for run as those. Values are let go as soon as no node reads them any more.
 *
 * Throws `NcnnError` where a node breaks the rules of its operator, or has no reference arithmetic.
 */
export function evaluate(
  graph: Graph,
  inputs: ReadonlyMap<string, Tensor>,
  { onValue }: EvaluateOptions = {},
): ReadonlyMap<string, Tensor> {
  const live = dropUnused(graph);
  const values = new Map([...live.constants, ...inputs]);
  const types = new Map<string, ValueType>([...values].map(([name, { dtype, shape }]) => [name, { dtype, shape }]));
  const readers = new Map<string, number>();
  const reads = (node: Node): readonly string[] => [...node.inputs, ...capturedNames(node)];
  const count = (names: readonly string[], by: number): void => {
    for (const name of names) {
      const left = (readers.get(name) ?? 0) + by;
      readers.set(name, left);
      if (left <= 0) values.delete(name);
    }
  };
  for (const node of live.nodes) for (const name of reads(node)) readers.set(name, (readers.get(name) ?? 0) + 1);
  for (const name of live.outputs) readers.set(name, (readers.get(name) ?? 0) + 1);

  const table = decompositionTable(decompositions);
  const pending = [...live.nodes].reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const current = node;
    const view = viewNode(current, types, values);
    const branch = current.operator === 'If' ? takenBranch(view, current) : undefined;
    const simpler = branch === undefined ? decomposeNode(view, (name) => live.types.get(name), table) : inlineBranch(current, branch);
    if (simpler !== undefined) {
      for (const [name, tensor] of simpler.constants) {
        values.set(name, tensor);
        types.set(name, { dtype: tensor.dtype, shape: tensor.shape });
      }
      for (const inner of simpler.nodes) count(reads(inner), 1);
      count(reads(current), -1);
      pending.push(...[...simpler.nodes].reverse());
      continue;
    }
    const [list] = current.operator === 'SequenceConstruct' ? (operators.get(current.operator)?.infer(view) ?? []) : [];
    if (list !== undefined) {
      // Its values stay, for what takes them out of it.
      for (const output of current.outputs) types.set(output, list);
      continue;
    }
    const results = outputsOf(current, view);
    current.outputs.forEach((name, index) => {
      const tensor = results[index];
      if (name === '' || tensor === undefined) return;
      types.set(name, { dtype: tensor.dtype, shape: tensor.shape });
      onValue?.(name, tensor, current);
      if ((readers.get(name) ?? 0) > 0) values.set(name, tensor);
    });
    count(reads(current), -1);
  }
  return new Map(
    live.outputs.flatMap((name) => {
      const tensor = values.get(name);
      return tensor === undefined ? [] : [[name, tensor]];
    }),
  );
}

function outputsOf(node: Node, view: ReturnType<typeof viewNode>): readonly Tensor[] {
  try {
    const operator = operators.get(node.operator);
    if (operator?.evaluate === undefined) {
      throw new OperatorError('unsupported', `there is no reference arithmetic for ${node.operator}`, cutHint);
    }
    const inputs = node.inputs.map((name, index) => {
      const tensor = view.constant(index);
      if (name !== '' && tensor === undefined) throw new OperatorError('invalid', `the value "${name}" was not computed`);
      return tensor;
    });
    return operator.evaluate(view, inputs);
  } catch (error) {
    if (!(error instanceof OperatorError || error instanceof RangeError || error instanceof TypeError)) throw error;
    throw new NcnnError([toDiagnostic(error, view)]);
  }
}
