import { expect, it } from 'vitest';
import { executeLayer } from '../../../execute.ts';
import { type LayerParams, makeLayer } from '../../../net.ts';
import type { BlobData } from '../call.ts';

const column: BlobData = { shape: [2, 1, 1], values: Float32Array.of(1, 2) };
const blank = (...shape: number[]): BlobData => ({ shape, values: new Float32Array(shape.reduce((product, size) => product * size, 1)) });

function interp(params: LayerParams<'Interp'>, ...references: readonly BlobData[]): BlobData | undefined {
  const names = references.map((_, index) => `r${index}`);
  return executeLayer(makeLayer('Interp', 'i', ['x', ...names], ['y'], { resize_type: 1, ...params }), [column, ...references])[0];
}

it('computes the size of an Interp from those of other blobs', () => {
  const result = interp({ size_expr: '2h,*(2,1h)' }, blank(1, 3), blank(4, 5));
  expect(result?.shape).toEqual([2, 2, 4]);
  expect([...(result?.values ?? [])]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2]);
});

it('takes the size of an Interp from a reference blob, except for an axis that ncnn packs', () => {
  expect(interp({ dynamic_target_size: 1 }, blank(3, 2))?.shape).toEqual([2, 3, 2]);
  expect(interp({ dynamic_target_size: 1 }, blank(8, 4, 2))?.shape).toEqual([2, 4, 2]);
  expect(() => interp({ dynamic_target_size: 1 }, blank(4, 2))).toThrow(/packs the 4 elements/);
});
