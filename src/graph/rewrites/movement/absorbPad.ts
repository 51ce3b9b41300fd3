import type { Attribute, Node } from '../../ir/graph.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import { padAmounts, padMode } from '../../ops/movement/pad.ts';
import type { Rewrite } from '../rewrite.ts';

/** Moves a Pad of zeros around the plane into the padding of the Conv or AveragePool that reads it. */
export const absorbPad: Rewrite = {
  name: 'absorb-pad',
  operators: ['Conv', 'AveragePool'],
  match: (node, graph) => {
    const pad = graph.producer(node.inputs[0], 'Pad');
    if (pad === undefined || !takesZeros(node, graph)) return undefined;
    const amounts = spatialPads(pad, graph);
    if (amounts === undefined) return undefined;
    const own = graph.view(node).ints('pads', undefined) ?? amounts.map(() => 0);
    if (own.length !== amounts.length) return undefined;
    const pads: Attribute = { kind: 'ints', value: amounts.map((amount, index) => BigInt(amount + (own[index] ?? 0))) };
    const attributes = new Map([...node.attributes, ['pads', pads] as const]);
    return (edit) => edit.emitLike(node, { inputs: [pad.inputs[0] ?? '', ...node.inputs.slice(1)], attributes });
  },
};

/** Whether the node pads with zeros that count like other elements. */
function takesZeros(node: Node, graph: GraphView): boolean {
  const view = graph.view(node);
  if (view.string('auto_pad', 'NOTSET') !== 'NOTSET') return false;
  if (node.operator === 'Conv') return true;
  // The border of a Pad counts in the average, so the padding of the pool must count, too.
  return view.int('count_include_pad', 0) === 1 && view.int('ceil_mode', 0) === 0;
}

/** The padding before the axes after batch and channels, followed by the padding after them; `undefined` if anything else is padded. */
function spatialPads(pad: Node, graph: GraphView): readonly number[] | undefined {
  const rank = graph.typeOf(pad.inputs[0])?.shape?.length;
  const constant = [1, 2, 3].every((index) => !pad.inputs[index] || graph.constantOf(pad.inputs[index]) !== undefined);
  if (rank === undefined || rank < 3 || !constant) return undefined;
  const view = graph.view(pad);
  const value = pad.inputs[2] ? graph.numberOf(pad.inputs[2]) : 0;
  if (padMode(view) !== 'constant' || value !== 0) return undefined;
  const [batch, channels, ...spatial] = padAmounts(view, rank);
  const outside = [batch, channels].some((amount) => amount?.before !== 0 || amount.after !== 0);
  if (outside || spatial.some(({ before, after }) => before < 0 || after < 0)) return undefined;
  return [...spatial.map(({ before }) => before), ...spatial.map(({ after }) => after)];
}
