/** The output of Vite's development server for a model that cannot be converted. */
import { createLogger, type ViteDevServer } from 'vite';
import { afterEach, expect, it, vi } from 'vitest';
import ncnn from '../../src/bundlers/vite.ts';
import { newProject, type Project, unsupported } from './project.ts';

let project: Project | undefined;
let server: ViteDevServer | undefined;
afterEach(async () => {
  await server?.close();
  project?.remove();
});

it.each(['vite', 'vite7'])(
  '%s prints an error once with the importer until a file changes',
  async (version) => {
    const page = '<!doctype html><script type="module" src="./main.js"></script>';
    project = newProject({ 'index.html': page, 'main.js': "import './bad.onnx?ncnn';\n", 'bad.onnx': unsupported() });
    const lines: string[] = [];
    const note = (line: string): void => void lines.push(line);
    const { createServer }: typeof import('vite') = await import(/* @vite-ignore */ version);
    const customLogger = { ...createLogger('silent'), error: note, warn: note };
    server = await createServer({ root: project.folder, configFile: false, customLogger, plugins: [ncnn()], server: { port: 0 } });
    await server.listen();
    const at = server.resolvedUrls?.local[0] ?? '';
    const visit = async (): Promise<void> => {
      await fetch(`${at}main.js`);
      for (let request = 0; request < 2; request++) await fetch(`${at}bad.onnx?import&ncnn`);
    };
    await visit();
    expect(lines).toEqual([expect.stringMatching(/NoSuchOperator[\s\S]*imported by .*main\.js/)]);
    project.write('bad.onnx', unsupported());
    await vi.waitFor(
      async () => {
        await visit();
        expect(lines.length).toBeGreaterThan(1);
      },
      { timeout: 10_000 },
    );
    expect(new Set(lines.map((line) => line.replace(/^.*? error: /, ''))).size).toBe(1);
  },
  60_000,
);
