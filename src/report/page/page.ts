import type { PageNet } from './net.ts';
import type { View } from './view.ts';

/** The elements that the script of a graph uses. */
export interface PageElements {
  readonly details: HTMLElement;
  readonly outline: HTMLOListElement;
  readonly search: HTMLInputElement;
  readonly status: HTMLElement;
  readonly overview: HTMLCanvasElement;
  readonly window: HTMLElement;
}

/** A graph in a page. Nodes are identified by their index in the list of the shown net. */
export interface ReportPage {
  /** The element that contains the graph and everything that belongs to it: the body of a report. */
  readonly root: HTMLElement;
  readonly nets: Readonly<Record<string, PageNet>>;
  readonly views: Map<string, View>;
  readonly elements: PageElements;
  /** Name of the shown net. */
  which: string;
  chosen: number | undefined;
  /** The nodes that match the search; absent without a search. */
  found: ReadonlySet<number> | undefined;
  readonly net: () => PageNet;
  readonly view: () => View | undefined;
  readonly graph: (which: string) => SVGSVGElement;
  /** The box of a node in the graph. */
  readonly box: (place: number) => SVGGElement | null;
  /** The button of a node in the outline. */
  readonly row: (place: number) => HTMLElement | null;
}

/** Collects the elements that the script uses. Its source is copied into the page, so it must be self-contained. */
export function createPage(root: HTMLElement, nets: ReportPage['nets']): ReportPage {
  const find = <E extends Element>(selector: string, type: new () => E): E => {
    const found = root.querySelector(selector);
    if (!(found instanceof type)) throw new Error(`the page lacks ${selector}`);
    return found;
  };
  const elements: PageElements = {
    details: find('.details', HTMLElement),
    outline: find('.outline ol', HTMLOListElement),
    search: find('#search', HTMLInputElement),
    status: find('.found', HTMLElement),
    overview: find('.overview', HTMLCanvasElement),
    window: find('.view', HTMLElement),
  };
  const page: ReportPage = {
    root,
    nets,
    views: new Map(),
    elements,
    which: 'after',
    chosen: undefined,
    found: undefined,
    net: () => page.nets[page.which] ?? { width: 1, height: 1, nodes: [], edges: [] },
    view: () => page.views.get(page.which),
    graph: (which) => find(`svg.graph[data-net="${which}"]`, SVGSVGElement),
    box: (place) => page.graph(page.which).querySelector<SVGGElement>(`[data-place="${place}"]`),
    row: (place) => elements.outline.querySelector<HTMLElement>(`[data-place="${place}"]`),
  };
  return page;
}
