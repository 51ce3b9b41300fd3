import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { execute } from '../execute.ts';
import { readParamText } from '../format/paramRead.ts';
import { readWeights } from '../format/weightsRead.ts';
import type { BlobData } from '../layers/kernels/call.ts';
import { isSizes } from '../layers/shapeRule.ts';
import { weightSlots } from '../layers/weights.ts';
import { type Layer, makeLayer, type Net } from '../net.ts';
import { inferShapes } from '../shapes.ts';
import { weightOf } from '../weight.ts';
import { optimize, passNames } from './index.ts';

const folder = path.resolve(import.meta.dirname, '../../../test/fixtures/optimize');

/** Numbers between -1 and 1 with a long period. */
function ramp(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => Math.sin(1.7 * index + seed));
}

function withWeights(layer: Layer, place: number): Layer {
  const weights = (weightSlots(layer) ?? []).map(({ name, length }) =>
    weightOf(ramp(length, place).map((value) => (name === 'var_data' ? 1 + value / 2 : value))),
  );
  return { ...layer, weights };
}

/** Layers whose blobs are not results. */
const noResults: ReadonlySet<string> = new Set(['Input', 'MemoryData', 'Split']);

/** A net that at least one pass changes; its outputs are the unread blobs. */
function readNet(name: string): Net {
  const { layers: bare, diagnostics } = readParamText(readFileSync(path.join(folder, `${name}.param`), 'utf8'));
  expect(diagnostics, name).toEqual([]);
  const weights = path.join(folder, `${name}.bin`);
  const layers = existsSync(weights) ? readWeights(bare, readFileSync(weights)).layers : bare.map(withWeights);
  const read = new Set(layers.flatMap(({ bottoms }) => bottoms));
  const outputs = layers.flatMap(({ type, tops }) => (noResults.has(type) ? [] : tops.filter((top) => !read.has(top))));
  const net = { layers, shapes: new Map(), outputs };
  return { ...net, shapes: inferShapes(net) };
}

const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((file) =>
  file.endsWith('.param') ? file.slice(0, -'.param'.length) : [],
);
const nets = names.sort().map((name) => [name, readNet(name)] as const);

/** The results of a net for deterministic inputs. */
function resultsOf(net: Net): ReadonlyMap<string, BlobData> {
  const feeds = net.layers.flatMap(({ type, tops: [top = ''] }) => {
    const shape = net.shapes.get(top);
    if (type !== 'Input' || !isSizes(shape)) return [];
    const length = shape.reduce((product, size) => product * size, 1);
    return [[top, { shape, values: ramp(length, top.length) }] as const];
  });
  return execute(net, new Map(feeds));
}

/** Fails unless the optimized net has the same outputs, by name and value. */
function expectSame(net: Net): void {
  const { net: optimized, passes } = optimize(net);
  const results = resultsOf(optimized);
  for (const [name, expected] of resultsOf(net)) {
    const result = results.get(name);
    expect(result?.shape, name).toEqual(expected.shape);
    const largest = expected.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const error = expected.values.reduce((most, value, index) => Math.max(most, Math.abs(value - (result?.values[index] ?? NaN))), 0);
    expect(error, name).toBeLessThanOrEqual(2e-5 * Math.max(1, passes.length) * largest);
  }
}

/** Blobs that are neither inputs nor constants. */
function computed({ layers }: Net): readonly string[] {
  return layers.flatMap(({ type, tops }) => (noResults.has(type) ? [] : tops));
}

describe.each(nets)('%s', (_, net) => {
  it('computes the same after optimization', () => {
    expectSame(net);
  });

  it('does not change when optimized again', () => {
    expect(optimize(optimize(net).net).passes).toEqual([]);
  });

  it('keeps the name and value of every output', () => {
    expectSame({ ...net, outputs: computed(net) });
  });

  it('keeps the value of every blob that others read', () => {
    const readers = computed(net).map((blob) => makeLayer('AbsVal', `also ${blob}`, [blob], [`also ${blob}`], {}));
    const more = { ...net, layers: [...net.layers, ...readers], outputs: [...net.outputs, ...readers.flatMap(({ tops }) => tops)] };
    expectSame({ ...more, shapes: inferShapes(more) });
  });
});

it('each pass changes at least one fixture', () => {
  const fired = new Set(
    nets.flatMap(([, net]) => (['any', 'x86'] as const).flatMap((target) => optimize(net, true, target).passes.map(({ name }) => name))),
  );
  const beaten = passNames.filter((name) => !fired.has(name));
  const found = (name: string): boolean =>
    nets.some(([, net]) => optimize(net, ['eliminate_split', name]).passes.some((pass) => pass.name === name));
  expect(beaten.filter((name) => !found(name))).toEqual([]);
});

it('no net has more layers than with ncnnoptimize, and all together have at most 155', () => {
  const counts: Record<string, { readonly ncnnoptimize: number }> = JSON.parse(
    readFileSync(path.join(folder, 'layer-counts.json'), 'utf8'),
  );
  const ours = nets.flatMap(([name, net]) => {
    const native = counts[name]?.ncnnoptimize;
    return native === undefined ? [] : [{ name, native, layers: optimize(net).net.layers.length }];
  });
  expect(ours).toHaveLength(Object.keys(counts).length);
  expect(ours.filter(({ layers, native }) => layers > native)).toEqual([]);
  expect(ours.reduce((sum, { layers }) => sum + layers, 0)).toBeLessThanOrEqual(155);
});
