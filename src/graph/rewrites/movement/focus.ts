import type { Dimension } from '../../ir/dimension.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import { resolveSlice, type SliceBound, sliceBounds } from '../../ops/movement/slice.ts';
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
    const [, channels, height = 0, width = 0] = shape ?? [];
    if (first === undefined || shape?.length !== 4 || typeof channels !== 'number') return undefined;
    const view = graph.view(node);
    const { block, source } = first;
    const known = parts.flatMap((part) => (part?.source === source && part.block === block ? [part.row * block + part.column] : []));
    const whole = known.length === block * block && known.length === parts.length && new Set(known).size === known.length;
    if (!whole || view.axis(view.int('axis'), 4) !== 1) return undefined;
    if ([height, width].some((size) => typeof size === 'number' && size % block !== 0)) return undefined;
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
      const start = blockStart(bound, shape[bound.axis]);
      if (start === undefined || starts.has(bound.axis) || bound.step < 2 || bound.step !== (block ?? bound.step)) return undefined;
      block = bound.step;
      starts.set(bound.axis, start);
    }
    source = node.inputs[0] ?? '';
  }
  const [row, column] = [starts.get(2), starts.get(3)];
  return block === undefined || row === undefined || column === undefined || starts.size !== 2 ? undefined : { source, block, row, column };
}

/**
 * The first entry of a slice that takes one of each block of entries, to the end of the axis; `undefined` for other slices. A free axis is
 * made of whole blocks: with any other size the parts could not be joined.
 */
function blockStart(bound: SliceBound, size: Dimension | undefined): number | undefined {
  const { start, end, step } = bound;
  if (typeof size === 'number') {
    const slice = resolveSlice(size, bound);
    return slice !== undefined && slice.start < step && slice.size * step === size ? slice.start : undefined;
  }
  const isWhole = end === size || (typeof end === 'number' && end >= 2 ** 31 - 1);
  return isWhole && typeof start === 'number' && start >= 0 && start < step ? start : undefined;
}
