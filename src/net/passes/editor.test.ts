import { describe, expect, it } from 'vitest';
import { type Layer, makeLayer } from '../net.ts';
import { NetEditor } from './editor.ts';
import { inputLayer, netOf, outline } from './testing.ts';

function abs(bottom: string, top: string): Layer {
  return makeLayer('AbsVal', top, [bottom], [top], {});
}

function add(a: string, b: string, top: string): Layer {
  return makeLayer('BinaryOp', top, [a, b], [top], {});
}

describe('onlyReader', () => {
  const first = abs('x', 'a');

  it('is the only layer that reads the result', () => {
    const second = abs('a', 'b');
    expect(new NetEditor(netOf([inputLayer('x'), first, second], ['b'])).onlyReader(first)).toBe(second);
  });

  it('is undefined for an output', () => {
    expect(new NetEditor(netOf([inputLayer('x'), first, abs('a', 'b')], ['a', 'b'])).onlyReader(first)).toBeUndefined();
  });

  it('is undefined for two readers', () => {
    expect(new NetEditor(netOf([inputLayer('x'), first, abs('a', 'b'), abs('a', 'c')], ['b', 'c'])).onlyReader(first)).toBeUndefined();
  });

  it('is undefined for a blob read twice by one layer', () => {
    expect(new NetEditor(netOf([inputLayer('x'), first, add('a', 'a', 'b')], ['b'])).onlyReader(first)).toBeUndefined();
  });
});

describe('bypass', () => {
  it('connects the readers to the bottom of the layer', () => {
    const layer = abs('x', 'a');
    const editor = new NetEditor(netOf([inputLayer('x'), layer, add('a', 'a', 'b'), abs('a', 'c')], ['b', 'c']));
    expect(editor.bypass(layer)).toBe(true);
    expect(outline(editor.net())).toEqual(['Input()->x', 'BinaryOp(x,x)->b', 'AbsVal(x)->c']);
  });

  it('lets the previous layer produce an output', () => {
    const layer = abs('a', 'b');
    const editor = new NetEditor(netOf([inputLayer('x'), abs('x', 'a'), layer, abs('a', 'c')], ['b', 'c'], { a: [1], b: [1] }));
    expect(editor.bypass(layer)).toBe(true);
    expect(outline(editor.net())).toEqual(['Input()->x', 'AbsVal(x)->b', 'AbsVal(b)->c']);
    expect([...editor.net().shapes.keys()]).toEqual(['b']);
  });

  it('removes a layer with several tops unless one of them is an output', () => {
    const split = makeLayer('Split', 's', ['x'], ['a', 'b'], {});
    const net = netOf([inputLayer('x'), split, add('a', 'b', 'y')], ['y']);
    const editor = new NetEditor(net);
    expect(editor.bypass(split)).toBe(true);
    expect(outline(editor.net())).toEqual(['Input()->x', 'BinaryOp(x,x)->y']);
    expect(new NetEditor({ ...net, outputs: ['y', 'a'] }).bypass(split)).toBe(false);
  });

  it('keeps a layer between an input and an output or between two outputs', () => {
    const layer = abs('x', 'a');
    expect(new NetEditor(netOf([inputLayer('x'), layer], ['a'])).bypass(layer)).toBe(false);
    const between = abs('a', 'b');
    const editor = new NetEditor(netOf([inputLayer('x'), layer, between], ['a', 'b']));
    expect(editor.bypass(between)).toBe(false);
    expect(outline(editor.net())).toEqual(['Input()->x', 'AbsVal(x)->a', 'AbsVal(a)->b']);
  });
});

describe('fuse', () => {
  it('keeps the position of the first layer, or of the second if that reads more', () => {
    const [first, second] = [abs('x', 'a'), add('a', 'y', 'b')];
    const layers = [inputLayer('x'), first, inputLayer('y'), second];
    const editor = new NetEditor(netOf(layers, ['b']));
    editor.fuse(first, second, makeLayer('BinaryOp', 'b', ['x', 'y'], ['b'], {}));
    expect(outline(editor.net())).toEqual(['Input()->x', 'Input()->y', 'BinaryOp(x,y)->b']);
  });
});

it('supports changes during iteration', () => {
  const layers = [inputLayer('x'), abs('x', 'a'), abs('a', 'b'), abs('b', 'c'), abs('c', 'd')];
  const editor = new NetEditor(netOf(layers, ['d']));
  const seen: string[] = [];
  for (const layer of editor.layers('AbsVal')) {
    seen.push(layer.name);
    const next = editor.onlyReader(layer);
    if (next !== undefined) editor.fuse(layer, next, { ...layer, tops: next.tops });
  }
  expect(seen).toEqual(['a', 'c']);
  expect(outline(editor.net())).toEqual(['Input()->x', 'AbsVal(x)->b', 'AbsVal(b)->d']);
});

it('rejects a layer that was removed or has other bottoms', () => {
  const [first, second, third] = [abs('x', 'a'), abs('a', 'b'), abs('b', 'c')];
  const editor = new NetEditor(netOf([inputLayer('x'), first, second, third], ['c']));
  editor.bypass(second);
  expect(editor.producer('b')).toBeUndefined();
  expect(() => editor.remove(second)).toThrow('the layer "b" is not in the net any more');
  expect(() => editor.remove(third)).toThrow('the layer "c" is not in the net any more');
  expect([...editor.readers('a')]).toEqual([abs('a', 'c')]);
});

it('removes tens of thousands of single-layer branches one by one', () => {
  const count = 30_000;
  const tops = Array.from({ length: count }, (_, index) => `a${index}`);
  const concat = makeLayer('Concat', 'y', tops, ['y'], {});
  const editor = new NetEditor(netOf([inputLayer('x'), ...tops.map((top) => abs('x', top)), concat], ['y']));
  for (const layer of editor.layers('AbsVal')) editor.bypass(layer);
  expect(editor.net().layers).toEqual([inputLayer('x'), { ...concat, bottoms: tops.map(() => 'x') }]);
});
