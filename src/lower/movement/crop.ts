import type { Dimension } from '../../graph/ir/dimension.ts';
import type { LoweringNode } from '../node.ts';
import { overAxes, type TensorBlob } from './grouping.ts';

/** What is kept of an axis. */
export interface Kept {
  readonly axis: number;
  /** First entry kept; negative ones count from the end of a free axis. */
  readonly start: number;
  /** The entry behind the last; `undefined` for the end of the axis, negative from the end of a free axis. */
  readonly end: number | undefined;
  /** Number of entries kept. */
  readonly size: Dimension;
}

/** ncnn's word for "to the end" in a Crop. */
const toTheEnd = -233;

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
      const params = {
        starts: kept.map((part) => part.start),
        ends: kept.map((part) => part.end ?? toTheEnd),
        axes: kept.map((part) => part.at),
      };
      return { blob: node.layer('Crop', [blob], params, top(result)), shape: result };
    },
  );
}
