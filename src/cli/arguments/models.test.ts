import { expect, it } from 'vitest';
import { joinModels } from './models.ts';

it.each<[readonly string[], readonly string[]]>([
  [['net.param', 'net.bin'], ['net.param+net.bin']],
  [
    ['a/net.param', 'a/other.bin', 'b.onnx'],
    ['a/net.param+other.bin', 'b.onnx'],
  ],
  [['a/net.param.bin', 'a/net.bin'], ['a/net.param.bin+net.bin']],
  [['a/net.param', 'b/net.bin'], ['a/net.param+../b/net.bin']],
  [
    ['a.param', 'b.param'],
    ['a.param', 'b.param'],
  ],
  [
    ['a.param', 'a.param.bin'],
    ['a.param', 'a.param.bin'],
  ],
  [
    ['a.param', 'a.bin', 'b.param', 'b.bin'],
    ['a.param+a.bin', 'b.param+b.bin'],
  ],
  [['deploy.prototxt', 'net.caffemodel'], ['deploy.prototxt+net.caffemodel']],
  [['net-symbol.json', 'net-0000.params'], ['net-symbol.json+net-0000.params']],
  [
    ['a.onnx', 'b.bin'],
    ['a.onnx', 'b.bin'],
  ],
])('reads %j as %j', (files, models) => {
  expect(joinModels(files)).toEqual(models);
});
