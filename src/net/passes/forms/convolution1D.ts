import { type BlobShape, type Layer, makeLayer } from '../../net.ts';
import type { NetEditor } from '../editor.ts';
import type { FormPass } from './form.ts';
import { gainOnPlanes, reshapeCost } from './planeGain.ts';
import { onPlanes, planeTypes } from './planes.ts';

/**
 * Moves 1-D convolutions and the layers between them to planes of one row.
 *
 *     [c, w] -> Convolution1D -> ReLU -> ConvolutionDepthWise1D -> [c', w']
 *     becomes
 *     [c, w] -> Reshape -> [c, 1, w] -> Convolution -> ReLU -> ConvolutionDepthWise -> [c', 1, w'] -> Reshape -> [c', w']
 *
 * The kernels get one row, so the same products are summed. A region is a connected set of layers that can work on planes. Blobs that the
 * caller may extract or feed keep their shape.
 *
 * Where: the 2-D convolutions of the region save more time than the Reshapes at its border take; `planeGain.ts` has the measurements.
 */
export const replaceConvolution1D: FormPass = {
  name: 'replace_convolution1d_with_convolution',
  description: 'Moves regions of 1-D convolutions to planes of one row, where 2-D convolutions take less time.',
  run: (editor) => {
    if (!editor.has(...planeTypes)) return 0;
    const regions = findRegions(editor).filter((region) => gainOf(region, editor) > 0);
    for (const region of regions) moveToPlanes(region, editor);
    return regions.reduce((count, { layers }) => count + layers.length, 0);
  },
};

/** Layers that move to planes together. */
interface Region {
  readonly layers: readonly Layer[];
  /** Blobs from outside the region that its layers read. */
  readonly entries: readonly string[];
  /** Blobs that layers of the region produce and that other layers read or the caller extracts. */
  readonly exits: readonly string[];
}

function findRegions(editor: NetEditor): readonly Region[] {
  const shapeOf = (blob: string): BlobShape | undefined => editor.shape(blob);
  const movable = new Set<Layer>();
  for (const layer of editor.allLayers()) {
    const isKept = [...layer.bottoms, ...layer.tops].some((blob) => editor.isKept(blob));
    if (!isKept && onPlanes(layer, shapeOf) !== undefined) movable.add(layer);
  }
  const seen = new Set<Layer>();
  return [...movable].flatMap((start) => (seen.has(start) ? [] : [regionFrom(start, movable, seen, editor)]));
}

/** The movable layers that are connected to a layer. */
function regionFrom(start: Layer, movable: ReadonlySet<Layer>, seen: Set<Layer>, editor: NetEditor): Region {
  const layers = new Set<Layer>();
  const pending = [start];
  for (let layer = pending.pop(); layer !== undefined; layer = pending.pop()) {
    if (seen.has(layer)) continue;
    seen.add(layer);
    layers.add(layer);
    const before = layer.bottoms.map((bottom) => editor.producer(bottom));
    const after = layer.tops.flatMap((top) => [...editor.readers(top)]);
    for (const other of [...before, ...after]) if (other !== undefined && movable.has(other)) pending.push(other);
  }
  const inside = (layer: Layer | undefined): boolean => layer !== undefined && layers.has(layer);
  const entries = new Set([...layers].flatMap(({ bottoms }) => bottoms.filter((bottom) => !inside(editor.producer(bottom)))));
  const exits = [...layers].flatMap(({ tops }) =>
    tops.filter((top) => editor.isOutput(top) || [...editor.readers(top)].some((reader) => !inside(reader))),
  );
  return { layers: [...layers], entries: [...entries], exits };
}

/** The nanoseconds that a region saves on planes, or the nanoseconds per column if the number of columns is dynamic. */
function gainOf({ layers, entries, exits }: Region, editor: NetEditor): number {
  const columnsOf = (blob: string | undefined): number => {
    const columns = editor.shape(blob)?.[1];
    return typeof columns === 'number' ? columns : 1;
  };
  const reshaped = [...entries, ...exits].reduce((sum, blob) => sum + columnsOf(blob) * Number(editor.shape(blob)?.[0]), 0);
  const gained = layers.reduce((sum, layer) => sum + gainOnPlanes(layer, columnsOf), 0);
  // A Reshape cannot contain a dynamic number of channels; the gain is NaN then.
  return gained - reshaped * reshapeCost;
}

function moveToPlanes({ layers, entries, exits }: Region, editor: NetEditor): void {
  const blobs = new Set(layers.flatMap(({ bottoms, tops }) => [...bottoms, ...tops]));
  // A blob with another shape gets another name, because the caller may extract the old one.
  const names = new Map([...blobs].map((blob) => [blob, editor.freshName(`${blob}_plane`)]));
  const leaving = new Set(exits);
  const nameOf = (blob: string): string => names.get(blob) ?? blob;
  const shapes = new Map([...blobs].map((blob) => [blob, editor.shape(blob) ?? []]));
  for (const entry of entries) {
    const producer = editor.producer(entry);
    if (producer === undefined) throw new RangeError(`no layer computes the blob "${entry}"`);
    editor.insertAfter(producer, toPlanes(entry, nameOf(entry), shapes.get(entry), editor));
  }
  for (const layer of layers) {
    const moved = onPlanes(layer, (blob) => shapes.get(blob));
    if (moved === undefined) throw new RangeError(`the layer "${layer.name}" does not work on planes`);
    const plane = { ...moved, bottoms: layer.bottoms.map(nameOf), tops: layer.tops.map(nameOf) };
    editor.replace(layer, plane);
    for (const top of layer.tops) {
      if (leaving.has(top)) editor.insertAfter(plane, fromPlanes(nameOf(top), top, shapes.get(top), editor));
    }
  }
  for (const [blob, [channels = 1, columns = 1]] of shapes) {
    editor.setShape(nameOf(blob), [channels, 1, columns]);
    if (editor.producer(blob) === undefined) editor.setShape(blob, undefined);
  }
}

function toPlanes(bottom: string, top: string, [channels]: BlobShape = [], editor: NetEditor): Layer {
  return makeLayer('Reshape', editor.freshName(top), [bottom], [top], { w: -1, h: 1, c: Number(channels) });
}

function fromPlanes(bottom: string, top: string, [channels]: BlobShape = [], editor: NetEditor): Layer {
  return makeLayer('Reshape', editor.freshName(`${top}_rows`), [bottom], [top], { w: -1, h: Number(channels) });
}
