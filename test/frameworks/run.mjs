/**
 * Small apps of frameworks with the built package, in Node and in Chromium: `npm run frameworks`.
 *
 *   npm run frameworks -- [NAME]... [--update] [--write]
 *
 * --update   install the current versions of the frameworks
 * --write    write docs/frameworks.md and the table in the README from the results
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { checkIds, checkMistake, checkTypes } from './checks.mjs';
import { createRunner, nodeProgram, prepareApp, resultOf, root, weightBytes } from './harness.mjs';
import { frameworksPage, frameworksSummary } from './page.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { update: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
if (!existsSync(path.join(root, 'dist/vite.mjs'))) {
  console.error('frameworks: run `npm run build` first');
  process.exit(2);
}

const apps = [];
for (const file of readdirSync(path.join(root, 'test/frameworks/apps')).sort()) {
  const { default: app } = await import(`./apps/${file}`);
  if (positionals.length === 0 || positionals.includes(app.name)) apps.push(app);
}
const places = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = places.find((file) => file !== '' && existsSync(file));
const browser =
  executablePath === undefined
    ? undefined
    : await (await import('playwright-core')).chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const node = nodeProgram();

const results = [];
for (const app of apps) {
  const started = Date.now();
  let problem;
  let version = '';
  try {
    const folder = prepareApp(app, { update: options.update, node });
    version = JSON.parse(readFileSync(path.join(folder, 'node_modules', app.shows, 'package.json'), 'utf8')).version;
    const visit = async (address, expected, how) => {
      if (browser === undefined) return;
      const result = await resultOf(browser, address, how);
      if (!isDeepStrictEqual(result, expected))
        throw new Error(`the page shows ${JSON.stringify(result)}, expected ${JSON.stringify(expected)}`);
    };
    const runner = createRunner(folder, node, app.environment);
    await app.check({ ...runner, visit, bytes: weightBytes });
    checkIds(folder, app);
    checkTypes(folder, app, runner);
    checkMistake(folder, app, runner);
  } catch (error) {
    problem = error.message;
  }
  results.push({ app, version, problem });
  console.log(`${problem === undefined ? 'passed' : 'FAILED'}  ${app.title} ${version} (${Math.round((Date.now() - started) / 1000)} s)`);
  if (problem !== undefined) console.log(problem.replace(/^/gm, '    '));
}
await browser?.close();
if (options.write) {
  writeFileSync(path.join(root, 'docs/frameworks.md'), frameworksPage(results));
  const readme = path.join(root, 'README.md');
  const table = /(?<=<!-- frameworks -->\n)[\s\S]*(?=\n<!-- \/frameworks -->)/;
  writeFileSync(
    readme,
    readFileSync(readme, 'utf8').replace(table, () => `\n${frameworksSummary(results)}\n`),
  );
  spawnSync(path.join(root, 'node_modules/.bin/biome'), ['format', '--write', 'docs/frameworks.md', 'README.md'], { cwd: root });
}
process.exit(results.some(({ problem }) => problem !== undefined) ? 1 : 0);
