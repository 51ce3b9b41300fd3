/** Parameters and results of an operator, as torch declares them: `add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`. */
export interface OperatorSchema {
  /** `aten.add.Tensor`; the overload without a name is `default`. */
  readonly target: string;
  readonly parameters: readonly SchemaParameter[];
  /** The types of the results. */
  readonly returns: readonly SchemaType[];
}

export interface SchemaParameter {
  readonly name: string;
  readonly type: SchemaType;
  readonly isKeywordOnly: boolean;
  /** The default in torch's notation: `1`, `None`, `[]`, `True`, `mean`; `undefined` if the argument is required. */
  readonly defaultText: string | undefined;
}

export interface SchemaType {
  /** `Tensor`, `int`, `float`, `bool`, `str`, `Scalar`, `ScalarType`, `Layout`, `Device`, `MemoryFormat`, `Generator`, `Dimname`. */
  readonly base: string;
  readonly isOptional: boolean;
  readonly list: SchemaList | undefined;
}

export interface SchemaList {
  /** The length of the list that a single number expands to; `undefined` if a number is not accepted. */
  readonly length: number | undefined;
  /** Whether elements may be None. */
  readonly hasOptionalElements: boolean;
}

/** Parses a schema without the namespace, as in torch's list of functions. Throws `SyntaxError` for invalid schemas. */
export function parseSchema(text: string, namespace = 'aten'): OperatorSchema {
  // Alias annotations such as `Tensor(a!)` are ignored; the rules define aliasing here.
  const plain = text.replace(/Tensor\([a-z][^()]*\)/g, 'Tensor');
  const [, name, overload = 'default', inside, results] = /^(\w+)(?:\.(\w+))?\((.*)\) -> (.+)$/.exec(plain) ?? [];
  if (name === undefined || inside === undefined || results === undefined) throw new SyntaxError(`not a schema: ${text}`);
  let isKeywordOnly = false;
  const parameters: SchemaParameter[] = [];
  for (const part of splitList(inside)) {
    if (part === '*') isKeywordOnly = true;
    else parameters.push(parseParameter(part, isKeywordOnly));
  }
  const returns = splitList(/^\((.*)\)$/.exec(results)?.[1] ?? results).map((result) => parseType(result.split(' ')[0] ?? ''));
  return { target: `${namespace}.${name}.${overload}`, parameters, returns };
}

function parseParameter(text: string, isKeywordOnly: boolean): SchemaParameter {
  const [, type, name, defaultText] = /^(\S+) (\w+)(?:=(.*))?$/.exec(text) ?? [];
  if (type === undefined || name === undefined) throw new SyntaxError(`not a parameter: ${text}`);
  return { name, type: parseType(type), isKeywordOnly, defaultText };
}

function parseType(text: string): SchemaType {
  const [, base, element, length, optional] = /^(\w+)(\?)?(?:\[(\d*)\])?(\?)?$/.exec(text) ?? [];
  if (base === undefined) throw new SyntaxError(`not a type: ${text}`);
  const list = length === undefined ? undefined : listOf(length, element);
  return { base: base === 'SymInt' ? 'int' : base, isOptional: (list === undefined ? element : optional) === '?', list };
}

function listOf(length: string, element: string | undefined): SchemaList {
  return { length: length === '' ? undefined : Number(length), hasOptionalElements: element === '?' };
}

/** The parts between commas outside brackets. */
function splitList(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '[' || character === '(') depth++;
    else if (character === ']' || character === ')') depth--;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, index).trim());
      start = index + 1;
    }
  }
  const last = text.slice(start).trim();
  return last === '' ? parts : [...parts, last];
}
