import type { Browser, Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Time of the processor, in microseconds. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** What the tasks of the main thread of a page took while something was done, those of 50 ms and more, in milliseconds. */
export interface LongTasks {
  /** By the clock, as the page sees them. On a busy machine, tasks wait in the middle. */
  readonly seen: readonly number[];
  /** By the time of the processor, in which other programs do not count. */
  readonly computed: readonly number[];
}

const limit = 50;

export async function longTasksOf(browser: Browser, page: Page, act: () => Promise<void>): Promise<LongTasks> {
  await page.evaluate(`window.longTasks = []; new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTasks.push(duration);
  }).observe({ entryTypes: ['longtask'] })`);
  await browser.startTracing(page, { categories: ['toplevel'] });
  await act();
  const { traceEvents }: { readonly traceEvents: readonly TraceEvent[] } = JSON.parse((await browser.stopTracing()).toString());
  const seen: readonly number[] = await page.evaluate('longTasks');
  const threads = new Set(
    traceEvents.flatMap(({ name, args, pid, tid }) => (name === 'thread_name' && args?.name === 'CrRendererMain' ? [`${pid}:${tid}`] : [])),
  );
  const tasks = traceEvents.filter(({ name, ph, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && threads.has(`${pid}:${tid}`));
  if (tasks.length === 0) throw new Error('the trace has no tasks of the main thread');
  const computed = tasks.map(({ tdur = 0 }) => tdur / 1000).filter((time) => time >= limit);
  return { seen, computed };
}
