import { isSystemError } from '../../files/errorCodes.ts';

// Not imported, because importing a Node module reads all of its exports, and some of these load other modules.
const { existsSync, readFileSync, statSync } = process.getBuiltinModule('node:fs');
const { createRequire } = process.getBuiltinModule('node:module');
const path = process.getBuiltinModule('node:path');
const { fileURLToPath } = process.getBuiltinModule('node:url');
const vm = process.getBuiltinModule('node:vm');

/** What `program.ts` exports. */
export type Program = typeof import('../program.ts');

export interface LoadedProgram {
  readonly program: Program;
  /** Saves the compiled form of the functions that have run so far, if there was none or it had far fewer functions. */
  readonly keepCompiled: () => void;
}

declare const __BUILD__: string;

/**
 * Loads the commands. Compiling them would take most of the time of a small model, so the package has one script, and its compiled form is
 * kept in `node_modules/.cache`: Node's own compile cache, in releases that have it, takes 50 % longer. If the package has no such script,
 * the modules are loaded. This module imports nothing else, because that takes time too.
 *
 * @param words arguments of the tool; each command has its own compiled form, of the functions that it uses
 * @param isShort whether the command takes no longer than applying the settings
 */
export async function loadProgram(words: readonly string[], isShort = false): Promise<LoadedProgram> {
  const file = fileURLToPath(new URL('./program.cjs', import.meta.url));
  if (!existsSync(file)) return { program: await import('../program.ts'), keepCompiled: () => {} };
  return runScript(file, createRequire(import.meta.url), words, isShort);
}

function runScript(filename: string, require: NodeJS.Require, [command = '']: readonly string[], isShort: boolean): LoadedProgram {
  const cache =
    /^[a-z]{1,16}$/.test(command) && !process.env.NODE_DISABLE_COMPILE_CACHE
      ? cacheFile(filename, isShort ? `${command}-short` : command)
      : undefined;
  const cachedData = cache !== undefined && existsSync(cache) ? readFileSync(cache) : undefined;
  const script = new vm.Script(`(function (exports, require, module, __filename, importModule) {${readFileSync(filename, 'latin1')}\n})`, {
    filename,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const optimizeEarly = isShort ? () => {} : optimizeLater();
  const loaded: { readonly exports: object } = { exports: {} };
  script.runInThisContext()(loaded.exports, require, loaded, filename, (specifier: string) => import(specifier));
  const program = loaded.exports;
  if (!isProgram(program)) throw new Error(`${filename} does not contain the commands`);
  const cachedBytes = cachedData === undefined || script.cachedDataRejected === true ? 0 : cachedData.byteLength;
  const began = performance.now();
  return {
    program,
    keepCompiled: () => {
      if (cache === undefined || (cachedBytes > 0 && performance.now() - began < longRunMs)) return;
      // V8 accepts a compiled form only with the settings it was created with.
      optimizeEarly();
      const compiled = script.createCachedData();
      if (compiled.byteLength > cachedBytes * growth) program.keepCompiled(cache, compiled);
    },
  };
}

function isProgram(exports: object): exports is Program {
  const required: readonly (keyof Program)[] = ['keepCompiled', 'runCommandThread', 'runOneThread', 'runShareThread'];
  const functions = new Map<string, unknown>(Object.entries(exports));
  return required.every((name) => typeof functions.get(name) === 'function');
}

/** After runs of this many milliseconds, it costs little to check whether more functions were compiled than the file contains. */
const longRunMs = 100;
/** The compiled form is saved again if it grew by this factor, because another model may need other functions. */
const growth = 1.05;

/**
 * V8 11 in Node 20 optimizes functions so early that a conversion, which runs most of them only a few times, takes a sixth longer. Returns
 * a function that restores the settings. Later releases have other rules.
 */
function optimizeLater(): () => void {
  if (!process.versions.v8.startsWith('11.3.')) return () => {};
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString('--interrupt-budget=400000');
  return () => setFlagsFromString('--interrupt-budget=67584');
}

/** V8 compares only the length of the source, so the file name contains the build. */
function cacheFile(filename: string, name: string): string {
  const root = path.dirname(path.dirname(filename));
  const parent = path.dirname(root);
  const packages = path.basename(parent) === 'node_modules' ? parent : path.join(root, 'node_modules');
  return path.join(packages, '.cache/unplugin-ncnn', `program-${name}-${process.version}-${process.arch}-${__BUILD__}.bin`);
}

/** The size of the only file to convert; `undefined` for all other commands. */
export function oneFileSize([command, ...words]: readonly string[]): number | undefined {
  if (command !== 'convert' || words.some((word) => /^(?:--help|-h|--watch|--verify.*|--calibrate.*)$/.test(word))) return undefined;
  const [file, ...more] = words.flatMap((word) => (word.startsWith('-') ? [] : fileSizes(word)));
  return more.length === 0 ? file : undefined;
}

/** The size of the file that an argument names; `undefined` for the value of an option, which may not be a readable path. */
function fileSizes(word: string): readonly number[] {
  try {
    const stats = statSync(word, { throwIfNoEntry: false });
    return stats?.isFile() ? [stats.size] : [];
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return [];
  }
}
