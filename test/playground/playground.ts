/** The playground in a browser: `npm run bundlers`. Skipped if there is no Chromium. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convert, writeNpy } from '../../src/api.ts';
import { joinPieces } from '../../src/bytes/join.ts';
import { executable } from '../bundlers/bench/browser.ts';
import { difference } from '../runtime/models.ts';
import { type ModelCase, modelCases } from './modelCases.ts';
import { BuiltPlayground, type PlaygroundPage } from './playgroundPage.ts';
import { wrongFiles } from './wrongFiles.ts';

const root = path.resolve(import.meta.dirname, '../..');
const engines = existsSync(path.join(root, 'dist/ncnn.wasm')) ? (['ncnn.wasm', 'interpreter'] as const) : (['interpreter'] as const);

describe.skipIf(executable === undefined)('the playground', () => {
  let playground: BuiltPlayground;
  let cases: readonly ModelCase[];

  beforeAll(async () => {
    [playground, cases] = await Promise.all([BuiltPlayground.build(), modelCases()]);
  });
  afterAll(() => playground.close());

  /** Opens the page, and checks at the end for errors and for requests to other origins. */
  async function visit(
    use: (opened: PlaygroundPage) => Promise<void>,
    settings: Parameters<BuiltPlayground['open']>[0] = {},
  ): Promise<void> {
    const opened = await playground.open(settings);
    try {
      await use(opened);
      expect(opened.errors).toEqual([]);
      expect(opened.foreign).toEqual([]);
    } finally {
      await opened.close();
    }
  }

  it('opens with a picture on which text is found', async () => {
    await visit(async ({ page }) => {
      await page.locator('canvas.marked').waitFor();
      const label = (await page.locator('canvas.marked').getAttribute('aria-label')) ?? '';
      expect(Number(/(\d+) boxes/.exec(label)?.[1])).toBeGreaterThanOrEqual(5);
      expect(await page.locator('.runStatus').textContent()).toContain(
        `Ran on ${engines[0] === 'interpreter' ? 'the interpreter' : engines[0]}`,
      );
    });
  });

  it('opens the example that was chosen last, also while another one is loading', async () => {
    await visit(async (opened) => {
      const { page } = opened;
      await page.route('**/*det_infer.onnx', async (route) => {
        await opened.openExample('torch', 'classifier');
        await route.continue();
      });
      await page.locator('[data-example=text]').click();
      await page.waitForResponse('**/*det_infer.onnx');
      await page.waitForTimeout(300);
      expect(await opened.settled()).toBe('converted');
      expect(await page.locator('.modelName').textContent()).toBe('classifier');
    });
  });

  it.each([
    ['.onnx', 0],
    ['.onnx with external data', 1],
    ['.prototxt and .caffemodel', 2],
    ['-symbol.json and .params', 3],
    ['.pt2', 4],
    ['.pt', 5],
    ['.param and .bin', 6],
  ])('converts and runs %s', async (title, index) => {
    const model = cases[index];
    if (model === undefined || model.title !== title) throw new Error(`there is no case ${title}`);
    await visit(
      async (opened) => {
        if (model.hash === '') await opened.page.locator('.runStatus:not(:empty)').waitFor();
        expect(await opened.give(model.files)).toBe('converted');
        await opened.feed(model.input.name, Buffer.concat(writeNpy(model.input.data, model.input.shape)));
        for (const engine of engines) {
          const [output] = (await opened.run(engine)).values();
          expect(difference(output?.values ?? [], model.expected), engine).toBeLessThan(1e-3);
        }
      },
      { hash: model.hash },
    );
  });

  it('says what is wrong with files, and stays usable', async () => {
    await visit(async (opened) => {
      await opened.page.locator('canvas.marked').waitFor();
      for (const { title, files, code } of wrongFiles) {
        expect(await opened.give(files), title).toBe('failed');
        const codes = await opened.page
          .locator('.diagnosis.failed [data-code]')
          .evaluateAll((items) => items.map((item) => item.getAttribute('data-code')));
        expect(codes, title).toContain(code);
      }
      await opened.openExample('torch', 'classifier');
      expect(await opened.settled()).toBe('converted');
      // One worker for one model: the workers of the other models have ended, so their memory is freed.
      expect(opened.page.workers()).toHaveLength(1);
    });
  });

  it('says so where the converter cannot be loaded', async () => {
    const opened = await playground.open({ uncached: true });
    await opened.page.route('**/assets/worker-*.js', (route) => route.abort());
    await opened.page.reload();
    expect(await opened.page.locator('.problem').textContent()).toContain('could not be loaded');
    await opened.close();
  });

  it('asks for a missing file by its name, and goes on with it', async () => {
    const [model] = cases.filter(({ title }) => title === '.onnx with external data');
    if (model === undefined) throw new Error('there is no such case');
    await visit(async (opened) => {
      await opened.page.locator('canvas.marked').waitFor();
      expect(await opened.give(model.files.slice(0, 1))).toBe('failed');
      const chooser = opened.page.getByLabel('Choose external.onnx.data');
      const [, data] = model.files;
      await opened.page.evaluate("document.querySelector('#model').setAttribute('aria-busy', 'true')");
      await chooser.setInputFiles({ name: 'of-another-name', mimeType: '', buffer: Buffer.from(data?.bytes ?? []) });
      expect(await opened.settled()).toBe('converted');
    });
  });

  it('converts again with each option, and compares', async () => {
    await visit(async ({ page }) => {
      await page.locator('canvas.marked').waitFor();
      await page.getByLabel('Precision of the weights').selectOption('fp16');
      await page.locator('.changes dl > div', { hasText: 'Difference of' }).waitFor();
      const texts = await page
        .locator('.changes dl > div')
        .evaluateAll((items) => items.map((item) => [item.querySelector('dt')?.textContent, item.querySelector('b')?.textContent]));
      const changes: Readonly<Record<string, string>> = Object.fromEntries(texts);
      expect(changes.Layers).toBe('');
      expect(changes.Weights).toMatch(/^−[45]\d %$/);
    });
  });

  it('stops a run, and runs again', async () => {
    await visit(async (opened) => {
      const { page } = opened;
      await page.locator('canvas.marked').waitFor();
      const stop = page.getByRole('button', { name: 'Stop', exact: true });
      await page.getByLabel('What runs the net').selectOption('interpreter');
      await page.evaluate(`new Promise((resolve) => setTimeout(resolve, 100)).then(() => {
        [...document.querySelectorAll('.runBar button')].find(({ textContent }) => textContent === 'Stop').click(); })`);
      await page.locator('.runStatus', { hasText: 'Stopped' }).waitFor();
      await stop.waitFor({ state: 'hidden' });
      expect(await page.locator('section.outputCard').count()).toBe(0);

      // The new worker has the net.
      await page.getByRole('tab', { name: 'Download' }).click();
      expect((await opened.saved(() => page.getByRole('button', { name: 'Save bin', exact: true }).click())).length).toBeGreaterThan(1e6);
      await page.getByRole('tab', { name: 'Run' }).click();
      expect([...(await opened.run(engines[0])).keys()]).toHaveLength(1);
      await stop.waitFor({ state: 'hidden' });
      expect(page.workers()).toHaveLength(1);
    });
  });

  it('shows a blob beside the tensor of the source', async () => {
    await visit(async (opened) => {
      const { page } = opened;
      await opened.openExample('torch', 'classifier');
      await page.getByRole('tab', { name: 'Net' }).click();
      await page.locator('.netPanel.live').waitFor();
      await page.locator('.netPanel .net:not([hidden]) .edges text').first().click();
      await page.locator('.blobFigures figure').nth(2).waitFor();
      expect(await page.locator('.blobDialog').textContent()).toContain('they agree');
    });
  });

  it('gives the files that the command line writes, and lines for a project', async () => {
    const { artifact } = await convert(path.join(root, 'test/fixtures/pytorch/classifier.pt2'));
    await visit(async (opened) => {
      const { page } = opened;
      await opened.openExample('torch', 'classifier');
      await page.getByRole('tab', { name: 'Download' }).click();
      const save = (form: string): Promise<Uint8Array> =>
        opened.saved(() => page.getByRole('button', { name: `Save ${form}`, exact: true }).click());
      expect(Buffer.from(await save('param')).equals(artifact.param)).toBe(true);
      expect(Buffer.from(await save('bin')).equals(joinPieces(artifact.bin(), artifact.binLength))).toBe(true);
      expect(new TextDecoder().decode(await save('report'))).toContain('ncnn report');
      const archive = await opened.saved(() => page.getByRole('button', { name: /zip/ }).click());
      expect(new TextDecoder().decode(archive.subarray(0, 2))).toBe('PK');
      expect(await page.locator('.lines').textContent()).toContain('import net from "./classifier.pt2?ncnn";');
    });
  });

  it('takes files that are dropped, and pictures that are pasted', async () => {
    const [, , , , model] = cases;
    await visit(async (opened) => {
      const { page } = opened;
      await page.locator('canvas.marked').waitFor();
      const before = await page.locator('canvas.marked').getAttribute('aria-label');
      const pasted = "new DataTransfer(), canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 64 })";
      await page.evaluate(`new Promise((resolve) => { const data = ${pasted}; canvas.toBlob((blob) => {
        data.items.add(new File([blob], 'white.png', { type: 'image/png' }));
        document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
        resolve();
      }); })`);
      await page.waitForFunction((label) => document.querySelector('canvas.marked')?.getAttribute('aria-label') !== label, before);
      await page.evaluate("document.querySelector('#model').setAttribute('aria-busy', 'true')");
      await page.evaluate(
        ({ name, bytes }) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(bytes)], name));
          document.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
        },
        { name: model?.files[0]?.name ?? '', bytes: [...(model?.files[0]?.bytes ?? [])] },
      );
      expect(await opened.settled()).toBe('converted');
      expect(await page.locator('.modelName').textContent()).toBe('classifier');
    });
  });

  it('sees through the camera and hears through the microphone', async () => {
    await visit(async (opened) => {
      const { page } = opened;
      await page.locator('canvas.marked').waitFor();
      await page.getByRole('button', { name: 'Camera' }).click();
      await page.locator('canvas.marked:not([height="640"])').waitFor();
      await page.getByRole('button', { name: 'Stop the camera' }).click();
      await opened.openExample('sound', 'melspectrogram');
      const before = await page.locator('section.outputCard h3').textContent();
      await page.getByRole('button', { name: 'Microphone' }).click();
      await page.waitForFunction((text) => document.querySelector('section.outputCard h3')?.textContent !== text, before);
    });
  });

  it('works without a network once it is loaded', async () => {
    await visit(async ({ page, context }) => {
      await page.locator('canvas.marked').waitFor();
      await page.evaluate('navigator.serviceWorker.ready');
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
      await context.setOffline(true);
      await page.reload();
      await page.locator('canvas.marked').waitFor();
    });
  });

  it('names everything that can be operated, and fits a phone', async () => {
    await visit(
      async ({ page }) => {
        await page.locator('canvas.marked').waitFor();
        for (const tab of ['Run', 'Net', 'Download']) {
          await page.getByRole('tab', { name: tab }).click();
          const nameless =
            await page.evaluate(`[...document.querySelectorAll('button, input, select, summary, [role=button]')].filter((each) => each.checkVisibility() &&
            !(each.getAttribute('aria-label') || each.textContent.trim() || [...(each.labels ?? [])].some((label) => label.textContent.trim()))).map((each) => each.outerHTML)`);
          expect(nameless, tab).toEqual([]);
          expect(await page.evaluate('document.documentElement.scrollWidth'), tab).toBeLessThanOrEqual(390);
        }
      },
      { width: 390 },
    );
  });
});
