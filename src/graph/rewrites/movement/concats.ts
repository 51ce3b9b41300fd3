import type { GraphView } from '../../ir/graphIndex.ts';
import type { Rewrite } from '../rewrite.ts';

/** A Concat whose only reader is a Concat along the same axis is merged into its reader. */
export const mergeConcats: Rewrite = {
  name: 'merge-concats',
  operators: ['Concat'],
  match: (node, graph) => {
    const axis = axisOf(node.outputs[0] ?? '', graph);
    if (axis === undefined) return undefined;
    const times = new Map<string, number>();
    for (const name of node.inputs) times.set(name, (times.get(name) ?? 0) + 1);
    const inputs = node.inputs.flatMap((name) => {
      const inner = graph.producer(name, 'Concat');
      // A value that is joined twice would have to be split twice.
      const alone = times.get(name) === 1 && graph.isOnlyRead(name, node);
      return inner !== undefined && alone && axisOf(name, graph) === axis ? inner.inputs : [name];
    });
    return inputs.length === node.inputs.length ? undefined : (edit) => edit.emit('Concat', inputs, { axis });
  },
};

/** The axis, from the front, of the Concat that produces a value of known rank. */
function axisOf(name: string, graph: GraphView): number | undefined {
  const node = graph.producer(name, 'Concat');
  const rank = graph.typeOf(name)?.shape?.length;
  if (node === undefined || rank === undefined) return undefined;
  const view = graph.view(node);
  return view.axis(view.int('axis'), rank);
}
