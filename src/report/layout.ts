import type { Drawing, DrawnEdge } from './drawing.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything stands, in pixels at full size. Boxes are told by their centers. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Point[];
  readonly edges: readonly RoutedEdge[];
}

export interface RoutedEdge {
  readonly edge: DrawnEdge;
  readonly points: readonly Point[];
  /** Whether it skips many layers, and is led along the side. */
  readonly far: boolean;
}

/**
 * An edge over more ranks than this is led along the side: it would push all that it passes aside, and the time of a layout grows
 * with the ranks that edges pass (a DenseNet of 500 layers: from minutes to a second).
 */
const maxEdgeRanks = 12;
/** Width of the lane of edges that are led along the side, at most. */
const maxLaneWidth = 160;
const margin = 24;

/** Lays a drawing out from top to bottom. The library is loaded when the first is asked for. */
export async function layOut({ nodes, edges }: Drawing): Promise<GraphLayout> {
  const { Graph, layout } = await import('@dagrejs/dagre');
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ ranksep: 34, nodesep: 28, edgesep: 14, marginx: margin, marginy: margin, ranker: 'longest-path' });
  for (const [place, { width, height }] of nodes.entries()) graph.setNode(String(place), { width, height });
  const ranks = ranksOf(nodes.length, edges);
  const isFar = ({ from, to }: DrawnEdge): boolean => (ranks[to] ?? 0) - (ranks[from] ?? 0) > maxEdgeRanks;
  const near = edges.filter((edge) => !isFar(edge));
  for (const [index, { from, to }] of near.entries()) graph.setEdge(String(from), String(to), {}, String(index));
  layout(graph);

  const centers = nodes.map((_, place): Point => {
    const { x, y } = graph.node(String(place));
    return { x: x ?? 0, y: y ?? 0 };
  });
  const right = nodes.reduce((edge, { width }, place) => Math.max(edge, (centers[place]?.x ?? 0) + width / 2), margin);
  const bottom = nodes.reduce((edge, { height }, place) => Math.max(edge, (centers[place]?.y ?? 0) + height / 2), margin);
  const far = edges.filter(isFar);
  const routed = near.map((edge, index): RoutedEdge => {
    const { points = [] } = graph.edge(String(edge.from), String(edge.to), String(index));
    return { edge, points, far: false };
  });
  const led = far.map((edge): RoutedEdge => ({ edge, points: alongTheSide(edge, { nodes, edges }, centers, right), far: true }));
  return {
    width: right + margin + (far.length > 0 ? maxLaneWidth : 0),
    height: bottom + margin,
    nodes: centers,
    edges: [...routed, ...led],
  };
}

/** Length of the longest way to each node, where an edge always leads to a later one; what reads nothing stands before its first reader. */
function ranksOf(count: number, edges: readonly DrawnEdge[]): readonly number[] {
  const ranks = Array.from({ length: count }, () => 0);
  for (const { from, to } of [...edges].sort((left, right) => left.from - right.from)) {
    ranks[to] = Math.max(ranks[to] ?? 0, (ranks[from] ?? 0) + 1);
  }
  const reading = new Set(edges.map(({ to }) => to));
  const firstReaders = new Map<number, number>();
  for (const { from, to } of edges) {
    if (!reading.has(from)) firstReaders.set(from, Math.min(firstReaders.get(from) ?? Number.POSITIVE_INFINITY, ranks[to] ?? 0));
  }
  return ranks.map((rank, place) => (firstReaders.get(place) ?? rank + 1) - 1);
}

/** Out of the right side of one box, down beside the net, into the right side of the other: the longer, the farther out. */
function alongTheSide({ from, to }: DrawnEdge, { nodes }: Drawing, centers: readonly Point[], right: number): readonly Point[] {
  const [start, end] = [centers[from], centers[to]];
  if (start === undefined || end === undefined) return [];
  const reach = Math.min(maxLaneWidth, 24 + (end.y - start.y) / 40);
  return [
    { x: start.x + (nodes[from]?.width ?? 0) / 2, y: start.y },
    { x: right + reach, y: start.y + 30 },
    { x: right + reach, y: end.y - 30 },
    { x: end.x + (nodes[to]?.width ?? 0) / 2, y: end.y },
  ];
}
