import { expect, it } from 'vitest';
import { type BlobShape, makeLayer, type Net } from '../../../net.ts';
import { minNcnnVersion } from '../../../version.ts';

function sum(a: BlobShape | undefined, b: BlobShape | undefined): Net {
  const shapes = new Map(
    [['a', a] as const, ['b', b] as const].flatMap(([name, shape]) => (shape === undefined ? [] : [[name, shape] as const])),
  );
  const inputs = ['a', 'b'].map((name) => makeLayer('Input', name, [], [name], {}));
  return { layers: [...inputs, makeLayer('BinaryOp', 'y', ['a', 'b'], ['y'], { op_type: 1 })], shapes, outputs: ['y'] };
}

it.each<[BlobShape | undefined, BlobShape | undefined, string]>([
  [[8, 5, 12], [8, 5, 12], '20200616'],
  [['c', 'h'], ['c', 'h'], '20200616'],
  [[8, 5, 12], [1], '20200616'],
  [[8, 5, 12], [8], '20200616'],
  [[8, 5, 12], [8, 5], '20210507'],
  [[8, 5, 12], [8, 1, 12], '20210507'],
  [[8, 'h', 'w'], [8, 1, 1], '20200616'],
  [[8, 5, 12], [1, 1, 12], '20230223'],
  [[8, 12], [8, 1], '20230223'],
  [[8, 5, 12], [12], '20230816'],
  [[8, 5, 12], [1, 5, 1], '20230816'],
  [[8, 5, 1], [1, 5, 12], '20230816'],
  [[4, 6, 8], [1, 6, 1], '20230816'],
  [[8, 3, 5, 12], [8, 3, 5, 1], '20230816'],
  [[8, 3, 5, 12], [8, 3, 1, 1], '20230223'],
  [undefined, [8], '20230816'],
])('%j and %j need %s', (a, b, version) => {
  expect(minNcnnVersion(sum(a, b))).toBe(version);
  expect(minNcnnVersion(sum(b, a))).toBe(version);
});
