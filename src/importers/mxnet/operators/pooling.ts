import type { NodeAttributes } from '../../../graph/ir/builder.ts';
import { float } from '../../../graph/ir/graph.ts';
import { checkList } from '../../../graph/ir/limits.ts';
import { OperatorError } from '../../../graph/ir/operator.ts';
import { Tensor } from '../../../graph/ir/tensor.ts';
import type { OperatorRules, SymbolOperator } from '../operator.ts';
import { windowOf } from './linear.ts';

/** Pooling: windowed, global, adaptive, and of regions. */
export const poolingOperatorRules: OperatorRules = {
  Pooling: pooling,
  Pooling_v1: pooling,
  _contrib_AdaptiveAvgPooling2D: adaptiveAverage,
  ROIPooling: (node) =>
    node.emit('MaxRoiPool', [node.input(0), node.input(1)], {
      pooled_shape: node.attributes.integers('pooled_size', []),
      spatial_scale: float(node.attributes.number('spatial_scale', 1)),
    }),
  _contrib_ROIAlign: (node) => {
    const { attributes } = node;
    if (attributes.boolean('position_sensitive', false))
      throw new OperatorError('unsupported', 'position-sensitive regions are not supported');
    const [height = 1, width = 1] = attributes.integers('pooled_size', []);
    const rows = node.input(1);
    const images = node.emit('Cast', [node.squeeze(node.slice(rows, 1, 0, 1), [1])], { to: 'int64' });
    return node.emit('RoiAlign', [node.input(0), node.slice(rows, 1, 1, 5), images], {
      output_height: height,
      output_width: width,
      spatial_scale: float(attributes.number('spatial_scale', 1)),
      sampling_ratio: Math.max(0, attributes.integer('sample_ratio', -1)),
      coordinate_transformation_mode: attributes.boolean('aligned', false) ? 'half_pixel' : 'output_half_pixel',
    });
  },
};

const kinds = ['max', 'avg', 'sum', 'lp'] as const;

function pooling(node: SymbolOperator): string {
  const { attributes } = node;
  const data = node.input(0);
  const kind = attributes.choice('pool_type', kinds, 'max');
  const p = attributes.integer('p_value', 2);
  if (attributes.boolean('global_pool', false)) {
    if (kind === 'max') return node.emit('GlobalMaxPool', [data]);
    if (kind === 'avg') return node.emit('GlobalAveragePool', [data]);
    if (kind === 'lp') return node.emit('GlobalLpPool', [data], { p });
    const axes = node.shapeOf(data).flatMap((_, axis) => (axis < 2 ? [] : [axis]));
    return node.emit('ReduceSum', [data, node.integers(axes)], { keepdims: 1 });
  }
  const { kernel, stride, pad } = windowOf(node);
  const convention = attributes.choice('pooling_convention', ['valid', 'full', 'same'], 'valid');
  const settings = { kernel_shape: kernel, strides: stride };
  const area = kernel.reduce((product, size) => product * size, 1);
  const declared: NodeAttributes = { ...settings, pads: [...pad, ...pad] };
  const include = attributes.boolean('count_include_pad', true) ? 1 : 0;
  if (convention === 'valid') {
    if (kind === 'max') return node.emit('MaxPool', [data], declared);
    if (kind === 'avg') return node.emit('AveragePool', [data], { ...declared, count_include_pad: include });
    if (kind === 'lp') return node.emit('LpPool', [data], { ...declared, p });
    return timesArea(node, node.emit('AveragePool', [data], { ...declared, count_include_pad: 1 }), area);
  }
  const sizes = node.sizesOf(data).slice(2);
  const counts = sizes.map((size, axis) => {
    const [taps = 1, step = 1, cells = 0] = [kernel[axis], stride[axis], pad[axis]];
    return convention === 'same' ? Math.ceil(size / step) : 1 + Math.ceil((size + 2 * cells - taps) / step);
  });
  // Pad the end as far as the last window extends.
  const ends = counts.map((count, axis) => {
    const [taps = 1, step = 1, cells = 0] = [kernel[axis], stride[axis], pad[axis]];
    if ((count - 1) * step >= (sizes[axis] ?? 0) + cells) {
      throw new OperatorError(
        'unsupported',
        'a window is entirely beyond the end of the data',
        'Export the model with `pooling_convention=valid`.',
      );
    }
    return Math.max(convention === 'same' ? 0 : cells, (count - 1) * step + taps - (sizes[axis] ?? 0) - cells);
  });
  const explicit: NodeAttributes = { ...settings, pads: [...pad, ...ends] };
  if (kind === 'max') return node.emit('MaxPool', [data], explicit);
  if (kind === 'lp') return node.emit('LpPool', [data], { ...explicit, p });
  if (kind === 'sum') return timesArea(node, node.emit('AveragePool', [data], { ...explicit, count_include_pad: 1 }), area);
  if (include === 0 || pad.every((cells) => cells === 0)) return node.emit('AveragePool', [data], { ...explicit, count_include_pad: 0 });
  // Declared padding counts towards the mean; padding added at the end does not.
  return node.emit('AveragePool', [data], { ...declared, ceil_mode: 1, count_include_pad: 1 });
}

function timesArea(node: SymbolOperator, mean: string, area: number): string {
  return node.emit('Mul', [mean, node.scalarLike(area, mean)]);
}

/** Output `i` of `n` is the mean from `floor(i * size / n)` up to, but excluding, `ceil((i + 1) * size / n)`. */
function adaptiveAverage(node: SymbolOperator): string {
  const data = node.input(0);
  const outputSize = node.attributes.integers('output_size', []);
  const [rows = 1, columns = rows] = outputSize;
  if (!(rows > 0 && columns > 0)) throw new OperatorError('invalid', `\`output_size\` is (${outputSize.join(',')})`);
  if (rows === 1 && columns === 1) return node.emit('GlobalAveragePool', [data]);
  const [, , height = 1, width = 1] = node.sizesOf(data);
  if (height % rows === 0 && width % columns === 0) {
    const kernel = [height / rows, width / columns];
    return node.emit('AveragePool', [data], { kernel_shape: kernel, strides: kernel });
  }
  const means = (size: number, cells: number): Tensor => {
    checkList(cells * size);
    const values = new Float32Array(cells * size);
    for (let cell = 0; cell < cells; cell++) {
      const [start, end] = [Math.floor((cell * size) / cells), Math.ceil(((cell + 1) * size) / cells)];
      values.fill(1 / (end - start), cell * size + start, cell * size + end);
    }
    return Tensor.of('float32', [cells, size], values);
  };
  const perColumn = node.emit('MatMul', [data, node.transpose(node.constant(means(width, columns)), [1, 0])]);
  return node.emit('MatMul', [node.constant(means(height, rows)), perColumn]);
}
