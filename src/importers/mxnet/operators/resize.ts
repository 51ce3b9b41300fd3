import { OperatorError } from '../../../graph/ir/operator.ts';
import type { OperatorRules, SymbolOperator } from '../operator.ts';

/** Image resizing. */
export const resizeOperatorRules: OperatorRules = { UpSampling: upSampling, _contrib_BilinearResize2D: bilinearResize };

function upSampling(node: SymbolOperator): string {
  const { attributes } = node;
  const scale = attributes.integer('scale', 1);
  if (attributes.choice('sample_type', ['nearest', 'bilinear'], 'nearest') === 'bilinear') {
    // A depthwise deconvolution whose weights are in the file.
    const [, channels = 1] = node.sizesOf(node.input(0));
    const size = 2 * scale - (scale % 2);
    const pad = Math.ceil((scale - 1) / 2);
    const weight = node.weight(1, [channels, 1, size, size]);
    return node.emit('ConvTranspose', [node.input(0), weight], {
      kernel_shape: [size, size],
      strides: [scale, scale],
      pads: [pad, pad, pad, pad],
      group: channels,
    });
  }
  const [, , height = 1, width = 1] = node.sizesOf(node.input(0));
  const enlarged = node.inputs.map((value) => {
    const [, , rows = 1, columns = 1] = node.sizesOf(value);
    const factors = [(height * scale) / rows, (width * scale) / columns];
    if (!factors.every(Number.isInteger))
      throw new OperatorError('invalid', `${rows}×${columns} cannot be enlarged to ${height * scale}×${width * scale}`);
    return nearest(node, value, rows * (factors[0] ?? 1), columns * (factors[1] ?? 1));
  });
  if (enlarged.length === 1) return enlarged[0] ?? '';
  const mode = attributes.choice('multi_input_mode', ['concat', 'sum'], 'concat');
  return mode === 'sum' ? node.emit('Sum', enlarged) : node.emit('Concat', enlarged, { axis: 1 });
}

function nearest(node: SymbolOperator, value: string, height: number, width: number): string {
  const [samples = 1, channels = 1] = node.sizesOf(value);
  const sizes = node.integers([samples, channels, height, width]);
  const attributes = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
  return node.emit('Resize', [value, '', '', sizes], attributes);
}

const modes = ['size', 'odd_scale', 'like', 'to_even_down', 'to_even_up', 'to_odd_down', 'to_odd_up'] as const;

function bilinearResize(node: SymbolOperator): string {
  const { attributes } = node;
  const [samples = 1, channels = 1, height = 1, width = 1] = node.sizesOf(node.input(0));
  const mode = attributes.choice('mode', modes, 'size');
  const other = mode === 'like' ? node.sizesOf(node.input(1)).slice(2) : [];
  const sized = (size: number, axis: 0 | 1): number => {
    const [name, scaleName] = axis === 0 ? (['height', 'scale_height'] as const) : (['width', 'scale_width'] as const);
    const scale = attributes.number(scaleName, undefined);
    const odd = size % 2 !== 0;
    switch (mode) {
      case 'size':
        return scale === undefined ? attributes.integer(name, 1) : Math.trunc(scale * size);
      case 'odd_scale':
        return odd ? Math.trunc((size - 1) * (scale ?? 1)) + 1 : Math.trunc(size * (scale ?? 1));
      case 'like':
        return other[axis] ?? 1;
      case 'to_even_down':
        return odd ? size - 1 : size;
      case 'to_even_up':
        return odd ? size + 1 : size;
      case 'to_odd_down':
        return odd ? size : size - 1;
      case 'to_odd_up':
        return odd ? size : size + 1;
    }
  };
  const target = [sized(height, 0), sized(width, 1)];
  const corners = attributes.boolean('align_corners', true);
  const settings = { mode: 'linear', coordinate_transformation_mode: corners ? 'align_corners' : 'half_pixel' };
  return node.emit('Resize', [node.input(0), '', '', node.integers([samples, channels, ...target])], settings);
}
