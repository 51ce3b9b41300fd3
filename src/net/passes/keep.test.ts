/** Kept blobs: outputs, blobs before a Split, and those in the `keep` option. */
import { describe, expect, it } from 'vitest';
import { finalize } from '../finalize.ts';
import { type Layer, makeLayer, type Net } from '../net.ts';
import { weightOf } from '../weight.ts';
import { optimize } from './index.ts';
import { convolutionLayer, inputLayer, netOf, outline } from './testing.ts';

const activation = (bottom: string, top: string): Layer => makeLayer('ReLU', top, [bottom], [top], {});
const dropout = (bottom: string, top: string): Layer => makeLayer('Dropout', top, [bottom], [top], {});
const constant = (top: string): Layer => makeLayer('MemoryData', top, [], [top], { w: 1 }, [weightOf([2])]);
const sum = (left: string, right: string, top: string): Layer => makeLayer('BinaryOp', top, [left, right], [top], {});

/** The optimized net as it is written, with some blobs kept. */
function written(net: Net, keep: readonly string[]): readonly string[] {
  const optimized = optimize({ ...net, keep: new Set(keep) }).net;
  const bindings = { inputs: [], outputs: [] };
  return outline(finalize({ net: optimized, ...bindings }).model.net);
}

describe('a kept blob', () => {
  it.each<[string, readonly Layer[]]>([
    ['fused with an activation', [convolutionLayer('x', 'm', [1]), activation('m', 'y')]],
    ['left without its reader', [activation('x', 'm'), activation('m', 'y')]],
    ['a constant', [constant('m'), sum('x', 'm', 'y')]],
    ['bypassed in a chain of reshapes', [makeLayer('Reshape', 'm', ['x'], ['m'], { w: -1 }), makeLayer('Flatten', 'y', ['m'], ['y'], {})]],
  ])('is not %s', (_, layers) => {
    const net = netOf([inputLayer('x'), ...layers], ['y'], { x: [1, 3, 3] });
    expect(written(net, ['m'])).toEqual(outline(net));
    expect(written(net, [])).not.toEqual(outline(net));
  });

  it('gets no readers of other blobs', () => {
    const twins = netOf(
      [inputLayer('x'), makeLayer('TanH', 'm', ['x'], ['m'], {}), makeLayer('TanH', 'n', ['x'], ['n'], {}), sum('m', 'n', 'y')],
      ['y'],
    );
    expect(written(twins, ['m']).at(-1)).toBe('BinaryOp(m,n)->y');
    const branch = netOf([inputLayer('x'), makeLayer('TanH', 'n', ['x'], ['n'], {}), dropout('n', 'm'), sum('m', 'n', 'y')], ['y']);
    expect(written(branch, ['m']).slice(-2)).toEqual(['Dropout(n_splitncnn_0)->m', 'BinaryOp(m,n_splitncnn_1)->y']);
  });

  it('is a top of a Split that is kept', () => {
    const split = makeLayer('Split', 's', ['x'], ['m', 'n'], {});
    const net = netOf([inputLayer('x'), split, activation('m', 'a'), sum('a', 'n', 'y')], ['y']);
    expect(written(net, ['m'])).toEqual(outline(net));
    expect(written(net, [])).not.toContain('Split(x)->m,n');
  });

  it('is kept although no output needs it', () => {
    const net = netOf([inputLayer('x'), activation('x', 'y'), activation('y', 'm')], ['y']);
    expect(written(net, ['m']).at(-1)).toMatch(/->m$/);
    expect(written(net, [])).toHaveLength(2);
  });

  it('keeps its name in front of a Split, so that feeding it reaches all readers', () => {
    const net = netOf([inputLayer('x'), makeLayer('TanH', 'm', ['x'], ['m'], {}), activation('m', 'y')], ['m', 'y']);
    expect(written(net, ['m'])).toEqual(['Input()->x', 'TanH(x)->m', 'Split(m)->m_splitncnn_1,m_splitncnn_0', 'ReLU(m_splitncnn_0)->y']);
    expect(written(net, [])).toContain('TanH(x)->m_splitncnn');
  });
});

it('keeps the names on both sides of a Split that produces an output', () => {
  const split = makeLayer('Split', 's', ['m'], ['out0'], {});
  const net = netOf([inputLayer('x'), convolutionLayer('x', 'm', [1]), split], ['out0']);
  expect(outline(optimize({ ...net, named: new Set(['m']) }).net)).toEqual(outline(net));
});

it('is not fused when a Split of the source reads it', () => {
  const net = netOf([inputLayer('x'), convolutionLayer('x', 'm', [1]), activation('m', 'y')], ['y']);
  expect(outline(optimize({ ...net, named: new Set(['m']) }).net)).toEqual(outline(net));
  expect(outline(optimize(net).net)).toEqual(['Input()->x', 'Convolution(x)->y']);
});
