import { expect, it } from 'vitest';
import { renderRun } from './runTable.ts';

function lines(data: Float32Array): readonly string[] {
  const outputs = [{ name: 'y', shape: [data.length], data }];
  return renderRun('net.onnx', { engine: 'interpreter', outputs, times: [], layerTimes: [] }, (_, text) => text);
}

it('prints the largest values of an output with their positions', () => {
  expect(lines(Float32Array.of(1, 5, 3, 5, -2, 4, Number.NaN, 0)).at(-1)).toBe('    largest: 5 at 1, 5 at 3, 4 at 5, 3 at 2, 1 at 0');
  expect(lines(Float32Array.of(2)).at(-1)).toBe('    largest: 2 at 0');
});

it('matches a full sort', () => {
  const data = Float32Array.from({ length: 1000 }, (_, index) => Math.sin(index * 12.9898) * 1000);
  const sorted = Array.from(data.keys()).sort((a, b) => (data[b] ?? 0) - (data[a] ?? 0));
  const places = [...(lines(data).at(-1) ?? '').matchAll(/at (\d+)/g)].map(([, place]) => Number(place));
  expect(places).toEqual(sorted.slice(0, 5));
});
