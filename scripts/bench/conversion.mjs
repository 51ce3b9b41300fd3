import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { docsPage, plotsPage } from './pages.mjs';
import { rowsOf } from './rows.mjs';
import { measureTable, tableHead } from './table.mjs';

/** Measures the table and records it. Returns the number of targets missed. */
export async function benchConversion({ cli, folder, root, only, rounds, json, write }) {
  const native = nativeFolder();
  const rows = rowsOf({ cli, folder, root, native }).filter(({ name }) => name.includes(only));
  const compared = rows.map((row) => (native === undefined ? withoutNative(row) : row)).filter(({ lines }) => lines.length > 0);
  console.log(tableHead());
  const records = await measureTable(compared, { folder, rounds });
  const table = {
    date: new Date().toISOString(),
    commit: commitOf(root),
    node: process.version,
    processor: cpus()[0]?.model ?? '',
    records,
  };
  const history = path.join(folder, 'history.jsonl');
  appendFileSync(history, `${JSON.stringify(table)}\n`);
  const tables = readFileSync(history, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  writeFileSync(path.join(folder, 'index.html'), plotsPage(tables));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(table, undefined, 2)}\n`);
  if (write) writeFileSync(path.join(root, 'docs/build-speed.md'), docsPage(table));
  return records.filter(({ reached }) => reached === false).length;
}

/** Rows that need no native tools. */
function withoutNative({ native, ...row }) {
  return native === undefined ? row : { ...row, lines: row.lines.filter(({ kind }) => kind === 'plain') };
}

function nativeFolder() {
  const { NATIVE: native } = process.env;
  if (native === undefined) return undefined;
  for (const tool of ['onnx2ncnn', 'ncnnoptimize', 'ncnn2mem']) {
    if (!existsSync(path.join(native, tool))) throw new Error(`NATIVE: ${path.join(native, tool)} is missing`);
  }
  return path.resolve(native);
}

function commitOf(root) {
  return spawnSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';
}
