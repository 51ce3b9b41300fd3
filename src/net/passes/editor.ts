import { maxNameLength, UniqueNames } from '../names.ts';
import type { BlobShape, Layer, LayerType, Net } from '../net.ts';
import { HistoryRecorder } from './history.ts';

/** A layer of one of some types. */
export type LayerAmong<T extends LayerType> = Extract<Layer, { readonly type: T }>;

/**
 * Whether a layer is of one of some types. One with parameters that are not in the table, such as its own choice of features, is taken for
 * none: what it does is not all known, and a layer in its place would lack them.
 */
export function hasType<T extends LayerType>(layer: Layer | undefined, types: readonly T[]): layer is LayerAmong<T> {
  return layer !== undefined && typeIn(layer.type, types) && (layer.rawParams?.length ?? 0) === 0;
}

function typeIn(type: string, types: readonly string[]): boolean {
  return types.includes(type);
}

/** A layer in its place in the order of execution. */
interface Entry {
  layer: Layer;
  /** Whether blobs that the layer reads have been redirected since somebody last asked for it. */
  outdated: boolean;
  next: Entry | undefined;
  previous: Entry | undefined;
  removed: boolean;
}

/**
 * A net while it is rewritten. It knows who makes and who reads each blob, so that a step costs what it touches and
 * a pass over a net of thousands of layers stays linear. Layers themselves are never changed but replaced.
 */
export class NetEditor {
  /** What has become of the layers. */
  readonly history: HistoryRecorder = new HistoryRecorder();
  readonly #source: Net;
  /** All blobs that stay with their names. */
  readonly #outputs: ReadonlySet<string>;
  readonly #kept: ReadonlySet<string>;
  readonly #shapes: Map<string, BlobShape>;
  readonly #entries = new Map<Layer, Entry>();
  readonly #producers = new Map<string, Entry>();
  /** How often each layer reads a blob. */
  readonly #readers = new Map<string, Map<Entry, number>>();
  /** Blobs that were taken out, by name, with those that are read in their place. */
  readonly #redirected = new Map<string, string>();
  /** Number of layers of each type, so that a pass without any of its types costs nothing. */
  readonly #typeCounts = new Map<LayerType | 'Custom', number>();
  #names: UniqueNames | undefined;
  #first: Entry | undefined;
  #last: Entry | undefined;

  constructor(net: Net) {
    this.#kept = net.kept ?? new Set();
    this.#outputs = new Set([...net.outputs, ...(net.named ?? []), ...this.#kept]);
    this.#source = net;
    this.#shapes = new Map(net.shapes);
    for (const layer of net.layers) this.#link(layer, this.#last);
  }

  /** The layers of some types, as {@link hasType} takes them, in order; the net may be changed on the way. */
  *layers<T extends LayerType>(...types: readonly T[]): Generator<LayerAmong<T>, void, undefined> {
    if (!this.has(...types)) return;
    for (let entry = this.#first; entry !== undefined; entry = entry.next) {
      if (entry.removed) continue;
      const layer = this.#layerOf(entry);
      if (hasType(layer, types)) yield layer;
    }
  }

  /** Whether there are layers of any of some types. */
  has(...types: readonly LayerType[]): boolean {
    return types.some((type) => (this.#typeCounts.get(type) ?? 0) > 0);
  }

  /** Every layer in order; the net may be changed on the way. */
  *allLayers(): Generator<Layer, void, undefined> {
    for (let entry = this.#first; entry !== undefined; entry = entry.next) if (!entry.removed) yield this.#layerOf(entry);
  }

  /** The layer that makes a blob; `undefined` for one that is kept, since a caller may feed other values. */
  producer(blob: string | undefined): Layer | undefined {
    const entry = blob === undefined || this.#kept.has(blob) ? undefined : this.#producers.get(blob);
    return entry && this.#layerOf(entry);
  }

  /** The layers that read a blob, each once. */
  *readers(blob: string): Generator<Layer, void, undefined> {
    for (const entry of this.#readers.get(blob)?.keys() ?? []) yield this.#layerOf(entry);
  }

  /** Whether a layer reads the blob, or the caller extracts it. */
  isNeeded(blob: string): boolean {
    return this.isOutput(blob) || (this.#readers.get(blob)?.size ?? 0) > 0;
  }

  /** Whether the caller may extract the blob: it must stay, with its name and its values. */
  isOutput(blob: string): boolean {
    return this.#outputs.has(blob);
  }

  /** Whether the caller may feed the blob: its readers must stay too, and get no others among them. */
  isKept(blob: string): boolean {
    return this.#kept.has(blob);
  }

  /** The shapes of all blobs, as far as they are known. */
  get shapes(): ReadonlyMap<string, BlobShape> {
    return this.#shapes;
  }

  /** The shape of a blob, as far as it is known. */
  shape(blob: string | undefined): BlobShape | undefined {
    return blob === undefined ? undefined : this.#shapes.get(blob);
  }

  /**
   * The one layer that needs what a layer makes: the layer has one top, which is no output and is read once.
   * Only then may the two be fused.
   */
  onlyReader(layer: Layer): Layer | undefined {
    const [top] = layer.tops;
    if (top === undefined || layer.tops.length !== 1 || this.isOutput(top)) return undefined;
    const readers = this.#readers.get(top);
    if (readers?.size !== 1) return undefined;
    const [[entry, times] = []] = readers;
    return entry !== undefined && times === 1 ? this.#layerOf(entry) : undefined;
  }

  /** A name that neither a layer nor a blob has. */
  freshName(name: string): string {
    const taken = (): string[] => [...this.allLayers()].flatMap((layer) => [layer.name, ...layer.tops]);
    this.#names ??= new UniqueNames(taken(), maxNameLength);
    return this.#names.next(name);
  }

  /** Puts a layer in the place of another. */
  replace(layer: Layer, replacement: Layer): void {
    this.history.fused([layer], replacement);
    this.#exchange(layer, replacement);
  }

  /** Adds a layer right after one that makes what it reads. */
  insertAfter(layer: Layer, added: Layer): void {
    this.history.fused([layer], added);
    this.#link(added, this.#entryOf(layer));
  }

  /** Says which shape a blob has from now on; `undefined` for one that is gone. */
  setShape(blob: string, shape: BlobShape | undefined): void {
    if (shape === undefined) this.#shapes.delete(blob);
    else this.#shapes.set(blob, shape);
  }

  /** Puts one layer in the place of two, of which the second alone reads what the first makes. */
  fuse(first: Layer, second: Layer, replacement: Layer): void {
    const [tops, bottoms] = [new Set(replacement.tops), new Set(first.bottoms)];
    for (const top of first.tops) if (!tops.has(top)) this.#shapes.delete(top);
    // Where the second reads other blobs as well, they may be made only after the first.
    const place = replacement.bottoms.every((bottom) => bottoms.has(bottom)) ? first : second;
    this.#unlink(this.#entryOf(place === first ? second : first));
    this.history.fused([first, second], replacement);
    this.#exchange(place, replacement);
  }

  /** Takes a layer out whose tops nobody reads. */
  remove(layer: Layer): void {
    this.history.removed(layer);
    this.#unlink(this.#entryOf(layer));
    for (const top of layer.tops) this.#shapes.delete(top);
  }

  /**
   * Takes a layer out whose tops are all the blob that it reads: their readers read that. Where its only top is an output, the layer before
   * makes that instead. `false`, and nothing changed, where this cannot be: from an input of the net to an output, or between two outputs.
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

  /** Takes a layer out that makes what another in front of it makes too: its readers read that. No top may be an output. */
  replaceWith(duplicate: Layer, original: Layer): void {
    this.history.removed(duplicate);
    this.#unlink(this.#entryOf(duplicate));
    for (const [index, top] of duplicate.tops.entries()) {
      const same = original.tops[index];
      if (same === undefined) throw new RangeError(`"${original.name}" makes less than "${duplicate.name}"`);
      this.#redirect(top, same);
      this.#shapes.delete(top);
    }
  }

  /** The net as it is now. */
  net(): Net {
    return { ...this.#source, layers: [...this.allLayers()], shapes: this.#shapes };
  }

  /**
   * Makes all readers of a blob read another. They get their new bottoms when somebody next asks for them, so that a layer of
   * thousands of bottoms can lose each of them at a cost of one.
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

  /** The layer of an entry, with the bottoms that it reads by now. */
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

  /** The blob that is read in the place of one. */
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

  /** The entry keeps its `next`, so that whoever stands on it finds the way on. */
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
