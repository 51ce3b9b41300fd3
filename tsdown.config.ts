import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { UserConfig } from 'tsdown';

const bundlers = ['vite', 'rollup', 'rolldown', 'webpack', 'rspack', 'rsbuild', 'esbuild', 'farm'];

const config: UserConfig = {
  entry: [
    'src/{index,api,cli}.ts',
    ...bundlers.map((name) => ({ [name]: `src/bundlers/${name}.ts` })),
    { runtime: 'src/runtime/index.ts' },
    // Started by its name, from whichever of the other files.
    { worker: 'src/project/workers/worker.ts' },
  ],
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  dts: { oxc: true },
  // Bundlers and their types are the user's; nothing of them may end up in ours.
  deps: { neverBundle: [/^(vite|rollup|rolldown|webpack|esbuild|@rspack\/core|@rsbuild\/core|@farmfe\/core)(\/|$)/] },
  define: { __BUILD__: JSON.stringify(fingerprint()) },
};

export default config;

/** Tells one state of the converter from another, so that results of an older one are never taken from the cache. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.test)\.ts$/.test(file));
  for (const file of files.sort()) hash.update(file).update(readFileSync(path.join('src', file)));
  return hash.digest('hex').slice(0, 16);
}
