import type { BlobSizes, ShapeCall, ShapeFamily, ShapeRule } from './rule.ts';

/** Names of the parameters of one axis of a window. */
export interface LayerWindowAxis {
  readonly letter: 'w' | 'h' | 'd';
  readonly before: string;
  readonly after: string;
}

/** The axes of windows by their number, outermost first. */
export const layerWindowAxes: readonly (readonly LayerWindowAxis[])[] = [
  [],
  [{ letter: 'w', before: 'pad_left', after: 'pad_right' }],
  [
    { letter: 'h', before: 'pad_top', after: 'pad_bottom' },
    { letter: 'w', before: 'pad_left', after: 'pad_right' },
  ],
  [
    { letter: 'd', before: 'pad_front', after: 'pad_behind' },
    { letter: 'h', before: 'pad_top', after: 'pad_bottom' },
    { letter: 'w', before: 'pad_left', after: 'pad_right' },
  ],
];

/** Pads that are worked out so that the size is that of the bottom by the stride. */
const same: ReadonlySet<number> = new Set([-233, -234]);

function convolved({ number }: ShapeCall, axes: readonly LayerWindowAxis[], sizes: BlobSizes): BlobSizes | undefined {
  const pads = axes.flatMap(({ before, after }) => [number(before), number(after)]);
  const isSame = pads.every((pad) => pad === pads[0]) && same.has(pads[0] ?? 0);
  if (!isSame && pads.some((pad) => pad < 0)) return undefined;
  const result = axes.map(({ letter, before, after }, index) => {
    const size = sizes[index] ?? 1;
    const stride = number(`stride_${letter}`);
    const extent = number(`dilation_${letter}`) * (number(`kernel_${letter}`) - 1) + 1;
    if (!isSame) return Math.floor((size + number(before) + number(after) - extent) / stride) + 1;
    const steps = Math.trunc((size - 1) / stride);
    // A window that leaves elements out would be padded by less than nothing.
    return extent + steps * stride < size ? 0 : steps + 1;
  });
  return result.every((size) => size > 0) ? result : undefined;
}

function convolution(rank: number): ShapeRule {
  const axes = layerWindowAxes[rank] ?? [];
  return (call) => {
    const [bottom] = call.bottoms;
    if (bottom === undefined || isDynamic(call)) return undefined;
    const outputs = call.number('num_output');
    if (bottom.length === 1 && call.layer.type === 'Convolution' && call.number('kernel_w') === 1 && call.number('kernel_h') === 1) {
      // ncnn takes a vector for the channels of one pixel.
      return bottom[0] === call.number('weight_data_size') / outputs ? [[outputs]] : undefined;
    }
    if (bottom.length !== rank + 1) return undefined;
    const sizes = convolved(call, axes, bottom.slice(1));
    return sizes && [[outputs, ...sizes]];
  };
}

function isDynamic({ layer }: ShapeCall): boolean {
  return 'dynamic_weight' in layer.params && layer.params.dynamic_weight === 1;
}

const outputPads = { w: 'output_pad_right', h: 'output_pad_bottom', d: 'output_pad_behind' } as const;

function deconvolution(rank: number): ShapeRule {
  const axes = layerWindowAxes[rank] ?? [];
  return (call) => {
    const { number } = call;
    const [bottom] = call.bottoms;
    if (bottom?.length !== rank + 1 || isDynamic(call)) return undefined;
    const pads = axes.flatMap(({ before, after }) => [number(before), number(after)]);
    const wanted = axes.map(({ letter }) => number(`output_${letter}`));
    const cut = pads.some((pad) => pad > 0);
    if (!cut && wanted.every((size) => size > 0)) {
      return pads.some((pad) => same.has(pad)) ? [[number('num_output'), ...wanted]] : undefined;
    }
    if (pads.some((pad) => pad < 0)) return undefined;
    const sizes = axes.map(({ letter, before, after }, index) => {
      const extent = number(`dilation_${letter}`) * (number(`kernel_${letter}`) - 1) + 1;
      const whole = ((bottom[index + 1] ?? 1) - 1) * number(`stride_${letter}`) + extent + number(outputPads[letter]);
      return whole - number(before) - number(after);
    });
    return sizes.every((size) => size > 0) ? [[number('num_output'), ...sizes]] : undefined;
  };
}

export const convolutionShapes: ShapeFamily = {
  Convolution: convolution(2),
  Convolution1D: convolution(1),
  Convolution3D: convolution(3),
  ConvolutionDepthWise: convolution(2),
  ConvolutionDepthWise1D: convolution(1),
  ConvolutionDepthWise3D: convolution(3),
  Deconvolution: deconvolution(2),
  Deconvolution1D: deconvolution(1),
  Deconvolution3D: deconvolution(3),
  DeconvolutionDepthWise: deconvolution(2),
  DeconvolutionDepthWise1D: deconvolution(1),
  DeconvolutionDepthWise3D: deconvolution(3),
  DeformableConv2D: convolution(2),
};
