import { Budget } from '../../../budget/budget.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import { elementCount, isStatic } from '../../ir/dimension.ts';
import { GraphEditor } from '../../ir/editor.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operators } from '../../ops/index.ts';
import { placesOf } from '../attention/rearrangement.ts';
import type { Rewrite } from '../rewrite.ts';

/**
 * Reshape, Transpose and Reshape that move blocks of pixels between channels and the plane are DepthToSpace or SpaceToDepth, in either
 * order of the channels, and between Transposes if the channels are last.
 */
export const findDepthMoves: Rewrite = {
  name: 'find-depth-moves',
  operators: ['Reshape'],
  match: (node, graph) => {
    const middle = graph.producer(node.inputs[0], 'Transpose');
    const first = graph.producer(middle?.inputs[0], 'Reshape');
    const [source = ''] = first?.inputs ?? [];
    const [result = ''] = node.outputs;
    const [before, after] = [graph.typeOf(source)?.shape, graph.typeOf(result)?.shape];
    if (middle === undefined || first === undefined || !before || !after || !isStatic(before) || !isStatic(after)) return undefined;
    const moves = movesBetween(before, after);
    if (moves.length === 0 || elementCount(before) > maxElements) return undefined;
    const places = placesOf(result, { source, factor: 1, nodes: [first, middle, node] }, graph)?.values();
    const found = moves.find((move) => places !== undefined && samePlaces(places, move, before));
    return found && ((edit) => emitMove(edit, found, source));
  },
};

/** Larger values are not traced, because that takes too long. */
const maxElements = 1 << 22;

interface Move {
  readonly operator: 'DepthToSpace' | 'SpaceToDepth';
  readonly mode: 'DCR' | 'CRD';
  readonly block: number;
  readonly channelsLast: boolean;
}

/** The moves that change one shape into another. */
function movesBetween(before: readonly number[], after: readonly number[]): readonly Move[] {
  if (before.length !== 4 || after.length !== 4 || before[0] !== after[0]) return [];
  return [false, true].flatMap((channelsLast) => {
    const [rows, columns] = channelsLast ? [1, 2] : [2, 3];
    const ratio = (after[rows] ?? 0) / (before[rows] ?? 1);
    const block = Math.max(ratio, 1 / ratio);
    if (block < 2 || !Number.isInteger(block) || (after[columns] ?? 0) / (before[columns] ?? 1) !== ratio) return [];
    const operator = ratio > 1 ? 'DepthToSpace' : 'SpaceToDepth';
    return (['DCR', 'CRD'] as const).map((mode) => ({ operator, mode, block, channelsLast }));
  });
}

function emitMove(edit: GraphBuilder, { operator, mode, block, channelsLast }: Move, source: string): string {
  const attributes = { blocksize: block, mode };
  if (!channelsLast) return edit.emit(operator, [source], attributes);
  const image = edit.emit('Transpose', [source], { perm: [0, 3, 1, 2] }, 'channels-first');
  return edit.emit('Transpose', [edit.emit(operator, [image], attributes, 'moved')], { perm: [0, 2, 3, 1] });
}

/** Whether a move puts each element in the given position; computed on a tensor of indices. */
function samePlaces(places: ArrayLike<unknown>, move: Move, shape: readonly number[]): boolean {
  const start = Tensor.of(
    'int32',
    shape,
    Int32Array.from({ length: places.length }, (_, place) => place),
  );
  const empty = { name: '', inputs: [], outputs: [], nodes: [], constants: new Map(), types: new Map() };
  const budget = new Budget({ maxElements: 4 * maxElements, maxSteps: 64 * maxElements });
  const edit = new GraphEditor(empty, { rules: { operators, decompositions: new Map() }, foldAll: true, budget });
  const moved = edit.constantOf(emitMove(edit, move, edit.constant(start)));
  return moved?.values().every((place: unknown, index: number) => place === places[index]) ?? false;
}
