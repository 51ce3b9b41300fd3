import { ncnnError } from '../diagnostics/diagnostic.ts';
import { chooseOutputs } from '../diagnostics/remedies.ts';
import type { Model } from './model.ts';
import { type Layer, type Net, typeName } from './net.ts';

/** The layer that produces each blob. */
export function producersOf(layers: readonly Layer[]): ReadonlyMap<string, Layer> {
  return new Map(layers.flatMap((layer) => layer.tops.map((top) => [top, layer] as const)));
}

/**
 * The net without the layers that no output and no kept blob needs. Each layer follows the layers that produce its bottoms; otherwise the
 * order stays the same. Throws `NcnnError` if no layer produces a blob that is read, or if the layers form a cycle.
 */
export function keepNeeded(net: Net): Net {
  const producers = producersOf(net.layers);
  const state = new Map<Layer, 'entered' | 'done'>();
  const ordered: Layer[] = [];
  // Uses an explicit stack, because a net can be deeper than the call stack.
  const visit = (root: Layer): void => {
    const stack = [root];
    for (let layer = stack.at(-1); layer !== undefined; layer = stack.at(-1)) {
      if (state.get(layer) === undefined) {
        state.set(layer, 'entered');
        for (const bottom of [...layer.bottoms].reverse()) {
          const producer = producers.get(bottom);
          if (producer === undefined) throw unmade(bottom, layer);
          if (state.get(producer) === 'entered') throw circle(producer);
          if (state.get(producer) === undefined) stack.push(producer);
        }
        continue;
      }
      stack.pop();
      if (state.get(layer) === 'done') continue;
      state.set(layer, 'done');
      ordered.push(layer);
    }
  };
  for (const output of [...net.outputs, ...(net.keep ?? [])]) {
    const producer = producers.get(output);
    if (producer === undefined) {
      throw ncnnError('net-invalid', `no layer computes the output "${output}"`, chooseOutputs);
    }
    if (state.get(producer) === undefined) visit(producer);
  }
  const needed = net.layers.filter((layer) => state.has(layer));
  const layers = isOrdered(needed) ? needed : ordered;
  const blobs = new Set(layers.flatMap((layer) => layer.tops));
  return { ...net, layers, shapes: new Map([...net.shapes].filter(([name]) => blobs.has(name))) };
}

/** Like {@link keepNeeded}; also unbinds inputs whose blob was removed. */
export function keepNeededOfModel(model: Model): Model {
  const net = keepNeeded(model.net);
  const blobs = producersOf(net.layers);
  const inputs = model.inputs.map((input) => (input.blob !== null && !blobs.has(input.blob) ? { ...input, blob: null } : input));
  return { ...model, net, inputs };
}

function isOrdered(layers: readonly Layer[]): boolean {
  const computed = new Set<string>();
  for (const layer of layers) {
    if (!layer.bottoms.every((bottom) => computed.has(bottom))) return false;
    for (const top of layer.tops) computed.add(top);
  }
  return true;
}

function unmade(blob: string, layer: Layer): Error {
  return ncnnError('net-invalid', `the blob "${blob}" is read, but no layer computes it`, 'Add an Input layer, or correct the name.', {
    node: layer.name,
    operator: typeName(layer),
  });
}

function circle(layer: Layer): Error {
  return ncnnError('net-invalid', 'the layer depends on its own output', 'Remove the cycle from the net.', {
    node: layer.name,
    operator: typeName(layer),
  });
}
