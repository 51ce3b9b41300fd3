import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Chromium of the system, or the one in `CHROMIUM`; if it is `undefined`, tests that need a browser are skipped. */
export const executable: string | undefined = [process.env.CHROMIUM ?? '', ...places].find((file) => file !== '' && existsSync(file));

let browser: Browser | undefined;

/** An empty page in a browser that stays open until `closeBrowser`. */
export async function newPage(): Promise<Page> {
  browser ??= await chromium.launch({
    ...(executable === undefined ? {} : { executablePath: executable }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  return await browser.newPage();
}

/** Opens a URL and waits for the report of the app. Rejects with any error of the page. */
export async function visit(address: string): Promise<unknown> {
  const page = await newPage();
  try {
    return await new Promise((resolve, reject) => {
      const errors: string[] = [];
      const fail = (message: string): void => reject(new Error([...errors, message].join('\n')));
      page.on('console', (message) => {
        const text = message.text();
        if (text.startsWith('REPORT ')) resolve(JSON.parse(text.slice('REPORT '.length)));
        else if (message.type() === 'error') errors.push(text);
      });
      page.on('pageerror', (error) => fail(error.stack ?? error.message));
      page.on('requestfailed', (request) => errors.push(`${request.url()}: ${request.failure()?.errorText}`));
      page.goto(address).then(
        () => setTimeout(() => fail('The page tells nothing.'), 10_000).unref(),
        (error: unknown) => fail(String(error)),
      );
    });
  } finally {
    await page.close();
  }
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
}
