import { elementCount, isStatic } from '../../ir/dimension.ts';
import { splitSizes } from '../../ops/movement/split.ts';
import { transposeOrder } from '../../ops/movement/transpose.ts';
import type { Rewrite } from '../rewrite.ts';

/**
 * An axis that is moved to the front of more axes than ncnn permutes at once, and then split into its entries, moves with the axis after it
 * instead:
 *
 *     [windows, tokens, 3, heads, size] -> Transpose -> [3, windows, heads, tokens, size] -> Split -> 3 of [1, windows, heads, tokens, size]
 *     becomes
 *     [windows, tokens, 3 * heads, size] -> Transpose -> [windows, 3 * heads, tokens, size] -> Split -> 3 of [windows, heads, tokens, size]
 *
 * This is how attention in windows separates queries, keys and values. Before, the Transpose became two Permute layers.
 */
export const splitWithNextAxis: Rewrite = {
  name: 'split-with-next-axis',
  operators: ['Split'],
  match: (node, graph) => {
    const [moved = '', sizes = ''] = node.inputs;
    const transpose = graph.producer(moved, 'Transpose');
    const [source = ''] = transpose?.inputs ?? [];
    const shape = graph.typeOf(source)?.shape;
    const result = graph.typeOf(moved)?.shape;
    if (transpose === undefined || !shape || !isStatic(shape) || !result || !isStatic(result) || !graph.isOnlyRead(moved, node)) return;
    const view = graph.view(node);
    const order = transposeOrder(graph.view(transpose), shape.length);
    const place = view.axis(view.int('axis', 0), shape.length);
    const axis = order[place] ?? 0;
    const isSingle = splitSizes(view, result).every((size) => size === 1);
    if (!isSingle || (sizes !== '' && graph.constantOf(sizes) === undefined) || blocksOf(order, shape).length <= maxBlocks) return;
    const blocks = blocksWith(axis, order, shape);
    if (blocks === undefined) return undefined;
    return (edit) => {
      // In the order of the source; a block is a run of axes.
      const views = [...blocks].sort((left, right) => (left[0] ?? 0) - (right[0] ?? 0));
      const sizeOf = (block: readonly number[]): number => elementCount(block.map((member) => shape[member] ?? 1));
      const viewed = edit.reshape(source, views.map(sizeOf));
      const transposed = edit.transpose(
        viewed,
        blocks.map((block) => views.indexOf(block)),
      );
      const along = blocks.findIndex((block) => block[0] === axis);
      const count = node.outputs.length;
      const part = sizeOf(blocks[along] ?? []) / count;
      const parts = edit.emitAll('Split', [transposed, edit.integers(node.outputs.map(() => part))], count, { axis: along }, 'part');
      const target = result.map((size, index) => (index === place ? 1 : size));
      return parts.map((value) => edit.reshape(value, target));
    };
  },
};

/** The axes of a Permute layer. */
const maxBlocks = 4;

type Blocks = readonly (readonly number[])[];

/** Runs of source axes that stay adjacent in an order, without axes of size 1. */
function blocksOf(order: readonly number[], shape: readonly number[]): Blocks {
  const blocks: number[][] = [];
  for (const axis of order.filter((each) => shape[each] !== 1)) {
    const last = blocks.at(-1);
    const isNext = last !== undefined && shape.slice((last.at(-1) ?? 0) + 1, axis).every((size) => size === 1) && axis > (last.at(-1) ?? 0);
    if (isNext) last.push(axis);
    else blocks.push([axis]);
  }
  return blocks;
}

/** The blocks where the axis moves at the head of the block of the axis after it; `undefined` if there are still too many. */
function blocksWith(axis: number, order: readonly number[], shape: readonly number[]): Blocks | undefined {
  const others = order.filter((each) => each !== axis);
  const next = shape.findIndex((size, index) => index > axis && size !== 1);
  if (next === -1) return undefined;
  const blocks = blocksOf(others.toSpliced(others.indexOf(next), 0, axis), shape);
  return blocks.length <= maxBlocks && blocks.some((block) => block[0] === axis) ? blocks : undefined;
}
