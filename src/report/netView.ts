import type { ReportData } from './data.ts';
import { drawingOf } from './drawing.ts';
import { graphParts } from './graphSvg.ts';
import { layOut } from './layout.ts';
import type { PageNet } from './page/net.ts';
import { factsSection } from './sections/facts.ts';
import { type DrawnNet, graphSection } from './sections/graph.ts';
import { optimizationSection } from './sections/optimization.ts';
import { portsSection } from './sections/ports.ts';
import { weightsSection } from './sections/weights.ts';

/** A net for a page that shows it among other things: markup to insert, and the data for `createDrawingView`. */
export interface NetView {
  readonly facts: string;
  /** The graph without its edges and boxes, which are in `parts`. */
  readonly graph: string;
  readonly ports: string;
  readonly optimization: string;
  readonly weights: string;
  /** By `after` and `before`: children for the groups `.edges` and `.nodes` of the graph. */
  readonly parts: Readonly<Record<string, { readonly edges: readonly string[]; readonly nodes: readonly string[] }>>;
  readonly nets: Readonly<Record<string, PageNet>>;
}

/** The parts of a report for another kind of page. */
export async function viewNet(data: ReportData): Promise<NetView> {
  const nets = await drawNets(data);
  const empty = nets.map((net) => ({ ...net, parts: { edges: [], nodes: [] } }));
  const texts = (parts: readonly { readonly text: string }[]): readonly string[] => parts.map(({ text }) => text);
  return {
    facts: factsSection(data).text,
    graph: graphSection(empty).text,
    ports: portsSection(data).text,
    optimization: optimizationSection(data).text,
    weights: weightsSection(data).text,
    parts: Object.fromEntries(nets.map(({ which, parts }) => [which, { edges: texts(parts.edges), nodes: texts(parts.nodes) }])),
    nets: Object.fromEntries(nets.map((net) => [net.which, pageNetOf(net)])),
  };
}

/** The written net with its layout, and the net before optimization if the optimizer changed it. */
export async function drawNets(data: ReportData): Promise<readonly DrawnNet[]> {
  return [await drawNet('after', data), ...(data.before === undefined ? [] : [await drawNet('before', data)])];
}

async function drawNet(which: 'after' | 'before', data: ReportData): Promise<DrawnNet> {
  const drawing = drawingOf(data[which] ?? [], data.outputs);
  const layout = await layOut(drawing);
  return { which, drawing, layout, parts: graphParts(drawing, layout, which) };
}

/** The data of a net for the script of the page. */
export function pageNetOf({ drawing, layout }: DrawnNet): PageNet {
  return {
    width: layout.width,
    height: layout.height,
    nodes: drawing.nodes.map(({ layer, family, title, subtitle, width, height }, place) => ({
      ...(layer === undefined ? {} : { layer }),
      family,
      title,
      subtitle,
      width,
      height,
      x: layout.nodes[place]?.x ?? 0,
      y: layout.nodes[place]?.y ?? 0,
    })),
    edges: drawing.edges.map(({ from, to }) => [from, to]),
  };
}
