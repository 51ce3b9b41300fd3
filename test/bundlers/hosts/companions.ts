/** Features that Rollup leaves to other plugins, reduced to what this app needs. */
import path from 'node:path';
import { transform } from 'esbuild';
import { minify } from 'terser';

interface Companion {
  readonly name: string;
}

interface AliasPlugin extends Companion {
  readonly resolveId: (source: string) => string | null;
}

interface MinifyPlugin extends Companion {
  readonly renderChunk: (code: string) => Promise<{ readonly code: string; readonly map: string }>;
}

/** Resolves aliases; an alias replaces the prefix of a path, such as `@` in `@/net.onnx`. */
export function aliasPlugin(alias: Readonly<Record<string, string>>): AliasPlugin {
  return {
    name: 'alias',
    resolveId: (source) => {
      const found = Object.entries(alias).find(([name]) => source.startsWith(`${name}/`));
      return found === undefined ? null : path.join(found[1], source.slice(found[0].length));
    },
  };
}

export function minifyPlugin(): MinifyPlugin {
  return {
    name: 'minify',
    renderChunk: async (source) => {
      const { code = '', map } = await minify(source, { module: true, sourceMap: true });
      return { code, map: typeof map === 'string' ? map : '' };
    },
  };
}

interface TypeScriptPlugin extends Companion {
  readonly transform: (code: string, id: string) => Promise<{ readonly code: string; readonly map: string } | null>;
}

export function typeScriptPlugin(): TypeScriptPlugin {
  return {
    name: 'typescript',
    transform: async (source, id) =>
      id.endsWith('.ts') ? await transform(source, { loader: 'ts', sourcemap: true, sourcefile: id }) : null,
  };
}
