import {
  type ConvertLayer,
  cutBeforeLayer,
  fixed,
  imageShape,
  inputAt,
  invalid,
  type LayerContext,
  type LayerRules,
  unsupported,
  type Value,
} from '../layer.ts';

/** Maximum number of regions; more would add too many layers. */
const maxRegions = 64;

/**
 * Pools each region of an image. ncnn pools one region at a time, so there is one layer per region. If the number of regions is dynamic, as
 * after a proposal layer, the net must be cut.
 */
function pooledRegions(
  context: LayerContext,
  channels: number,
  height: number,
  width: number,
  pool: (bottoms: readonly string[]) => string,
): Value {
  const regions = inputAt(context, 1);
  const [count, size] = regions.shape;
  if (typeof count !== 'number' || count > maxRegions) {
    throw unsupported('the number of regions is unknown, and ncnn pools one at a time', {
      ...cutBeforeLayer,
      hint: 'Cut the net at the regions, and convert the rest as a separate net, with one region of shape [1, 5].',
    });
  }
  if (size !== 5 || regions.shape.slice(2).some((axis) => axis !== 1))
    throw invalid(`expected regions of shape [n, 5], got [${regions.shape.join(', ')}]`);
  const image = context.view(inputAt(context, 0), [...imageShape(inputAt(context, 0))]);
  const table = context.view(regions, [count, 5]);
  // The image index, which is always 0, precedes the corners.
  const pooled = Array.from({ length: count }, (_, index) => {
    const params = { starts: [index, 1], ends: [index + 1, 5], axes: [0, 1] };
    return pool([image, context.emit('Crop', params, [table], [1, 4], { suffix: 'region' })]);
  });
  const one = [channels, height, width];
  const shape = [count, ...one];
  const [only = ''] = pooled;
  if (count === 1) return { blob: only, shape, blobShape: one };
  const stacked = pooled.map((blob) => context.view({ blob, shape: [1, ...one], blobShape: one }, [1, ...one]));
  return { blob: context.emit('Concat', { axis: 0 }, stacked, shape, { suffix: 'regions' }), shape, blobShape: shape };
}

const roiPooling: ConvertLayer = (context) => {
  const { pooled_h: height = 0, pooled_w: width = 0, spatial_scale = 1 } = context.message.roi_pooling_param ?? {};
  const [channels = 1] = fixed(imageShape(inputAt(context, 0)).slice(0, 1));
  if (height < 1 || width < 1) throw invalid('`roi_pooling_param` with `pooled_h` and `pooled_w` is missing');
  const params = { pooled_width: width, pooled_height: height, spatial_scale };
  return [
    pooledRegions(context, channels, height, width, (bottoms) => context.emit('ROIPooling', params, bottoms, [channels, height, width])),
  ];
};

/** Follows Detectron's Caffe2: the number of samples per bin depends on its size, and a region is at least one pixel. */
const roiAlign: ConvertLayer = (context) => {
  const { pooled_h: height = 0, pooled_w: width = 0, spatial_scale = 1 } = context.message.roi_align_param ?? {};
  const [channels = 1] = fixed(imageShape(inputAt(context, 0)).slice(0, 1));
  if (height < 1 || width < 1) throw invalid('`roi_align_param` with `pooled_h` and `pooled_w` is missing');
  const params = { pooled_width: width, pooled_height: height, spatial_scale, version: 1 };
  return [
    pooledRegions(context, channels, height, width, (bottoms) => context.emit('ROIAlign', params, bottoms, [channels, height, width])),
  ];
};

const psRoiPooling: ConvertLayer = (context) => {
  const { output_dim: outputs, group_size: group, spatial_scale } = context.message.psroi_pooling_param ?? {};
  if (outputs === undefined || group === undefined || spatial_scale === undefined) throw invalid('`psroi_pooling_param` is incomplete');
  const [channels] = imageShape(inputAt(context, 0));
  if (channels !== outputs * group * group)
    throw invalid(`the bottom has ${channels} channels instead of ${outputs} × ${group} × ${group}`);
  const params = { pooled_width: group, pooled_height: group, spatial_scale, output_dim: outputs };
  return [
    pooledRegions(context, outputs, group, group, (bottoms) => context.emit('PSROIPooling', params, bottoms, [outputs, group, group])),
  ];
};

/** Anchors of a proposal: three scales of three ratios. */
const anchorCount = 9;

/** Python layers. Only the proposal layer of Faster R-CNN is supported. */
const python: ConvertLayer = (context) => {
  const { layer, param_str: text = '' } = context.message.python_param ?? {};
  if (layer !== 'ProposalLayer') throw unsupported(`the Python layer ${layer ?? ''} is not supported by ncnn`);
  const known = /['"]?(\w+)['"]?\s*:\s*(\[[^\]]*\]|[\w.]+)/g;
  const settings = new Map([...text.matchAll(known)].map(([, name = '', value = '']) => [name, value]));
  const list = (name: string, usual: string): void => {
    const value = settings.get(name)?.replace(/[\s[\]]/g, '');
    if (value !== undefined && value !== usual) throw unsupported(`\`${name}\` must be [${usual}] in ncnn, got [${value}]`);
  };
  list('scales', '8,16,32');
  list('ratios', '0.5,1,2');
  const feat_stride = Number(settings.get('feat_stride') ?? 16);
  if (!Number.isInteger(feat_stride) || feat_stride < 1) throw invalid(`\`param_str\` cannot be read: ${text}`);
  const [scores, deltas, info] = [inputAt(context, 0), inputAt(context, 1), inputAt(context, 2)];
  for (const [input, each] of [[scores, 2] as const, [deltas, 4] as const]) {
    const [channels] = imageShape(input);
    if (channels !== each * anchorCount)
      throw invalid(`a bottom has ${channels} channels, but ${anchorCount} anchors need ${each * anchorCount}`);
  }
  // Anchors and boxes equal those of py-faster-rcnn bit for bit, but its overlap areas include both edges.
  context.warn(
    'ncnn computes the overlap of two regions without the pixel that py-faster-rcnn adds to width and height',
    'Compare the regions with those of Caffe if overlaps close to the threshold of 0.7 matter.',
  );
  const bottoms = [context.view(scores, [...imageShape(scores)]), context.view(deltas, [...imageShape(deltas)]), context.view(info, [3])];
  const rows = context.symbol('rows');
  const shapes =
    context.message.top.length > 1
      ? [
          [rows, 1, 4],
          [rows, 1, 1],
        ]
      : [[rows, 1, 4]];
  const blobs = context.emitMany('Proposal', { feat_stride }, bottoms, shapes);
  // Without the image index that Caffe puts before the corners.
  return blobs.map((blob, index) => ({
    blob,
    shape: shapes[index]?.filter((_, axis) => axis !== 1) ?? [],
    blobShape: shapes[index] ?? [],
  }));
};

export const regionLayerRules: LayerRules = { ROIPooling: roiPooling, ROIAlign: roiAlign, PSROIPooling: psRoiPooling, Python: python };
