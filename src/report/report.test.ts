import { describe, expect, it } from 'vitest';
import { sampleArtifact } from '../emit/testing.ts';
import { makeLayer } from '../net/net.ts';
import { optimize } from '../net/passes/index.ts';
import { weightOf } from '../net/weight.ts';
import { drawingOf } from './drawing.ts';
import { type ReportSource, renderReport, reportData } from './index.ts';
import { describeLayers } from './layers.ts';
import { layOut } from './layout.ts';
import { style } from './style.ts';

const hostiles = [
  '</script><img src=x onerror=alert(1)>"\'&\u202e',
  '<!--<script>',
  '" onmouseover="alert(1)',
  "' autofocus onfocus='alert(1)",
  'line\u2028paragraph\u2029end\0',
  '`]]></title></style>',
];

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
  it('colors the layers by what fp16 does to them, if the net was calibrated', async () => {
    const plain = await renderReport(reportData(source()));
    expect(plain).not.toContain('On phones, in fp16');
    const { artifact, ...others } = source();
    const layers = [{ layer: 'conv1', type: 'AbsVal', largest: 70000, loss: Number.POSITIVE_INFINITY }];
    const report = (masks: ReadonlyMap<string, 'arithmetic'>): Promise<string> =>
      renderReport(reportData({ ...others, artifact: { ...artifact, halfGuard: { masks, before: 0.5, after: 0.004, layers } } }));
    const unmasked = await report(new Map());
    expect(unmasked).toMatch(/<g class="node \w+ loss-overflow"/);
    expect(unmasked).toContain('<td class="number">70000</td><td class="number"><span class="loss-overflow">overflow</span></td><td></td>');
    const masked = await report(new Map([['conv1', 'arithmetic']]));
    expect(masked).toMatch(/<g class="node \w+ loss-kept"/);
    expect(masked).toContain('The outputs lose 50 %, and 0.4 % with');
    expect(masked).toContain('<td>31=1</td>');
  });

  it('is one file without external requests', async () => {
    const page = await renderReport(reportData(source()));
    expect(page).toContain('content="default-src &#39;none&#39;; ');
    expect(page.replaceAll('http://www.w3.org', '')).not.toMatch(/\b(?:src|href)="(?!#)|https?:|@import|url\((?!#)/);
    expect(page).not.toMatch(/ style="| on[a-z]+="/);
  });

  it.each(hostiles)('shows the name %j as text', async (hostile) => {
    const page = await renderReport(reportData({ ...source(hostile), artifact: { ...source(hostile).artifact, stem: hostile } }));
    expect(page.replaceAll(/<(?:!doctype html|\/?(?:html|head|meta|body)\b[^<>]*)>/g, '')).not.toMatch(
      /<(?:img|!--)| (?:on\w+|autofocus)="/,
    );
    // Control characters, Unicode line separators and direction marks are escaped.
    expect(page).not.toMatch(/[\u2028\u2029\u202e\0]/);
    const plain = await renderReport(reportData(source()));
    for (const tag of [/<script/g, /<\/script>/g, /<\/style>/g, /<\/title>/g])
      expect(page.match(tag)?.length).toBe(plain.match(tag)?.length);
    const [, json = ''] = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(page) ?? [];
    expect(JSON.parse(json).after.nodes[1].layer.name).toBe(hostile);
  });

  it('has a valid script that its CSP hash allows', async () => {
    const page = await renderReport(reportData(source()));
    const [, script = ''] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
    expect(() => new Function(script)).not.toThrow();
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(script));
    const [, allowed] = /script-src &#39;(.*?)&#39;/.exec(page) ?? [];
    expect(allowed).toBe(`sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`);
  });
});

describe('the net in a report', () => {
  const convolution = makeLayer('Convolution', 'c', ['x'], ['y'], { num_output: 1, kernel_w: 1, weight_data_size: 1 }, [weightOf([2])]);
  const layers = [
    makeLayer('Input', 'x', [], ['x'], { w: 4, h: 4, c: 1 }),
    convolution,
    makeLayer('Dropout', 'd', ['y'], ['z'], {}),
    makeLayer('ReLU', 'r', ['z'], ['out'], {}),
  ];
  const before = { layers, shapes: new Map([['x', [1, 4, 4]]]), outputs: ['out'] };

  it('names the fused and removed layers with their pass', () => {
    const optimized = optimize(before);
    const artifact = { ...sampleArtifact('net'), passes: optimized.passes, model: { net: optimized.net, inputs: [], outputs: [] } };
    const trace = { about: '', nodes: new Map(), operators: new Map(), before, history: optimized.history };
    const data = reportData({ artifact, diagnostics: [], trace });
    expect(data.removed).toEqual([{ name: 'd', pass: 'eliminate_dropout' }]);
    expect(data.after.map(({ type, fused, from, passes }) => ({ type, fused, from, passes }))).toEqual([
      { type: 'Input', fused: [], from: [], passes: [] },
      { type: 'Convolution', fused: ['ReLU'], from: ['c', 'r'], passes: ['fuse_convolution_activation'] },
    ]);
    expect(data.before?.map(({ name }) => name)).toEqual(['x', 'c', 'd', 'r']);
    expect(data.after[1]).toMatchObject({ weights: 1, weightBytes: 4, multiplyAdds: 16, summary: '1×1' });
  });

  it('names what a fused layer computes when its type does not', () => {
    const factor = { ...makeLayer('BinaryOp', 'm', ['y'], ['out'], { op_type: 2, with_scalar: 1, b: 0.5 }) };
    const net = { ...before, layers: [...layers.slice(0, 2), factor] };
    const optimized = optimize(net);
    const described = describeLayers(optimized.net, { nodes: new Map(), history: optimized.history, before: net });
    expect(described.map(({ type, fused }) => [type, ...fused])).toEqual([['Input'], ['Convolution', 'BinaryOp MUL']]);
    expect(describeLayers(net, { nodes: new Map() })[2]?.summary).toBe('MUL 0.5');
  });

  it('draws edges past Split layers, also to the outputs', () => {
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

  it('lays out a net of any depth with each layer below those that it reads', async () => {
    const box = { layer: undefined, family: 'other' as const, title: '', subtitle: '', marks: [], width: 100, height: 40 };
    const nodes = Array.from({ length: 2500 }, () => box);
    // A chain in which every third layer also reads the second to last one.
    const edges = nodes.flatMap((_, to) =>
      [to - 1, ...(to % 3 === 0 ? [to - 2] : [])].filter((from) => from >= 0).map((from) => ({ from, to, blob: '', label: '' })),
    );
    const layout = await layOut({ nodes, edges });
    expect(layout.edges).toHaveLength(edges.length);
    const below = edges.filter(({ from, to }) => (layout.nodes[to]?.y ?? 0) >= (layout.nodes[from]?.y ?? 0) + 74 - 1e-6);
    expect(below).toHaveLength(edges.length);
    expect(layout.nodes.every(({ x, y }) => x >= 74 && x <= layout.width - 74 && y <= layout.height - 44)).toBe(true);
    expect(layout.edges.every(({ points }) => points.length > 1)).toBe(true);
  });

  it('routes long edges along the side in linear time', async () => {
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
      .flatMap((_, to) => nodes.slice(0, to).map((__, from) => ({ from, to, blob: '', label: '' })))
      .filter(({ from, to }) => to - from === 1 || from % 12 === 0);
    const started = performance.now();
    const layout = await layOut({ nodes, edges });
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(layout.edges.filter(({ far }) => far).every(({ edge }) => edge.to - edge.from > 12)).toBe(true);
    expect(layout.edges).toHaveLength(edges.length);
    expect(layout.nodes.every(({ y }, place) => place === 0 || y > (layout.nodes[place - 1]?.y ?? 0))).toBe(true);
  });
});

/** Contrast of two colors `#rgb` or `#rrggbb` by WCAG 2, 1 to 21. */
function contrast(...colors: readonly [string, string]): number {
  const luminance = (color: string): number => {
    const digits = color.length === 4 ? [...color.slice(1)].map((digit) => digit + digit) : (color.slice(1).match(/../g) ?? []);
    const [red = 0, green = 0, blue = 0] = digits
      .map((digit) => Number.parseInt(digit, 16) / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = colors.map(luminance).sort((left, right) => left - right);
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('in the %s', (_, which) => {
  const colors = [...style.matchAll(/^(?: {2}--(\w+)|\.(\w+) \{ --family): light-dark\((#\w+), (#\w+)\)/gm)].map(
    ([, name, family, light = '', dark = '']) => [family === undefined ? (name ?? '') : 'family', [light, dark][which] ?? ''] as const,
  );
  const named = (...names: readonly string[]) => colors.filter(([name]) => names.includes(name));
  // WCAG requires 4.5 for text.
  it.each(named('text', 'muted', 'accent', 'warning', 'error', 'family'))('%s %s is readable', (_name, color) => {
    expect(named('page', 'card')).toHaveLength(2);
    for (const [, ground] of named('page', 'card')) expect(contrast(color, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(named('accent', 'text'))('%s %s is readable on a selection', (_name, color) => {
    for (const [, ground] of named('soft')) expect(contrast(color, ground)).toBeGreaterThanOrEqual(4.5);
  });
});
