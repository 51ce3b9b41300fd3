import { isStatic, sameShape } from '../../ir/dimension.ts';
import type { ValueType } from '../../ir/graph.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import type { Rewrite } from '../rewrite.ts';

/**
 * An `If` with a dynamic condition: both branches are run, and a `Where` selects a result. This is equivalent if the results have the same
 * types and shapes, because operators have no side effects. An `If` whose condition depends only on scalar inputs is kept, because pinning
 * these inputs resolves it at lower cost.
 */
export const selectBranch: Rewrite = {
  name: 'select-branch',
  operators: ['If'],
  match: (node, graph) => {
    const [condition = ''] = node.inputs;
    if (!isComputed(condition, graph)) return undefined;
    const branches = (['then_branch', 'else_branch'] as const).map((name) => node.attributes.get(name));
    const [yes, no] = branches.map((attribute) => (attribute?.kind === 'graph' ? attribute.value : undefined));
    if (yes === undefined || no === undefined) return undefined;
    return (edit) => {
      const [first, second] = [edit.inline(yes, [], 'then'), edit.inline(no, [], 'else')];
      if (!first.every((value, place) => isSameShape(edit.typeOf(value), edit.typeOf(second[place])))) return undefined;
      return node.outputs.map((output, place) =>
        output === '' ? undefined : edit.emit('Where', [condition, first[place] ?? '', second[place] ?? '']),
      );
    };
  },
};

function isSameShape(left: ValueType | undefined, right: ValueType | undefined): boolean {
  const shape = left?.shape;
  if (shape === undefined || !isStatic(shape) || right?.shape === undefined) return false;
  return left?.dtype === right.dtype && sameShape(shape, right.shape);
}

/** Whether a value depends on anything other than scalar inputs. */
function isComputed(name: string, graph: GraphView): boolean {
  const seen = new Set<string>();
  const pending = [name];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    if (current === '' || seen.has(current) || graph.constantOf(current) !== undefined) continue;
    seen.add(current);
    const producer = graph.producer(current);
    if (producer !== undefined) for (const input of producer.inputs) pending.push(input);
    else if ((graph.typeOf(current)?.shape?.length ?? 0) > 1) return true;
  }
  return false;
}
