/** A build that writes C and C++ files of an ncnn net in addition to its output. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { rollup } from 'rollup';
import { afterEach, expect, it } from 'vitest';
import ncnn from '../../src/bundlers/rollup.ts';
import { newProject, type Project } from './project.ts';

let project: Project | undefined;
afterEach(() => project?.remove());

const param = '7767517\n2 2\nInput data 0 1 data 0=2\nPReLU act 1 1 data out 0=2\n';

it('writes the files on build, only if they changed, also for cached models', async () => {
  project = newProject({
    'net.param': param,
    'net.bin': Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64),
    'main.js': "export { BLOB_out, loadBin } from './net.param?ncnn';",
  });
  const { path: at } = project;
  const build = async (): Promise<void> => {
    const options = { native: { dir: at('native'), forms: ['id.h', 'bin', 'cmake'] }, cache: at('cache') };
    const bundle = await rollup({ input: at('main.js'), plugins: [ncnn(options)] });
    await bundle.write({ dir: at('dist') });
    expect(bundle.watchFiles).toEqual(expect.arrayContaining([at('net.param'), at('net.bin')]));
  };
  await build();
  expect(readdirSync(at('native')).sort()).toEqual(['net.bin', 'net.cmake', 'net.id.h']);
  expect(readFileSync(at('native/net.id.h'), 'utf8')).toContain('const int BLOB_out = 1;');
  expect(readFileSync(at('native/net.bin'))).toEqual(readFileSync(at('net.bin')));
  const before = statSync(at('native/net.cmake')).ino;
  await build();
  expect(statSync(at('native/net.cmake')).ino).toBe(before);
  project.write('net.param', param.replaceAll('PReLU', 'Scale'));
  await build();
  expect(statSync(at('native/net.cmake')).ino).not.toBe(before);
  expect(existsSync(at('dist/main.js'))).toBe(true);
});
