import { expect, it } from 'vitest';
import { makeLayer, type Net } from '../net/net.ts';
import { blobIdentifiers, blobNames, fileIdentifier, layerIdentifiers } from './names.ts';

function chain(...names: readonly string[]): Net {
  const layers = names.map((name, index) => makeLayer('AbsVal', name, index === 0 ? [] : [names[index - 1] ?? ''], [name], {}));
  return { layers, shapes: new Map(), outputs: [] };
}

it('keeps plain names and rewrites others as ncnn2mem does', () => {
  const names = layerIdentifiers(chain('conv1', 'res2a/relu', 'net::sig(0)', 'β', '1st'));
  expect([...names.values()]).toEqual(['conv1', 'res2a_relu', 'net__sig_0_', '__', '1st']);
});

it('gives an identifier precedence over names that are rewritten to it', () => {
  expect([...blobIdentifiers(chain('x.a', 'x_a', 'x/a'))]).toEqual([
    ['x.a', 'x_a_1'],
    ['x_a', 'x_a'],
    ['x/a', 'x_a_2'],
  ]);
});

it('adds no number that creates an existing name', () => {
  expect([...layerIdentifiers(chain('a.b', 'a-b', 'a.b.1')).values()]).toEqual(['a_b', 'a_b_2', 'a_b_1']);
});

it('numbers blobs in the order of the tops', () => {
  expect(blobNames(chain('x', 'y'))).toEqual(['x', 'y']);
});

it('names files as ncnn2mem does, without a leading digit', () => {
  expect(fileIdentifier('residual_block.param.bin')).toBe('residual_block_param_bin');
  expect(fileIdentifier('3d.bin')).toBe('_3d_bin');
});
