import type { PageFunctions } from './functions.ts';

/** Makes the graph of a report interactive. Its source is copied into the page, so it must be self-contained. */
export function start(functions: PageFunctions): void {
  functions.createDrawingView(document.body, JSON.parse(document.querySelector('#nets')?.textContent ?? '{}'), functions);
}
