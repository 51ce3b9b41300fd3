import { checkList } from '../../graph/limits.ts';
import { OperatorError } from '../../graph/operator.ts';
import { pooledSize, roiAlignRule } from '../../graph/ops/pooling/roi.ts';
import { maxPoolBins, samplePlaces, samplesPerCell } from '../../kernels/roi.ts';
import { poolingCodes } from '../../net/layers/codes.ts';
import type { BlobShape } from '../../net/net.ts';
import type { Blob } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';

/**
 * Pooling of constant regions: layers for each, and a Concat. For regions that are computed when the net runs ncnn's
 * own layers are not exact: where a cell ends at a whole pixel ROIPooling takes one more or less, depending on how
 * the compiler divides, and ROIAlign reads beyond the features for samples on their very edge.
 */
export const roiLowerings: LoweringFamily = {
  MaxRoiPool: (node) => {
    const [outputHeight, outputWidth] = pooledSize(node);
    const scale = node.float('spatial_scale', 1);
    const { features, channels, regions } = operands(node, 5);
    const [, , height = 1, width = 1] = node.staticShape(0);
    const shape = [channels, outputHeight, outputWidth];
    const params = { pooling_type: poolingCodes.MAX.code, adaptive_pooling: 1, out_h: outputHeight, out_w: outputWidth };
    const results = regions.map(([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) => {
      const [top, bottom] = adaptiveSpan(maxPoolBins(y1, y2, outputHeight, scale), height);
      const [left, right] = adaptiveSpan(maxPoolBins(x1, x2, outputWidth, scale), width);
      const crop = { starts: [top, left], ends: [bottom, right], axes: [1, 2] };
      const region = node.layer('Crop', [features], crop, [channels, bottom - top, right - left]);
      return node.layer('Pooling', [region], params, shape);
    });
    stacked(node, results, shape);
  },
  RoiAlign: (node) => {
    const rule = roiAlignRule(node);
    if (rule.mode === 'max') throw new OperatorError('unsupported', 'ncnn takes the mean of the samples of a region, not their maximum');
    const { features, channels, regions } = operands(node, 4);
    const pooled_height = node.int('output_height', 1);
    const pooled_width = node.int('output_width', 1);
    const spatial_scale = node.float('spatial_scale', 1);
    const shape = [channels, pooled_height, pooled_width];
    const [, , height = 1, width = 1] = node.staticShape(0);
    const results = regions.map((region) => {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = region;
      checkList(pooled_height * samplesPerCell(y1, y2, pooled_height, spatial_scale, rule));
      checkList(pooled_width * samplesPerCell(x1, x2, pooled_width, spatial_scale, rule));
      const rows = samplePlaces(y1, y2, pooled_height, spatial_scale, rule);
      const columns = samplePlaces(x1, x2, pooled_width, spatial_scale, rule);
      const perRow = rows.length / pooled_height;
      const onEdge = (places: readonly number[], size: number): boolean => places.some((place) => Math.abs(place - size) < size * 1e-5);
      // How many samples a cell has must not hang on how ncnn rounds, so it is told; it knows one number for both axes.
      if (perRow < 1 || perRow !== columns.length / pooled_width || onEdge(rows, height) || onEdge(columns, width)) {
        throw new OperatorError('unsupported', `ncnn cannot sample the region [${region.join(',')}] exactly`);
      }
      const params = { pooled_width, pooled_height, spatial_scale, sampling_ratio: perRow, aligned: rule.halfPixel ? 1 : 0, version: 1 };
      return node.layer(
        'ROIAlign',
        [features, node.constantBlob(Float32Array.from(region), [4], `region ${region.join(',')}`)],
        params,
        shape,
      );
    });
    stacked(node, results, shape);
  },
};

/** The pixels that bins cover together; throws unless they lie within the axis and are those of an adaptive pooling of them. */
function adaptiveSpan(bins: readonly (readonly [number, number])[], size: number): readonly [number, number] {
  const first = bins[0]?.[0] ?? 0;
  const end = bins.at(-1)?.[1] ?? 0;
  const length = end - first;
  const adaptive = bins.every(
    ([start, stop], cell) =>
      start - first === Math.floor((length * cell) / bins.length) && stop - first === Math.ceil((length * (cell + 1)) / bins.length),
  );
  if (!adaptive || first < 0 || end > size) {
    throw new OperatorError(
      'unsupported',
      `ncnn cannot pool the pixels ${first} to ${end} of an axis of ${size} into ${bins.length} cells as ONNX does`,
    );
  }
  return [first, end];
}

/** More layers than this are no use to anybody. */
const mostRegions = 256;

/** The features of the one image and the corners of each region; a row of the operand is `width` long and ends with them. */
function operands(
  node: LoweringNode,
  width: 4 | 5,
): { readonly features: Blob; readonly channels: BlobShape[number]; readonly regions: readonly (readonly number[])[] } {
  const sample = node.sampleShape(0);
  const constant = node.constant(1);
  if (constant === undefined) {
    throw new OperatorError(
      'unsupported',
      'ncnn pools regions exactly only where they are constants',
      'Cut the graph before this node with `output=NAME`.',
    );
  }
  const [count = 0] = constant.shape;
  if (count < 1 || count > mostRegions) throw new OperatorError('unsupported', `${count} regions would take as many layers`);
  const values = constant.toFloat32();
  const regions = Array.from({ length: count }, (_, index) => [...values.subarray(index * width + width - 4, (index + 1) * width)]);
  return { features: node.blob(0, sample), channels: sample[0] ?? 1, regions };
}

function stacked(node: LoweringNode, results: readonly Blob[], [channels = 1, height = 1, width = 1]: BlobShape): void {
  const [only] = results;
  if (only !== undefined && results.length === 1) node.define(0, only);
  else if (typeof channels !== 'number') throw new OperatorError('shape', 'the number of channels is not known');
  else node.define(0, node.layer('Concat', results, { axis: 0 }, [channels * results.length, height, width]));
}
