import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { UnpluginOptions } from 'unplugin';
import { encodeBase64 } from '../bytes/base64.ts';
import { splitId } from '../project/imports/query.ts';
import { decodeBase64 } from '../runtime/decodeBase64.ts';
import type { Build } from './build.ts';
import type { HookContext } from './hosts/host.ts';

/** The runtime module with the location of `ncnn.wasm`; in the package, its name contains a hash. */
const urlModule = /[\\/]ncnnWasmUrl(?:-[\w-]+)?\.m?[jt]s(?:\?.*)?$/;
const urlExpression = /new URL\((["'])\.\/ncnn\.wasm\1, import\.meta\.url\)\.href/;

const runtimeEntry = /^unplugin-ncnn\/(runtime|interpreter)$/;
/** Bundlers that do not read the `exports` of a package without a plugin. */
const withoutExports: readonly string[] = ['rollup', 'farm'];

/** The part of the plugin that emits `ncnn.wasm` as an asset of builds that import the runtime. */
export function runtimePlugin({ host, bundler, options, watch }: Build): UnpluginOptions {
  let isUsed = false;
  return {
    name: 'unplugin-ncnn:runtime',
    // Before Vite's asset plugin, which would handle the URL.
    enforce: 'pre',
    resolveId: {
      filter: { id: runtimeEntry },
      handler(specifier) {
        const [, entry = ''] = runtimeEntry.exec(specifier) ?? [];
        const file = fileURLToPath(new URL(`./${entry}.mjs`, import.meta.url));
        return withoutExports.includes(bundler) && existsSync(file) ? file : undefined;
      },
    },
    rollup: { outputOptions: (output) => (isUsed ? inOneFile(output) : null) },
    vite: { outputOptions: (output) => (isUsed ? inOneFile(output) : null) },
    transform: {
      filter: { id: urlModule },
      handler(code, id) {
        isUsed = true;
        const own = path.join(path.dirname(splitId(id).file), 'ncnn.wasm');
        const file = options.wasm === undefined ? own : path.resolve(host.root(), options.wasm);
        const { expression, head } = existsSync(file) ? wasmAt(this, file, id) : missing;
        return { code: [...head, code.replace(urlExpression, () => expression)].join('\n'), map: null };
      },
    },
  };

  function wasmAt(context: HookContext, file: string, id: string): Replacement {
    if (options.wasm !== undefined) watch(context, id, file);
    // A copy, because Node may read into a larger buffer.
    const bytes = new Uint8Array(readFileSync(file));
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    const published = host.publish(context, { name: 'ncnn', extension: '.wasm', hash, bytes, file }, id);
    if (published !== undefined) return { expression: published.expression, head: published.imports ?? [] };
    // The runtime identifies an instance by its source, so the expression must return the same bytes each time.
    return { expression: `(wasmBytes ??= decodeBase64("${encodeBase64(bytes)}"))`, head: [decodeBase64.toString(), 'let wasmBytes;'] };
  }
}

interface OutputFormat {
  readonly format?: string | undefined;
  readonly inlineDynamicImports?: boolean | undefined;
}

/**
 * Classic scripts have no chunks: Rollup rejects the runtime's `import()` in them unless it is inlined. The workers that Vite 7 builds by
 * default are such scripts.
 */
function inOneFile<O extends OutputFormat>(output: O): O | null {
  const isScript = output.format === 'iife' || output.format === 'umd';
  return isScript && output.inlineDynamicImports === undefined ? { ...output, inlineDynamicImports: true } : null;
}

interface Replacement {
  readonly expression: string;
  /** Statements before the module's code. */
  readonly head: readonly string[];
}

/** Used if the package was built without its wasm. A session can still load another one. */
const missing: Replacement = { expression: 'undefined', head: [] };
