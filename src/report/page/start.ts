import type { PageFunctions } from './functions.ts';

/** Brings the graph of a report to life. Runs in the page, where it is put by its text: it may use nothing outside of itself. */
export function start(functions: PageFunctions): void {
  functions.createDrawingView(document.body, JSON.parse(document.querySelector('#nets')?.textContent ?? '{}'), functions);
}
