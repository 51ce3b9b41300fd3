import path from 'node:path';
import picomatch from 'picomatch';
import { type NcnnError, ncnnError } from '../../diagnostics/diagnostic.ts';
import { realPath } from '../../files/paths.ts';
import { decodeEscapes, splitId } from '../../project/imports/query.ts';

/** The files that a development server may serve, according to Vite's `server.fs`. */
export interface ServedFolders {
  readonly strict: boolean;
  readonly allow: readonly string[];
  /** Globs of files that are never served, even inside of the folders. */
  readonly deny: readonly string[];
}

/** Which models a development server may load: requests come from any page and any program that can reach it. */
export interface ModelAccess {
  /** Whether a model is requested directly and not by a source of the project: Vite then gives its HTML page as the importer. */
  readonly isRequest: (importer: string | undefined) => boolean;
  /** Records the id of a model that a source of the project imports. */
  readonly addImport: (id: string) => void;
  /** Whether a source of the project imports a model. */
  readonly isImported: (id: string) => boolean;
  /** Whether a model may be loaded from the given files: a source imports it, or the server may serve all of them. */
  readonly allows: (id: string, files: readonly string[]) => boolean;
}

export function createModelAccess(root: () => string, folders: () => ServedFolders): ModelAccess {
  const imported = new Set<string>();
  const isServed = (file: string): boolean => {
    const { strict, allow, deny } = folders();
    if (!strict) return true;
    // A link is outside of the folders if its target is.
    const real = realPath(path.resolve(file));
    const globs = deny.map((glob) => (glob.includes('/') ? glob : `**/${glob}`));
    const isDenied = picomatch(globs, { nocase: true, dot: true })(real.replaceAll('\\', '/'));
    return !isDenied && allow.some((folder) => isInside(realPath(path.resolve(folder)), real));
  };
  return {
    isRequest: (importer) => importer === undefined || path.resolve(importer) === path.resolve(root(), 'index.html'),
    addImport: (id) => void imported.add(canonical(id)),
    isImported: (id) => imported.has(canonical(id)),
    allows: (id, files) => imported.has(canonical(id)) || files.every(isServed),
  };
}

/** The error of a denied model. It does not depend on whether the file exists, and contains nothing of it. */
export function deniedModel(): NcnnError {
  return ncnnError(
    'file-denied',
    'the development server may not load this model: no project source imports it, and it is outside the served folders',
    'Import the model in a source of the project, or add its folder to `server.fs.allow`.',
  );
}

/** An id in canonical form, without what a server adds to it, and with its query unescaped. */
function canonical(id: string): string {
  const { file, query } = splitId(id);
  const parameters = query.split('&').map(decodeEscapes);
  return [file, ...parameters.filter((parameter) => !/^(?:import|[tv]=.*)$/.test(parameter)).sort()].join('&');
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
