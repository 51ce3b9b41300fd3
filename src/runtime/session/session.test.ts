import { describe, expect, expectTypeOf, it } from 'vitest';
import type { NcnnModel, NcnnTensor } from '../types.ts';
import type { ExtractedBlob, Feed } from './backend.ts';
import { sessionOn } from './createSession.ts';
import type { InputsOf, OutputsOf } from './types.ts';

function tensor(
  name: string,
  shape: readonly (number | string)[],
  ncnnShape: readonly (number | string)[],
  more: Partial<NcnnTensor> = {},
): NcnnTensor {
  return { name, blob: name, blobId: 0, dtype: 'float32', shape, ncnnShape, feed: 'float32', ...more };
}

function modelOf(inputs: readonly NcnnTensor[], outputs: readonly NcnnTensor[]): NcnnModel {
  const named = (list: readonly NcnnTensor[]): Record<string, NcnnTensor> => Object.fromEntries(list.map((entry) => [entry.name, entry]));
  const loadBin = async (): Promise<Uint8Array> => new Uint8Array();
  const rest = { layers: {}, blobs: {}, hash: '', minNcnnVersion: '20170724' };
  return { name: 'net', param: new Uint8Array(), loadBin, binLength: 0, inputs: named(inputs), outputs: named(outputs), ...rest };
}

/** Doubles its input. */
const doubling = {
  run: (feeds: readonly Feed[]): readonly ExtractedBlob[] =>
    feeds.map(({ shape, data }) => ({ shape, data: Float32Array.from(data, (value) => value * 2) })),
  dispose: (): void => {},
};

const fixed = modelOf([tensor('x', [1, 2, 3], [2, 3])], [tensor('y', [1, 6], [2, 3])]);
const x = [1, 2, 3, 4, 5, 6];

describe('run', () => {
  it('returns results in the shape of the source', async () => {
    const session = sessionOn(fixed, doubling);
    const expected = { y: { data: Float32Array.from(x, (value) => value * 2), shape: [1, 6] } };
    expect(await session.run({ x })).toEqual(expected);
    expect(await session.run({ x: Float32Array.from(x) })).toEqual(expected);
    expect(await session.run({ x: { data: Float32Array.from(x), shape: [1, 2, 3] } })).toEqual(expected);
    expect(await session.run({ x: { data: Float64Array.from(x), shape: [1, 2, 3] } })).toEqual(expected);
    expect(await session.run({ x: BigInt64Array.from(x, BigInt) })).toEqual(expected);
  });

  it('takes the sizes of dynamic axes from the given shape', async () => {
    const model = modelOf([tensor('x', ['n', 3, 'w'], [3, 'w'])], [tensor('y', ['n', 'w*3'], ['w*3'])]);
    const seen: (readonly number[])[] = [];
    const session = sessionOn(model, {
      run: (feeds) => {
        seen.push(...feeds.map(({ shape }) => shape));
        return feeds.map(({ data }) => ({ shape: [data.length], data: new Float32Array(data) }));
      },
      dispose: () => {},
    });
    const { y } = await session.run({ x: { data: Float32Array.from({ length: 24 }, (_, index) => index), shape: [2, 3, 4] } });
    expect(seen).toEqual([
      [3, 4],
      [3, 4],
    ]);
    expect(y?.shape).toEqual([2, 12]);
    expect([...(y?.data ?? [])]).toEqual(Array.from({ length: 24 }, (_, index) => index));
  });

  it('runs the samples of a fixed batch one by one', async () => {
    const model = modelOf([tensor('x', [2, 2], [2], { batch: 2 }), tensor('k', [2], [2])], [tensor('y', [2, 2], [2], { batch: 2 })]);
    const add = {
      run: ([a, b]: readonly Feed[]): readonly ExtractedBlob[] => [
        { shape: [2], data: Float32Array.from([0, 1], (index) => (a?.data[index] ?? 0) + (b?.data[index] ?? 0)) },
      ],
      dispose: (): void => {},
    };
    const { y } = await sessionOn(model, add).run({ x: [1, 2, 3, 4], k: [10, 20] });
    expect(y).toEqual({ data: Float32Array.of(11, 22, 13, 24), shape: [2, 2] });
  });

  it('returns an empty table when nothing is detected', async () => {
    const model = modelOf([tensor('x', [1], [1])], [tensor('y', ['n', 6], ['n', 6])]);
    const session = sessionOn(model, { run: () => [{ shape: [], data: new Float32Array() }], dispose: () => {} });
    expect(await session.run({ x: [1] })).toEqual({ y: { data: new Float32Array(), shape: [0, 6] } });
  });

  it('feeds int32 bits to inputs that ncnn reads as integers', async () => {
    const model = modelOf([tensor('ids', [3], [3], { feed: 'int32', dtype: 'int64' })], [tensor('y', [3], [3])]);
    const session = sessionOn(model, { run: ([feed]) => [{ shape: [3], data: new Float32Array(feed?.data ?? []) }], dispose: () => {} });
    expect((await session.run({ ids: BigInt64Array.of(7n, 8n, 16777217n) })).y?.data).toEqual(Float32Array.of(7, 8, 16777217));
  });

  it('runs overlapping calls one after another', async () => {
    const order: string[] = [];
    const session = sessionOn(fixed, {
      run: async (feeds) => {
        order.push('begin');
        await new Promise((resolve) => setTimeout(resolve, 1));
        order.push('end');
        return doubling.run(feeds);
      },
      dispose: () => order.push('dispose'),
    });
    const runs = [session.run({ x }), session.run({ x: [] }).catch(() => {}), session.run({ x })];
    await Promise.all(runs);
    session.dispose();
    session.dispose();
    await session.run({ x }).catch(() => {});
    expect(order).toEqual(['begin', 'end', 'begin', 'end', 'dispose']);
  });
});

describe('invalid calls', () => {
  const free = modelOf([tensor('x', [1, 'h', 'w'], ['h', 'w'])], [tensor('y', [1], [1])]);
  const pinned = modelOf([tensor('x', [1], [1]), { ...tensor('sr', [], []), blob: null, blobId: null }], [tensor('y', [1], [1])]);
  const batch = modelOf([tensor('x', [2, 2], [2], { batch: 2 })], [tensor('y', [2, 2], [2], { batch: 2 })]);
  const twice = modelOf([tensor('a', ['n'], ['n']), tensor('b', ['n'], ['n'])], [tensor('y', ['n'], ['n'])]);
  it.each<[string, NcnnModel, Record<string, unknown>, RegExp]>([
    ['a missing input', fixed, {}, /"x" is missing\. Give it in the shape \[1,2,3\]/],
    ['another name', fixed, { x, z: [1] }, /"z" does not exist\. Give x/],
    ['a pinned input', pinned, { x: [1], sr: [1] }, /"sr" is not read/],
    ['too few values', fixed, { x: [1, 2] }, /"x" has/],
    ['another shape', fixed, { x: { data: x, shape: [1, 3, 2] } }, /has the shape \[1,3,2\], expected \[1,2,3\]/],
    ['another shape of a typed array', fixed, { x: { data: Float32Array.from(x), shape: [1, 3, 2] } }, /has the shape \[1,3,2\]/],
    ['another number of values in a typed array', fixed, { x: new Float32Array(3) }, /has 3 values, expected 6 for the shape \[1,2,3\]/],
    ['half of a batch', batch, { x: new Float32Array(2) }, /has 2 values, expected 4/],
    ['null', fixed, { x: null }, /is missing/],
    ['null as a shape of two dynamic axes', free, { x: { data: x, shape: null } }, /size of every axis/],
    [
      'sizes that differ between inputs',
      twice,
      { a: { data: [1, 2], shape: [2] }, b: { data: [1], shape: [1] } },
      /"b" has the shape \[1\], expected \[n\]/,
    ],
    ['another rank', fixed, { x: { data: x, shape: [6] } }, /has the shape \[6\], expected/],
    ['NaN as a size', free, { x: { data: x, shape: [1, Number.NaN, 2] } }, /size of every axis as a positive integer/],
    ['a size of 0', free, { x: { data: [], shape: [1, 0, 2] } }, /positive integer/],
    ['two dynamic axes without a shape', free, { x }, /size of every axis/],
    ['more values than the shape has', free, { x: { data: x, shape: [1, 2, 2] } }, /6 values, expected 4/],
    ['no values', fixed, { x: 'abc' }, /no values/],
    ['an integer that ncnn rounds', modelOf([tensor('x', [1], [1], { dtype: 'int64' })], []), { x: [16777217] }, /holds 16777217/],
  ])('%s', async (_, model, inputs, message) => {
    const running = sessionOn(model, doubling).run(inputs as InputsOf<NcnnModel>);
    await expect(running).rejects.toMatchObject({ name: 'SessionError', code: 'input', message: expect.stringMatching(message) });
  });

  it('rejects calls after dispose', async () => {
    const session = sessionOn(fixed, doubling);
    session.dispose();
    await expect(session.run({ x })).rejects.toMatchObject({ code: 'disposed', message: expect.stringContaining('Create another') });
  });
});

it('types inputs and outputs by the declarations of the model', () => {
  interface Net extends NcnnModel {
    readonly inputs: {
      readonly x: { readonly blob: 'x'; readonly shape: readonly [1, 3] } & NcnnTensor;
      readonly line: { readonly blob: 'line'; readonly shape: readonly [1, 'w'] } & NcnnTensor;
      readonly sr: { readonly blob: null } & NcnnTensor;
    };
    readonly outputs: { readonly y: { readonly shape: readonly ['w', 7]; readonly feed: 'float32' } & NcnnTensor };
  }
  expectTypeOf<keyof InputsOf<Net>>().toEqualTypeOf<'x' | 'line'>();
  expectTypeOf<Float32Array>().toExtend<InputsOf<Net>['x']>();
  expectTypeOf<{ data: Float32Array; shape: readonly [1, 3] }>().toExtend<InputsOf<Net>['x']>();
  expectTypeOf<{ data: Float32Array; shape: readonly [1, 4] }>().not.toExtend<InputsOf<Net>['x']>();
  expectTypeOf<Float32Array>().not.toExtend<InputsOf<Net>['line']>();
  expectTypeOf<{ data: Float32Array; shape: readonly [1, number] }>().toExtend<InputsOf<Net>['line']>();
  expectTypeOf<OutputsOf<Net>['y']['data']>().toEqualTypeOf<Float32Array>();
  expectTypeOf<OutputsOf<Net>['y']['shape']>().toExtend<readonly [number, 7]>();
  expectTypeOf<InputsOf<NcnnModel>[string]>().toExtend<unknown>();
  expectTypeOf<Float32Array>().toExtend<InputsOf<NcnnModel>[string]>();
});
