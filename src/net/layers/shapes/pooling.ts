import { layerWindowAxes } from './convolution.ts';
import type { ShapeFamily, ShapeRule } from './rule.ts';

const fromBottom = -233;

function pooling(rank: number): ShapeRule {
  const axes = layerWindowAxes[rank] ?? [];
  return ({ bottoms: [bottom], number }) => {
    if (bottom?.length !== rank + 1) return undefined;
    const [channels = 0, ...sizes] = bottom;
    if (number('global_pooling') !== 0) return [[channels]];
    if (number('adaptive_pooling') !== 0) {
      const wanted = axes.map(({ letter }, index) =>
        number(`out_${letter}`) === fromBottom ? (sizes[index] ?? 0) : number(`out_${letter}`),
      );
      return wanted.every((size) => size > 0) ? [[channels, ...wanted]] : undefined;
    }
    const mode = number('pad_mode');
    const result = axes.map(({ letter, before, after }, index) => {
      const size = sizes[index] ?? 0;
      const [kernel, stride] = [number(`kernel_${letter}`), number(`stride_${letter}`)];
      const steps = (size + number(before) + number(after) - kernel) / stride;
      if (mode === 0) return steps < 0 ? 0 : Math.ceil(steps) + 1;
      if (mode === 1) return Math.floor(steps) + 1;
      return kernel + Math.trunc((size - 1) / stride) * stride < size ? 0 : Math.trunc((size - 1) / stride) + 1;
    });
    return result.every((size) => size > 0) ? [[channels, ...result]] : undefined;
  };
}

export const poolingShapes: ShapeFamily = { Pooling: pooling(2), Pooling1D: pooling(1), Pooling3D: pooling(3) };
