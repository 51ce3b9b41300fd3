import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ConvertOptions, convert } from '../../api.ts';
import { toConvertedModel } from '../../project/conversion/convertedModel.ts';
import { splitId } from '../../project/imports/query.ts';
import { createModelsPage } from './models.ts';

let root = '';
let server: Server | undefined;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'ncnn-page-'));
});
afterEach(() => {
  server?.close();
  rmSync(root, { recursive: true });
});

/** A net whose names contain markup, scripts and other code. */
const hostile = [`<img/src=x/onerror=alert(1)>`, `"onload="alert(1)`, `</script><script>alert(1)</script>`, `'&amp;`];
const net = (names: readonly string[]): string => {
  const layers = names.map((name, index) => `ReLU ${name} 1 1 ${index === 0 ? 'x' : names[index - 1]} ${name}`);
  return ['7767517', `${names.length + 1} ${names.length + 1}`, 'Input x 0 1 x', ...layers, ''].join('\n');
};

const options: ConvertOptions = { optimize: false };
let requested: string[] = [];

/**
 * Starts a server with the page of a project that has imported some of its models; returns a function that requests a path below the page's
 * route.
 */
async function open(files: Readonly<Record<string, string>>, imported: readonly string[]): Promise<(below: string) => Promise<Response>> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  requested = [];
  const page = createModelsPage({
    root: () => root,
    imported: () => imported.map((name) => path.join(root, name)),
    convert: async (id) => {
      requested.push(path.relative(root, id));
      return toConvertedModel(await convert(splitId(id).file, options));
    },
    resolve: async (specifier, importer) => {
      if (specifier.startsWith('!')) throw new Error('no such alias');
      return specifier.startsWith('.') ? path.resolve(path.dirname(importer), specifier) : undefined;
    },
  });
  const created = createServer((request, response) => {
    page((request.url ?? '').slice(1), response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server = created;
  await new Promise<void>((resolve) => created.listen(0, '127.0.0.1', resolve));
  const address = created.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return (below) => fetch(`http://127.0.0.1:${port}/${below}`);
}

it('lists models without converting them and serves their reports', async () => {
  const read = await open(
    {
      'main.js': "import './models/a.param?ncnn'; import('./b.param?ncnn&inline');",
      'models/a.param': net(['first']),
      'models/a.bin': '',
      'b.param': net(['one', 'two']),
      'b.bin': '',
    },
    ['models/a.param?ncnn'],
  );
  const list = await (await read('')).text();
  const links = [...list.matchAll(/<a href="([^"]*)">([^<]*)</g)].map(([, href = '', title]) => [title, href.replaceAll('&#38;', '&')]);
  expect(links).toEqual([
    ['b.param?ncnn&#38;inline', 'report?model=b.param%3Fncnn%26inline'],
    ['models/a.param?ncnn', 'report?model=models%2Fa.param%3Fncnn'],
  ]);
  expect(requested).toEqual(['models/a.param?ncnn']);
  const response = await read('report?model=b.param%3Fncnn%26inline');
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
  const report = await response.text();
  expect(report).toContain('<title>b: ncnn report</title>');
  expect(report).toMatch(/Content-Security-Policy[\s\S]*<svg[\s\S]*two/);
});

it('shows why a model has no report', async () => {
  const read = await open(
    { 'main.js': "import './bad.param?ncnn';", 'bad.param': net(['x']).replace('ReLU', 'NoSuchLayer'), 'bad.bin': '' },
    ['bad.param?ncnn'],
  );
  for (const below of ['', 'report?model=bad.param%3Fncnn'])
    expect(await (await read(below)).text()).toMatch(/class="error"[\s\S]*NoSuchLayer/);
});

it('lists an import of a missing file', async () => {
  const read = await open({ 'main.js': "import '@/gone.param?ncnn'; import '!/odd.param?ncnn';" }, []);
  const list = await (await read('')).text();
  expect(list).toMatch(/class="error"[\s\S]*cannot resolve the import of &#34;@\/gone.param\?ncnn&#34;</);
  expect(list).toMatch(/cannot resolve the import of &#34;!\/odd.param\?ncnn&#34;: no such alias/);
});

it('serves only the models of the project', async () => {
  const read = await open({ 'main.js': "import './a.param?ncnn';", 'a.param': net(['x']), 'a.bin': '', 'other.param': net(['y']) }, []);
  for (const below of ['report', 'report?model=', 'report?model=other.param%3Fncnn', 'report?model=%2Fetc%2Fpasswd', 'more', '%2e%2e/x']) {
    expect([below, (await read(below)).status]).toEqual([below, 404]);
  }
  expect(requested).toEqual([]);
});

it('escapes names as text', async () => {
  const folder = `<b>"'&amp;/`;
  const read = await open({ 'main.js': '', [`${folder}a.param`]: net(hostile), [`${folder}a.bin`]: '' }, [
    `${folder}a.param?ncnn&output=<u>`,
  ]);
  const list = await (await read('')).text();
  const [, href = ''] = /<a href="([^"]*)">/.exec(list) ?? [];
  const address = href.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  const pages = [list, await (await read(address)).text()];
  expect(list).not.toMatch(/<b>|<u>/);
  for (const page of pages) expect(page).not.toMatch(/<img|<script>alert|"onload="alert/);
  expect(pages[1]).toContain('<svg');
});
