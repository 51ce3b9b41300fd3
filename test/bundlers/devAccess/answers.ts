import { describe, expect, it } from 'vitest';
import { type Answer, ask, type RawRequest } from './ask.ts';
import { forbiddenRequests, pluginRequests } from './requests.ts';
import { type SampleProject, secret } from './sample.ts';

/** A running server for the tests. */
export interface ServerContext {
  readonly project: () => SampleProject;
  readonly port: () => number;
}

/** Text that occurs in the module of a model, and in a response that reveals files. */
const leaks: readonly string[] = ['loadBin', secret, 'Did you mean', 'root:x:'];

function expectNothingOf({ text, headers }: Answer): void {
  for (const leak of leaks) expect(text).not.toContain(leak);
  expect(headers['content-type'] ?? '').not.toMatch(/octet-stream/);
}

/** The tables are the same for all projects; their folders are filled in when a server runs. */
const placeholder: SampleProject = { root: '/root', outside: '/outside', remove: () => {} };

/** Requests that a server must not answer with a model or with information about one. */
export function describeForbidden({ project, port }: ServerContext): void {
  const tables = { forbiddenRequests, pluginRequests };
  for (const [table, requests] of Object.entries(tables)) {
    describe(table, () => {
      it.each(requests(placeholder).map(([what], index) => [what, index] as const))('denies %s', async (_what, index) => {
        const request: RawRequest = requests(project())[index]?.[1] ?? { path: '' };
        expectNothingOf(await ask(port(), request));
      });
    });
  }

  it('says the same of a model that may not be loaded whether there is one or not', async () => {
    const texts = await Promise.all(
      ['secret', 'none'].map(async (name) =>
        (await ask(port(), { path: `/@fs${project().outside}/${name}.onnx?import&ncnn` })).text
          .replaceAll(name, 'NAME')
          .replace(/"stack":.*/s, ''),
      ),
    );
    expect(texts[0]).toBe(texts[1]);
  });
}

/** What Vite serves, and to whom. */
export function describeServed({ project, port }: ServerContext): void {
  const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> => ask(port(), { path, headers });
  const weights = async (): Promise<string> => /\/@ncnn\/[^"'`]+\.bin/.exec((await get('/net.onnx?import&ncnn')).text)?.[0] ?? '';

  it('gives the models of the project, and those elsewhere once a source imports them, as it does', async () => {
    for (const model of ['net', 'other', 'sub/deep']) expect((await get(`/${model}.onnx?import&ncnn`)).text).toContain('loadBin');
    const path = `/@fs${project().outside}/imported.onnx?import&ncnn`;
    // The page of models searches the sources for imports, too.
    expectNothingOf(await get(path));
    await get('/far.js');
    expect((await get(path)).text).toContain('loadBin');
    expectNothingOf(await get(`${path}&inline`));
  });

  it('lists and reports nothing that was denied', async () => {
    await get(`/@fs${project().outside}/secret.onnx?import&ncnn`);
    expect((await get('/__ncnn/')).text).not.toContain('secret.');
  });

  it.each([
    ['bytes=0-9', 206, 10],
    ['bytes=5-5', 206, 1],
    ['bytes=-4', 206, 4],
    ['bytes=99999999-', 416, undefined],
    ['bytes=-0', 416, undefined],
    ['bytes=9-1', 200, undefined],
    ['bytes=0-1,3-4', 200, undefined],
    ['lines=0-1', 200, undefined],
    ['bytes=00000000000000000000000000000000000000001-2', 206, 2],
    ['bytes=0-99999999999999999999999999', 206, undefined],
  ])('answers for weights to the range %s', async (range, status, length) => {
    const answer = await get(await weights(), { range });
    expect(answer.status).toBe(status);
    if (length !== undefined) expect(answer.body.byteLength).toBe(length);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('answers for weights to no %s', async (method) => {
    const { status, body } = await ask(port(), { path: await weights(), method });
    expect(status).toBe(405);
    expect(body.byteLength).toBeLessThan(100);
  });

  it('answers to no other host', async () => {
    const hosts = ['evil.example', 'evil.example:5173', 'localhost.evil.example', '127.0.0.1.evil.example', 'localhost@evil.example'];
    for (const path of ['/net.onnx?import&ncnn', await weights(), '/__ncnn/']) {
      for (const host of hosts) {
        const { status, text } = await get(path, { host });
        expect([host, status]).toEqual([host, 403]);
        expect(text).not.toContain('loadBin');
      }
    }
  });

  it('lets no page of another site read an answer', async () => {
    for (const path of ['/net.onnx?import&ncnn', await weights(), '/__ncnn/']) {
      for (const site of ['https://evil.example', 'null', 'http://127.0.0.1.evil.example']) {
        const { headers } = await get(path, { origin: site, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' });
        expect(headers['access-control-allow-origin']).not.toBe('*');
        expect(headers['access-control-allow-origin']).not.toBe(site);
      }
    }
  });
}
