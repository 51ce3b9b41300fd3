import { describe, expect, it } from 'vitest';
import { sampleArtifact } from '../emit/testing.ts';
import { makeLayer } from '../net/net.ts';
import { optimize } from '../net/passes/index.ts';
import { weightOf } from '../net/weight.ts';
import { drawingOf } from './drawing.ts';
import { type ReportSource, renderReport, reportData } from './index.ts';
import { layOut } from './layout.ts';

const hostile = '</script><img src=x onerror=alert(1)>"\'&\u202e';

function source(name = 'conv1'): ReportSource {
  const artifact = sampleArtifact('net', name);
  const history = { changed: new Map(), removed: new Map() };
  const trace = {
    about: 'opset 17',
    nodes: new Map([[name, 'Abs']]),
    operators: new Map([['Abs', 1]]),
    before: artifact.model.net,
    history,
  };
  return { artifact, diagnostics: [], trace };
}

describe('the report', () => {
  it('is one file that asks for nothing', async () => {
    const page = await renderReport(reportData(source()));
    expect(page).toContain('content="default-src &#39;none&#39;; ');
    expect(page.replaceAll('http://www.w3.org', '')).not.toMatch(/\b(?:src|href)="(?!#)|https?:|@import|url\((?!#)/);
    expect(page).not.toMatch(/ style="| on[a-z]+="/);
  });

  it('shows hostile names as text', async () => {
    const page = await renderReport(reportData(source(hostile)));
    expect(page).not.toContain('<img');
    expect(page).not.toContain('\u202e');
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    const [, json = ''] = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(page) ?? [];
    expect(JSON.parse(json).after.nodes[1].layer.name).toBe(hostile);
  });

  it('has a script that can be parsed and is let in by its hash', async () => {
    const page = await renderReport(reportData(source()));
    const [, script = ''] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
    expect(() => new Function(script)).not.toThrow();
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(script));
    const [, allowed] = /script-src &#39;(.*?)&#39;/.exec(page) ?? [];
    expect(allowed).toBe(`sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`);
  });
});

describe('what the report tells of a net', () => {
  const convolution = makeLayer('Convolution', 'c', ['x'], ['y'], { num_output: 1, kernel_w: 1, weight_data_size: 1 }, [weightOf([2])]);
  const layers = [
    makeLayer('Input', 'x', [], ['x'], { w: 4, h: 4, c: 1 }),
    convolution,
    makeLayer('Dropout', 'd', ['y'], ['z'], {}),
    makeLayer('ReLU', 'r', ['z'], ['out'], {}),
  ];
  const before = { layers, shapes: new Map([['x', [1, 4, 4]]]), outputs: ['out'] };

  it('names what was fused and what was taken out, and by which pass', () => {
    const optimised = optimize(before);
    const artifact = { ...sampleArtifact('net'), passes: optimised.passes, model: { net: optimised.net, inputs: [], outputs: [] } };
    const trace = { about: '', nodes: new Map(), operators: new Map(), before, history: optimised.history };
    const data = reportData({ artifact, diagnostics: [], trace });
    expect(data.removed).toEqual([{ name: 'd', pass: 'eliminate_dropout' }]);
    expect(data.after.map(({ type, fused, from, passes }) => ({ type, fused, from, passes }))).toEqual([
      { type: 'Input', fused: [], from: [], passes: [] },
      { type: 'Convolution', fused: ['ReLU'], from: ['c', 'r'], passes: ['fuse_convolution_activation'] },
    ]);
    expect(data.before?.map(({ name }) => name)).toEqual(['x', 'c', 'd', 'r']);
    expect(data.after[1]).toMatchObject({ weights: 1, weightBytes: 4, multiplyAdds: 16, summary: '1×1' });
  });

  it('draws edges past Split layers, to the outputs too', () => {
    const named = (name: string, type: string, bottoms: string[], tops: string[]) => ({
      id: 0,
      type,
      name,
      bottoms,
      tops: tops.map((top) => ({ name: top, shape: [4] })),
      summary: '',
      params: [],
      weights: 0,
      weightBytes: 0,
      multiplyAdds: 0,
      operator: undefined,
      fused: [],
      from: [],
      passes: [],
    });
    const net = [
      named('x', 'Input', [], ['x']),
      named('s', 'Split', ['x'], ['x0', 'x1']),
      named('a', 'AbsVal', ['x0'], ['a']),
      named('b', 'BinaryOp', ['x1', 'a'], ['b']),
    ].map((layer, id) => ({ ...layer, id }));
    const drawing = drawingOf(net, [{ name: 'result', blob: 'b' }]);
    expect(drawing.nodes.map(({ subtitle }) => subtitle)).toEqual(['x', 'a', 'b', 'result']);
    expect(drawing.edges.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
      [2, 3],
    ]);
    expect(drawing.edges[0]?.label).toBe('4');
  });

  it('leads an edge over many layers along the side, and stays quick with many of them', async () => {
    const count = 120;
    const nodes = Array.from({ length: count }, () => ({
      layer: undefined,
      family: 'other' as const,
      title: '',
      subtitle: '',
      marks: [],
      width: 100,
      height: 40,
    }));
    const edges = nodes
      .flatMap((_, to) => nodes.slice(0, to).map((__, from) => ({ from, to, label: '' })))
      .filter(({ from, to }) => to - from === 1 || from % 12 === 0);
    const started = performance.now();
    const layout = await layOut({ nodes, edges });
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(layout.edges.filter(({ far }) => far).every(({ edge }) => edge.to - edge.from > 12)).toBe(true);
    expect(layout.edges).toHaveLength(edges.length);
    expect(layout.nodes.every(({ y }, place) => place === 0 || y > (layout.nodes[place - 1]?.y ?? 0))).toBe(true);
  });
});
