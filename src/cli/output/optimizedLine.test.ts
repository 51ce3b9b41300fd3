import { expect, it } from 'vitest';
import { optimizedLine } from './optimizedLine.ts';

const passes = [
  { name: 'fuse_convolution_add', times: 2 },
  { name: 'eliminate_noop', times: 1 },
];

it.each([
  [
    { layers: 3, weights: -8, multiplyAdds: 1024, peakBytes: 2_100_000 },
    '3 layers, 1,024 multiply-adds, 2.1 MB of blobs fewer; 8 weights more: fuse_convolution_add 2, eliminate_noop 1',
  ],
  [
    { layers: 0, weights: 123456, multiplyAdds: -1_234_567 },
    '123,456 weights fewer; 1,234,567 multiply-adds more: fuse_convolution_add 2, eliminate_noop 1',
  ],
  [{ layers: 1, weights: 0, multiplyAdds: 0 }, '1 layer fewer: fuse_convolution_add 2, eliminate_noop 1'],
  [{ layers: 0, weights: 0, multiplyAdds: 0 }, 'fuse_convolution_add 2, eliminate_noop 1'],
  [undefined, 'fuse_convolution_add 2, eliminate_noop 1'],
])('describes %j', (saved, line) => {
  expect(optimizedLine({ passes, saved })).toBe(line);
});
