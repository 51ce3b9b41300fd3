import type { Page } from 'playwright-core';
import { closeBrowser, newPage } from '../bundlers/bench/browser.ts';
import { serve } from '../bundlers/bench/server.ts';

/** Serves a folder with a page as its root, opens it in a separate browser, and closes both. Rejects with any error of the page. */
export async function withPage(folder: string, html: string, use: (page: Page) => Promise<void>): Promise<void> {
  const server = await serve(() => ({ '/': folder }), {
    '/': { html, policy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob:" },
  });
  const page = await newPage();
  try {
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    page.setDefaultTimeout(40_000);
    await page.goto(server.origin);
    await use(page);
    if (errors.length > 0) throw new Error(errors.join('\n'));
  } finally {
    await page.close();
    await closeBrowser();
    await server.close();
  }
}
