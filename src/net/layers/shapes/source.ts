import type { BlobSizes, ShapeFamily, ShapeRule } from './rule.ts';

/** What stands in the parameters w, h, d and c: as many axes as are given. */
function declared(sizes: { readonly w: number; readonly h: number; readonly d: number; readonly c: number }): BlobSizes | undefined {
  const { w, h, d, c } = sizes;
  const shape = d !== 0 ? [c, d, h, w] : c !== 0 ? [c, h, w] : h !== 0 ? [h, w] : [w];
  return shape.every((size) => size > 0) ? shape : undefined;
}

const source: ShapeRule = ({ number }) => {
  const shape = declared({ w: number('w'), h: number('h'), d: number('d'), c: number('c') });
  return shape && [shape];
};

export const sourceShapes: ShapeFamily = { Input: source, MemoryData: source };
