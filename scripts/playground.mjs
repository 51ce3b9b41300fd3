/**
 * Builds the playground to `playground/dist`, or to the folder after `--out`: a static page that works in any folder of any server. `npm
 * run playground:build` also prints the sizes. ncnn.wasm is included if `npm run wasm` has built it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const configFile = path.join(root, 'playground/vite.config.ts');

/** Builds the page; returns the folder. */
export async function buildPlayground(outDir = path.join(root, 'playground/dist')) {
  // Vite creates a development build if NODE_ENV has another value, for example in tests.
  process.env.NODE_ENV = 'production';
  await build({ configFile, logLevel: 'warn', build: { outDir, emptyOutDir: true } });
  return outDir;
}

/** Files of the build by purpose, with their sizes in bytes. */
export function sizesOf(folder) {
  const kindOf = (name) => {
    if (name.startsWith('examples')) return 'examples, each loaded when it is opened';
    return name === 'ncnn.wasm' ? 'ncnn.wasm' : 'page and converter';
  };
  const sizes = new Map();
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of names) {
    const file = path.join(parentPath, name);
    const contents = readFileSync(file);
    const kind = kindOf(path.relative(folder, file));
    const { bytes = 0, gzipped = 0, files = 0 } = sizes.get(kind) ?? {};
    sizes.set(kind, { files: files + 1, bytes: bytes + contents.length, gzipped: gzipped + gzipSync(contents).length });
  }
  return sizes;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values: options } = parseArgs({ options: { out: { type: 'string' } } });
  const folder = await buildPlayground(options.out === undefined ? undefined : path.resolve(options.out));
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
  console.log(path.relative(process.cwd(), folder));
  let [all, allGzipped] = [0, 0];
  for (const [kind, { files, bytes, gzipped }] of sizesOf(folder)) {
    all += bytes;
    allGzipped += gzipped;
    console.log(`  ${megabytes(bytes)}, ${megabytes(gzipped)} gzipped  ${kind} (${files} ${files === 1 ? 'file' : 'files'})`);
  }
  console.log(`  ${megabytes(all)}, ${megabytes(allGzipped)} gzipped  in all`);
}
