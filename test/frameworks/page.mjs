/** docs/frameworks.md, from the tested apps and their results. */

export function frameworksPage(results) {
  const rows = results.map(
    ({ app, version, problem }) =>
      `| [${app.title}](#${anchorOf(app.title)}) | ${version} | ${problem === undefined ? '✓' : '–'} | ${app.note ?? ''} |`,
  );
  return [
    '# Frameworks',
    '',
    '`npm run frameworks -- --write` installs, builds and runs a small app with each framework, in Node and in Chromium. It checks that the',
    'weights load in the page and on the server, and that the ids of the net are those of the converter. The setups below are files of these',
    'apps.',
    '',
    '| framework | version | works | notes |',
    '| --- | --- | :-: | --- |',
    ...rows,
    '',
    ...results.flatMap(({ app }) => sectionOf(app)),
  ].join('\n');
}

/** A short table of the frameworks for the README. */
export function frameworksSummary(results) {
  const names = results.map(
    ({ app, version, problem }) =>
      `[${app.title}](docs/frameworks.md#${anchorOf(app.title)}) ${version.replace(/^(\d+\.\d+).*/, '$1')}${problem === undefined ? '' : ' (fails)'}`,
  );
  const width = 3;
  const rows = Array.from({ length: Math.ceil(names.length / width) }, (_, row) => names.slice(row * width, (row + 1) * width));
  const lines = rows.map((row) => `| ${Array.from({ length: width }, (_, column) => row[column] ?? '').join(' | ')} |`);
  return [`|${' |'.repeat(width)}`, `|${' --- |'.repeat(width)}`, ...lines].join('\n');
}

function sectionOf({ title, note, setup, files, install }) {
  return [
    `## ${title}`,
    '',
    ...(note === undefined ? [] : [note, '']),
    ...(install === undefined ? [] : ['```sh', install, '```', '']),
    ...setup.flatMap((file) => [`\`${file}\`:`, '', `\`\`\`${languageOf(file)}`, files[file].trimEnd(), '```', '']),
  ];
}

function anchorOf(title) {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
}

function languageOf(file) {
  return (
    { mjs: 'js', js: 'js', jsx: 'jsx', tsx: 'tsx', ts: 'ts', svelte: 'svelte', vue: 'vue', astro: 'astro' }[file.split('.').pop()] ?? ''
  );
}
