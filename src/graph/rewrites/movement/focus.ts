import { isStatic } from '../../ir/dimension.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import { resolveSlice, sliceBounds } from '../../ops/movement/slice.ts';
import type { Rewrite } from '../rewrite.ts';

/**
 * The pixels of each place in a block taken by strided Slices and joined along the channels, as the Focus of YOLOv5 does, are
 * SpaceToDepth with the channels in the order of the Slices.
 */
export const findFocus: Rewrite = {
  name: 'find-focus',
  operators: ['Concat'],
  match: (node, graph) => {
    const parts = node.inputs.map((name) => stridedOf(name, graph));
    const [first] = parts;
    const shape = graph.typeOf(first?.source)?.shape;
    if (first === undefined || shape?.length !== 4 || !isStatic(shape)) return undefined;
    const view = graph.view(node);
    const [, channels = 0, height = 0, width = 0] = shape;
    const { block, source } = first;
    const known = parts.flatMap((part) => (part?.source === source && part.block === block ? [part.row * block + part.column] : []));
    const whole = known.length === block * block && known.length === parts.length && new Set(known).size === known.length;
    if (!whole || view.axis(view.int('axis'), 4) !== 1 || height % block !== 0 || width % block !== 0) return undefined;
    const attributes = { blocksize: block };
    if (known.every((part, index) => part === index)) return (edit) => edit.emit('SpaceToDepth', [source], attributes);
    const channelOrder = known.flatMap((part) => Array.from({ length: channels }, (_, channel) => part * channels + channel));
    return (edit) =>
      edit.emit('Gather', [edit.emit('SpaceToDepth', [source], attributes, 'blocks'), edit.integers(channelOrder, 'order')], { axis: 1 });
  },
};

/** Every `block`th pixel of an image from a row and a column on. */
interface Strided {
  readonly source: string;
  readonly block: number;
  readonly row: number;
  readonly column: number;
}

/** What a value is that a Slice, or two in a row, takes of rows and columns. */
function stridedOf(name: string, graph: GraphView): Strided | undefined {
  const starts = new Map<number, number>();
  let block: number | undefined;
  let source = name;
  for (let node = graph.producer(source, 'Slice'); node !== undefined && starts.size < 2; node = graph.producer(source, 'Slice')) {
    const shape = graph.typeOf(node.inputs[0])?.shape;
    const bounds = shape && sliceBounds(graph.view(node), shape.length);
    if (shape === undefined || bounds === undefined) return undefined;
    for (const bound of bounds) {
      const size = shape[bound.axis];
      const slice = typeof size === 'number' ? resolveSlice(size, bound) : undefined;
      if (slice === undefined || starts.has(bound.axis) || slice.step < 2 || slice.step !== (block ?? slice.step)) return undefined;
      // All that is left behind the start is taken.
      if (slice.start >= slice.step || typeof size !== 'number' || slice.size * slice.step !== size) return undefined;
      block = slice.step;
      starts.set(bound.axis, slice.start);
    }
    source = node.inputs[0] ?? '';
  }
  const [row, column] = [starts.get(2), starts.get(3)];
  return block === undefined || row === undefined || column === undefined || starts.size !== 2 ? undefined : { source, block, row, column };
}
