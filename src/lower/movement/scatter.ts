import { pinOrCut } from '../../diagnostics/remedies.ts';
import { elementCount } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import type { Tensor } from '../../graph/ir/tensor.ts';
import { elementSources, rowSources } from '../../graph/ops/movement/gather.ts';
import { type ScatterReduction, scatterReduction } from '../../graph/ops/movement/scatter.ts';
import { sliceRange } from '../../graph/ops/movement/selection.ts';
import { binary } from '../arithmetic.ts';
import type { Lowering, LoweringFamily, LoweringNode } from '../node.ts';
import { joinedAlong } from './concat.ts';
import { operandBlob, type TensorBlob } from './grouping.ts';
import { taken } from './take.ts';

const scatterElements: Lowering = (node) => {
  const shape = node.staticShape(0);
  const axis = node.axis(node.int('axis', 0), shape.length);
  scatterRows(node, shape, 1, elementSources(shape, constantIndices(node), axis));
};

/** Replaces elements at constant indices: the operand and the updates are concatenated, and each row is taken from its source. */
export const scatterLowerings: LoweringFamily = {
  Scatter: scatterElements,
  ScatterElements: scatterElements,
  ScatterND: (node) => {
    const shape = node.staticShape(0);
    const { rows, run } = rowSources(shape, constantIndices(node), 0);
    scatterRows(node, shape, run, rows);
  },
};

function constantIndices(node: LoweringNode): Tensor {
  const indices = node.constant(1);
  if (indices !== undefined) return indices;
  throw new OperatorError('unsupported', 'the indices are computed when the net runs, and ncnn has no layer that scatters', pinOrCut);
}

/** Applies row `i` of the updates to row `rows[i]` of the operand, one after the other. A row has `run` elements. */
function scatterRows(node: LoweringNode, shape: readonly number[], run: number, rows: Int32Array): void {
  const data: TensorBlob = { blob: operandBlob(node, 0).blob, shape: [elementCount(shape) / run, run] };
  const updates = rows.length === 0 ? data : { blob: operandBlob(node, 2).blob, shape: [rows.length, run] };
  const reduction = scatterReduction(node);
  const rounds = reduction === 'none' ? [sliceRange(rows.length)] : roundsOf(rows);
  const result = rounds.reduce<TensorBlob>((current, round) => {
    const targets = round.map((update) => rows[update] ?? 0);
    const added = round.length === rows.length ? updates : taken(node, updates, 0, round);
    return replaced(node, current, targets, combined(node, current, targets, added, reduction));
  }, data);
  node.define(0, result.blob);
}

/** Distributes the updates over the minimum number of rounds in which no row is updated twice. */
function roundsOf(rows: Int32Array): readonly (readonly number[])[] {
  const met = new Map<number, number>();
  const rounds: number[][] = [];
  rows.forEach((row, update) => {
    const round = met.get(row) ?? 0;
    met.set(row, round + 1);
    rounds[round] = [...(rounds[round] ?? []), update];
  });
  return rounds;
}

const reductions = { add: 'ADD', mul: 'MUL', min: 'MIN', max: 'MAX' } as const;

function combined(
  node: LoweringNode,
  data: TensorBlob,
  targets: readonly number[],
  updates: TensorBlob,
  reduction: ScatterReduction,
): TensorBlob {
  if (reduction === 'none') return updates;
  const present = taken(node, data, 0, targets);
  const sizes = updates.shape.map(Number);
  const blob = binary(node, reductions[reduction], node.view(present.blob, sizes), node.view(updates.blob, sizes));
  return { blob, shape: sizes };
}

/** Replaces some rows. If two rows have the same target, the later one wins. */
function replaced(node: LoweringNode, data: TensorBlob, targets: readonly number[], rows: TensorBlob): TensorBlob {
  const count = Number(data.shape[0]);
  const sources = sliceRange(count);
  targets.forEach((target, row) => {
    sources[target] = count + row;
  });
  if (sources.every((source, place) => source === place)) return data;
  if (sources.every((source, place) => source === count + place)) return rows;
  return taken(node, joinedAlong(node, [data, rows], 0), 0, sources);
}
