import { listenForClicks } from './clicks.ts';
import { factsOf, showDetails } from './details.ts';
import { createDrawingView } from './drawingView.ts';
import { listenForGestures } from './gestures.ts';
import { listenForKeys, neighborOf } from './keys.ts';
import { listLayers } from './outline.ts';
import { createOverview, drawOverview } from './overview.ts';
import { createPage } from './page.ts';
import { listenForPrints } from './prints.ts';
import { markFound } from './search.ts';
import { createSelection } from './selection.ts';
import { createView } from './view.ts';

/** The functions that `createDrawingView` connects in the page. Their source is copied there, so each must be self-contained. */
export interface PageFunctions {
  readonly createDrawingView: typeof createDrawingView;
  readonly createPage: typeof createPage;
  readonly createOverview: typeof createOverview;
  readonly drawOverview: typeof drawOverview;
  readonly createView: typeof createView;
  readonly listenForGestures: typeof listenForGestures;
  readonly createSelection: typeof createSelection;
  readonly showDetails: typeof showDetails;
  readonly listLayers: typeof listLayers;
  readonly markFound: typeof markFound;
  readonly listenForClicks: typeof listenForClicks;
  readonly listenForKeys: typeof listenForKeys;
  readonly neighborOf: typeof neighborOf;
  readonly listenForPrints: typeof listenForPrints;
  readonly factsOf: typeof factsOf;
}

export const pageFunctions: PageFunctions = {
  createDrawingView,
  createPage,
  createOverview,
  drawOverview,
  createView,
  listenForGestures,
  createSelection,
  showDetails,
  listLayers,
  markFound,
  listenForClicks,
  listenForKeys,
  neighborOf,
  listenForPrints,
  factsOf,
};
