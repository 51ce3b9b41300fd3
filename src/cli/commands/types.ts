import path from 'node:path';
import { conversionErrors } from '../../diagnostics/conversionErrors.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { visible } from '../../diagnostics/visible.ts';
import type { Stage } from '../../pipeline/stages.ts';
import { readDeclarations, writeDeclarations } from '../../project/declarations/declarations.ts';
import { type ProjectTypes, projectTypes } from '../../project/declarations/projectTypes.ts';
import { forImports } from '../../project/imports/importHints.ts';
import { cacheFolder } from '../../project/options/outputPaths.ts';
import { findSettingsFile, readSettingsFile } from '../../project/options/settingsFile.ts';
import { type ParsedArguments, UsageError } from '../arguments/usage.ts';
import { printDiagnostics } from '../output/diagnostics.ts';
import { startProgress } from '../output/progress.ts';
import type { Terminal } from '../output/terminal.ts';
import type { Command } from './command.ts';

export const typesCommand: Command = {
  options: {
    out: { short: 'o', value: 'FILE', help: 'the file; by default `dts` of the options, or ncnn.d.ts in the root' },
    check: { help: 'write nothing, and fail if the file is out of date' },
    config: { value: 'FILE', help: 'file with the options of the plugin; ncnn.config.{js,mjs,cjs,ts,mts,json} in the root by default' },
    root: { value: 'FOLDER', help: 'root of the project, to which globs are relative; the current folder by default' },
    alias: { value: 'NAME=PATH', multiple: true, help: 'alias in imports: @=src; repeatable' },
  },
  notes: [
    'The sources below each FOLDER are searched, by default those below the root.',
    'Share the options: import ncnn.config.js in the config of your bundler and give them to the plugin.',
    'Exit code: 0, or 1 if a model failed or the file is not up to date, or 2 for wrong usage.',
  ],
  run: async (args, terminal) => {
    const aliases = readAliases(args.values.get('alias') ?? []);
    try {
      return await declare(args, aliases, terminal);
    } catch (error) {
      printDiagnostics(conversionErrors(error).map(fromHere), terminal, { spell: forImports });
      return 1;
    }
  },
};

async function declare(args: ParsedArguments, aliases: Readonly<Record<string, string>>, terminal: Terminal): Promise<number> {
  const one = (name: string): string | undefined => args.values.get(name)?.[0];
  const root = path.resolve(one('root') ?? '.');
  const settings = one('config') ?? findSettingsFile(root);
  const options = settings === undefined ? {} : await readSettingsFile(settings);
  const folders = args.positionals.length === 0 ? [root] : args.positionals.map((folder) => path.resolve(folder));
  const cache = cacheFolder(root, options.cache);
  if (cache !== undefined) terminal.writesTo?.(cache);
  const onStage = (file: string, stage: Stage): void => startProgress(file, terminal.showProgress).stage(stage);
  const types = await projectTypes({ root, folders, options, aliases, onStage }).finally(() => terminal.showProgress?.(undefined));
  printDiagnostics(types.diagnostics.map(fromHere), terminal, { spell: forImports });
  const out = one('out');
  const file = out === undefined ? types.file : path.resolve(out);
  return args.values.has('check') ? checkFile(file, types, terminal) : writeFile(file, types, terminal);
}

function writeFile(file: string, { text, models }: ProjectTypes, terminal: Terminal): number {
  terminal.writesTo?.(path.dirname(file));
  writeDeclarations(file, text);
  terminal.log(`${shortPath(file)} ${terminal.paint('dim', countModels(models))}`);
  return 0;
}

function checkFile(file: string, { text, models }: ProjectTypes, terminal: Terminal): number {
  const written = readDeclarations(file);
  if (written === text) {
    terminal.log(`${shortPath(file)} is up to date ${terminal.paint('dim', `(${countModels(models)})`)}`);
    return 0;
  }
  const state = written === undefined ? 'is missing' : 'is not up to date';
  terminal.log(`${terminal.paint('red', 'error')} ${shortPath(file)} ${state}`);
  terminal.log('  fix: run `unplugin-ncnn types` and commit the file.');
  return 1;
}

function shortPath(file: string): string {
  return visible(path.relative('.', file));
}

function countModels(models: number): string {
  return models === 1 ? '1 model' : `${models} models`;
}

/** Paths relative to the working directory. */
function fromHere(entry: Diagnostic): Diagnostic {
  const { file } = entry.place;
  return file === undefined || !path.isAbsolute(file) ? entry : { ...entry, place: { ...entry.place, file: path.relative('.', file) } };
}

function readAliases(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const separator = text.indexOf('=');
      if (separator < 1 || separator === text.length - 1) throw new UsageError(`--alias ${text}: expected NAME=PATH`);
      return [text.slice(0, separator), text.slice(separator + 1)];
    }),
  );
}
