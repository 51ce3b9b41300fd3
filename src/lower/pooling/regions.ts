import type { Remedy } from '../../diagnostics/advice.ts';
import { cutBefore } from '../../diagnostics/remedies.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import type { BlobShape } from '../../net/net.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringNode } from '../node.ts';

/** The operands of region pooling: the features of a single image, and the corners of each region. */
export interface RegionOperands {
  /** [channels, height, width] */
  readonly features: DraftBlob;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly count: number;
  /** x1, y1, x2, y2 of each region; `undefined` if they are computed at run time. */
  readonly constants: readonly (readonly number[])[] | undefined;
  /** The corners of all regions, [count, 4]. */
  readonly corners: () => DraftBlob;
}

/** Maximum number of regions. Each region computed at run time takes several layers. */
const maxRegions = { constant: 256, dynamic: 64 };

/**
 * A row of the regions has `rowLength` elements and ends with the corners. An element before them is the image index, which is always 0.
 */
export function regionOperands(node: LoweringNode, rowLength: 4 | 5): RegionOperands {
  const sample = node.sampleShape(0);
  const [channels, height, width] = sample;
  if (typeof channels !== 'number' || typeof height !== 'number' || typeof width !== 'number') {
    throw new OperatorError('shape', 'the size of the features is unknown');
  }
  const constant = node.constant(1);
  const [count] = node.shape(1);
  const limit = constant === undefined ? maxRegions.dynamic : maxRegions.constant;
  if (typeof count !== 'number') {
    throw new OperatorError('unsupported', 'the number of regions is unknown, and ncnn pools one at a time', cutAtRegions);
  }
  if (count < 1 || count > limit) {
    throw new OperatorError('unsupported', `ncnn pools one region at a time, and ${count} regions would take as many layers`, cutAtRegions);
  }
  const values = constant?.toFloat32();
  return {
    features: node.blob(0, sample),
    channels,
    height,
    width,
    count,
    constants:
      values && Array.from({ length: count }, (_, index) => [...values.subarray((index + 1) * rowLength - 4, (index + 1) * rowLength)]),
    corners: () => {
      const rows = node.blob(1, [count, rowLength]);
      return rowLength === 4 ? rows : node.layer('Crop', [rows], { starts: [1], ends: [5], axes: [1] }, [count, 4]);
    },
  };
}

const cutAtRegions: Remedy = {
  ...cutBefore,
  hint: 'Cut the graph at the regions and the features, and convert the rest as a separate net for one region.',
};

/** Entry `index` of the first axis of a blob, without that axis. */
export function rowOf(node: LoweringNode, blob: DraftBlob, index: number): DraftBlob {
  const [count = 1, ...rowShape] = blob.shape;
  if (count === 1) return node.view(blob, rowShape);
  const row = node.layer('Crop', [blob], { starts: [index], ends: [index + 1], axes: [0] }, [1, ...rowShape]);
  return node.view(row, rowShape);
}

/** Makes the pooled regions, each [channels, height, width], the output of the node. */
export function defineStacked(node: LoweringNode, results: readonly DraftBlob[], [channels = 1, height = 1, width = 1]: BlobShape): void {
  const [only] = results;
  if (only !== undefined && results.length === 1) node.define(0, only);
  else if (typeof channels !== 'number') throw new OperatorError('shape', 'the number of channels is unknown');
  else node.define(0, node.layer('Concat', results, { axis: 0 }, [channels * results.length, height, width]));
}
