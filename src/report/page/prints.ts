import type { ReportPage } from './page.ts';

/** Shows the whole net in a print. Runs in the page, where it is put by its text: it may use nothing outside of itself. */
export function listenForPrints(page: ReportPage, signal: AbortSignal): void {
  const onPrint = (): void => {
    for (const [which, { width, height }] of Object.entries(page.nets)) {
      page.graph(which).setAttribute('viewBox', `0 0 ${width} ${height}`);
      page.graph(which).querySelector('.canvas')?.removeAttribute('transform');
    }
  };
  addEventListener('beforeprint', onPrint, { signal });
  addEventListener('afterprint', () => page.view()?.resize(), { signal });
}
