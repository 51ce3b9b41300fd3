/** docs/frameworks.md, from the apps that were tested and what came of them. */

export function frameworksPage(results) {
  const rows = results.map(
    ({ app, version, problem }) =>
      `| [${app.title}](#${anchorOf(app.title)}) | ${version} | ${problem === undefined ? '✓' : '–'} | ${app.note ?? ''} |`,
  );
  return [
    '# Frameworks',
    '',
    'Small apps that `npm run frameworks -- --write` installs, builds and runs, in Node and in Chromium: the weights load in the page and on the',
    'server, and the ids of the net are those that the converter gives. The setups below are the files of these apps.',
    '',
    '| framework | version | works | |',
    '| --- | --- | :-: | --- |',
    ...rows,
    '',
    ...results.flatMap(({ app }) => sectionOf(app)),
  ].join('\n');
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
