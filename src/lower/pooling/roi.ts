import { OperatorError } from '../../graph/ir/operator.ts';
import { pooledSize, roiAlignRule } from '../../graph/ops/pooling/roi.ts';
import { hasSampleNear, maxPoolBins, samplesPerCell } from '../../kernels/roi.ts';
import { poolingCodes } from '../../net/layers/codes.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { maskedMaxima } from './maxRegions.ts';
import { defineStacked, type RegionOperands, regionOperands, rowOf } from './regions.ts';

/** Region pooling: layers for each region, and a Concat. */
export const roiLowerings: LoweringFamily = {
  MaxRoiPool: (node) => {
    const grid = pooledSize(node);
    const scale = node.float('spatial_scale', 1);
    const operands = regionOperands(node, 5);
    const pooled = croppedMaxima(node, operands, grid, scale) ?? maskedMaxima(node, operands, grid, scale);
    defineStacked(node, pooled, [operands.channels, ...grid]);
  },
  RoiAlign: (node) => {
    const rule = roiAlignRule(node);
    if (rule.mode === 'max') throw new OperatorError('unsupported', 'ncnn takes the mean of the samples of a region, not their maximum');
    const operands = regionOperands(node, 4);
    const { features, channels, height, width, count, constants } = operands;
    const pooled_height = node.int('output_height', 1);
    const pooled_width = node.int('output_width', 1);
    const spatial_scale = node.float('spatial_scale', 1);
    const shape = [channels, pooled_height, pooled_width];
    const aligned = (region: DraftBlob, sampling_ratio: number): DraftBlob => {
      const params = { pooled_width, pooled_height, spatial_scale, sampling_ratio, aligned: rule.halfPixel ? 1 : 0, version: 1 };
      return node.layer('ROIAlign', [features, region], params, shape);
    };
    if (constants === undefined) {
      node.warn(
        'ncnn rounds the sample positions differently: a region that ends at the edge of the features, or at a whole pixel if the number of samples depends on its size, may be sampled differently on some processors',
        'Compare the results on the processors that you build for.',
      );
      const corners = operands.corners();
      defineStacked(
        node,
        Array.from({ length: count }, (_, index) => aligned(rowOf(node, corners, index), rule.samplingRatio)),
        shape,
      );
      return;
    }
    const results = constants.map((region) => {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = region;
      const perRow = samplesPerCell(y1, y2, pooled_height, spatial_scale, rule);
      const perColumn = samplesPerCell(x1, x2, pooled_width, spatial_scale, rule);
      // ncnn reads out of bounds for samples beyond the edge of the image.
      const onEdge = (size: number, corners: readonly [number, number], cells: number): boolean =>
        hasSampleNear(size, size * 1e-5, corners, cells, spatial_scale, rule);
      // The number of samples per cell is given explicitly, so that it does not depend on ncnn's rounding. ncnn uses one number for both
      // axes.
      if (perRow < 1 || perRow !== perColumn || onEdge(height, [y1, y2], pooled_height) || onEdge(width, [x1, x2], pooled_width)) {
        throw new OperatorError('unsupported', `ncnn cannot sample the region [${region.join(',')}] exactly`);
      }
      return aligned(node.constantBlob(Float32Array.from(region), [4], `region ${region.join(',')}`), perRow);
    });
    defineStacked(node, results, shape);
  },
};

/**
 * Maxima of constant regions whose cells equal those of an adaptive pooling of their pixels. Returns `undefined` if this is not so for all
 * regions.
 */
function croppedMaxima(
  node: LoweringNode,
  { features, channels, height, width, constants }: RegionOperands,
  [out_h, out_w]: readonly [number, number],
  scale: number,
): readonly DraftBlob[] | undefined {
  const spans = constants?.map(([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) => ({
    rows: adaptiveSpan(maxPoolBins(y1, y2, out_h, scale), height),
    columns: adaptiveSpan(maxPoolBins(x1, x2, out_w, scale), width),
  }));
  if (spans === undefined || spans.some(({ rows, columns }) => rows === undefined || columns === undefined)) return undefined;
  const params = { pooling_type: poolingCodes.MAX.code, adaptive_pooling: 1, out_h, out_w };
  return spans.map(({ rows: [top, bottom] = [0, height], columns: [left, right] = [0, width] }) => {
    const crop = { starts: [top, left], ends: [bottom, right], axes: [1, 2] };
    const region = node.layer('Crop', [features], crop, [channels, bottom - top, right - left]);
    return node.layer('Pooling', [region], params, [channels, out_h, out_w]);
  });
}

/**
 * The range of pixels that the bins cover; `undefined` unless it is within the axis and the bins are those of an adaptive pooling of the
 * range.
 */
function adaptiveSpan(bins: readonly (readonly [number, number])[], size: number): readonly [number, number] | undefined {
  const first = bins[0]?.[0] ?? 0;
  const end = bins.at(-1)?.[1] ?? 0;
  const length = end - first;
  const adaptive = bins.every(
    ([start, stop], cell) =>
      start - first === Math.floor((length * cell) / bins.length) && stop - first === Math.ceil((length * (cell + 1)) / bins.length),
  );
  return adaptive && first >= 0 && end <= size ? [first, end] : undefined;
}
