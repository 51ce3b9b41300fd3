import { expect, it } from 'vitest';
import { hexRows } from './hex.ts';

function text(chunks: readonly Uint8Array[]): string {
  return Buffer.concat([...hexRows(chunks)]).toString();
}

it('writes sixteen numbers per row, across chunks', () => {
  expect(text([Uint8Array.of(0, 1, 0xab), Uint8Array.of(255)])).toBe('0x00,0x01,0xab,0xff,');
  const row = Uint8Array.from({ length: 16 }, (_, index) => index);
  expect(text([row.subarray(0, 9), row.subarray(9)])).toBe(
    '0x00,0x01,0x02,0x03,0x04,0x05,0x06,0x07,0x08,0x09,0x0a,0x0b,0x0c,0x0d,0x0e,0x0f,\n',
  );
  expect(text([])).toBe('');
});

it('does not change earlier output', () => {
  const pieces = [...hexRows([new Uint8Array(300_000).fill(7)])];
  expect(pieces.length).toBeGreaterThan(1);
  const lines = Buffer.concat(pieces).toString().split('\n');
  expect(lines.length).toBe(300_000 / 16 + 1);
  expect(new Set(lines.slice(0, -1))).toEqual(new Set(['0x07,'.repeat(16)]));
});
