import { capturedNames } from '../../ir/captures.ts';
import { isStatic, sameShape } from '../../ir/dimension.ts';
import { type Graph, makeNode, type Node, type ValueType } from '../../ir/graph.ts';
import { inlineBranch } from '../../ir/inlineGraph.ts';
import type { Tensor } from '../../ir/tensor.ts';
import { inferAndFold } from '../../stages/infer.ts';
import type { GraphIndex, Rewrite } from '../rewrite.ts';

/**
 * An `If` that is decided by what the net computes: both branches are run, and a `Where` takes the result of one. That is
 * the same where their results have the same types and shapes, for operators have no side effects. One that is
 * decided by small inputs alone is left, as pinning those resolves it at less cost.
 */
export const selectBranch: Rewrite = {
  name: 'select-branch',
  match: (node, graph) => {
    const [condition = ''] = node.inputs;
    if (node.operator !== 'If' || !isComputed(condition, graph)) return undefined;
    const branches = (['then_branch', 'else_branch'] as const).map((name) => node.attributes.get(name));
    const [yes, no] = branches.map((attribute) => (attribute?.kind === 'graph' ? attribute.value : undefined));
    if (yes === undefined || no === undefined || !sameResults(node, yes, no, graph)) return undefined;
    const nodes: Node[] = [];
    const constants = new Map<string, Tensor>();
    for (const [branch, side] of [
      [yes, 'then'],
      [no, 'else'],
    ] as const) {
      const inlined = inlineBranch(
        { ...node, name: `${node.name}/${side}`, outputs: node.outputs.map((output) => named(output, side)) },
        branch,
      );
      nodes.push(...inlined.nodes);
      for (const [name, tensor] of inlined.constants) constants.set(name, tensor);
    }
    const outputs = node.outputs.filter((output) => output !== '');
    const chosen = outputs.map((output) => makeNode('Where', [condition, named(output, 'then'), named(output, 'else')], [output]));
    return { nodes: [...nodes, ...chosen], constants };
  },
};

function named(output: string, side: string): string {
  return output === '' ? '' : `${output}/${side}`;
}

/** Whether a value depends on more than inputs that are single numbers. */
function isComputed(name: string, graph: GraphIndex): boolean {
  const seen = new Set<string>();
  const pending = [name];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    if (current === '' || seen.has(current) || graph.constant(current) !== undefined) continue;
    seen.add(current);
    const producer = graph.producer(current);
    if (producer !== undefined) pending.push(...producer.inputs);
    else if ((graph.type(current)?.shape?.length ?? 0) > 1) return true;
  }
  return false;
}

function sameResults(node: Node, yes: Graph, no: Graph, graph: GraphIndex): boolean {
  const [left, right] = [resultTypes(node, yes, graph), resultTypes(node, no, graph)];
  return left.every((type, index) => {
    const other = right[index];
    const shape = type?.shape;
    return (
      type?.dtype === other?.dtype && shape !== undefined && isStatic(shape) && other?.shape !== undefined && sameShape(shape, other.shape)
    );
  });
}

/** Types of the results of a branch, inferred with what it takes from around as inputs. */
function resultTypes(node: Node, branch: Graph, graph: GraphIndex): readonly (ValueType | undefined)[] {
  const captured = [...new Set(capturedNames(node))];
  const inputs = captured.flatMap((name) => {
    const type = graph.type(name);
    return type === undefined ? [] : [{ name, type }];
  });
  const constants = captured.flatMap((name) => {
    const value = graph.constant(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const alone: Graph = { ...branch, inputs, constants: new Map([...constants, ...branch.constants]) };
  const { graph: inferred } = inferAndFold(alone);
  return branch.outputs.map((name) => inferred.types.get(name));
}
