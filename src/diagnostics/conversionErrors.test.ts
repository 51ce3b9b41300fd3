import { expect, it } from 'vitest';
import { conversionErrors } from './conversionErrors.ts';
import { ncnnError } from './diagnostic.ts';

it('keeps the diagnostics of a typed error', () => {
  const error = ncnnError('file-missing', 'the file does not exist', 'Check the path.', { file: 'side.bin' });
  expect(conversionErrors(error, { file: 'net.onnx' })).toBe(error.diagnostics);
});

it.each([new TypeError('x is undefined'), new RangeError('out of bounds'), 'text'])('reports %s as an internal error', (error) => {
  const [only, ...others] = conversionErrors(error, { file: 'net.onnx' });
  expect(others).toEqual([]);
  expect(only).toMatchObject({ code: 'internal-error', place: { file: 'net.onnx' } });
  expect(only?.message).toBe(`the converter failed: ${error}`);
  expect(only?.stack).toBe(error instanceof Error ? error.stack : undefined);
});
