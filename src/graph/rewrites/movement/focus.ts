import { type Dimension, isStatic, type Shape } from '../../ir/dimension.ts';
import type { Node } from '../../ir/graph.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import { resolveSlice, type SliceBound, sliceBounds } from '../../ops/movement/slice.ts';
import type { Replacement, Rewrite } from '../rewrite.ts';

/**
 * Strided Slices that select the pixels of each block position and are joined along the channels, as in the Focus of YOLOv5, are
 * SpaceToDepth with the channels in the order of the Slices. With channels last, as in the patch merging of Swin, they are a Transpose of
 * the blocks.
 */
export const findFocus: Rewrite = {
  name: 'find-focus',
  operators: ['Concat'],
  match: (node, graph) => {
    const shape = graph.typeOf(graph.producer(node.inputs[0], 'Slice')?.outputs[0])?.shape;
    const view = graph.view(node);
    if (shape === undefined || shape.length < 3) return undefined;
    const axis = view.axis(view.int('axis'), shape.length);
    if (shape.length === 4 && axis === 1) return channelsFirst(node, graph);
    return axis === shape.length - 1 ? channelsLast(node, shape.length, graph) : undefined;
  },
};

function channelsFirst(node: Node, graph: GraphView): Replacement | undefined {
  const blocks = blocksOf(node, 2, graph);
  const channels = blocks?.shape[1];
  if (blocks === undefined || typeof channels !== 'number') return undefined;
  const { block, source, places } = blocks;
  const attributes = { blocksize: block };
  if (places.every((place, index) => place === index)) return (edit) => edit.emit('SpaceToDepth', [source], attributes);
  const channelOrder = places.flatMap((place) => Array.from({ length: channels }, (_, channel) => place * channels + channel));
  return (edit) =>
    edit.emit('Gather', [edit.emit('SpaceToDepth', [source], attributes, 'blocks'), edit.integers(channelOrder, 'order')], { axis: 1 });
}

/** [.., H, W, C] -> Reshape [N, H / b, b, W / b, b, C] -> Transpose -> [N, H / b, W / b, b, b, C] -> Reshape [.., H / b, W / b, b * b * C]. */
function channelsLast(node: Node, rank: number, graph: GraphView): Replacement | undefined {
  const blocks = blocksOf(node, rank - 3, graph);
  if (blocks === undefined || !isStatic(blocks.shape)) return undefined;
  const { block, source, places, shape } = blocks;
  const [height = 1, width = 1, channels = 1] = shape.slice(-3);
  const byColumns = places.map((place) => (place % block) * block + Math.floor(place / block));
  const perm = [places, byColumns].findIndex((order) => order.every((place, index) => place === index));
  if (perm === -1) return undefined;
  const samples = shape.slice(0, -3);
  const count = samples.reduce((product, size) => product * size, 1);
  const [rows, columns] = [height / block, width / block];
  return (edit) => {
    const parts = edit.emit('Reshape', [source, edit.integers([count, rows, block, columns, block, channels], 'parts')], {}, 'blocks');
    const moved = edit.emit('Transpose', [parts], { perm: perm === 0 ? [0, 1, 3, 2, 4, 5] : [0, 1, 3, 4, 2, 5] }, 'moved');
    return edit.emit('Reshape', [moved, edit.integers([...samples, rows, columns, block * block * channels], 'shape')]);
  };
}

/** The source of all pixels in a Concat, and the block position of each operand, row by row. */
interface Blocks {
  readonly source: string;
  readonly shape: Shape;
  readonly block: number;
  readonly places: readonly number[];
}

/** The blocks of a Concat of strided Slices, with rows on `rowAxis` and columns on the next axis. */
function blocksOf(node: Node, rowAxis: number, graph: GraphView): Blocks | undefined {
  const parts = node.inputs.map((name) => stridedOf(name, rowAxis, graph));
  const [first] = parts;
  const shape = graph.typeOf(first?.source)?.shape;
  if (first === undefined || shape === undefined) return undefined;
  const { block, source } = first;
  const places = parts.flatMap((part) => (part?.source === source && part.block === block ? [part.row * block + part.column] : []));
  const isWhole = places.length === block * block && places.length === parts.length && new Set(places).size === places.length;
  const divides = shape.slice(rowAxis, rowAxis + 2).every((size) => typeof size !== 'number' || size % block === 0);
  return isWhole && divides ? { source, shape, block, places } : undefined;
}

/** Every `block`-th pixel of an image from a row and a column on. */
interface Strided {
  readonly source: string;
  readonly block: number;
  readonly row: number;
  readonly column: number;
}

/** A value as the rows and columns that one or two consecutive Slices select. */
function stridedOf(name: string, rowAxis: number, graph: GraphView): Strided | undefined {
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
  const [row, column] = [starts.get(rowAxis), starts.get(rowAxis + 1)];
  return block === undefined || row === undefined || column === undefined || starts.size !== 2 ? undefined : { source, block, row, column };
}

/**
 * The first entry of a slice that selects one entry of each block up to the end of the axis; `undefined` for other slices. A dynamic axis
 * is assumed to consist of whole blocks: with any other size, the parts could not be joined.
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
