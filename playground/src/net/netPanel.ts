import type { NetView } from '../../../src/report/netView.ts';
import { createDrawingView, type DrawingView } from '../../../src/report/page/drawingView.ts';
import { pageFunctions } from '../../../src/report/page/functions.ts';
import { nextFrame, trusted } from '../dom/element.ts';

export interface NetPanel {
  readonly element: HTMLElement;
  /** Shows another net; a call that is superseded by another one ends early. */
  readonly show: (view: NetView) => Promise<void>;
  readonly clear: () => void;
  /** To be called when the panel becomes visible. */
  readonly resize: () => void;
}

/** Number of boxes and edges added to a graph at a time, so that no task takes long. */
const batch = 60;

/** The graph of the net and its details from the report. */
export function netPanel(panel: HTMLElement, onBlob: (name: string) => void): NetPanel {
  let ending: AbortController | undefined;
  let graph: DrawingView | undefined;
  const clear = (): void => {
    ending?.abort();
    graph = undefined;
    panel.classList.remove('live', 'tall');
    panel.replaceChildren();
  };
  return {
    element: panel,
    clear,
    resize: () => graph?.resize(),
    show: async (view) => {
      clear();
      const current = new AbortController();
      ending = current;
      panel.append(trusted(view.graph));
      for (const [which, { edges, nodes }] of Object.entries(view.parts)) {
        for (const [group, parts] of [['edges', edges] as const, ['nodes', nodes] as const]) {
          const target = panel.querySelector(`svg.graph[data-net="${which}"] .${group}`);
          for (let start = 0; start < parts.length; start += batch) {
            target?.insertAdjacentHTML('beforeend', parts.slice(start, start + batch).join(''));
            if (group === 'edges') widenEdges(target, start);
            await nextFrame();
            if (current.signal.aborted) return;
          }
        }
      }
      for (const part of [view.ports, view.optimization, view.weights]) {
        panel.append(trusted(part));
        await nextFrame();
        if (current.signal.aborted) return;
      }
      graph = createDrawingView(panel, view.nets, pageFunctions, { signal: current.signal, onBlob });
    },
  };
}

/** Adds wide invisible lines to the edges, so that they are easy to click or tap. */
function widenEdges(group: Element | null, from: number): void {
  for (const edge of [...(group?.children ?? [])].slice(from)) {
    const line = edge.querySelector('path')?.cloneNode();
    if (!(line instanceof SVGPathElement)) continue;
    line.removeAttribute('marker-end');
    line.setAttribute('class', 'target');
    edge.prepend(line);
  }
}
