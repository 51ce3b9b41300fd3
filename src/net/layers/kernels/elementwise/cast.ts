import { bfloat16ToNumber, halfToNumber, numberToHalf } from '../../../../bytes/half.ts';
import { extents, type Kernel, LayerError, requireThat } from '../call.ts';

/** Layers that change how ncnn stores a blob. Kernels store all blobs as float32, so these layers only round to the smaller type. */

/** Cast's codes for element types. */
const types = { undefined: 0, float32: 1, float16: 2, int8: 3, bfloat16: 4 } as const;

export const castKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const [from, to] = [call.number('type_from'), call.number('type_to')];
  if (from === to || to === types.float32) return [bottom];
  if (from === types.float32 && to === types.float16)
    return [{ ...bottom, values: bottom.values.map((value) => halfToNumber(numberToHalf(value))) }];
  if (from === types.float32 && to === types.bfloat16) return [{ ...bottom, values: bottom.values.map(shortened) }];
  throw new LayerError(`ncnn does not cast type ${from} to ${to}`);
};

/** Rounds to bfloat16 like ncnn: ties away from zero. */
function shortened(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return bfloat16ToNumber(((view.getUint32(0) + 0x8000) >>> 16) & 0xffff);
}

export const packingKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { dims, w, h, c } = extents(bottom);
  const outer = dims === 1 ? w : dims === 2 ? h : c;
  const pack = call.number('out_elempack');
  requireThat(pack > 0, `unsupported packing of ${pack}`);
  requireThat(call.number('use_padding') === 0 || outer % pack === 0, 'ncnn fills the last pack with undefined values');
  return [bottom];
};
