import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { measureAll, median, quantile } from './measure.mjs';

const defaultRounds = 5;

/**
 * Measures rows and prints each line when it is complete. The commands of a row run alternately, one round at a time, because the load of
 * the machine affects all of them. Returns a record of each line.
 */
export async function measureTable(rows, { folder, rounds }) {
  const records = [];
  for (const row of rows) {
    const runs = await measureRow(row, folder, rounds ?? row.rounds ?? defaultRounds);
    for (const line of row.lines) {
      const record = { name: row.name, ...line, beside: besideOf(row), ...summary(line, runs) };
      records.push(record);
      console.log(textOf(record));
    }
  }
  return records;
}

function besideOf({ native, node, onnx, without }) {
  if (onnx !== undefined) return 'onnx';
  if (native !== undefined) return 'native';
  if (node !== undefined) return 'node';
  return without === undefined ? undefined : 'without';
}

async function measureRow(row, folder, rounds) {
  const out = path.join(folder, 'out');
  const options = row.cwd === undefined ? {} : { cwd: row.cwd };
  const run = async (commands) => {
    for (const name of ['out', ...(row.fresh ?? [])]) rmSync(path.join(folder, name), { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    return await measureAll(commands, options);
  };
  const { error } = await measureAll(row.prepare ?? []);
  if (error !== undefined) return [{ ours: { error } }];
  const others = row.native ?? row.node ?? row.onnx ?? row.without;
  const runs = [];
  // The first round warms caches and is not counted.
  for (let round = 0; round <= rounds; round++) {
    const ours = await run(row.ours);
    const theirs = others === undefined ? undefined : await run(others);
    if (round > 0 || ours.error !== undefined || theirs?.error !== undefined) runs.push({ ours, theirs });
    if (ours.error !== undefined || theirs?.error !== undefined) break;
  }
  return runs;
}

/** Medians of the rounds; `spread` is between the quartiles. */
function summary({ quantity, kind, count = 1, most }, runs) {
  const error = runs.flatMap(({ ours, theirs }) => ours.error ?? theirs?.error ?? []).at(0);
  if (error !== undefined) return { error, reached: false };
  const values = runs.map(({ ours, theirs }) => {
    if (kind === 'ratio') return ours[quantity] / theirs[quantity];
    return kind === 'difference' ? (ours[quantity] - theirs[quantity]) / count : ours[quantity];
  });
  const value = median(values);
  const theirs = runs[0].theirs === undefined ? {} : { theirs: median(runs.map((run) => run.theirs[quantity])) };
  return {
    value,
    spread: [quantile(values, 0.25), quantile(values, 0.75)],
    ours: median(runs.map(({ ours }) => ours[quantity])),
    ...theirs,
    rounds: runs.length,
    ...(most === undefined ? {} : { reached: value <= most }),
  };
}

const quantityNames = { wall: 'wall', cpu: 'CPU', memory: 'memory' };

/** The cells of a line: name, ours, theirs, value, spread, target, and whether the target is reached. */
export function cellsOf({ name, quantity, kind, most, ours, theirs, value, spread, reached, error }) {
  const title = `${name}: ${quantityNames[quantity]}`;
  if (error !== undefined) return [title, `fails: ${error}`, '', '', '', '', 'MISSED'];
  const amount = (number) => (quantity === 'memory' ? `${(number / 2 ** 20).toFixed(0)} MiB` : seconds(number));
  const result = (number) => (kind === 'ratio' ? `${number.toFixed(2)} ×` : amount(number));
  return [
    title,
    amount(ours),
    theirs === undefined ? '' : amount(theirs),
    result(value),
    `${result(spread[0])} to ${result(spread[1])}`,
    most === undefined ? '' : result(most),
    most === undefined ? '' : reached ? 'ok' : 'MISSED',
  ];
}

function seconds(value) {
  return Math.abs(value) < 1 ? `${(1000 * value).toFixed(0)} ms` : `${value.toFixed(2)} s`;
}

const widths = [46, 10, 10, 10, 22, 9, 6];

function textOf(record) {
  return cellsOf(record)
    .map((cell, index) => (index === 0 ? cell.padEnd(widths[index]) : cell.padStart(widths[index])))
    .join(' ')
    .trimEnd();
}

export function tableHead() {
  return textOfHead(['', 'ours', 'theirs', 'value', 'quartiles', 'at most', '']);
}

function textOfHead(cells) {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(widths[index]) : cell.padStart(widths[index]))).join(' ');
}
