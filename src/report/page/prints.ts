import type { ReportPage } from './page.ts';

/** Shows the whole net when the page is printed. Its source is copied into the page, so it must be self-contained. */
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
