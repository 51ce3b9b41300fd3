import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { startProgress } from './progress.ts';

function drawn(times: readonly number[]): string {
  const live = new PassThrough();
  const clock = times.values();
  const progress = startProgress('net.onnx', live, () => clock.next().value ?? 0);
  progress.stage('read');
  progress.stage('lower');
  progress.stop();
  return String(live.read() ?? '');
}

it('stays silent within the first second', () => {
  expect(drawn([0, 10, 990])).toBe('');
});

it('names the stage of a model that takes longer', () => {
  const text = drawn([0, 10, 1200]);
  expect(text).toContain('net.onnx: converting');
  expect(text).not.toContain('reading');
});

it('is silent where nobody watches', () => {
  const progress = startProgress('net.onnx', undefined, () => {
    throw new Error('the clock is not needed');
  });
  expect(() => progress.stage('read')).not.toThrow();
});
