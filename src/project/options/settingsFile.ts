import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ncnnError } from '../../diagnostics/diagnostic.ts';
import type { Options } from './options.ts';

/** Names of the file with the plugin options, for use without a bundler. */
const settingsFileNames: readonly string[] = ['js', 'mjs', 'cjs', 'ts', 'mts', 'json'].map((ending) => `ncnn.config.${ending}`);

/** The settings file in a folder, if there is one. */
export function findSettingsFile(folder: string): string | undefined {
  return settingsFileNames.map((name) => path.join(folder, name)).find((file) => existsSync(file));
}

/**
 * Reads the plugin options from a file: JSON, or a module with a default export. The options are not validated. Throws `NcnnError`
 * (`file-missing`, `file-unreadable`, `option-invalid`).
 */
export async function readSettingsFile(file: string): Promise<Options> {
  if (!existsSync(file)) {
    throw ncnnError('file-missing', 'the file does not exist', 'Give the path of the file with the options of the plugin.', { file });
  }
  const value = await readOrImport(file);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const hint = "Export the options as the default export: `export default { models: { '**/det.onnx': { precision: 'fp16' } } }`.";
    throw ncnnError('option-invalid', 'the file contains no object with options of the plugin', hint, { file });
  }
  return value;
}

/** The value in the file. Any failure here is the user's: the JSON, or code in the module. */
async function readOrImport(file: string): Promise<unknown> {
  try {
    if (file.endsWith('.json')) return JSON.parse(readFileSync(file, 'utf8'));
    return (await import(pathToFileURL(path.resolve(file)).href)).default;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const hint = /\.[cm]?ts$/.test(file)
      ? 'Use Node 22.18 or later for TypeScript, or write the file in JavaScript.'
      : 'Correct the file so that `node` can import it.';
    throw ncnnError('file-unreadable', `the options cannot be read: ${reason}`, hint, { file });
  }
}
