import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followConversion } from './progress.ts';

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

const follow = (watched: boolean): ReturnType<typeof followConversion> =>
  followConversion('models/net.onnx', (line) => lines.push(line), watched);

it('reports nothing for a fast conversion', () => {
  const progress = follow(true);
  progress.stage('read');
  vi.advanceTimersByTime(900);
  progress.stop();
  progress.done();
  vi.advanceTimersByTime(60_000);
  expect(lines).toEqual([]);
});

it('reports the stage and the duration of a long conversion', () => {
  const progress = follow(true);
  progress.stage('read');
  vi.advanceTimersByTime(500);
  progress.stage('lower');
  vi.advanceTimersByTime(5000);
  progress.stage('check');
  vi.advanceTimersByTime(1000);
  progress.stop();
  progress.done();
  vi.advanceTimersByTime(60_000);
  expect(lines).toEqual(['models/net.onnx: converting, 1.0 s', 'models/net.onnx: checking, 6.0 s', 'models/net.onnx: converted in 6.5 s']);
});

it('writes one line without a terminal and reports no success after a failure', () => {
  const progress = follow(false);
  progress.stage('read');
  vi.advanceTimersByTime(30_000);
  progress.stop();
  expect(lines).toEqual([]);
  progress.done();
  expect(lines).toEqual(['models/net.onnx: converted in 30.0 s']);
});

it('reports nothing for a result without stages', () => {
  const progress = follow(true);
  vi.advanceTimersByTime(30_000);
  progress.stop();
  progress.done();
  expect(lines).toEqual([]);
});
