import { describe, expect, it } from 'vitest';
import { bytesField, floatsField, int64Field, int64sField, messageField, packedField, stringField } from './fields.ts';
import { decodeMessage, messageType } from './message.ts';
import { unpackVarints, unpackVarints32 } from './varints.ts';
import { WireError } from './wire.ts';

interface Sample {
  name: string | undefined;
  count: bigint | undefined;
  sizes: bigint[];
  floats: number[];
  data: Uint8Array[];
  numbers: Uint8Array[];
  blob: Uint8Array | undefined;
  inner: Sample | undefined;
}

const sample: ReturnType<typeof messageType<Sample>> = messageType<Sample>(() => ({
  name: stringField(1),
  count: int64Field(2),
  sizes: int64sField(3),
  floats: floatsField(4),
  data: packedField(5, 'fixed32'),
  numbers: packedField(6, 'varint'),
  blob: bytesField(7),
  inner: messageField(8, () => sample),
}));

const decode = (...bytes: number[]): Sample => decodeMessage(sample, Uint8Array.from(bytes));
const one = [0x00, 0x00, 0x80, 0x3f];

function problem(...bytes: number[]): string {
  try {
    decode(...bytes);
  } catch (error) {
    if (error instanceof WireError) return error.reason;
    throw error;
  }
  return 'none';
}

it('reads fields in any order and skips unknown ones', () => {
  const message = decode(0x10, 0x05, 0x7a, 0x02, 0xff, 0xff, 0x7b, 0x08, 0x01, 0x7c, 0x0a, 0x02, 0x68, 0x69);
  expect([message.name, message.count]).toEqual(['hi', 5n]);
});

it('reads 64-bit integers exactly, including negative ones', () => {
  expect(decode(0x10, ...[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]).count).toBe(2n ** 63n - 1n);
  expect(decode(0x10, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01).count).toBe(-2n);
});

it('reads repeated numbers packed or one by one', () => {
  const message = decode(0x1a, 0x02, 0x01, 0x02, 0x18, 0x03, 0x22, 0x04, ...one, 0x25, ...one);
  expect([message.sizes, message.floats]).toEqual([
    [1n, 2n, 3n],
    [1, 1],
  ]);
});

it('returns packed numbers and bytes as views of the file', () => {
  const bytes = Uint8Array.from([0x2a, 0x04, ...one, 0x3a, 0x01, 0x09]);
  const message = decodeMessage(sample, bytes);
  expect(message.data[0]?.buffer).toBe(bytes.buffer);
  expect([message.data[0]?.byteOffset, message.blob?.byteOffset]).toEqual([2, 8]);
});

it('collects numbers written one by one into one array', () => {
  const message = decode(0x2d, 1, 2, 3, 4, 0x2d, 5, 6, 7, 8, 0x30, 0x81, 0x01, 0x30, 0x02);
  expect(message.data).toEqual([Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)]);
  expect(message.numbers).toEqual([Uint8Array.of(0x81, 0x01, 0x02)]);
});

it('merges the parts of a repeated message', () => {
  expect(decode(0x42, 0x02, 0x10, 0x01, 0x42, 0x03, 0x0a, 0x01, 0x61).inner).toMatchObject({ count: 1n, name: 'a' });
});

describe('damage', () => {
  it('is a truncation if a length reaches beyond the file', () => {
    expect(problem(0x0a, 0x05, 0x68)).toBe('truncated');
    expect(problem(0x42, 0x05, 0x10)).toBe('truncated');
    expect(problem(0x10, 0x80)).toBe('truncated');
  });

  it('is a malformed file if a field exceeds its message or has another type', () => {
    expect(problem(0x42, 0x02, 0x0a, 0x05, 0, 0, 0, 0, 0, 0)).toBe('malformed');
    expect(problem(0x08, 0x01)).toBe('malformed');
    expect(problem(0x00, 0x00)).toBe('malformed');
  });

  it('is a limit for endless nesting', () => {
    const levels: number[] = [];
    for (let level = 0; level < 120; level++) levels.unshift(0x42, ...lengthOf(levels.length));
    expect(problem(...levels)).toBe('malformed');
  });
});

function lengthOf(length: number): number[] {
  return length < 128 ? [length] : [(length & 127) | 128, length >> 7];
}

describe('unpacking varints', () => {
  it('covers all 64 bits', () => {
    const negative = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    const big = [0x80, 0x80, 0x80, 0x80, 0x10, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40];
    const values = unpackVarints([Uint8Array.from([...negative, 0x07]), Uint8Array.from(big)]);
    expect([...values]).toEqual([2n ** 64n - 1n, 7n, 2n ** 32n, 2n ** 55n + 1n]);
  });

  it('returns low halves for elements of up to 32 bits', () => {
    expect([...unpackVarints32([Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x03)])]).toEqual([
      0xfffffffe, 3,
    ]);
  });

  it('rejects truncated varints', () => {
    expect(() => unpackVarints([Uint8Array.of(0x01, 0x80)])).toThrow(WireError);
  });

  it('rejects varints of more than ten bytes', () => {
    expect(() => unpackVarints([new Uint8Array(11).fill(0x80), Uint8Array.of(1)])).toThrow(WireError);
  });
});
