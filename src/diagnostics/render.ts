import type { Severity } from './catalogue/index.ts';
import type { Diagnostic, Place } from './diagnostic.ts';
import type { Paint, Style } from './paint.ts';
import { visible } from './visible.ts';

const styles: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'cyan' };
const order: readonly Severity[] = ['error', 'warning', 'info'];

/** Maximum number of places listed for one problem; further ones are only counted. */
const placesShown = 5;

/** Maximum length of a shape or of a name in a path. */
const maxTextLength = 48;

/**
 * The diagnostics of one model as lines: errors first, equal ones grouped with all their places, each with its hint.
 *
 * ```
 * error operator-unsupported in net.onnx: TopK has no ncnn layer
 *   at TopK "topk_0" (opset 11; inputs [1,100], [1])
 *     via x > conv_0 > relu_0
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
  const file = first.place.file === undefined ? '' : ` in ${paint('bold', `${visible(first.place.file)}${position(first.place)}`)}`;
  const places = group.map(({ place }) => describeNode(place)).filter((text) => text !== '');
  const [nearest, ...others] = places.slice(0, placesShown).map((text) => `  at ${visible(text)}`);
  const more = places.length > placesShown ? [`  at ${places.length - placesShown} more`] : [];
  const where = nearest === undefined ? [] : [nearest, ...describePath(first.place), ...others, ...more];
  return [`${label}${file}: ${visible(first.message)}`, ...where.map((line) => paint('dim', line)), `  fix: ${visible(first.hint)}`];
}

/** The path to the node, without the node itself; empty if it is only an input. */
function describePath({ path = [] }: Place): string[] {
  return path.length < 3 ? [] : [`    via ${visible(path.slice(0, -1).map(shorten).join(' > '))}`];
}

function position(place: Place): string {
  if (place.line === undefined) return place.offset === undefined ? '' : ` (byte ${place.offset})`;
  return `:${place.line}${place.column === undefined ? '' : `:${place.column}`}`;
}

function describeNode(place: Place): string {
  const name = place.node === undefined ? undefined : `"${place.node}"`;
  const opset = place.opset === undefined ? undefined : `opset ${place.opset}`;
  const shapes = place.shapes === undefined || place.shapes.length === 0 ? undefined : `inputs ${place.shapes.map(shorten).join(', ')}`;
  const source = place.source === undefined ? undefined : `from ${place.source}`;
  const details = [opset, shapes, source].filter((text) => text !== undefined).join('; ');
  return [place.operator, name, details === '' ? undefined : `(${details})`].filter((text) => text !== undefined).join(' ');
}

/** Symbolic shapes can be formulas of any length, and names can be long too; their start is enough. */
function shorten(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text;
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
