/**
 * The conformance run: compares converted models in the released ncnn with references.
 *
 *   npm run conformance -- [--section NAME]... [--only PATTERN]... [--update] [--verbose] [--full]
 *                          [--python FILE] [--fresh] [--cli FILE] [--keep DIR] [--jobs N]
 *
 * --section   run that section only (see `sections.mjs`)
 * --only      an operator (`Resize`), or a part or glob of the name of a case or model
 * --update    write the passing cases to passing.txt, and the figures of complete sections to figures.json and docs/conformance.md;
 *             without it, the run fails if a case in passing.txt no longer passes
 * --verbose   list rejected cases too, as --only does
 * --full      include slow sections and cases
 * --python    a Python with requirements.txt installed (or CONFORMANCE_PYTHON); otherwise, and for a section that needs more
 *             packages, a virtual environment is created in .cache/conformance
 * --fresh     convert with the current sources, bundled to a separate folder; without it, with dist/cli.mjs,
 *             which is built if it is missing or older than the sources
 * --cli       convert with that file
 * --keep      leave the converted models in that folder
 *
 * Without Python the run prints a message and succeeds: only the checks need Python, not the package.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sections } from './sections.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const cache = path.join(root, '.cache/conformance');

const { values: options } = parseArgs({
  options: {
    section: { type: 'string', multiple: true, default: [] },
    only: { type: 'string', multiple: true, default: [] },
    update: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    python: { type: 'string' },
    fresh: { type: 'boolean', default: false },
    cli: { type: 'string' },
    keep: { type: 'string' },
    jobs: { type: 'string', default: '2' },
  },
});

const unknown = options.section.filter((name) => !sections.some((section) => section.name === name));
if (unknown.length > 0) fail(`no section ${unknown.join(', ')}; there are ${sections.map(({ name }) => name).join(', ')}`);
const chosen = sections.filter((section) =>
  options.section.length > 0 ? options.section.includes(section.name) : options.full || !section.full,
);

mkdirSync(cache, { recursive: true });
const pythons = chosen.map(findPython);
if (pythons.includes(undefined)) {
  console.log('conformance: there is no Python 3 here, so nothing was checked: 0 passed, 0 failed');
  process.exit(0);
}
const { cli, remove } = findCli();
let passed = 0;
let failed = 0;
const figures = [];
try {
  for (const [index, section] of chosen.entries()) runSection(section, pythons[index]);
} finally {
  remove();
}
printFigures();
console.log(`conformance: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** Runs one script; the numbers are read from its last line, `<name>: N passed, N failed`. */
function runSection({ name, compares, script, program, generator, converts, deeper, words: own = [] }, python) {
  console.log(`\n== ${name} ==`);
  const bundled = generator === undefined ? undefined : bundle(path.join(here, generator));
  const words =
    program === undefined
      ? wordsOf(script, own, bundled?.file, deeper)
      : [path.join(root, program), ...own, ...onlyOf(), ...(converts ? converterOf() : [])];
  const threads = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  const settings = {
    PYTHONPATH: ['harness', 'arm', 'net'].map((folder) => path.join(here, folder)).join(path.delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
  };
  const env = { ...process.env, ...settings, ...threads };
  const done = spawnSync(program === undefined ? python : process.execPath, words, {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 30,
  });
  process.stdout.write(done.stdout ?? '');
  bundled?.remove();
  const counts = /^\S+: (\d+) passed, (\d+) failed$/m.exec(done.stdout ?? '');
  const [good, bad] = [Number(counts?.[1] ?? 0), Number(counts?.[2] ?? 0)];
  passed += good;
  // A section that exits with an error has failed, whatever it counted.
  failed += done.status !== 0 && bad === 0 ? 1 : bad;
  const result = /^figures: (.+)$/m.exec(done.stdout ?? '')?.[1] ?? (bad === 0 ? `all of ${good}` : `${good} of ${good + bad}`);
  figures.push({
    section: name,
    compares,
    result: counts === null ? 'broke off' : result,
    whole: counts !== null && options.only.length === 0,
  });
}

function onlyOf() {
  return options.only.flatMap((pattern) => ['--only', pattern]);
}

/** The arguments of a program that converts. */
function converterOf() {
  return ['--converter', cli, ...(options.full ? ['--full'] : [])];
}

/** The arguments of a Python script. */
function wordsOf(script, own, generator, deeper) {
  const words = [path.join(here, script), ...own, '--cache', cache, '--jobs', options.jobs];
  words.push('--converter', process.execPath, '--converter', cli, '--passing', path.join(here, 'passing.txt'));
  if (generator !== undefined) words.push('--generator', generator);
  words.push(...onlyOf());
  if (options.update) words.push('--update');
  if (options.full && deeper) words.push('--full');
  if (options.verbose) words.push('--verbose');
  if (options.keep !== undefined) words.push('--keep', ensureFolder(path.resolve(options.keep)));
  return words;
}

/** Prints the figures of each section; with --update, writes those of complete sections and docs/conformance.md. */
function printFigures() {
  const file = path.join(here, 'figures.json');
  const recorded = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  console.log('\n== figures ==');
  for (const { section, result } of figures) console.log(`${section.padEnd(14)} ${result}`);
  const found = new Map(
    figures.filter(({ whole }) => whole).map(({ section, compares, result }) => [section, { section, compares, result }]),
  );
  const known = new Map(recorded.map((entry) => [entry.section, entry]));
  const next = sections.map(({ name }) => found.get(name) ?? known.get(name)).filter((entry) => entry !== undefined);
  const text = `${JSON.stringify(next, null, 2)}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  if (options.update) {
    writeFileSync(file, text);
    run(process.execPath, [path.join(root, 'scripts/docs.mjs')]);
    return;
  }
  const stale = next.filter(({ section, result }) => known.get(section)?.result !== result).map(({ section }) => section);
  if (stale.length > 0) console.log(`\ndocs/conformance.md has other figures of ${stale.join(', ')}; --update writes these down.`);
}

/** A Python with the packages pinned for a section; `undefined` if there is none, `null` if none is needed. */
function findPython({ requirements: list = 'requirements.txt', needs = 'numpy', program }) {
  if (program !== undefined) return null;
  const preferred = options.python ?? process.env.CONFORMANCE_PYTHON;
  const has = `import importlib.util, sys; sys.exit(importlib.util.find_spec('${needs}') is None)`;
  if (preferred !== undefined && (needs === 'numpy' || spawnSync(preferred, ['-c', has]).status === 0)) return preferred;
  const requirements = path.join(here, list);
  const environment = path.join(cache, list.replace('requirements', 'venv').replace('.txt', ''));
  const inside = path.join(environment, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const stamp = path.join(environment, 'requirements.txt');
  const pinned = readFileSync(requirements, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === pinned) return inside;
  const base = ['python3', 'python'].find(
    (name) => spawnSync(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']).status === 0,
  );
  if (base === undefined) return undefined;
  console.log('conformance: making a virtual environment for Python in .cache/conformance');
  rmSync(environment, { recursive: true, force: true });
  run(base, ['-m', 'venv', environment]);
  run(inside, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  writeFileSync(stamp, pinned);
  return inside;
}

/** The built command line tool, and a function to clean up afterwards. */
function findCli() {
  const keep = () => {};
  if (options.cli !== undefined) return { cli: path.resolve(options.cli), remove: keep };
  if (options.fresh) {
    const { file, remove } = bundle(path.join(root, 'src/cli.ts'));
    return { cli: file, remove };
  }
  const built = path.join(root, 'dist/cli.mjs');
  if (!existsSync(built) || statSync(built).mtimeMs < newest(path.join(root, 'src'))) run('npm', ['run', '--silent', 'build']);
  return { cli: built, remove: keep };
}

/** A source file bundled with all its imports, in a separate folder. */
function bundle(entry) {
  // Inside of the project, so that imported packages are found.
  const folder = mkdtempSync(path.join(ensureFolder(path.join(root, '.cache')), 'fresh-'));
  const settings = { entry: [entry], outDir: folder, config: false, dts: false, logLevel: 'error', clean: false, platform: 'node' };
  const program = `import { build } from 'tsdown'; await build(${JSON.stringify(settings)});`;
  run(process.execPath, ['--input-type=module', '-e', program]);
  const file = path.join(folder, `${path.basename(entry, '.ts')}.mjs`);
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The time of the last change in the folder, in milliseconds; tests do not count. */
function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || entry.name.endsWith('.test.ts')) continue;
    latest = Math.max(latest, statSync(path.join(entry.parentPath ?? entry.path, entry.name)).mtimeMs);
  }
  return latest;
}

function ensureFolder(folder) {
  mkdirSync(folder, { recursive: true });
  return folder;
}

function run(command, words) {
  const done = spawnSync(command, words, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (done.status !== 0) fail(`${command} ${words.join(' ')} failed`);
}

function fail(message) {
  console.error(`conformance: ${message}`);
  process.exit(2);
}
