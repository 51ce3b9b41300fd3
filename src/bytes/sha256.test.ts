import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256 } from './sha256.ts';

it.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])('hashes %d bytes like Node, in chunks of any size', (length) => {
  const bytes = Uint8Array.from({ length }, (_, index) => (index * 31) & 255);
  const pieces = [bytes.subarray(0, 3), bytes.subarray(3, 70), bytes.subarray(70)];
  expect(sha256(pieces)).toBe(createHash('sha256').update(bytes).digest('hex'));
});
