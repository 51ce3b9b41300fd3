import type { LayerFamily } from '../net/layers/record.ts';
import { familyOf } from './family.ts';
import type { DescribedLayer } from './layers.ts';
import { textWidth } from './textWidth.ts';

/** A net as it is drawn: without Split layers, which copy nothing, so that an edge goes from layer to layer. */
export interface Drawing {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

export interface DrawnNode {
  /** A layer, or `undefined` for an output that the caller extracts. */
  readonly layer: DescribedLayer | undefined;
  readonly family: LayerFamily;
  readonly title: string;
  readonly subtitle: string;
  /** Operators fused into the layer, as marks. */
  readonly marks: readonly string[];
  /** Size in pixels at full size. */
  readonly width: number;
  readonly height: number;
}

export interface DrawnEdge {
  /** Indices in the list of nodes. */
  readonly from: number;
  readonly to: number;
  /** Name of the blob, and its shape: `56 × 56 × 64`. */
  readonly blob: string;
  readonly label: string;
}

/** Maximum length of a text in a node. */
const maxTextLength = 34;

/** Prepares a net for the layout; `outputs` are the extracted outputs by name and blob. */
export function drawingOf(
  layers: readonly DescribedLayer[],
  outputs: readonly { readonly name: string; readonly blob: string | null }[],
): Drawing {
  const shown = layers.filter(({ type }) => type !== 'Split');
  const places = new Map(shown.map((layer, place) => [layer.id, place]));
  // The tops of a Split equal its bottom.
  const origins = new Map<string, string>();
  const makers = new Map<string, { readonly place: number; readonly label: string }>();
  const edges: DrawnEdge[] = [];
  for (const layer of layers) {
    if (layer.type === 'Split') {
      const [bottom = ''] = layer.bottoms;
      for (const { name } of layer.tops) origins.set(name, origins.get(bottom) ?? bottom);
      continue;
    }
    const to = places.get(layer.id) ?? -1;
    for (const bottom of new Set(layer.bottoms.map((name) => origins.get(name) ?? name))) {
      const maker = makers.get(bottom);
      if (maker !== undefined) edges.push({ from: maker.place, to, blob: bottom, label: maker.label });
    }
    for (const { name, shape } of layer.tops) makers.set(name, { place: to, label: shape === undefined ? '' : shape.join(' × ') });
  }
  const ends: DrawnNode[] = [];
  for (const { name, blob } of outputs) {
    const origin = origins.get(blob ?? '') ?? blob ?? '';
    const maker = makers.get(origin);
    if (maker === undefined) continue;
    edges.push({ from: maker.place, to: shown.length + ends.length, blob: origin, label: maker.label });
    ends.push(outputNode(name));
  }
  return { nodes: [...shown.map(nodeOf), ...ends], edges };
}

function outputNode(output: string): DrawnNode {
  const name = shortenName(output);
  return {
    layer: undefined,
    family: 'input',
    title: 'Output',
    subtitle: name,
    marks: [],
    width: Math.max(120, Math.ceil(36 + textWidth(name, 11))),
    height: 44,
  };
}

function nodeOf(layer: DescribedLayer): DrawnNode {
  const title = layer.summary === '' ? layer.type : `${layer.type} ${layer.summary}`;
  const name = shortenName(layer.name);
  const marks = layer.fused.map((type) => `+ ${type}`);
  const shown = marks.length > 3 ? [...marks.slice(0, 2), `+ ${marks.length - 2} more`] : marks;
  const marksWidth = shown.reduce((sum, mark) => sum + widthOfMark(mark) + 6, 0);
  const width = Math.max(120, 28 + textWidth(title, 13, 'bold'), 28 + textWidth(name, 11), 20 + marksWidth);
  return {
    layer,
    family: familyOf(layer.type),
    title,
    subtitle: name,
    marks: shown,
    width: Math.ceil(width),
    height: shown.length > 0 ? 66 : 44,
  };
}

/** Width of a mark with its border, at full size. */
export function widthOfMark(mark: string): number {
  return Math.ceil(textWidth(mark, 10.5, 'bold')) + 14;
}

/** The end of a name says more than its start, which is the path of a module. */
function shortenName(name: string): string {
  return name.length > maxTextLength ? `…${name.slice(1 - maxTextLength)}` : name;
}
