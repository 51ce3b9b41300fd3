import { fixShapes } from '../../diagnostics/remedies.ts';
import { type Dimension, formatDimension, isStatic, type Shape } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import type { BlobShape } from '../../net/net.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringNode } from '../node.ts';
import { overAxes, type TensorBlob } from './grouping.ts';

/** What is kept of an axis. */
export interface Kept {
  readonly axis: number;
  /** First entry kept; negative ones count from the end of a free axis. A symbol is read from the blob that has an axis of this size. */
  readonly start: Dimension;
  /** The entry behind the last; `undefined` for the end of the axis, negative from the end of a free axis. */
  readonly end: Dimension | undefined;
  /** Number of entries kept. */
  readonly size: Dimension;
}

/** ncnn's word for "to the end" in a Crop. */
export const toTheEnd = -233;

/** The tensor with only a part of some axes, as one Crop layer where a blob can show them all. */
export function cropped(node: LoweringNode, source: TensorBlob, parts: readonly Kept[]): TensorBlob {
  const real = parts.filter(({ axis, size }) => source.shape[axis] !== size);
  return overAxes(
    node,
    source,
    real.map(({ axis }) => axis),
    (blob, axes, top, shape) => {
      const kept = axes.flatMap(({ axis, at }) => real.filter((part) => part.axis === axis).map((part) => ({ ...part, at })));
      const result = shape.map((size, axis) => kept.find((part) => part.axis === axis)?.size ?? size);
      const ranges = {
        starts: kept.map(({ start }) => start),
        ends: kept.map(({ end }) => end ?? toTheEnd),
        axes: kept.map(({ at }) => at),
      };
      return { blob: cropLayer(node, blob, ranges, top(result)), shape: result };
    },
  );
}

interface Ranges {
  readonly starts: Shape;
  readonly ends: Shape;
  readonly axes: readonly number[];
}

/** A Crop with its bounds as numbers, or as expressions where some are sizes of free axes. */
function cropLayer(node: LoweringNode, blob: DraftBlob, { starts, ends, axes }: Ranges, result: BlobShape): DraftBlob {
  if (isStatic(starts) && isStatic(ends)) return node.layer('Crop', [blob], { starts, ends, axes }, result);
  const sizes = node.sizeExpressions(blob, [...starts, ...ends]);
  if (sizes === undefined) {
    const bounds = [...starts, ...ends].filter((size) => typeof size === 'string').map(formatDimension);
    throw new OperatorError('shape', `the bounds ${bounds.join(' and ')} are sizes that no blob of ncnn has`, fixShapes);
  }
  const [first, last] = [sizes.texts.slice(0, starts.length), sizes.texts.slice(starts.length)];
  const params = { starts_expr: first.join(','), ends_expr: last.join(','), axes_expr: axes.join(',') };
  return node.layer('Crop', [blob, ...sizes.measured], params, result);
}
