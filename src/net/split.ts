import { featureBits, featureMaskOf, withFeatureMask } from './featureMask.ts';
import type { Binding, Model } from './model.ts';
import { namesBeside } from './names.ts';
import { type Layer, makeLayer } from './net.ts';

/**
 * Adds the Split layers that ncnn needs. In light mode, ncnn releases a blob after a layer has read it, so each blob may be read only once,
 * and an output not at all. The Split of `x` produces `x_splitncnn_0`, `x_splitncnn_1` …, as in ncnn's tools. If an output is split, it
 * keeps its name and the blob before the Split is renamed. If the blob is also an input of the net or is kept, so that the caller may feed
 * it, the blob keeps its name and the output is renamed. If a reader has a mask that keeps its blobs in fp32, the Split gets it, too.
 */
export function withSplits(model: Model): Model {
  const { net } = model;
  const readers = countReaders(net.layers);
  const outputs = new Set(net.outputs);
  const inputBlobs = new Set([...net.layers.filter((layer) => layer.type === 'Input').flatMap((layer) => layer.tops), ...(net.keep ?? [])]);
  const { blobNames, layerNames } = namesBeside(net.layers);
  const movedTops = new Map<string, string>();
  const movedOutputs = new Map<string, string>();
  const shapes = new Map(net.shapes);
  const copies = new Map<string, Iterator<string, undefined>>();
  const wide = new Set(
    net.layers.filter((layer) => (featureMaskOf(layer) & featureBits.fp16Storage) !== 0).flatMap(({ bottoms }) => bottoms),
  );
  const layers: Layer[] = [];
  let splits = 0;
  for (const layer of net.layers) {
    const bottoms = layer.bottoms.map((bottom) => copies.get(bottom)?.next().value ?? bottom);
    const splitTops = layer.tops.filter((top) => (readers.get(top) ?? 0) + (outputs.has(top) ? 1 : 0) > 1);
    for (const top of splitTops) {
      if (outputs.has(top) && !inputBlobs.has(top)) movedTops.set(top, blobNames.next(top, '_splitncnn'));
    }
    const tops = layer.tops.map((top) => movedTops.get(top) ?? top);
    const changed = splitTops.length > 0 || bottoms.some((bottom, index) => bottom !== layer.bottoms[index]);
    layers.push(changed ? { ...layer, bottoms, tops } : layer);
    for (const top of splitTops) {
      const names = Array.from({ length: readers.get(top) ?? 0 }, (_, index) => blobNames.next(top, `_splitncnn_${index}`));
      const own = outputs.has(top) ? [movedTops.has(top) ? top : blobNames.next(top, `_splitncnn_${names.length}`)] : [];
      if (own[0] !== undefined && own[0] !== top) movedOutputs.set(top, own[0]);
      const source = movedTops.get(top) ?? top;
      const split = makeLayer('Split', layerNames.next('splitncnn', `_${splits++}`), [source], [...own, ...names], {});
      layers.push(wide.has(top) ? withFeatureMask(split, featureBits.fp16Arithmetic | featureBits.fp16Storage) : split);
      copies.set(top, names.values());
      const shape = net.shapes.get(top);
      if (shape !== undefined) for (const name of [source, ...own, ...names]) shapes.set(name, shape);
    }
  }
  if (splits === 0) return model;
  const moved = (name: string): string => movedOutputs.get(name) ?? name;
  const bind = (binding: Binding): Binding => (binding.blob === null ? binding : { ...binding, blob: moved(binding.blob) });
  return { ...model, net: { ...net, layers, shapes, outputs: net.outputs.map(moved) }, outputs: model.outputs.map(bind) };
}

function countReaders(layers: readonly Layer[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { bottoms } of layers) for (const bottom of bottoms) counts.set(bottom, (counts.get(bottom) ?? 0) + 1);
  return counts;
}
