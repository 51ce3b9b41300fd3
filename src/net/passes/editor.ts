import { maxNameLength, UniqueNames } from '../names.ts';
import type { BlobShape, Layer, LayerType, Net } from '../net.ts';
import { HistoryRecorder } from './history.ts';

/** A layer of one of the types `T`. */
export type LayerAmong<T extends LayerType> = Extract<Layer, { readonly type: T }>;

/**
 * Whether a layer has one of the types. Layers with parameters that are not in the table, such as a feature mask, do not count: their
 * behavior is not fully known, and a replacement would lose the parameters.
 */
export function hasType<T extends LayerType>(layer: Layer | undefined, types: readonly T[]): layer is LayerAmong<T> {
  return layer !== undefined && typeIn(layer.type, types) && (layer.rawParams?.length ?? 0) === 0;
}

function typeIn(type: string, types: readonly string[]): boolean {
  return types.includes(type);
}

/** A layer and its position in the execution order. */
interface Entry {
  layer: Layer;
  /** Whether blobs that the layer reads were redirected since the layer was last read. */
  outdated: boolean;
  next: Entry | undefined;
  previous: Entry | undefined;
  removed: boolean;
}

/**
 * A net that is being rewritten. The editor indexes the producer and the readers of each blob, so that a change costs only what it touches
 * and a pass over thousands of layers takes linear time. Layers are immutable: they are replaced, never changed.
 */
export class NetEditor {
  /** What the passes did to the layers. */
  readonly history: HistoryRecorder = new HistoryRecorder();
  readonly #source: Net;
  /** Blobs that must keep their names and values. */
  readonly #outputs: ReadonlySet<string>;
  readonly #kept: ReadonlySet<string>;
  readonly #shapes: Map<string, BlobShape>;
  readonly #entries = new Map<Layer, Entry>();
  readonly #producers = new Map<string, Entry>();
  /** For each blob, how often each layer reads it. */
  readonly #readers = new Map<string, Map<Entry, number>>();
  /** Removed blobs, by name, with the blobs that replace them. */
  readonly #redirected = new Map<string, string>();
  /** Number of layers of each type, so that passes can skip nets without their types. */
  readonly #typeCounts = new Map<LayerType | 'Custom', number>();
  #names: UniqueNames | undefined;
  #first: Entry | undefined;
  #last: Entry | undefined;

  constructor(net: Net) {
    this.#kept = net.keep ?? new Set();
    this.#outputs = new Set([...net.outputs, ...(net.named ?? []), ...this.#kept]);
    this.#source = net;
    this.#shapes = new Map(net.shapes);
    for (const layer of net.layers) this.#link(layer, this.#last);
  }

  /** The layers of the given types in order, as matched by {@link hasType}. The net may be changed during the iteration. */
  *layers<T extends LayerType>(...types: readonly T[]): Generator<LayerAmong<T>, void, undefined> {
    if (!this.has(...types)) return;
    for (let entry = this.#first; entry !== undefined; entry = entry.next) {
      if (entry.removed) continue;
      const layer = this.#layerOf(entry);
      if (hasType(layer, types)) yield layer;
    }
  }

  /** Whether the net has layers of any of the types. */
  has(...types: readonly LayerType[]): boolean {
    return types.some((type) => (this.#typeCounts.get(type) ?? 0) > 0);
  }

  /** Every layer in order. The net may be changed during the iteration. */
  *allLayers(): Generator<Layer, void, undefined> {
    for (let entry = this.#first; entry !== undefined; entry = entry.next) if (!entry.removed) yield this.#layerOf(entry);
  }

  /** The layer that produces a blob; `undefined` for kept blobs, because a caller may feed other values. */
  producer(blob: string | undefined): Layer | undefined {
    const entry = blob === undefined || this.#kept.has(blob) ? undefined : this.#producers.get(blob);
    return entry && this.#layerOf(entry);
  }

  /** The layers that read a blob, without duplicates. */
  *readers(blob: string): Generator<Layer, void, undefined> {
    for (const entry of this.#readers.get(blob)?.keys() ?? []) yield this.#layerOf(entry);
  }

  /** Whether a layer reads the blob or the caller extracts it. */
  isNeeded(blob: string): boolean {
    return this.isOutput(blob) || (this.#readers.get(blob)?.size ?? 0) > 0;
  }

  /** Whether the caller may extract the blob. Its name and values must then stay the same. */
  isOutput(blob: string): boolean {
    return this.#outputs.has(blob);
  }

  /** Whether the caller may feed the blob. Its readers must then stay the same. */
  isKept(blob: string): boolean {
    return this.#kept.has(blob);
  }

  get shapes(): ReadonlyMap<string, BlobShape> {
    return this.#shapes;
  }

  /** The shape of a blob, if it is known. */
  shape(blob: string | undefined): BlobShape | undefined {
    return blob === undefined ? undefined : this.#shapes.get(blob);
  }

  /** The only reader of a layer that has one top, which is read once and is not an output. Only then may the two layers be fused. */
  onlyReader(layer: Layer): Layer | undefined {
    const [top] = layer.tops;
    if (top === undefined || layer.tops.length !== 1 || this.isOutput(top)) return undefined;
    const readers = this.#readers.get(top);
    if (readers?.size !== 1) return undefined;
    const [[entry, times] = []] = readers;
    return entry !== undefined && times === 1 ? this.#layerOf(entry) : undefined;
  }

  /** A name that no layer and no blob has. */
  freshName(name: string): string {
    const taken = (): string[] => [...this.allLayers()].flatMap((layer) => [layer.name, ...layer.tops]);
    this.#names ??= new UniqueNames(taken(), maxNameLength);
    return this.#names.next(name);
  }

  /** Replaces a layer. */
  replace(layer: Layer, replacement: Layer): void {
    this.history.fused([layer], replacement);
    this.#exchange(layer, replacement);
  }

  /** Inserts a layer directly after the layer that produces its input. */
  insertAfter(layer: Layer, added: Layer): void {
    this.history.fused([layer], added);
    this.#link(added, this.#entryOf(layer));
  }

  /** Sets the shape of a blob; `undefined` removes it. */
  setShape(blob: string, shape: BlobShape | undefined): void {
    if (shape === undefined) this.#shapes.delete(blob);
    else this.#shapes.set(blob, shape);
  }

  /** Replaces two layers with one. `second` must be the only reader of `first`. */
  fuse(first: Layer, second: Layer, replacement: Layer): void {
    const [tops, bottoms] = [new Set(replacement.tops), new Set(first.bottoms)];
    for (const top of first.tops) if (!tops.has(top)) this.#shapes.delete(top);
    // If the replacement also reads other inputs of `second`, they may be produced after `first`.
    const place = replacement.bottoms.every((bottom) => bottoms.has(bottom)) ? first : second;
    this.#unlink(this.#entryOf(place === first ? second : first));
    this.history.fused([first, second], replacement);
    this.#exchange(place, replacement);
  }

  /** Removes a layer whose tops have no readers. */
  remove(layer: Layer): void {
    this.history.removed(layer);
    this.#unlink(this.#entryOf(layer));
    for (const top of layer.tops) this.#shapes.delete(top);
  }

  /**
   * Removes a layer whose tops all equal its only bottom, and makes their readers read the bottom. If its only top is an output, the layer
   * before produces that top instead. Returns `false` without a change if that is impossible, such as between an input of the net and an
   * output, or between two outputs.
   */
  bypass(layer: Layer): boolean {
    const [bottom, second] = layer.bottoms;
    const [top] = layer.tops;
    if (bottom === undefined || top === undefined || second !== undefined) return false;
    if (!layer.tops.some((name) => this.isOutput(name))) {
      this.remove(layer);
      for (const name of layer.tops) this.#redirect(name, bottom);
      return true;
    }
    if (layer.tops.length > 1 || (this.isKept(top) && this.#readers.get(bottom)?.size !== 1)) return false;
    const producer = this.producer(bottom);
    if (producer === undefined || producer.type === 'Input' || this.isOutput(bottom)) return false;
    this.history.removed(layer);
    this.#unlink(this.#entryOf(layer));
    const renamed = { ...producer, tops: producer.tops.map((name) => (name === bottom ? top : name)) };
    this.history.renamed(producer, renamed);
    this.#exchange(producer, renamed);
    this.#redirect(bottom, top);
    this.#shapes.delete(bottom);
    return true;
  }

  /**
   * Removes a layer that computes the same as an earlier one, and makes its readers read the earlier layer. No top of the duplicate may be
   * an output.
   */
  replaceWith(duplicate: Layer, original: Layer): void {
    this.history.removed(duplicate);
    this.#unlink(this.#entryOf(duplicate));
    for (const [index, top] of duplicate.tops.entries()) {
      const same = original.tops[index];
      if (same === undefined) throw new RangeError(`"${original.name}" has fewer tops than "${duplicate.name}"`);
      this.#redirect(top, same);
      this.#shapes.delete(top);
    }
  }

  net(): Net {
    return { ...this.#source, layers: [...this.allLayers()], shapes: this.#shapes };
  }

  /**
   * Makes all readers of a blob read another one. The bottoms of a reader are updated when the reader is next read, so that redirecting
   * every input of a layer with thousands of bottoms takes linear time.
   */
  #redirect(from: string, to: string): void {
    this.#redirected.set(from, to);
    const moved = this.#readers.get(from) ?? new Map<Entry, number>();
    this.#readers.delete(from);
    const readers = this.#readers.get(to) ?? new Map<Entry, number>();
    this.#readers.set(to, readers);
    for (const [entry, times] of moved) {
      entry.outdated = true;
      readers.set(entry, (readers.get(entry) ?? 0) + times);
    }
  }

  /** The layer of an entry, with its current bottoms. */
  #layerOf(entry: Entry): Layer {
    if (!entry.outdated) return entry.layer;
    const { layer } = entry;
    const replacement = { ...layer, bottoms: layer.bottoms.map((bottom) => this.#current(bottom)) };
    this.history.renamed(layer, replacement);
    this.#entries.delete(layer);
    this.#entries.set(replacement, entry);
    entry.layer = replacement;
    entry.outdated = false;
    return replacement;
  }

  /** The blob that currently replaces a blob, or the blob itself. */
  #current(blob: string): string {
    let name = blob;
    for (let next = this.#redirected.get(name); next !== undefined; next = this.#redirected.get(name)) name = next;
    return name;
  }

  #exchange(layer: Layer, replacement: Layer): void {
    const entry = this.#entryOf(layer);
    const { previous } = entry;
    this.#unlink(entry);
    this.#link(replacement, previous);
  }

  #entryOf(layer: Layer): Entry {
    const entry = this.#entries.get(layer);
    if (entry === undefined || entry.outdated) throw new RangeError(`the layer "${layer.name}" is not in the net any more`);
    return entry;
  }

  #count({ type }: Layer, change: 1 | -1): void {
    this.#typeCounts.set(type, (this.#typeCounts.get(type) ?? 0) + change);
  }

  #link(layer: Layer, previous: Entry | undefined): void {
    const next = previous === undefined ? this.#first : previous.next;
    const entry: Entry = { layer, outdated: false, previous, next, removed: false };
    if (previous === undefined) this.#first = entry;
    else previous.next = entry;
    if (next === undefined) this.#last = entry;
    else next.previous = entry;
    this.#entries.set(layer, entry);
    this.#count(layer, 1);
    for (const top of layer.tops) this.#producers.set(top, entry);
    for (const bottom of layer.bottoms) {
      const readers = this.#readers.get(bottom) ?? new Map<Entry, number>();
      readers.set(entry, (readers.get(entry) ?? 0) + 1);
      this.#readers.set(bottom, readers);
    }
  }

  /** The entry keeps its `next`, so that an iteration that has stopped at this entry can continue. */
  #unlink(entry: Entry): void {
    const { layer, previous, next } = entry;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    entry.removed = true;
    this.#entries.delete(layer);
    this.#count(layer, -1);
    for (const top of layer.tops) if (this.#producers.get(top) === entry) this.#producers.delete(top);
    for (const bottom of layer.bottoms) this.#readers.get(bottom)?.delete(entry);
  }
}
