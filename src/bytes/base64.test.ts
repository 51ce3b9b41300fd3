import { expect, it } from 'vitest';
import { encodeBase64 } from './base64.ts';

it.each([0, 1, 2, 3, 4, 255, 256, 1000])('writes %i bytes like Node', (length) => {
  const bytes = Uint8Array.from({ length }, (_, index) => (index * 151 + 7) & 255);
  expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
});

it('encodes a view without the rest of its buffer', () => {
  expect(encodeBase64(Uint8Array.of(9, 1, 2, 3, 9).subarray(1, 4))).toBe('AQID');
});
