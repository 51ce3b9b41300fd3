import { expect, it, vi } from 'vitest';
import { largeFile } from './largeFile.ts';

const contents = Uint8Array.from({ length: 10 }, (_, index) => index);

it('reads each part once, and the whole once parts that overlap would take more', () => {
  const part = vi.fn((offset: number, length: number) => contents.slice(offset, offset + length));
  const whole = vi.fn(() => contents);
  const file = largeFile(10, { part, whole });
  expect([...file.part(0, 4)]).toEqual([0, 1, 2, 3]);
  expect(file.part(0, 4)).toBe(file.part(0, 4));
  expect([...file.part(4, 6)]).toEqual([4, 5, 6, 7, 8, 9]);
  expect(part).toHaveBeenCalledTimes(2);
  expect(whole).not.toHaveBeenCalled();
  for (let offset = 1; offset < 9; offset++) expect([...file.part(offset, 2)]).toEqual([offset, offset + 1]);
  expect(part).toHaveBeenCalledTimes(2);
  expect(whole).toHaveBeenCalledTimes(1);
});
