import { expect, it } from 'vitest';
import type { BlobData } from '../execute.ts';
import { makeLayer } from '../net.ts';
import { LayerCalls, Room } from './layerCalls.ts';

const layer = makeLayer('ReLU', 'r', ['x'], ['r'], {});
const blob = (value: number): BlobData => ({ shape: [1], values: Float32Array.of(value) });

it('results are kept for the same mask and the same bottoms', () => {
  const calls = new LayerCalls(new Room());
  const [x, other] = [blob(1), blob(1)];
  let computed = 0;
  const run = (bottom: BlobData, mask?: 'arithmetic'): readonly BlobData[] =>
    calls.topsOf(layer, mask, [bottom], () => {
      computed++;
      return [blob(computed)];
    });
  const first = run(x);
  expect([run(x), run(x, 'arithmetic') === first, run(other) === first, run(x)]).toEqual([first, false, false, first]);
  expect(computed).toBe(3);
  // The oldest of three is dropped.
  run(blob(2));
  run(x, 'arithmetic');
  expect(computed).toBe(5);
});

it('results that do not fit replace older ones of the layer', () => {
  const room = new Room(8);
  const calls = new LayerCalls(room);
  let computed = 0;
  const run = (bottom: BlobData): void => {
    calls.topsOf(layer, undefined, [bottom], () => {
      computed++;
      return [blob(computed)];
    });
  };
  const [a, b, c] = [blob(1), blob(2), blob(3)];
  for (const bottom of [a, b, a, c, a]) run(bottom);
  expect(computed).toBe(3);
  expect(room.take([blob(0)])).toBe(false);
  run(b);
  expect(computed).toBe(4);
});
