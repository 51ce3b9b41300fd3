import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { growthFamilies, writeGrowthModel } from './growthModels.mjs';
import { measure, median } from './measure.mjs';

const sizes = [1250, 5000, 20_000];
/** Measured once: a net of this size only needs to convert. */
const hugeSize = 100_000;
const runs = 3;
const maxExponent = 1.15;
const timeoutMs = 300_000;

/**
 * Measures how the CPU time of a conversion grows with the number of nodes: user and system time of the command, minus that of an idle
 * Node, as the median of the runs. Returns the number of targets missed.
 */
export async function benchGrowth({ cli, folder, only }) {
  const idle = await idleTime();
  console.log(
    `CPU seconds of convert by the number of nodes; Node itself takes ${idle.toFixed(2)} s; median of ${runs}, once for ${hugeSize}`,
  );
  console.log(row('', [...sizes, hugeSize].map(String), `exponent ${sizes[1]} to ${sizes[2]} (target ${maxExponent})`));
  let missed = 0;
  for (const family of Object.keys(growthFamilies)) {
    if (!family.includes(only)) continue;
    const cpuSeconds = async (size) => {
      const measured = [];
      const times = size === hugeSize ? 1 : runs;
      while (measured.length < times && measured.every(({ error }) => error === undefined)) {
        measured.push(await convertOnce(cli, folder, family, size));
      }
      const error = measured.find((run) => run.error !== undefined)?.error;
      return error === undefined ? median(measured.map(({ cpu }) => cpu)) - idle : error;
    };
    const found = [];
    for (const size of [...sizes, hugeSize]) found.push(await cpuSeconds(size));
    const [, before, after] = found;
    const exponent = Math.log(after / before) / Math.log(sizes[2] / sizes[1]);
    const good = exponent <= maxExponent && found.every((each) => typeof each === 'number');
    if (!good) missed++;
    const cells = found.map((each) => (typeof each === 'number' ? each.toFixed(2) : 'fails'));
    console.log(row(family, cells, `${exponent.toFixed(2)} ${good ? 'ok' : 'MISSED'}`));
    for (const error of new Set(found.filter((each) => typeof each === 'string'))) console.log(`    ${error}`);
  }
  return missed;
}

async function idleTime() {
  const times = [];
  for (let run = 0; run < runs; run++) times.push((await measure([process.execPath, '-e', ''])).cpu);
  return median(times);
}

function row(name, cells, last) {
  return `${name.padEnd(24)}${cells.map((cell) => cell.padStart(9)).join('')}   ${last}`;
}

function convertOnce(cli, folder, family, size) {
  const model = path.join(folder, `growth-${family.replaceAll(' ', '-')}-${size}.onnx`);
  if (!existsSync(model)) writeGrowthModel(model, family, size);
  const output = path.join(folder, 'out');
  rmSync(output, { recursive: true, force: true });
  return measure([process.execPath, cli, 'convert', model, '-o', output], { timeoutMs });
}
