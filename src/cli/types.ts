import { readFileSync } from 'node:fs';
import path from 'node:path';
import { conversionErrors } from '../diagnostics/conversionErrors.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { renderDiagnostics } from '../diagnostics/render.ts';
import { visible } from '../diagnostics/visible.ts';
import type { Command } from './command.ts';
import { printDiagnostics } from './output.ts';
import { startProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { type Given, UsageError } from './usage.ts';

export const typesCommand: Command = {
  name: 'types',
  usage: 'types [FOLDER...] [options]',
  summary: 'declares the models that a project imports to TypeScript, as the plugin does, without a bundler',
  options: {
    out: { short: 'o', value: 'FILE', help: 'the file of declarations; as `dts` in the options, or ncnn.d.ts in the root' },
    check: { help: 'write nothing, and fail where the file is not up to date' },
    config: { value: 'FILE', help: 'the options of the plugin, by default ncnn.config.{js,mjs,cjs,ts,mts,json} in the root' },
    root: { value: 'FOLDER', help: 'the root of the project, that globs in the options count from; the current folder unless given' },
    alias: { value: 'NAME=PATH', multiple: true, help: 'what an alias in imports stands for: @=src; repeatable' },
  },
  notes: [
    'The sources below each FOLDER are searched, by default those below the root.',
    'Share the options: import ncnn.config.js in the config of your bundler and give them to the plugin.',
    'Exit code: 0, or 1 if a model failed or the file is not up to date, or 2 for wrong usage.',
  ],
  run: async (given, terminal) => {
    const aliases = readAliases(given.values.get('alias') ?? []);
    try {
      return await declare(given, aliases, terminal);
    } catch (error) {
      printDiagnostics(conversionErrors(error).map(fromHere), terminal, { render: renderDiagnostics });
      return 1;
    }
  },
};

async function declare(given: Given, aliases: Readonly<Record<string, string>>, terminal: Terminal): Promise<number> {
  // The plugin is loaded for this command alone.
  const [{ projectTypes }, { findSettings, readSettings }, { writeDeclarations }] = await Promise.all([
    import('../project/declarations/projectTypes.ts'),
    import('../project/options/settingsFile.ts'),
    import('../project/declarations/declarations.ts'),
  ]);
  const one = (name: string): string | undefined => given.values.get(name)?.[0];
  const root = path.resolve(one('root') ?? '.');
  const settings = one('config') ?? findSettings(root);
  const options = settings === undefined ? {} : await readSettings(settings);
  const folders = given.positionals.length === 0 ? [root] : given.positionals.map((folder) => path.resolve(folder));
  let progress = startProgress('', undefined);
  let current = '';
  const declared = await projectTypes({
    root,
    folders,
    options,
    aliases,
    onStage: (file, stage) => {
      if (file !== current) {
        progress.stop();
        progress = startProgress(file, terminal.live);
        current = file;
      }
      progress.stage(stage);
    },
  }).finally(() => progress.stop());
  printDiagnostics(declared.diagnostics.map(fromHere), terminal, { render: renderDiagnostics });
  const { text, models } = declared;
  const out = one('out');
  const file = out === undefined ? declared.file : path.resolve(out);
  const shown = visible(path.relative('.', file));
  const counted = terminal.paint('dim', models === 1 ? '1 model' : `${models} models`);
  if (!given.values.has('check')) {
    writeDeclarations(file, text);
    terminal.tell(`${shown} ${counted}`);
    return 0;
  }
  const written = readIfPresent(file);
  if (written === text) {
    terminal.tell(`${shown} is up to date ${counted}`);
    return 0;
  }
  terminal.tell(`${terminal.paint('red', 'error')} ${shown} ${written === undefined ? 'is not there' : 'is not up to date'}`);
  terminal.tell('  fix: write it with `unplugin-ncnn types`, and commit it.');
  return 1;
}

/** Files as the user sees them from where the command runs. */
function fromHere(entry: Diagnostic): Diagnostic {
  const { file } = entry.place;
  return file === undefined || !path.isAbsolute(file) ? entry : { ...entry, place: { ...entry.place, file: path.relative('.', file) } };
}

function readAliases(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const separator = text.indexOf('=');
      if (separator < 1 || separator === text.length - 1) throw new UsageError(`--alias ${text}: a name, "=" and a path are needed`);
      return [text.slice(0, separator), text.slice(separator + 1)];
    }),
  );
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
