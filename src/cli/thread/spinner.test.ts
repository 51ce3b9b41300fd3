import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSpinner } from './spinner.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function drawn(elapsedMs: number): string {
  const stream = new PassThrough();
  const spinner = createSpinner(stream);
  spinner.show('net.onnx: reading');
  spinner.show('net.onnx: converting');
  vi.advanceTimersByTime(elapsedMs);
  spinner.show(undefined);
  vi.advanceTimersByTime(5000);
  return String(stream.read() ?? '');
}

it('shows nothing within the first second', () => {
  expect(drawn(990)).toBe('');
});

it('shows the last text of longer work', () => {
  expect(drawn(1010)).toContain('net.onnx: converting');
  expect(drawn(1010)).not.toContain('reading');
});
