import { type ModelRun, medianOf, type RunOutput } from '../../api.ts';
import type { Paint } from '../../diagnostics/paint.ts';
import { visible } from '../../diagnostics/visible.ts';

/** Number of largest values to print for an output, and of slowest layers. */
const [topValues, topLayers] = [5, 20];

/** The results of a run as text. */
export function renderRun(model: string, run: ModelRun, paint: Paint): readonly string[] {
  const { engine, outputs, times } = run;
  return [
    `${paint('bold', visible(model))} in ${engine === 'ncnn.wasm' ? 'ncnn (ncnn.wasm)' : 'the interpreter'}`,
    ...outputs.flatMap(renderOutput),
    ...(times.length === 0
      ? []
      : [
          `median of ${times.length} runs: ${milliseconds(medianOf(times))} (${milliseconds(Math.min(...times))} to ${milliseconds(Math.max(...times))})`,
        ]),
    ...renderLayers(run),
  ];
}

function renderOutput({ name, shape, data }: RunOutput): readonly string[] {
  const head = `  ${visible(name)} [${shape.join(',')}]`;
  if (data.length === 0) return [`${head} is empty`];
  let [min, max, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of data) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
  }
  const top = largest(data).map((index) => `${digits(data[index] ?? 0)} at ${index}`);
  return [`${head} ${digits(min)} to ${digits(max)}, mean ${digits(sum / data.length)}`, `    largest: ${top.join(', ')}`];
}

/** The indices of the few largest values: the output of a net may have millions. Equal values keep their order; NaN comes last. */
function largest(data: RunOutput['data']): readonly number[] {
  const top: number[] = [];
  const at = (index: number | undefined): number => {
    const value = data[index ?? -1] ?? Number.NaN;
    return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
  };
  for (let index = 0; index < data.length; index++) {
    if (top.length === topValues && at(index) <= at(top[topValues - 1])) continue;
    const place = top.findIndex((other) => at(other) < at(index));
    top.splice(place === -1 ? top.length : place, 0, index);
    top.length = Math.min(top.length, topValues);
  }
  return top;
}

function renderLayers({ layerTimes }: ModelRun): readonly string[] {
  const sorted = [...layerTimes].sort((a, b) => b.median - a.median);
  const total = sorted.reduce((sum, { median }) => sum + median, 0);
  const lines = sorted.slice(0, topLayers).map(({ layer, type, median }) => {
    const share = total === 0 ? 0 : (100 * median) / total;
    return `  ${milliseconds(median).padStart(10)} ${share.toFixed(1).padStart(5)} %  ${type.padEnd(20)} ${visible(layer)}`;
  });
  const others = sorted.length - lines.length;
  return others > 0 ? [...lines, `  and ${others} faster layers`] : lines;
}

function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(5)));
}
