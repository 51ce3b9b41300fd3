import { measurePeakMemory } from '../peakMemory.ts';
import { mutateMessage } from './messages.ts';
import { mutate } from './mutate.ts';
import { createRandom } from './random.ts';
import type { Target } from './targets.ts';
import { mutateText } from './text.ts';

/** A file that a reader failed on. */
export interface Finding {
  readonly target: string;
  /** The number that generates the same file again. */
  readonly number: number;
  readonly problem: string;
}

/** The results for the inputs of one target. */
export interface Figures {
  readonly target: string;
  readonly inputs: number;
  /** Number of inputs that were accepted despite the damage. */
  readonly accepted: number;
  /** Time of the slowest input. */
  readonly slowest: number;
  /** Maximum memory of one input, in bytes. */
  readonly largest: number;
  readonly findings: readonly Finding[];
}

/** Maximum processor time of one input in milliseconds, which does not depend on the load of the machine. */
export const maxTimeMs = 5000;
/** Maximum memory of one input in bytes: a multiple of its size, plus what a few bytes may request within the limits of the converter. */
export function maxMemory(size: number): number {
  return 200 * 2 ** 20 + 8 * size;
}

const behindParser = { protobuf: mutateMessage, text: mutateText };

/** A damaged file, and the name of its seed. */
export interface Input {
  readonly seed: string;
  readonly bytes: Uint8Array;
}

/** The damaged file with a number: the same on every machine. */
export function inputOf({ seeds, dictionary, form, mutate: damage }: Target, number: number): Input {
  const random = createRandom(number);
  const files = [...seeds.values()];
  const [seed, file] = random.pick([...seeds]);
  if (damage !== undefined) return { seed, bytes: damage(file, random) };
  // Most damage to bytes ends at the parser; three of four files are damaged behind it.
  const words = dictionary.filter((word) => typeof word === 'string');
  const deep = form === undefined || random.below(4) === 0 ? undefined : behindParser[form](file, random, words);
  if (deep !== undefined) return { seed, bytes: deep };
  return { seed, bytes: mutate(file, random, [random.pick(files)], dictionary) };
}

/** Reads one damaged file; returns a description of what went wrong, if anything. */
export async function tryInput(
  target: Target,
  number: number,
): Promise<{ readonly ok: boolean; readonly problem?: string; readonly time: number; readonly grown: number }> {
  const { bytes, seed } = inputOf(target, number);
  const peakMemory = measurePeakMemory();
  const start = process.cpuUsage();
  let ok = false;
  let problem: string | undefined;
  try {
    ok = await target.read(bytes, seed);
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    problem = stack.split('\n').slice(0, 6).join('\n');
  }
  const { user, system } = process.cpuUsage(start);
  const time = (user + system) / 1000;
  const grown = peakMemory();
  if (time > maxTimeMs) problem ??= `took ${Math.round(time)} ms`;
  if (grown > maxMemory(bytes.byteLength)) problem ??= `took ${Math.round(grown / 2 ** 20)} MiB of memory`;
  return { ok, time, grown, ...(problem === undefined ? {} : { problem }) };
}

/** Reads damaged files one after another, numbered from `first`. */
export async function fuzz(target: Target, count: number, first = 0): Promise<Figures> {
  const findings: Finding[] = [];
  let accepted = 0;
  let slowest = 0;
  let largest = 0;
  for (let number = first; number < first + count; number++) {
    const { ok, problem, time, grown } = await tryInput(target, number);
    if (ok) accepted++;
    slowest = Math.max(slowest, time);
    largest = Math.max(largest, grown);
    if (problem !== undefined) findings.push({ target: target.name, number, problem });
  }
  return { target: target.name, inputs: count, accepted, slowest, largest, findings };
}
