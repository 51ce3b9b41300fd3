/**
 * Checks the package as it would be published with publint. Where `dist/ncnn.wasm` was not built (`npm run wasm`), its export cannot be
 * checked: that is said, and `prepack` builds it.
 */
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
process.exitCode = faults.length === 0 ? 0 : 1;
