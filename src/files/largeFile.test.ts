import { expect, it, vi } from 'vitest';
import { isStored } from '../bytes/storedBytes.ts';
import { largeFile } from './largeFile.ts';

it('reads small parts once', () => {
  const read = vi.fn((offset: number, length: number) => new Uint8Array(length).fill(offset));
  const file = largeFile(2 ** 20, read);
  expect(file.stored(3, 4)).toEqual(Uint8Array.of(3, 3, 3, 3));
  expect(read).toHaveBeenCalledTimes(1);
});

it('reads large parts on each use', () => {
  const read = vi.fn((offset: number, length: number) => new Uint8Array(length).fill(offset));
  const file = largeFile(2 ** 20, read);
  const stored = file.stored(5, 2 ** 18);
  expect(read).not.toHaveBeenCalled();
  if (!isStored(stored)) throw new Error('the part is held');
  expect(stored.byteLength).toBe(2 ** 18);
  for (let times = 1; times < 3; times++) {
    expect(stored.read()).toEqual(new Uint8Array(2 ** 18).fill(5));
    expect(read).toHaveBeenCalledTimes(times);
  }
});
