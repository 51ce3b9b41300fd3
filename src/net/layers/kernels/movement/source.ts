import { blobShapeOf, type Kernel, requireThat } from '../call.ts';

export const memoryDataKernel: Kernel = (call) => {
  const sizes = { w: call.number('w'), h: call.number('h'), d: call.number('d'), c: call.number('c') };
  const { w, h, d, c } = sizes;
  const dims = d !== 0 ? 4 : c !== 0 ? 3 : h !== 0 ? 2 : 1;
  requireThat(w !== 0, 'the sizes are missing');
  return [{ shape: blobShapeOf(dims, sizes), values: call.weight(0) }];
};
