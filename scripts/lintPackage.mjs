/**
 * Checks the packed package with publint and Are The Types Wrong. Without `dist/ncnn.wasm` (`npm run wasm`), its export cannot be checked,
 * and a line says so. `prepack` builds it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const { messages } = await publint({ pkgDir: root, strict: true, level: 'warning' });
const isUnbuiltWasm = ({ code, path: place }) =>
  code === 'FILE_DOES_NOT_EXIST' && place.at(-1) === './ncnn.wasm' && !existsSync(path.join(root, 'dist/ncnn.wasm'));
if (messages.some(isUnbuiltWasm)) console.log('publint: dist/ncnn.wasm was not built, so its export is not checked');
const faults = messages.filter((message) => !isUnbuiltWasm(message));
for (const fault of faults) console.log(formatMessage(fault, manifest));
console.log(`publint: ${faults.length === 0 ? 'no faults' : `${faults.length} faults`}`);

const attw = spawnSync('attw', ['--pack', '.', '--profile', 'esm-only', '--exclude-entrypoints', 'client', 'ncnn.wasm'], {
  cwd: root,
  stdio: 'inherit',
  // Packing would run `prepack`, which builds the wasm for minutes.
  env: { ...process.env, npm_config_ignore_scripts: 'true' },
});
process.exitCode = faults.length === 0 && attw.status === 0 ? 0 : 1;
