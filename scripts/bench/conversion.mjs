import { existsSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { measure, median } from './measure.mjs';
import { writeResnet50 } from './resnet50.mjs';

const runs = 5;

const cases = [
  { name: 'convert', words: [], seconds: 2, times: 2.5 },
  { name: 'convert --fp16', words: ['--fp16'], seconds: 2, times: 2.5 },
  { name: 'convert --emit mem.h', words: ['--emit', 'mem.h'], seconds: 4, times: 2.5 },
];

/**
 * Measures wall time and peak memory of the command on a ResNet-50, less the time of a Node that does nothing; each the median of the runs.
 * Returns the number of targets missed.
 */
export function benchConversion(cli, folder) {
  const model = path.join(folder, 'resnet50-1.onnx');
  if (!existsSync(model)) writeResnet50(model);
  const modelSize = statSync(model).size;
  const idle = median(Array.from({ length: runs }, () => measure(folder, ['-e', '']).seconds));
  console.log(`ResNet-50, ${(modelSize / 1e6).toFixed(1)} MB; Node itself takes ${idle.toFixed(3)} s; median of ${runs}`);
  let missed = 0;
  for (const { name, words, seconds, times } of cases) {
    const measured = Array.from({ length: runs }, () => convertOnce(cli, folder, model, words));
    const broken = measured.find(({ error }) => error !== undefined);
    if (broken !== undefined) {
      console.log(`${name.padEnd(24)} fails: ${broken.error}`);
      missed++;
      continue;
    }
    const time = median(measured.map((run) => run.seconds)) - idle;
    const memory = median(measured.map((run) => run.memory));
    const good = time <= seconds && memory <= times * modelSize;
    if (!good) missed++;
    const share = (memory / modelSize).toFixed(2);
    console.log(
      `${name.padEnd(24)} ${time.toFixed(2)} s (target ${seconds} s)   ${(memory / 1e6).toFixed(0)} MB = ${share} x the model (target ${times} x)   ${good ? 'ok' : 'MISSED'}`,
    );
  }
  return missed;
}

function convertOnce(cli, folder, model, words) {
  const output = path.join(folder, 'out');
  rmSync(output, { recursive: true, force: true });
  return measure(folder, [cli, 'convert', model, '-o', output, ...words]);
}
