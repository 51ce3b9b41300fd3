/** The report in a browser. Skipped if there is none. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convert, renderReport, reportData } from '../src/api.ts';
import { executable } from './bundlers/bench/browser.ts';

/** A residual net with about this number of layers and a Concat of distant blobs, as `.param` and `.bin`. */
function residualNet(layers: number): { readonly param: string; readonly bytes: number } {
  const lines = ['Input data 0 1 data 0=32 1=32 2=16'];
  const far: string[] = [];
  let [previous, blobs, bytes] = ['data', 1, 0];
  const add = (line: string, topCount: number): void => {
    lines.push(line);
    blobs += topCount;
  };
  const convolution = (name: string, bottom: string, top: string): void => {
    add(`Convolution ${name} 1 1 ${bottom} ${top} 0=16 1=3 4=1 5=1 6=2304`, 1);
    bytes += 4 * (1 + 2304 + 16);
  };
  for (let block = 0; lines.length < layers - 4; block++) {
    const ends = block % 25 === 3 ? [`s${block}`, `r${block}`, `far${block}`] : [`s${block}`, `r${block}`];
    far.push(...ends.slice(2));
    add(`Split split${block} 1 ${ends.length} ${previous} ${ends.join(' ')}`, ends.length);
    convolution(`model/backbone/stage/block${block}/conv1`, `s${block}`, `a${block}`);
    add(`ReLU relu${block} 1 1 a${block} b${block}`, 1);
    convolution(`model/backbone/stage/block${block}/conv2`, `b${block}`, `c${block}`);
    add(`BinaryOp add${block} 2 1 c${block} r${block} d${block} 0=0`, 1);
    previous = `d${block}`;
  }
  add(`Concat together ${far.length + 1} 1 ${previous} ${far.join(' ')} out 0=0`, 1);
  return { param: `7767517\n${lines.length} ${blobs}\n${lines.join('\n')}\n`, bytes };
}

describe.skipIf(executable === undefined)('the report in a browser', () => {
  let browser: Browser;
  let folder = '';
  let html = '';

  beforeAll(async () => {
    browser = await chromium.launch({
      ...(executable === undefined ? {} : { executablePath: executable }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    folder = mkdtempSync(path.join(tmpdir(), 'ncnn-report-'));
    const { param, bytes } = residualNet(500);
    writeFileSync(path.join(folder, 'net.param'), param);
    writeFileSync(path.join(folder, 'net.bin'), Buffer.alloc(bytes));
    html = await renderReport(reportData(await convert(path.join(folder, 'net.param'))));
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(width: number, use: (page: Page) => Promise<void>): Promise<void> {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    try {
      await page.setContent(html);
      await page.locator('body.live').waitFor();
      await use(page);
      expect(errors).toEqual([]);
    } finally {
      await page.close();
    }
  }

  it.each([1400, 800, 390])('shows the start of the net at %d pixels without horizontal scrolling', async (width) => {
    await open(width, async (page) => {
      const [view, node] = [
        await page.locator('.view').boundingBox(),
        await page.locator('.net:not([hidden]) .node').first().boundingBox(),
      ];
      if (view === null || node === null) throw new Error('nothing is drawn');
      expect(view.height).toBeLessThan(900);
      expect(node.y).toBeGreaterThanOrEqual(view.y);
      expect(node.y + node.height).toBeLessThan(view.y + view.height);
      expect(node.x).toBeGreaterThanOrEqual(view.x);
      expect(node.x + node.width).toBeLessThanOrEqual(view.x + view.width);
      expect(node.height).toBeGreaterThan(30);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    });
  });

  it('keeps every text inside its box', async () => {
    await open(1400, async (page) => {
      const outside =
        await page.evaluate(`[...document.querySelectorAll('.net:not([hidden]) .node, .net:not([hidden]) .mark')].flatMap((group) => {
        const box = group.querySelector('rect').getBBox();
        return [...group.querySelectorAll(':scope > text')].filter((text) => {
          const { x, width } = text.getBBox();
          return x < box.x || x + width > box.x + box.width;
        }).map((text) => text.textContent);
      })`);
      expect(outside).toEqual([]);
    });
  });

  it('supports the keyboard for search, edges, details and back', async () => {
    await open(1400, async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('block7/conv1');
      await page.keyboard.press('Enter');
      expect(await page.locator('.found').textContent()).toMatch(/^1 of /);
      expect(await page.locator('.details h3').textContent()).toBe('model/backbone/stage/block7/conv1');
      expect(await page.locator('.details').textContent()).toContain('Fused into itReLU');
      await page.keyboard.press('Escape');
      await page.locator('.net:not([hidden]) svg.graph').focus();
      await page.keyboard.press('ArrowDown');
      expect(await page.locator('.node:focus').getAttribute('aria-label')).toContain('model/backbone/stage/block7/conv2'.slice(-20));
      await page.keyboard.press('Escape');
      expect(await page.locator('.details').isVisible()).toBe(false);
    });
  });

  it('extends long edges past the net to their reader', async () => {
    await open(1400, async (page) => {
      await page.locator('#search').fill('together');
      await page.keyboard.press('Enter');
      expect(await page.locator('.edges .far.near').count()).toBeGreaterThan(2);
      const [edge, view] = [await page.locator('.edges .far.near').last().boundingBox(), await page.locator('.view').boundingBox()];
      expect((edge?.x ?? 0) + (edge?.width ?? 0)).toBeLessThanOrEqual((view?.x ?? 0) + (view?.width ?? 0));
    });
  });
});
