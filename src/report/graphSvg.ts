import { type Drawing, type DrawnNode, widthOfMark } from './drawing.ts';
import type { GraphLayout, Point, RoutedEdge } from './layout.ts';
import { type Markup, markup } from './markup.ts';
import { lossClass } from './phoneLoss.ts';

/** The edges and boxes of a graph as separate strings, so that a page can insert a large graph in pieces. */
export interface GraphParts {
  readonly edges: readonly Markup[];
  readonly nodes: readonly Markup[];
}

/** The parts of a laid out net. */
export function graphParts(drawing: Drawing, layout: GraphLayout, which: string): GraphParts {
  return {
    edges: layout.edges.map((edge) => edgeSvg(edge, arrowOf(which))),
    nodes: drawing.nodes.map((node, place) => nodeSvg(node, place, layout.nodes[place])),
  };
}

/**
 * The laid-out net as SVG. It is legible without the script of the page, which moves and scales it; colors and fonts come from the page's
 * style. `which` distinguishes the nets of a page.
 */
export function graphSvg({ width, height }: GraphLayout, which: string, { edges, nodes }: GraphParts): Markup {
  return markup`<svg class="graph" data-net="${which}" viewBox="0 0 ${round(width)} ${round(height)}" role="group" aria-label="Graph of the net" tabindex="0">
<defs><marker id="${arrowOf(which)}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0.5 8 4 0 7.5z"/></marker></defs>
<g class="canvas">
<g class="edges" aria-hidden="true">${edges}</g>
<g class="nodes">${nodes}</g>
</g></svg>`;
}

function arrowOf(which: string): string {
  return `arrow-${which}`;
}

function edgeSvg({ edge, points, far }: RoutedEdge, arrow: string): Markup {
  const middle = points[Math.floor(points.length / 2)];
  const label =
    far || edge.label === '' || middle === undefined
      ? undefined
      : markup`<text x="${round(middle.x + 6)}" y="${round(middle.y + 3)}">${edge.label}</text>`;
  const path = far ? farPath(points) : smoothPath(points);
  return markup`<g data-from="${edge.from}" data-to="${edge.to}" data-blob="${edge.blob}"${far ? markup` class="far"` : undefined}><path d="${path}" marker-end="url(#${arrow})"/>${label}</g>
`;
}

function nodeSvg(node: DrawnNode, place: number, center: Point | undefined): Markup {
  const { layer, family, title, subtitle, marks, width, height } = node;
  const [left, top] = [(center?.x ?? 0) - width / 2, (center?.y ?? 0) - height / 2];
  const end = family === 'input';
  const changed = layer !== undefined && layer.passes.length > 0;
  const spoken = [title, subtitle, ...marks].join(', ');
  return markup`<g class="node ${family}${changed ? ' changed' : ''}${layer?.loss === undefined ? '' : ` ${lossClass(layer.loss)}`}" data-place="${place}" role="button" tabindex="-1" aria-label="${spoken}" transform="translate(${round(left)} ${round(top)})"><title>${layer?.name ?? subtitle}</title><rect width="${width}" height="${height}" rx="${end ? 22 : 8}"/>${
    end ? undefined : markup`<path class="band" d="M8 0H5a5 5 0 0 0-5 5v${height - 10}a5 5 0 0 0 5 5h1V0z"/>`
  }<text class="type" x="${end ? width / 2 : 15}" y="19">${title}</text><text class="name" x="${end ? width / 2 : 15}" y="35">${subtitle}</text>${marksSvg(marks)}</g>
`;
}

function marksSvg(marks: readonly string[]): readonly Markup[] {
  let x = 14;
  return marks.map((mark) => {
    const width = widthOfMark(mark);
    const drawn = markup`<g class="mark" transform="translate(${x} 43)"><rect width="${width}" height="16" rx="8"/><text x="${width / 2}" y="12">${mark}</text></g>`;
    x += width + 6;
    return drawn;
  });
}

/** A path through the first and the last point that bends at the points between. */
function smoothPath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.pop();
  if (first === undefined || last === undefined) return '';
  const parts = [`M${at(first)}`];
  for (const [index, point] of rest.entries()) {
    const next = rest[index + 1];
    parts.push(`Q${at(point)} ${at(next === undefined ? last : middleOf(point, next))}`);
  }
  if (rest.length === 0) parts.push(`L${at(last)}`);
  return parts.join('');
}

/** A path around two corners. */
function farPath(points: readonly Point[]): string {
  const [start, upper, lower, end] = points;
  if (start === undefined || upper === undefined || lower === undefined || end === undefined) return '';
  const [outer, top, bottom] = [round(upper.x), upper.y + 20, lower.y - 20];
  return `M${at(start)}C${outer} ${round(start.y)} ${outer} ${round(start.y)} ${outer} ${round(top)}V${round(bottom)}C${outer} ${round(end.y)} ${outer} ${round(end.y)} ${at(end)}`;
}

function middleOf(left: Point, right: Point): Point {
  return { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 };
}

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

/** Rounds to a tenth of a pixel, which is precise enough. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
