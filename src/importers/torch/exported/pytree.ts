import { isJsonObject, type PythonJson, parsePythonJson } from '../archive/json.ts';

/** The paths of the leaves of a structure in order, each as the keys on the way: `['0']`, `['boxes']`, `['d', 'k', '0']`. */
export type LeafPaths = readonly (readonly string[])[];

/** The leaves of a structure in the format of torch.export. `undefined` for unknown structures. */
export function leafPaths(spec: string, file: string): LeafPaths | undefined {
  const parsed = parsePythonJson(spec, file);
  const root = Array.isArray(parsed) ? parsed[1] : undefined;
  return root === undefined ? undefined : pathsOf(root, file);
}

function pathsOf(node: PythonJson, file: string): LeafPaths | undefined {
  if (!isJsonObject(node)) return undefined;
  const { type, context, children_spec: children } = node;
  if (type === null) return [[]];
  if (!isList(children)) return undefined;
  const keys = keysOf(typeof context === 'string' ? context : 'null', file);
  const all = children.map((child, place) => pathsOf(child, file)?.map((path) => [keys?.[place] ?? String(place), ...path]));
  return all.some((paths) => paths === undefined) ? undefined : all.flatMap((paths) => paths ?? []);
}

/** The keys of a dict, or the field names of a named tuple; `undefined` for a list. */
function keysOf(context: string, file: string): readonly string[] | undefined {
  const parsed = parsePythonJson(context, file);
  if (isList(parsed)) {
    // A default dict has its factory before its keys.
    const keys = parsed.length === 2 && isJsonObject(parsed[0]) && isList(parsed[1]) ? parsed[1] : parsed;
    return keys.map(keyOf);
  }
  return undefined;
}

function keyOf(key: PythonJson): string {
  return typeof key === 'string' ? key : isJsonObject(key) ? String(key.key ?? key.name ?? '') : String(key);
}

function isList(value: PythonJson | undefined): value is readonly PythonJson[] {
  return Array.isArray(value);
}

/**
 * Names of the arguments of a call: the argument name of `forward`, followed by the keys inside it. The structure is a tuple of the
 * positional arguments and a dict of the keyword arguments.
 */
export function argumentLeafNames(paths: LeafPaths, argumentNames: readonly string[]): readonly string[] {
  return paths.map(([group, first = '', ...inner]) => {
    const name = group === '0' ? (argumentNames[Number(first)] ?? `input${first}`) : first;
    return [name, ...inner].join('.');
  });
}

/** Names of results: keys of dicts, `out0` … for the positions in a tuple, followed by the keys inside these. */
export function resultLeafNames(paths: LeafPaths): readonly string[] {
  const flat = paths.every((path) => path.length <= 1 && path.every((key) => /^\d+$/.test(key)));
  return paths.map((path, place) => (flat || path.every((key) => /^\d+$/.test(key)) ? `out${place}` : path.join('.')));
}
