import type { Drawing, DrawnEdge } from './drawing.ts';
import { layOutStrip, margin, type Strip } from './strip.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Positions in pixels at full size. A box is placed by its center. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Point[];
  readonly edges: readonly RoutedEdge[];
}

export interface RoutedEdge {
  readonly edge: DrawnEdge;
  readonly points: readonly Point[];
  /** Whether it skips many layers and is routed along the side. */
  readonly far: boolean;
}

/**
 * An edge over more ranks than this is routed along the side: otherwise it would push aside everything that it passes, and the time of a
 * layout grows with the ranks that edges pass (for a DenseNet of 500 layers, from a second to minutes).
 */
const maxEdgeRanks = 12;
/** Maximum width of the lane of edges that are routed along the side. */
const maxLaneWidth = 160;

/**
 * Number of ranks that are laid out together. The library follows edges recursively, and the stack of a worker is too small for a net of
 * two thousand layers.
 */
const maxStripRanks = 150;

/** Lays a drawing out from top to bottom, as strips below each other if it is deep. The library is loaded on first use. */
export async function layOut({ nodes, edges }: Drawing): Promise<GraphLayout> {
  const dagre = await import('@dagrejs/dagre');
  const ranks = ranksOf(nodes.length, edges);
  const stripOf = (place: number): number => Math.floor((ranks[place] ?? 0) / maxStripRanks);
  const isFar = ({ from, to }: DrawnEdge): boolean => (ranks[to] ?? 0) - (ranks[from] ?? 0) > maxEdgeRanks;
  const near = edges.filter((edge) => !isFar(edge));
  const count = nodes.reduce((max, _, place) => Math.max(max, stripOf(place) + 1), 1);
  const strips = Array.from({ length: count }, (): StripContents => ({ places: [], inside: [], entering: [] }));
  for (const place of nodes.keys()) strips[stripOf(place)]?.places.push(place);
  for (const edge of near) {
    const strip = strips[stripOf(edge.to)];
    if (stripOf(edge.from) === stripOf(edge.to)) strip?.inside.push(edge);
    else strip?.entering.push(edge);
  }
  const centers: Point[] = nodes.map(() => ({ x: 0, y: 0 }));
  const routed: RoutedEdge[] = [];
  let bottom = margin;
  for (const { places, inside, entering } of strips) {
    const strip = layOutStrip(dagre, { nodes, places, edges: inside });
    const move = moveBelow(strip, bottom, entering, centers);
    for (const [place, center] of strip.centers) centers[place] = move(center);
    for (const { edge, points } of strip.edges) routed.push({ edge, points: points.map(move), far: false });
    for (const edge of entering) routed.push({ edge, points: straight(edge, nodes, centers), far: false });
    bottom = places.reduce((edge, place) => Math.max(edge, (centers[place]?.y ?? 0) + (nodes[place]?.height ?? 0) / 2), bottom);
  }
  return framed({ nodes, edges }, { centers, routed, bottom, far: edges.filter(isFar) });
}

interface StripContents {
  readonly places: number[];
  readonly inside: DrawnEdge[];
  /** Edges from strips above. */
  readonly entering: DrawnEdge[];
}

/** Moves a strip below those above it, so that the edges entering it are nearly vertical; the first strip does not move. */
function moveBelow(strip: Strip, bottom: number, entering: readonly DrawnEdge[], centers: readonly Point[]): (point: Point) => Point {
  const down = bottom === margin ? 0 : bottom + strip.gap - margin;
  const aside = entering.map(({ from, to }) => (centers[from]?.x ?? 0) - (strip.centers.get(to)?.x ?? 0));
  const right = aside.reduce((sum, distance) => sum + distance, 0) / Math.max(1, aside.length);
  return ({ x, y }) => ({ x: x + right, y: y + down });
}

/** A line from the bottom of one box to the top of another. */
function straight({ from, to }: DrawnEdge, nodes: Drawing['nodes'], centers: readonly Point[]): readonly Point[] {
  const [start, end] = [centers[from], centers[to]];
  if (start === undefined || end === undefined) return [];
  return [
    { x: start.x, y: start.y + (nodes[from]?.height ?? 0) / 2 },
    { x: end.x, y: end.y - (nodes[to]?.height ?? 0) / 2 },
  ];
}

interface Placed {
  readonly centers: readonly Point[];
  readonly routed: readonly RoutedEdge[];
  readonly bottom: number;
  readonly far: readonly DrawnEdge[];
}

/** The drawing with a margin around it, and the far edges along its side. */
function framed(drawing: Drawing, { centers, routed, bottom, far }: Placed): GraphLayout {
  const left = drawing.nodes.reduce((edge, { width }, place) => Math.min(edge, (centers[place]?.x ?? 0) - width / 2), margin);
  const moved = ({ x, y }: Point): Point => ({ x: x + margin - left, y });
  const nodes = centers.map(moved);
  const right = drawing.nodes.reduce((edge, { width }, place) => Math.max(edge, (nodes[place]?.x ?? 0) + width / 2), margin);
  const led = far.map((edge): RoutedEdge => ({ edge, points: alongTheSide(edge, drawing, nodes, right), far: true }));
  return {
    width: right + margin + (far.length > 0 ? maxLaneWidth : 0),
    height: bottom + margin,
    nodes,
    edges: [...routed.map((edge) => ({ ...edge, points: edge.points.map(moved) })), ...led],
  };
}

/**
 * Length of the longest path to each node; an edge always leads to a later node. A node without bottoms is placed right before its first
 * reader.
 */
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

/** A path from the right side of one box, down beside the net, to the right side of the other. Longer edges are further out. */
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
