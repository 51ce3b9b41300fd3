import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { UserConfig } from 'tsdown';

const bundlers = ['vite', 'rollup', 'rolldown', 'webpack', 'rspack', 'rsbuild', 'esbuild', 'farm'];

const build = JSON.stringify(fingerprint());

/** Comments take time to be read and say nothing to a program; those for bundlers stay. */
const outputOptions = { comments: { legal: true, annotation: true, jsdoc: false } } satisfies UserConfig['outputOptions'];

const shared = { format: 'esm', dts: { oxc: true }, outputOptions } satisfies UserConfig;

const neutral = { platform: 'neutral', fixedExtension: true, target: 'es2022' } satisfies UserConfig;

interface OutputChunk {
  readonly moduleIds: readonly string[];
  code: string;
}

interface OutputContext {
  readonly emitFile: (file: { readonly type: 'asset'; readonly fileName: string; readonly source: string }) => void;
}

const script = {
  name: 'script',
  generateBundle(this: OutputContext, _: unknown, bundle: Readonly<Record<string, object>>): void {
    for (const chunk of Object.values(bundle).filter(isChunk)) {
      // The script is read byte by byte, so it is ASCII. Other characters are only in literals, which can escape them.
      chunk.code = chunk.code.replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
      // A script has no `import()` without a flag of Node; `loadProgram.ts` hands it one.
      chunk.code = chunk.code.replace(/\bimport\(/g, 'importModule(');
      this.emitFile({ type: 'asset', fileName: 'program.licenses.txt', source: licensesOf(chunk.moduleIds) });
    }
  },
};

function isChunk(output: object): output is OutputChunk {
  return 'moduleIds' in output;
}

/** The licenses of the packages that modules come from. */
function licensesOf(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replaceAll('\\', '/'))?.[0] ?? []));
  const texts = [...folders].sort().map((folder) => {
    const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    if (file === undefined) throw new Error(`${folder} has no license`);
    return `${path.basename(folder)}\n\n${readFileSync(path.join(folder, file), 'utf8').trim()}\n`;
  });
  return texts.join('\n---\n\n');
}

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
    define: { __BUILD__: build },
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
  {
    // What the command line tool runs, with all that it needs in one script: V8 keeps scripts in compiled form, in every release of Node.
    entry: { program: 'src/cli/program.ts' },
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    dts: false,
    deps: { alwaysBundle: /^[^.]/, onlyBundle: false, neverBundle: [/^onnxruntime-/, /^oxc-parser$/] },
    define: { __BUILD__: build },
    outputOptions: { ...outputOptions, codeSplitting: false },
    plugins: [script],
  },
];

export default config;

/** Tells one state of the converter from another, so that results of an older one are never taken from the cache. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.test)\.ts$/.test(file));
  for (const file of files.sort()) hash.update(file).update(readFileSync(path.join('src', file)));
  return hash.digest('hex').slice(0, 16);
}
