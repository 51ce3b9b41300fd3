import { describe, expect, it } from 'vitest';
import { withFeatureMask } from '../featureMask.ts';
import { type Layer, makeLayer } from '../net.ts';
import { weightOf } from '../weight.ts';
import { halfRisks } from './risks.ts';

const input = makeLayer('Input', 'x', [], ['x'], { w: 80, h: 80, c: 1 });
const convolution = makeLayer('Convolution', 'c', ['x'], ['c'], { num_output: 1, kernel_w: 1, weight_data_size: 1 }, [weightOf([1])]);
const shapes = new Map([
  ['x', [1, 80, 80]],
  ['s', [1]],
]);
const risks = (...layers: readonly Layer[]): readonly string[] =>
  halfRisks({ layers: [input, ...layers], shapes, outputs: [] }).map(({ layer, reason }) => `${layer.name} ${reason}`);

describe('the risks of fp16', () => {
  it('are squares of what no layer limits', () => {
    const square = (from: string): Layer => makeLayer('UnaryOp', 's', [from], ['s'], { op_type: 4 });
    expect(risks(convolution, square('c'))).toEqual(['s squares values of an unlimited range']);
    expect(risks(convolution, makeLayer('BinaryOp', 's', ['c', 'c'], ['s'], { op_type: 2 }))).toHaveLength(1);
    expect(risks(convolution, makeLayer('Sigmoid', 'a', ['c'], ['a'], {}), square('a'))).toEqual([]);
    expect(risks(convolution, makeLayer('BinaryOp', 's', ['c', 'x'], ['s'], { op_type: 2 }))).toEqual([]);
  });

  it('are sums of many elements', () => {
    const sum = (operation: number): Layer => makeLayer('Reduction', 's', ['x'], ['s'], { operation });
    expect(risks(sum(0))).toEqual(['s adds 6400 elements']);
    expect(risks(sum(3))).toEqual([]);
  });

  it('are products of attention that are scaled later', () => {
    const attend = (factor: number): readonly Layer[] => [
      makeLayer('MatMul', 'm', ['x', 'x'], ['m'], { transB: 1 }),
      makeLayer('BinaryOp', 'f', ['m'], ['f'], { op_type: 2, with_scalar: 1, b: factor }),
      makeLayer('Softmax', 'a', ['f'], ['a'], { axis: 2 }),
    ];
    expect(risks(...attend(0.125))).toEqual(['m multiplies queries and keys before they are scaled']);
    expect(risks(...attend(2))).toEqual([]);
  });

  it('are large constant factors', () => {
    const multiply = (b: number): Layer => makeLayer('BinaryOp', 's', ['x'], ['s'], { op_type: 2, with_scalar: 1, b });
    expect(risks(multiply(-1048576))).toEqual(['s multiplies by 1048576']);
    expect(risks(multiply(255))).toEqual([]);
    expect(risks(makeLayer('BinaryOp', 's', ['x'], ['s'], { op_type: 3, with_scalar: 1, b: 1e-5 }))).toEqual(['s multiplies by 100000']);
    const normalize = (variance: number): Layer =>
      makeLayer('BatchNorm', 's', ['x'], ['s'], { channels: 1 }, [[2], [0], [variance], [0]].map(weightOf));
    expect(risks(normalize(1e-8))).toEqual(['s multiplies by 20000']);
    expect(risks(normalize(1e-2))).toEqual([]);
  });

  it('are logarithms and reciprocals of what may be 0 in fp16', () => {
    const log = (b: number, operator = 8): readonly Layer[] => [
      makeLayer('BinaryOp', 'e', ['x'], ['e'], { op_type: 0, with_scalar: 1, b }),
      makeLayer('UnaryOp', 's', ['e'], ['s'], { op_type: operator }),
    ];
    expect(risks(...log(1e-10))).toEqual(['s reads values above 1e-10, which fp16 rounds to 0']);
    expect(risks(...log(1e-12, 15))).toHaveLength(1);
    expect([...risks(...log(1e-5)), ...risks(...log(1)), ...risks(...log(1e-10, 5))]).toEqual([]);
    const clip = makeLayer('Clip', 'e', ['x'], ['e'], { min: 1e-9, max: 1 });
    expect(risks(clip, makeLayer('UnaryOp', 's', ['e'], ['s'], { op_type: 8 }))).toHaveLength(1);
  });

  it('are not those of layers that a mask keeps in fp32', () => {
    const square = makeLayer('UnaryOp', 's', ['c'], ['s'], { op_type: 4 });
    expect(risks(convolution, withFeatureMask(square, 1))).toHaveLength(1);
    expect(risks(convolution, withFeatureMask(square, 3))).toEqual([]);
  });
});
