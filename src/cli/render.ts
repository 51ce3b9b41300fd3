import type { Diagnostic, Place, Severity } from '../api.ts';
import type { Paint, Style } from './terminal.ts';

const styles: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'cyan' };
const order: readonly Severity[] = ['error', 'warning', 'info'];

/** Places of one problem that are listed; of more, only their number is told. */
const placesShown = 5;

/** Characters of a shape that are shown. */
const longestShape = 48;

/**
 * The diagnostics of one model as lines: errors first, equal ones together with all their places, each with what to do.
 *
 * ```
 * error operator-unsupported in net.onnx: TopK has no ncnn layer
 *   at TopK "topk_0" (opset 11; inputs [1,100], [1])
 *   fix: Cut the graph before it.
 * ```
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], paint: Paint): string[] {
  const groups = new Map<string, Diagnostic[]>();
  for (const entry of [...diagnostics].sort((left, right) => order.indexOf(left.severity) - order.indexOf(right.severity))) {
    const key = JSON.stringify([entry.code, entry.message, entry.hint, entry.place.file]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups.values()].flatMap((group) => renderGroup(group, paint));
}

function renderGroup(group: readonly Diagnostic[], paint: Paint): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const label = paint(styles[first.severity], `${first.severity} ${first.code}`);
  const file = first.place.file === undefined ? '' : ` in ${paint('bold', `${first.place.file}${position(first.place)}`)}`;
  const places = group.map((entry) => describeNode(entry.place)).filter((text) => text !== '');
  const shown = places.slice(0, placesShown).map((text) => `  at ${text}`);
  const rest = places.length > placesShown ? [`  at ${places.length - placesShown} more`] : [];
  return [`${label}${file}: ${first.message}`, ...[...shown, ...rest].map((line) => paint('dim', line)), `  fix: ${first.hint}`];
}

function position(place: Place): string {
  if (place.line === undefined) return place.offset === undefined ? '' : ` (byte ${place.offset})`;
  return `:${place.line}${place.column === undefined ? '' : `:${place.column}`}`;
}

function describeNode(place: Place): string {
  const name = place.node === undefined ? undefined : `"${place.node}"`;
  const opset = place.opset === undefined ? undefined : `opset ${place.opset}`;
  const shapes = place.shapes === undefined || place.shapes.length === 0 ? undefined : `inputs ${place.shapes.map(shorten).join(', ')}`;
  const details = [opset, shapes].filter((text) => text !== undefined).join('; ');
  return [place.operator, name, details === '' ? undefined : `(${details})`].filter((text) => text !== undefined).join(' ');
}

/** Shapes of symbols can be formulas of any length; their beginning tells enough. */
function shorten(shape: string): string {
  return shape.length > longestShape ? `${shape.slice(0, longestShape)}…` : shape;
}

/** `512 B`, `5.5 kB`, `102.2 MB`: decimal units. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}
