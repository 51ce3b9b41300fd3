import type { LayerFamily } from '../../net/layers/record.ts';
import type { Drawing } from '../drawing.ts';
import { familyNames } from '../family.ts';
import { type GraphParts, graphSvg } from '../graphSvg.ts';
import type { GraphLayout } from '../layout.ts';
import { type Markup, markup } from '../markup.ts';

/** A net that is drawn. */
export interface DrawnNet {
  /** `after` or `before`. */
  readonly which: string;
  readonly drawing: Drawing;
  readonly layout: GraphLayout;
  readonly parts: GraphParts;
}

/** The graph with search, legend, outline, overview, and details of a layer. */
export function graphSection(nets: readonly DrawnNet[]): Markup {
  const families = new Set<LayerFamily>(nets.flatMap(({ drawing }) => drawing.nodes.map(({ family }) => family)));
  const legend = Object.entries(familyNames).flatMap(([family, name]) =>
    [...families].some((present) => present === family) ? [markup`<li class="${family}">${name}</li>`] : [],
  );
  const choice =
    nets.length < 2
      ? undefined
      : markup`<div class="choice" role="group" aria-label="Which net"><button type="button" data-show="after" aria-pressed="true">Optimized</button><button type="button" data-show="before" aria-pressed="false">Before</button></div>`;
  return markup`<section class="explorer" aria-label="Graph">
<div class="tools">${choice}<input type="search" id="search" placeholder="Search layers  ( / )" aria-label="Search layers by name, type or blob" autocomplete="off" spellcheck="false"><span class="found" role="status"></span><span class="spring"></span><div class="choice" role="group" aria-label="Zoom"><button type="button" data-zoom="out" aria-label="Zoom out">−</button><button type="button" data-zoom="fit">Fit</button><button type="button" data-zoom="real">1:1</button><button type="button" data-zoom="in" aria-label="Zoom in">+</button></div></div>
<div class="stage">
<nav class="outline" aria-label="Layers in the order of execution"><ol></ol></nav>
<div class="view">${nets.map(({ which, layout, parts }) => markup`<div class="net" data-net="${which}"${which === 'after' ? undefined : markup` hidden`}>${graphSvg(layout, which, parts)}</div>`)}<canvas class="overview" aria-hidden="true"></canvas></div>
<aside class="details" aria-live="polite" hidden></aside>
</div>
<ul class="legend">${legend}</ul>
</section>`;
}
