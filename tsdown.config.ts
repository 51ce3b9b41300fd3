import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { UserConfig } from 'tsdown';

const bundlers = ['vite', 'rollup', 'rolldown', 'webpack', 'rspack', 'rsbuild', 'esbuild', 'farm'];

const shared = { format: 'esm', dts: { oxc: true } } satisfies UserConfig;

const neutral = { platform: 'neutral', fixedExtension: true, target: 'es2022' } satisfies UserConfig;

const config: UserConfig[] = [
  {
    ...shared,
    entry: [
      'src/{index,api,cli}.ts',
      ...bundlers.map((name) => ({ [name]: `src/bundlers/${name}.ts` })),
      // Started by their names, from whichever of the other files.
      { worker: 'src/project/workers/worker.ts', register: 'src/register/register.ts', registerHooks: 'src/register/hooks.ts' },
    ],
    platform: 'node',
    target: 'node20.19',
    // Bundlers and their types are the user's; nothing of them may end up in ours.
    deps: { neverBundle: [/^(vite|rollup|rolldown|webpack|esbuild|@rspack\/core|@rsbuild\/core|@farmfe\/core)(\/|$)/] },
    define: { __BUILD__: JSON.stringify(fingerprint()) },
  },
  {
    ...shared,
    // What runs in pages shares no file with what runs in Node.
    entry: {
      runtime: 'src/runtime/index.ts',
      interpreter: 'src/interpreter/index.ts',
      // Modules by themselves, which the plugin changes.
      ncnnWasmUrl: 'src/runtime/wasm/ncnnWasmUrl.ts',
      interpreterPlans: 'src/interpreter/interpreterPlans.ts',
      // Loaded when an error occurs, by its name.
      explanations: 'src/runtime/explanations.ts',
      // Imported where the plugin knows which kernels a build needs.
      kernels: 'src/net/layers/kernels/index.ts',
    },
    ...neutral,
    plugins: [
      {
        name: 'planOf',
        // A file with kernels of its own, so that those of a build are only the ones that its plans name.
        resolveId: (id) => (id === './planOf.ts' ? { id: './planOf.mjs', external: true } : undefined),
      },
    ],
  },
  { ...shared, ...neutral, dts: false, entry: { planOf: 'src/interpreter/planOf.ts' } },
];

export default config;

/** Tells one state of the converter from another, so that results of an older one are never taken from the cache. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.test)\.ts$/.test(file));
  for (const file of files.sort()) hash.update(file).update(readFileSync(path.join('src', file)));
  return hash.digest('hex').slice(0, 16);
}
