import { describe, expect, it } from 'vitest';
import { execute } from '../../net/execute.ts';
import { readParamText } from '../../net/format/paramRead.ts';
import { type BlobShape, makeLayer, type Net } from '../../net/net.ts';
import { outline, paramsOf } from '../../net/passes/testing.ts';
import { type UpgradedNet, upgradeOldForms } from './oldForms.ts';

/** A layer after an Input of a shape. */
function upgrade(shape: BlobShape | undefined, line: string): UpgradedNet {
  const { layers } = readParamText(`7767517\n2 2\nInput x 0 1 x\n${line}\n`);
  return upgradeOldForms({ layers, shapes: new Map(shape === undefined ? [] : [['x', shape]]), outputs: ['y'] });
}

const codes = ({ diagnostics }: UpgradedNet): readonly string[] => diagnostics.map(({ code }) => code);

describe('Softmax without fixbug0', () => {
  it.each<[BlobShape | undefined, number, string]>([
    [[3, 4], 1, 'layer-upgraded'],
    [[4], -1, 'layer-upgraded'],
    [undefined, -1, 'layer-upgraded'],
    [[2, 3, 4], 1, 'layer-outdated'],
    [[2, 3, 4], 2, 'layer-outdated'],
    [undefined, 1, 'layer-outdated'],
  ])('of a blob %j over axis %d becomes %s', (shape, axis, code) => {
    const net = upgrade(shape, `Softmax s 1 1 x y 0=${axis}`);
    expect(codes(net)).toEqual([code]);
    expect(paramsOf(net.net.layers[1])[1]).toBe(code === 'layer-upgraded' ? 1 : undefined);
  });

  it.each(['0=0', '', '0=1 1=1'])('is kept if ncnn loads it: %s', (params) => {
    expect(codes(upgrade([2, 3, 4], `Softmax s 1 1 x y ${params}`))).toEqual([]);
  });
});

describe('Reduction without fixbug0', () => {
  it.each<[BlobShape, string, readonly number[] | undefined]>([
    [[2, 3, 4], '1=0 -23303=2,2,3', [1, 2]],
    [[2, 3, 4], '1=0 -23303=2,1,-1', [0, -1]],
    [[2, 3, 4], '1=0 -23303=1,0', undefined],
    [[3, 4], '1=0 -23303=1,3', undefined],
  ])('of a blob %j: %s', (shape, params, axes) => {
    const net = upgrade(shape, `Reduction r 1 1 x y 0=3 ${params}`);
    expect(codes(net)).toEqual([axes === undefined ? 'layer-outdated' : 'layer-upgraded']);
    if (axes !== undefined) expect(paramsOf(net.net.layers[1])).toMatchObject({ 3: axes, 5: 1 });
  });

  it('is kept if it reduces all axes', () => {
    expect(codes(upgrade([2, 3], 'Reduction r 1 1 x y 0=3'))).toEqual([]);
  });

  it('is kept if it has the current form', () => {
    expect(codes(upgrade([2, 3], 'Reduction r 1 1 x y 0=3 1=0 -23303=1,0 5=1'))).toEqual([]);
  });
});

describe('Reshape with permute', () => {
  const run = (net: Net, values: readonly number[], shape: readonly number[]): readonly number[] => {
    const results = execute(net, new Map([['x', { shape, values: Float32Array.from(values) }]]));
    return [...(results.get('y')?.values ?? [])];
  };
  const counted = (size: number): number[] => Array.from({ length: size }, (_, index) => index);

  it('flattens with the channels last', () => {
    const { net, diagnostics } = upgrade([2, 2, 2], 'Reshape r 1 1 x y 0=-1 3=1');
    expect(diagnostics.map(({ code }) => code)).toEqual(['layer-upgraded']);
    expect(outline(net)).toEqual(['Input()->x', 'Permute(x)->y_permute', 'Reshape(y_permute)->y']);
    expect(run(net, counted(8), [2, 2, 2])).toEqual([0, 4, 1, 5, 2, 6, 3, 7]);
  });

  it('reads rows with the channels last', () => {
    // [c, h, w] = [4, 1, 2] contains the pixels (0, 2, 4, 6) and (1, 3, 5, 7), each of which becomes two pixels with two channels.
    const { net } = upgrade([4, 1, 2], 'Reshape r 1 1 x y 0=4 1=1 2=2 3=1');
    expect(run(net, counted(8), [4, 1, 2])).toEqual([0, 4, 1, 5, 2, 6, 3, 7]);
  });

  it('of four axes is undone if only the inner ones change', () => {
    const { net } = upgrade([2, 1, 2, 2], 'Reshape r 1 1 x y 0=1 1=4 2=2 3=1');
    expect(run(net, counted(8), [2, 1, 2, 2])).toEqual(counted(8));
  });

  it('is plain if the channels do not move', () => {
    const { net } = upgrade([2, 3, 4], 'Reshape r 1 1 x y 0=6 1=2 2=2 3=1');
    expect(net.layers[1]).toEqual(makeLayer('Reshape', 'r', ['x'], ['y'], { w: 6, h: 2, c: 2 }));
  });

  it('is rejected for unknown shapes', () => {
    expect(codes(upgrade(undefined, 'Reshape r 1 1 x y 0=-1 3=1'))).toEqual(['layer-outdated']);
  });
});

it('warns about parameters that ncnn ignores', () => {
  expect(upgrade([3], 'ReLU r 1 1 x y 7=1 -23330=4,1,3,1,1 31=1').diagnostics).toMatchObject([
    { code: 'field-unknown', message: 'ReLU has no parameter 7, and ncnn ignores it', place: { node: 'r' } },
  ]);
});
