import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorCode, isSystemError, missingFile, undefinedOn } from './errorCodes.ts';

const readMissing = (): string => readFileSync('/no/such/file', 'utf8');

it('handles the named codes', () => {
  expect(undefinedOn(missingFile, readMissing)).toBeUndefined();
  expect(undefinedOn(missingFile, () => 1)).toBe(1);
});

it('rethrows every other exception', () => {
  expect(() => undefinedOn(['EACCES'], readMissing)).toThrow('ENOENT');
  const fault = new TypeError('x is undefined');
  expect(() =>
    undefinedOn(missingFile, () => {
      throw fault;
    }),
  ).toThrow(fault);
});

it('distinguishes system errors from others', () => {
  const [system, node] = [caught(readMissing), caught(() => new URL('no url'))];
  expect([errorCode(system), isSystemError(system)]).toEqual(['ENOENT', true]);
  expect([errorCode(node), isSystemError(node)]).toEqual(['ERR_INVALID_URL', false]);
  expect([errorCode('text'), isSystemError('text')]).toEqual([undefined, false]);
});

function caught(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
