import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

/** A file that is copied into the build unchanged. */
export interface PlainFile {
  /** A path from the root of the repository. */
  readonly file: string;
  /** Its path in the build. */
  readonly name: string;
}

/**
 * A module whose default export is computed from files that are copied into the build unchanged. URLs are relative to the page, so that it
 * runs from any folder; a worker in `assets/` resolves them against its own URL.
 */
export function plainFiles(
  moduleName: string,
  root: string,
  files: readonly PlainFile[],
  code: (present: readonly PlainFile[]) => string,
): Plugin {
  const present = files.filter(({ file }) => existsSync(path.resolve(root, file)));
  return {
    name: `playground:${moduleName}`,
    resolveId: (id) => (id === moduleName ? `\0${id}` : undefined),
    load: (id) => (id === `\0${moduleName}` ? code(present) : undefined),
    generateBundle() {
      for (const { file, name } of present)
        this.emitFile({ type: 'asset', fileName: name, source: readFileSync(path.resolve(root, file)) });
    },
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const { pathname } = new URL(request.url ?? '/', 'http://localhost');
        const found = present.find(({ name }) => pathname === `/${name}`);
        if (found === undefined) next();
        else response.end(readFileSync(path.resolve(root, found.file)));
      });
    },
  };
}
