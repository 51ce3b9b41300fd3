import { fixShapes } from '../../diagnostics/remedies.ts';
import { type Dimension, formatDimension, isStatic, type Shape } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import type { BlobShape } from '../../net/net.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringNode } from '../node.ts';
import { overAxes, type TensorBlob } from './grouping.ts';

/** The range of an axis that is kept. */
export interface CropRange {
  readonly axis: number;
  /** First index that is kept. A negative index counts from the end of a dynamic axis. A symbol is the size of an axis of another blob. */
  readonly start: Dimension;
  /** The index after the last one; `undefined` for the end of the axis. A negative index counts from the end of a dynamic axis. */
  readonly end: Dimension | undefined;
  /** Number of elements that are kept. */
  readonly size: Dimension;
}

/** Crop's value for "to the end". */
export const toTheEnd = -233;

/** Crops some axes of a tensor, with a single Crop layer if one blob can show all of them. */
export function cropped(node: LoweringNode, source: TensorBlob, parts: readonly CropRange[]): TensorBlob {
  const real = parts.filter(({ axis, size }) => source.shape[axis] !== size);
  return overAxes(
    node,
    source,
    real.map(({ axis }) => axis),
    (blob, axes, top, shape) => {
      const placed = axes.flatMap(({ axis, at }) => real.filter((part) => part.axis === axis).map((part) => ({ ...part, at })));
      const result = shape.map((size, axis) => placed.find((part) => part.axis === axis)?.size ?? size);
      const ranges = {
        starts: placed.map(({ start }) => start),
        ends: placed.map(({ end }) => end ?? toTheEnd),
        axes: placed.map(({ at }) => at),
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

/** A Crop with numeric bounds, or with expressions if some bounds are sizes of dynamic axes. */
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
