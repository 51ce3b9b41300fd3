import { expect, it } from 'vitest';
import { binaryCodes } from '../../layers/codes.ts';
import { peakBytes } from '../../memory.ts';
import { type BlobShape, type Layer, makeLayer, type Net } from '../../net.ts';
import { inputLayer } from '../testing.ts';
import { executionOrder } from './executionOrder.ts';
import { orderLayers } from './orderLayers.ts';

/** Branches of random layers that are summed up. Some layers work in place, are views of their bottoms, or have several tops. */
function randomNet(seed: number): Net {
  let state = seed;
  const random = (count: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
  const shapes = new Map<string, BlobShape>([['x', [10]]]);
  const layers: Layer[] = [inputLayer('x')];
  /** Blobs that further layers may read. */
  const blobs = ['x'];
  const pick = (): string => blobs[random(blobs.length)] ?? 'x';
  const sizeOf = (blob: string): number => Number(shapes.get(blob)?.[0]);
  const add = (layer: Layer, size: number): void => {
    layers.push(layer);
    for (const each of layer.tops) shapes.set(each, [size]);
    blobs.push(...layer.tops);
    for (const bottom of layer.bottoms)
      if (blobs.length > 2 && random(3) > 0 && blobs.includes(bottom)) blobs.splice(blobs.indexOf(bottom), 1);
  };
  for (let index = 0; index < 30; index++) {
    const [bottom, top] = [pick(), `b${index}`];
    const other = blobs.find((blob) => sizeOf(blob) === sizeOf(bottom) && blob !== bottom);
    const kind = random(10);
    if (kind < 4 && other !== undefined) {
      const op_type = (kind === 0 ? binaryCodes.SUB : binaryCodes.ADD).code;
      add(makeLayer('BinaryOp', top, [bottom, other], [top], { op_type }), sizeOf(bottom));
    } else if (kind < 7) add(makeLayer('Convolution', top, [bottom], [top], {}), [10, 10, 10, 30, 100 + random(500)][random(5)] ?? 10);
    else if (kind === 7) add(makeLayer('ReLU', top, [bottom], [top], {}), sizeOf(bottom));
    else if (kind === 8) add(makeLayer('Reshape', top, [bottom], [top], {}), sizeOf(bottom));
    else add(makeLayer('Slice', top, [bottom], [`${top}a`, `${top}b`], {}), 10);
  }
  return { layers, shapes, outputs: [...new Set([blobs.at(-1) ?? 'x', pick()])] };
}

/** The lowest peak among exchanges that are each tried on the whole net. */
function peakOfTrials(net: Net): number {
  const peakOf = (layers: readonly Layer[]): number => peakBytes({ ...net, layers: executionOrder({ ...net, layers }) }) ?? 0;
  let layers = net.layers;
  for (let changed = true; changed; ) {
    changed = false;
    for (const [place, layer] of layers.entries()) {
      if (layer.type !== 'BinaryOp' || layer.params.op_type !== binaryCodes.ADD.code) continue;
      const tried = layers.with(place, { ...layer, bottoms: layer.bottoms.toReversed() });
      if (peakOf(tried) >= peakOf(layers)) continue;
      [layers, changed] = [tried, true];
    }
  }
  return peakOf(layers);
}

it('matches an exhaustive search of exchanges', () => {
  let improved = 0;
  for (let seed = 0; seed < 300; seed++) {
    const net = randomNet(seed);
    const before = peakBytes({ ...net, layers: executionOrder(net) }) ?? 0;
    const found = peakBytes(orderLayers.runLast(net).net) ?? 0;
    expect({ seed, found }).toEqual({ seed, found: peakOfTrials(net) });
    if (found < before) improved++;
  }
  expect(improved).toBeGreaterThan(20);
});
