/** The playground as a visitor sees it: built, served below a path, and opened in a browser. */
import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { readNpy } from '../../src/api.ts';
import { executable } from '../bundlers/bench/browser.ts';

const root = path.resolve(import.meta.dirname, '../..');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** A file for the page, with its name. */
export interface ChosenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export class BuiltPlayground {
  readonly folder: string;
  readonly address: string;
  readonly #server: Server;
  readonly browser: Browser;

  private constructor(folder: string, address: string, server: Server, browser: Browser) {
    this.folder = folder;
    this.address = address;
    this.#server = server;
    this.browser = browser;
  }

  static async build(): Promise<BuiltPlayground> {
    const folder = mkdtempSync(path.join(tmpdir(), 'ncnn-playground-'));
    execFileSync(process.execPath, ['scripts/playground.mjs', '--out', path.join(folder, 'page')], { cwd: root });
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const name = decodeURIComponent(pathname).replace(/^\/tools\/ncnn\//, '');
      const file = path.join(folder, 'page', name === '' ? 'index.html' : name);
      if (!pathname.startsWith('/tools/ncnn/') || !existsSync(file) || !statSync(file).isFile()) {
        response.writeHead(404).end();
        return;
      }
      response.setHeader('content-type', types[path.extname(file)] ?? 'application/octet-stream');
      createReadStream(file).pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bound = server.address();
    const address = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}/tools/ncnn/`;
    const browser = await chromium.launch({
      ...(executable === undefined ? {} : { executablePath: executable }),
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
        ...['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
      ],
    });
    return new BuiltPlayground(folder, address, server, browser);
  }

  /**
   * Opens the page, with `#` and options in its URL if they are given. With `uncached`, no service worker answers requests, which a test
   * could then not intercept.
   */
  async open(settings: { readonly hash?: string; readonly width?: number; readonly uncached?: boolean } = {}): Promise<PlaygroundPage> {
    const context = await this.browser.newContext({
      viewport: { width: settings.width ?? 1400, height: 1000 },
      acceptDownloads: true,
      serviceWorkers: settings.uncached === true ? 'block' : 'allow',
    });
    const page = new PlaygroundPage(context, await context.newPage(), this.address);
    await page.page.goto(`${this.address}${settings.hash ?? ''}`);
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** An open page that records its requests and errors. */
export class PlaygroundPage {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly errors: string[] = [];
  /** Requests to other origins, and requests with a body. */
  readonly foreign: string[] = [];

  constructor(context: BrowserContext, page: Page, address: string) {
    this.context = context;
    this.page = page;
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => this.errors.push(error.stack ?? error.message));
    page.on('console', (message) => message.type() === 'error' && this.errors.push(message.text()));
    context.on('request', (request) => {
      const isOwn = request.url().startsWith(address) || request.url().startsWith('blob:') || request.url().startsWith('data:');
      if (!isOwn || request.method() !== 'GET' || request.postData() !== null) this.foreign.push(`${request.method()} ${request.url()}`);
    });
  }

  /** Waits until a model is converted or its errors are shown. */
  async settled(): Promise<'converted' | 'failed'> {
    await this.page.locator('#model[aria-busy=false]').waitFor();
    return (await this.page.locator('.diagnosis.failed').count()) > 0 ? 'failed' : 'converted';
  }

  /** Opens an example, and waits until the net of that name has run. */
  async openExample(key: string, net: string): Promise<void> {
    await this.page.locator(`[data-example=${key}]`).click();
    await this.page.locator('.modelName', { hasText: net }).waitFor();
    await this.page.locator('section.outputCard').first().waitFor();
  }

  /** Selects files as in the system's file dialog. */
  async give(files: readonly (ChosenFile | string)[]): Promise<'converted' | 'failed'> {
    const payloads = files.map((file) =>
      typeof file === 'string' ? file : { name: file.name, mimeType: 'application/octet-stream', buffer: Buffer.from(file.bytes) },
    );
    const paths = payloads.filter((file) => typeof file === 'string');
    const buffers = payloads.filter((file) => typeof file !== 'string');
    await this.page.evaluate("document.querySelector('#model').setAttribute('aria-busy', 'true')");
    await this.page
      .locator('.drop input[type=file]')
      .first()
      .setInputFiles(paths.length > 0 ? paths : buffers);
    return await this.settled();
  }

  /** Feeds custom values to an input. */
  async feed(input: string, npy: Uint8Array): Promise<void> {
    const card = this.page.locator(`section.inputCard[aria-label="Input ${input}"]`);
    await card.locator('header select').selectOption('array');
    await card
      .locator('input[type=file]')
      .setInputFiles({ name: `${input}.npy`, mimeType: 'application/octet-stream', buffer: Buffer.from(npy) });
  }

  /** Runs the net on one of the backends; returns the outputs by name, as the page saves them. */
  async run(
    engine: 'ncnn.wasm' | 'interpreter',
  ): Promise<ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: ArrayLike<number> }>> {
    const title = engine === 'interpreter' ? 'the interpreter' : engine;
    await this.page.getByLabel('What runs the net').selectOption(engine);
    await this.page.getByRole('button', { name: 'Run', exact: true }).click();
    await this.page.locator('.runStatus', { hasText: `Ran on ${title} ` }).waitFor();
    const outputs = new Map<string, { readonly shape: readonly number[]; readonly values: ArrayLike<number> }>();
    for (const card of await this.page.locator('section.outputCard').all()) {
      const name = (await card.getAttribute('aria-label'))?.replace('Output ', '') ?? '';
      const tensor = readNpy(await this.saved(() => card.getByRole('button', { name: '.npy' }).click()), `${name}.npy`);
      outputs.set(name, { shape: tensor.shape, values: tensor.toFloat64() });
    }
    return outputs;
  }

  /** The file that the page saves during an action. */
  async saved(act: () => Promise<void>): Promise<Uint8Array> {
    const download = this.page.waitForEvent('download');
    await act();
    return readFileSync(await (await download).path());
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}
