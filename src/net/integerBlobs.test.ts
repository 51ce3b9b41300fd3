import { describe, expect, it } from 'vitest';
import { execute } from './execute.ts';
import { featureMaskOf } from './featureMask.ts';
import { PhoneLayers } from './half/phoneLayers.ts';
import { withIntegerBlobs } from './integerBlobs.ts';
import { makeLayer, type Net } from './net.ts';
import { weightOf } from './weight.ts';

const embed = (name: string, from: string): Net['layers'][number] =>
  makeLayer('Embed', name, [from], [name], { num_output: 1, input_dim: 8, weight_data_size: 8 }, [weightOf([1, 2, 3, 4, 5, 6, 7, 8])]);
const layers = [
  makeLayer('Input', 'x', [], ['x'], { w: 4 }),
  makeLayer('Split', 's', ['x'], ['a', 'b'], {}),
  makeLayer('Reshape', 'r', ['a'], ['c'], { w: 4 }),
  embed('p', 'c'),
  embed('q', 'b'),
  makeLayer('BinaryOp', 'y', ['p', 'q'], ['y'], { op_type: 0 }),
];
const ids = Float32Array.from(new Float32Array(Int32Array.of(3, 0, 7, 1).buffer));

function sumsOf(net: readonly Net['layers'][number][]): readonly number[] {
  const phone = new PhoneLayers();
  const feeds = new Map([['x', { shape: [4], values: ids }]]);
  const tops = execute({ layers: net, shapes: new Map(), outputs: ['y'] }, feeds, { run: (...call) => phone.run(...call) });
  return [...(tops.get('y')?.values ?? [])];
}

describe('blobs of int32 elements', () => {
  it('keep their bits in fp16, for which layers that move them get a mask', () => {
    const masked = withIntegerBlobs(layers);
    expect(masked.map((layer) => featureMaskOf(layer))).toEqual([0, 3, 3, 0, 0, 0]);
    // As ncnn's ARM code computes them.
    expect(sumsOf(layers)).toEqual([2, 2, 2, 2]);
    expect(sumsOf(masked)).toEqual([8, 2, 16, 4]);
  });
});
