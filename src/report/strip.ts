import type * as Dagre from '@dagrejs/dagre';
import type { DrawnEdge, DrawnNode } from './drawing.ts';
import type { Point } from './layout.ts';

/** Margin around a drawing, in pixels at full size. */
export const margin = 24;

/** Nodes that are laid out together, by their indices, and the edges between them. */
export interface StripDrawing {
  readonly nodes: readonly DrawnNode[];
  readonly places: readonly number[];
  readonly edges: readonly DrawnEdge[];
}

/** Positions of the nodes of a strip, without regard to other strips. */
export interface Strip {
  readonly centers: ReadonlyMap<number, Point>;
  readonly edges: readonly { readonly edge: DrawnEdge; readonly points: readonly Point[] }[];
  /** Distance between the boxes of two ranks. */
  readonly gap: number;
}

/** Lays out nodes from top to bottom. */
export function layOutStrip({ Graph, layout }: typeof Dagre, { nodes, places, edges }: StripDrawing): Strip {
  const gap = 34;
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ ranksep: gap, nodesep: 28, edgesep: 14, marginx: margin, marginy: margin, ranker: 'longest-path' });
  for (const place of places) graph.setNode(String(place), { width: nodes[place]?.width ?? 0, height: nodes[place]?.height ?? 0 });
  for (const [index, { from, to }] of edges.entries()) graph.setEdge(String(from), String(to), {}, String(index));
  layout(graph);
  const centerOf = (place: number): Point => {
    const { x, y } = graph.node(String(place));
    return { x: x ?? 0, y: y ?? 0 };
  };
  return {
    centers: new Map(places.map((place) => [place, centerOf(place)])),
    edges: edges.map((edge, index) => ({ edge, points: graph.edge(String(edge.from), String(edge.to), String(index)).points ?? [] })),
    gap,
  };
}
