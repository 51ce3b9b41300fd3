import { describe, expect, it } from 'vitest';
import { keepNeeded, keepNeededOfModel } from './deadCode.ts';
import { finalize } from './finalize.ts';
import type { Binding, Model } from './model.ts';
import { type Layer, makeLayer } from './net.ts';
import { inputLayer, netOf, outline } from './passes/testing.ts';
import { withLegalNames } from './sanitizeNames.ts';
import { withSplits } from './split.ts';

function abs(bottom: string, top: string): Layer {
  return makeLayer('AbsVal', top, [bottom], [top], {});
}

function add(a: string, b: string, top: string): Layer {
  return makeLayer('BinaryOp', top, [a, b], [top], {});
}

function binding(blob: string): Binding {
  return { name: blob, dtype: 'float32', shape: [], blob, blobShape: [], feed: 'float32' };
}

function modelOf(layers: readonly Layer[], outputs: readonly string[]): Model {
  const inputs = layers.filter((layer) => layer.type === 'Input').flatMap((layer) => layer.tops);
  return { net: netOf(layers, outputs), inputs: inputs.map(binding), outputs: outputs.map(binding) };
}

describe('keepNeeded', () => {
  it('removes layers that no output needs and unbinds unused inputs', () => {
    const model = keepNeededOfModel(modelOf([inputLayer('x'), inputLayer('y'), abs('x', 'a'), abs('y', 'b')], ['b']));
    expect(outline(model.net)).toEqual(['Input()->y', 'AbsVal(y)->b']);
    expect(model.inputs.map(({ name, blob }) => [name, blob])).toEqual([
      ['x', null],
      ['y', 'y'],
    ]);
  });

  it('sorts layers after those they read', () => {
    expect(outline(keepNeeded(netOf([abs('a', 'b'), add('x', 'b', 'c'), inputLayer('x'), abs('x', 'a')], ['c'])))).toEqual([
      'Input()->x',
      'AbsVal(x)->a',
      'AbsVal(a)->b',
      'BinaryOp(x,b)->c',
    ]);
  });

  it('keeps a valid order', () => {
    const right = [inputLayer('x'), inputLayer('y'), abs('y', 'b'), abs('x', 'a'), add('a', 'b', 'c')];
    expect(keepNeeded(netOf(right, ['c'])).layers).toEqual(right);
  });

  it('handles nets of any depth', () => {
    const layers = [inputLayer('b0'), ...Array.from({ length: 20000 }, (_, index) => abs(`b${index}`, `b${index + 1}`))];
    expect(keepNeeded(netOf(layers.reverse(), ['b20000'])).layers[0]).toMatchObject({ type: 'Input' });
  });

  it('rejects cycles', () => {
    expect(() => keepNeeded(netOf([abs('b', 'a'), abs('a', 'b')], ['b']))).toThrow('depends on its own output');
  });

  it('rejects blobs without a producer', () => {
    expect(() => keepNeeded(netOf([abs('x', 'a')], ['a']))).toThrow('AbsVal "a": the blob "x" is read, but no layer computes it');
    expect(() => keepNeeded(netOf([inputLayer('x')], ['y']))).toThrow('no layer computes the output "y"');
  });
});

describe('withSplits', () => {
  it('gives each reader its own copy', () => {
    const { net } = withSplits(modelOf([inputLayer('x'), add('x', 'x', 'a'), abs('x', 'b'), add('a', 'b', 'c')], ['c']));
    expect(outline(net)).toEqual([
      'Input()->x',
      'Split(x)->x_splitncnn_0,x_splitncnn_1,x_splitncnn_2',
      'BinaryOp(x_splitncnn_0,x_splitncnn_1)->a',
      'AbsVal(x_splitncnn_2)->b',
      'BinaryOp(a,b)->c',
    ]);
    expect(net.layers[1]).toMatchObject({ name: 'splitncnn_0' });
  });

  it('keeps the name of an output that is also read', () => {
    const model = withSplits(modelOf([inputLayer('x'), abs('x', 'a'), abs('a', 'b')], ['a', 'b']));
    expect(outline(model.net)).toEqual([
      'Input()->x',
      'AbsVal(x)->a_splitncnn',
      'Split(a_splitncnn)->a,a_splitncnn_0',
      'AbsVal(a_splitncnn_0)->b',
    ]);
    expect(model.outputs.map(({ blob }) => blob)).toEqual(['a', 'b']);
  });

  it('keeps the name of an input and renames the output', () => {
    const model = withSplits(modelOf([inputLayer('x'), abs('x', 'a')], ['x', 'a']));
    expect(outline(model.net)).toEqual(['Input()->x', 'Split(x)->x_splitncnn_1,x_splitncnn_0', 'AbsVal(x_splitncnn_0)->a']);
    expect(model.inputs.map(({ blob }) => blob)).toEqual(['x']);
    expect(model.outputs.map(({ name, blob }) => [name, blob])).toEqual([
      ['x', 'x_splitncnn_1'],
      ['a', 'a'],
    ]);
    expect(model.net.outputs).toEqual(['x_splitncnn_1', 'a']);
  });

  it('uses no name that already exists', () => {
    const { net } = withSplits(modelOf([inputLayer('x'), abs('x', 'x_splitncnn_0'), add('x', 'x_splitncnn_0', 'c')], ['c']));
    expect(net.layers[1]?.tops).toEqual(['x_splitncnn_0_1', 'x_splitncnn_1']);
  });

  it('knows the shapes of the copies', () => {
    const model = modelOf([inputLayer('x'), add('x', 'x', 'a')], ['a']);
    const { net } = withSplits({ ...model, net: { ...model.net, shapes: new Map([['x', [3, 2]]]) } });
    expect(net.shapes.get('x_splitncnn_1')).toEqual([3, 2]);
  });

  it('changes nothing when each blob is read once', () => {
    const model = modelOf([inputLayer('x'), abs('x', 'a')], ['a']);
    expect(withSplits(model)).toBe(model);
  });
});

describe('withLegalNames', () => {
  it('renames names with white space and warns', () => {
    const { model, diagnostics } = withLegalNames(modelOf([inputLayer('my x'), abs('my x', 'a\tb')], ['a\tb']));
    expect(outline(model.net)).toEqual(['Input()->my_x', 'AbsVal(my_x)->a_b']);
    expect(model.inputs[0]).toMatchObject({ name: 'my x', blob: 'my_x' });
    expect(model.outputs[0]).toMatchObject({ name: 'a\tb', blob: 'a_b' });
    expect(model.net.outputs).toEqual(['a_b']);
    expect(new Set(diagnostics.map(({ message }) => message))).toEqual(
      new Set([
        'the name "my x" of a layer contains white space; it is now "my_x"',
        'the name "a\\tb" of a layer contains white space; it is now "a_b"',
        'the name "my x" of a blob contains white space; it is now "my_x"',
        'the name "a\\tb" of a blob contains white space; it is now "a_b"',
      ]),
    );
  });

  it('keeps names unique', () => {
    const layers = [inputLayer('a_b'), makeLayer('AbsVal', 'same', ['a_b'], ['a b'], {}), makeLayer('AbsVal', 'same', ['a b'], ['c'], {})];
    const { net } = withLegalNames(modelOf(layers, ['c'])).model;
    expect(net.layers.map(({ name }) => name)).toEqual(['a_b', 'same', 'same_1']);
    expect(outline(net)).toEqual(['Input()->a_b', 'AbsVal(a_b)->a_b_1', 'AbsVal(a_b_1)->c']);
  });

  it('names unnamed layers and shortens long names by whole characters', () => {
    const long = 'β'.repeat(200);
    const { net } = withLegalNames(modelOf([inputLayer('x'), makeLayer('AbsVal', '', ['x'], [long], {})], [long])).model;
    expect(net.layers[1]).toMatchObject({ name: 'layer', tops: ['β'.repeat(127)] });
  });

  it('keeps names that ncnn accepts', () => {
    const model = modelOf([inputLayer('net::sig(0)'), abs('net::sig(0)', 'β')], ['β']);
    expect(withLegalNames(model)).toEqual({ model, diagnostics: [] });
  });
});

describe('finish', () => {
  it('applies every step in one call, so that a second call changes nothing', () => {
    const model = modelOf(
      [add('x y', 'x y', 'z'), inputLayer('x y'), abs('x y', 'dead'), makeLayer('ReLU', 'r', ['z'], ['r'], { slope: 0 })],
      ['r', 'z'],
    );
    const finished = finalize(model);
    expect(outline(finished.model.net)).toEqual([
      'Input()->x_y',
      'Split(x_y)->x_y_splitncnn_0,x_y_splitncnn_1',
      'BinaryOp(x_y_splitncnn_0,x_y_splitncnn_1)->z_splitncnn',
      'Split(z_splitncnn)->z,z_splitncnn_0',
      'ReLU(z_splitncnn_0)->r',
    ]);
    expect(finished.diagnostics.map(({ code }) => code)).toEqual(['name-changed', 'name-changed']);
    expect(finalize(finished.model)).toEqual({ model: finished.model, diagnostics: [] });
  });
});
