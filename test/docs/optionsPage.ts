import { convertEntries, verifyEntries } from '../../src/options/convertEntries.ts';
import type { OptionEntry } from '../../src/options/optionEntry.ts';
import { calibrationEntries, modelEntries, nativeEntries, pluginEntries } from '../../src/project/options/optionEntries.ts';

/** The page of the documentation that lists all options, in Markdown. */
export function optionsPage(): string {
  const ofPlugin = without(pluginEntries, modelEntries);
  const ofImports = without(modelEntries, convertEntries);
  return `${[
    '# Options',
    '',
    '<!-- Written by `npm run docs` from src/options and src/project/options: change it there. -->',
    '',
    'All options are checked: an unknown option or an invalid value is the error `option-invalid`.',
    '',
    ...section('Options of a conversion', 'For the plugin, for each entry of `models`, and for `unplugin-ncnn/api`.', convertEntries),
    ...section('Options of an imported model', 'For the plugin, and for each entry of `models`.', ofImports),
    ...section('Options of the plugin', 'For the plugin, at the top level only.', ofPlugin),
    ...section('Settings of `verify`', 'For the option `verify`, and for `verify` of `unplugin-ncnn/api`.', verifyEntries),
    ...section(
      'Settings of `calibrate`',
      'Only `files` is required. [Phones](phones.md) says what a calibration does.',
      calibrationEntries,
    ),
    ...section('Settings of `native`', 'Both are required.', nativeEntries),
  ]
    .join('\n')
    .trimEnd()}\n`;
}

function section(title: string, where: string, entries: Readonly<Record<string, OptionEntry>>): readonly string[] {
  const rows = Object.entries(entries).map(([name, { about, example }]) => `| \`${name}\` | ${about} | \`${name}: ${example}\` |`);
  return [`## ${title}`, '', where, '', '| option | what it does | example |', '| --- | --- | --- |', ...rows, ''];
}

function without(entries: Readonly<Record<string, OptionEntry>>, others: object): Readonly<Record<string, OptionEntry>> {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => !Object.hasOwn(others, name)));
}
