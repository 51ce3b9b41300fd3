import { type Dimension, product, sum } from '../../../graph/ir/dimension.ts';

/**
 * A size in the syntax of sympy: `Mul(Integer(2), Symbol('s77', positive=True, integer=True))`, or in older releases `2*s0`. `symbols`
 * returns the sizes of known symbols. Functions other than sums and products become a symbol with their text.
 */
export function parseSize(text: string, symbols: (name: string) => Dimension): Dimension {
  const parser = new SizeParser(text, symbols);
  return parser.parse() ?? `(${text.replace(/\s+/g, '')})`;
}

const tokenPattern = /\s*(?:(\d+)|([A-Za-z_][\w.]*)|'([^']*)'|(\/\/|\*\*|[-+*/(),=]))/y;

type Token = { readonly kind: 'number' | 'name' | 'text' | 'sign'; readonly text: string };

class SizeParser {
  readonly #tokens: readonly Token[] | undefined;
  readonly #symbols: (name: string) => Dimension;
  #at = 0;

  constructor(text: string, symbols: (name: string) => Dimension) {
    this.#tokens = tokensOf(text);
    this.#symbols = symbols;
  }

  /** `undefined` if the text cannot be parsed. */
  parse(): Dimension | undefined {
    const size = this.#sum();
    return this.#tokens !== undefined && this.#at === this.#tokens.length ? size : undefined;
  }

  #sum(): Dimension | undefined {
    const terms: Dimension[] = [];
    let sign = this.#take('-') ? -1 : 1;
    do {
      const term = this.#product();
      if (term === undefined) return undefined;
      terms.push(sign === 1 ? term : product([-1, term]));
      sign = this.#take('+') ? 1 : this.#take('-') ? -1 : 0;
    } while (sign !== 0);
    return terms.length === 1 ? terms[0] : sum(terms);
  }

  #product(): Dimension | undefined {
    const factors: Dimension[] = [];
    do {
      const factor = this.#factor();
      if (factor === undefined) return undefined;
      factors.push(factor);
    } while (this.#take('*'));
    return factors.length === 1 ? factors[0] : product(factors);
  }

  #factor(): Dimension | undefined {
    const token = this.#tokens?.[this.#at];
    if (token === undefined) return undefined;
    this.#at++;
    if (token.kind === 'number') return Number(token.text);
    if (token.text === '(') return this.#closed(this.#sum());
    if (token.kind !== 'name') return undefined;
    if (!this.#take('(')) return this.#symbols(token.text);
    return this.#call(token.text);
  }

  /** Parses the arguments of a sympy call. */
  #call(name: string): Dimension | undefined {
    if (name === 'Symbol') return this.#symbol();
    const operands: Dimension[] = [];
    do {
      const operand = this.#sum();
      if (operand === undefined) return undefined;
      operands.push(operand);
    } while (this.#take(','));
    const [first, second] = operands;
    if (name === 'Integer') return this.#closed(first);
    if (name === 'Add') return this.#closed(sum(operands));
    if (name === 'Mul') return this.#closed(product(operands));
    if (typeof first !== 'number' || typeof second !== 'number') return undefined;
    const known = name === 'FloorDiv' ? Math.floor(first / second) : name === 'Pow' ? first ** second : undefined;
    return this.#closed(known ?? (name === 'Max' ? Math.max(first, second) : name === 'Min' ? Math.min(first, second) : undefined));
  }

  #symbol(): Dimension | undefined {
    const token = this.#tokens?.[this.#at++];
    if (token?.kind !== 'text') return undefined;
    while (this.#at < (this.#tokens?.length ?? 0) && this.#tokens?.[this.#at]?.text !== ')') this.#at++;
    return this.#closed(this.#symbols(token.text));
  }

  #closed(size: Dimension | undefined): Dimension | undefined {
    return this.#take(')') ? size : undefined;
  }

  #take(sign: string): boolean {
    const token = this.#tokens?.[this.#at];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.#at++;
    return true;
  }
}

function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.trimEnd().length) {
    const [, number, name, quoted, sign] = tokenPattern.exec(text) ?? [];
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else return undefined;
  }
  return tokens;
}
