import { expect, it } from 'vitest';
import { type Layer, makeLayer } from '../net.ts';
import { inputLayer, netOf } from '../passes/testing.ts';
import { weightOf } from '../weight.ts';
import { checkNet, checkWritten, hasExpectedLength } from './check.ts';
import { writeParamBin, writeParamText } from './paramWrite.ts';

function abs(bottom: string, top: string): Layer {
  return makeLayer('AbsVal', top, [bottom], [top], {});
}

function custom(customType: string): Layer {
  return { type: 'Custom', customType, name: 'm', bottoms: ['x'], tops: ['y'], weights: [] };
}

it('accepts a net that ncnn loads', () => {
  const reference = makeLayer('Crop', 'c', ['x', 'y'], ['z'], {});
  expect(checkNet(netOf([inputLayer('x'), inputLayer('y'), reference], ['z']))).toEqual([]);
  const dynamic = makeLayer('Convolution', 'c', ['x', 'y'], ['z'], { num_output: 2, dynamic_weight: 1 });
  expect(checkNet(netOf([inputLayer('x'), inputLayer('y'), dynamic], ['z']))).toEqual([]);
  expect(checkNet(netOf([inputLayer('x'), custom('Mine')], ['y']))).toEqual([]);
});

it.each<[string, readonly Layer[], readonly string[]]>([
  ['the blob "y" is read before it is computed', [inputLayer('x'), abs('y', 'a')], ['a']],
  ['the blob "x" is computed twice', [inputLayer('x'), makeLayer('Input', 'again', [], ['x'], {})], []],
  ['the blob "x" is read twice without a Split', [inputLayer('x'), abs('x', 'a'), abs('x', 'b')], ['a', 'b']],
  ['the output "a" is read by a layer without a Split', [inputLayer('x'), abs('x', 'a'), abs('a', 'b')], ['a', 'b']],
  ['no layer computes the output "q"', [inputLayer('x')], ['q']],
  ['the net has no layers', [], []],
  ['another layer has the same name', [inputLayer('x'), makeLayer('AbsVal', 'x', ['x'], ['a'], {})], ['a']],
  [
    '"a b" cannot be the name of a blob (white space, empty or over 255 bytes)',
    [inputLayer('x'), makeLayer('AbsVal', 'a', ['x'], ['a b'], {})],
    ['a b'],
  ],
  [
    'AbsVal needs 1 input blob and 1 output blob, got 2 and 1',
    [inputLayer('x'), inputLayer('y'), makeLayer('AbsVal', 'a', ['x', 'y'], ['a'], {})],
    ['a'],
  ],
  ['an Input reads no blob', [inputLayer('x'), makeLayer('Input', 'i', ['x'], ['y'], {})], ['y']],
  ['"ReLU" is a layer type of ncnn and cannot be a custom one', [inputLayer('x'), custom('ReLU')], ['y']],
  [
    'parameter 1 cannot be NaN: it is not a finite float32',
    [inputLayer('x'), makeLayer('Clip', 'a', ['x'], ['a'], { max: Number.NaN })],
    ['a'],
  ],
  ['parameter 0 cannot be 1.5: it is not a 32-bit integer', [makeLayer('Input', 'x', [], ['x'], { w: 1.5 })], ['x']],
  [
    'parameter 6 is a string that ncnn cannot store: "',
    [inputLayer('x'), makeLayer('Reshape', 'a', ['x'], ['a'], { shape_expr: '"' })],
    ['a'],
  ],
  ['the parameters need 1 weights (slope_data), got 0', [inputLayer('x'), makeLayer('PReLU', 'a', ['x'], ['a'], { num_slope: 1 })], ['a']],
  [
    'slope_data has 2 elements, expected 1 from the parameters',
    [inputLayer('x'), makeLayer('PReLU', 'a', ['x'], ['a'], { num_slope: 1 }, [weightOf([1, 2])])],
    ['a'],
  ],
  [
    'slope_data cannot be stored as float16 here',
    [inputLayer('x'), makeLayer('PReLU', 'a', ['x'], ['a'], { num_slope: 1 }, [{ ...weightOf([1]), storage: 'float16' }])],
    ['a'],
  ],
  [
    'weight_data cannot be stored as opaque here',
    [
      inputLayer('x'),
      makeLayer('InnerProduct', 'a', ['x'], ['a'], { num_output: 1, weight_data_size: 1 }, [{ ...weightOf([1]), storage: 'opaque' }]),
    ],
    ['a'],
  ],
])('reports that %s', (message, layers, outputs) => {
  expect(checkNet(netOf(layers, outputs)).map((diagnostic) => diagnostic.message)).toContain(message);
});

const net = netOf([inputLayer('x'), makeLayer('PReLU', 'a', ['x'], ['a'], { num_slope: 1 }, [weightOf([0.1])]), abs('a', 'b')], ['b']);

it('reads back the files it wrote', () => {
  expect(checkWritten(net, writeParamText(net), writeParamBin(net))).toEqual([]);
  expect(hasExpectedLength(net)).toBe(true);
});

it('detects files that differ from the net', () => {
  const other = netOf([...net.layers.slice(0, 2), makeLayer('ReLU', 'b', ['a'], ['b'], {})], ['b']);
  expect(checkWritten(net, writeParamText(other), writeParamBin(net)).map(({ message }) => message)).toEqual([
    'the text that was written is read back with another layer',
  ]);
  expect(checkWritten(net, writeParamText(net), writeParamBin(other)).map(({ message }) => message)).toEqual([
    'the binary that was written is read back with another layer',
  ]);
  const less = netOf(net.layers.slice(0, 2), ['a']);
  expect(checkWritten(net, writeParamText(less), writeParamBin(net)).map(({ message }) => message)).toEqual([
    'the text that was written is read back with 2 layers instead of 3',
  ]);
});
