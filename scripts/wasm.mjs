/**
 * Builds `dist/ncnn.wasm`, ncnn for the runtime, from the source distribution of ncnn on PyPI with the compiler of Zig, which is on PyPI too.
 * It needs only Python 3, and reuses earlier builds from `.cache/wasm`.
 *
 *   npm run wasm                            all layers: 10 to 30 minutes the first time
 *   npm run wasm -- --for MODEL...          only the layers that these models use
 *                   --shape NAME=1,3,320,320   fix an input's shape, as `unplugin-ncnn convert` takes it; repeatable
 *                   --out FILE              where to write, instead of dist/ncnn.wasm
 *                   --jobs N                compilers at a time
 *                   --python FILE           the Python to use
 *                   --cached                only use an earlier build; succeed without one, too
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { buildWasm, cachedWasm } from './wasm/build.mjs';
import { fetchSources, ncnnRelease, prepareTools, Unavailable } from './wasm/toolchain.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
mkdirSync(path.join(root, '.cache/wasm'), { recursive: true });
const cache = realpathSync(path.join(root, '.cache/wasm'));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    for: { type: 'boolean', default: false },
    shape: { type: 'string', multiple: true, default: [] },
    out: { type: 'string', default: path.join(root, 'dist/ncnn.wasm') },
    jobs: { type: 'string', default: String(availableParallelism()) },
    python: { type: 'string' },
    cached: { type: 'boolean', default: false },
  },
});
if (options.cached && !existsSync(cachedWasm(cache))) process.exit(0);
if (options.for !== positionals.length > 0) {
  console.error('wasm: name the models after --for');
  process.exit(2);
}

try {
  const leftOut = options.for ? layersWithout(positionals) : [];
  const tools = prepareTools(cache, options.python);
  const sources = fetchSources(cache, tools);
  const logFile = path.join(cache, 'build.log');
  console.log(`wasm: building ncnn ${ncnnRelease}; the log is in ${path.relative(process.cwd(), logFile)}`);
  const bytes = buildWasm({ cache, sources, tools, leftOut, jobs: options.jobs, log: openSync(logFile, 'w') });
  mkdirSync(path.dirname(options.out), { recursive: true });
  writeFileSync(options.out, bytes);
  copyFileSync(path.join(sources, 'LICENSE.txt'), path.join(path.dirname(options.out), 'ncnn.LICENSE.txt'));
  const hash = createHash('sha256').update(bytes).digest('hex');
  console.log(
    `${path.relative(process.cwd(), options.out)}  ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped\nsha256 ${hash}`,
  );
} catch (error) {
  if (!(error instanceof Unavailable)) throw error;
  console.error(`wasm: ${error.message}`);
  process.exitCode = 1;
}

/** The layers, named as in CMake options, that no model needs. */
function layersWithout(models) {
  const cli = path.join(root, 'dist/cli.mjs');
  if (!existsSync(cli)) {
    console.error(`wasm: ${cli} is missing; run \`npm run build\` first`);
    process.exit(2);
  }
  const folder = mkdtempSync(path.join(cache, 'layers-'));
  try {
    const words = [cli, 'convert', ...models, '-o', folder, '--emit', 'cmake', ...options.shape.flatMap((shape) => ['--shape', shape])];
    const { status } = spawnSync(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) process.exit(status ?? 1);
    const fragments = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));
    const listed = (pattern) => new Set(fragments.flatMap((text) => pattern.exec(text)?.[1]?.trim().split(/\s+/) ?? []));
    const needed = listed(/_NCNN_LAYERS\n([^)]*)\)/);
    return [...listed(/foreach\(layer\n([^)]*)\)/)].filter((layer) => !needed.has(layer)).sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
