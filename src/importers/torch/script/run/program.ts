import { type NcnnError, ncnnError } from '../../../../diagnostics/diagnostic.ts';
import type { TorchArchive } from '../../archive/archive.ts';
import { parseCode } from '../syntax/parseCode.ts';
import type { ClassDefinition, CodeFile, FunctionDefinition } from '../syntax/syntax.ts';

/** A definition and the archive entry that contains it. */
export interface Located<T> {
  readonly definition: T;
  /** `code/__torch__/net.py`. */
  readonly entry: string;
}

/** The code of an archive; a file is parsed when something in it is first needed. */
export class ScriptProgram {
  readonly #archive: TorchArchive;
  readonly #files = new Map<string, CodeFile>();

  constructor(archive: TorchArchive) {
    this.#archive = archive;
  }

  /** A class by its qualified name, `__torch__.net.Net`; `undefined` if it does not exist. Throws `NcnnError` for damaged code. */
  findClass(qualified: string): Located<ClassDefinition> | undefined {
    const { entry, name } = place(qualified);
    const definition = this.#file(entry)?.classes.get(name);
    return definition === undefined ? undefined : { definition, entry };
  }

  findFunction(qualified: string): Located<FunctionDefinition> | undefined {
    const { entry, name } = place(qualified);
    const definition = this.#file(entry)?.functions.get(name);
    return definition === undefined ? undefined : { definition, entry };
  }

  /** A class that must exist. Throws `NcnnError` otherwise. */
  classOf(qualified: string): Located<ClassDefinition> {
    const found = this.findClass(qualified);
    if (found === undefined) throw this.#missing(qualified);
    return found;
  }

  findMethod(className: string, method: string): Located<FunctionDefinition> | undefined {
    const owner = this.findClass(className);
    const definition = owner?.definition.methods.get(method);
    return definition === undefined || owner === undefined ? undefined : { definition, entry: owner.entry };
  }

  #file(entry: string): CodeFile | undefined {
    const known = this.#files.get(entry);
    if (known !== undefined || !this.#archive.has(entry)) return known;
    const parsed = parseCode(this.#archive.text(entry), `${this.#archive.file} (${entry})`, this.#archive.budget);
    this.#files.set(entry, parsed);
    return parsed;
  }

  #missing(qualified: string): NcnnError {
    const hint = 'Save the model again with torch.jit.save.';
    return ncnnError('file-malformed', `the archive has no code of the class ${qualified}`, hint, { file: this.#archive.file });
  }
}

/** `__torch__.a.b.C` is `C` in `code/__torch__/a/b.py`. */
function place(qualified: string): { readonly entry: string; readonly name: string } {
  const parts = qualified.split('.');
  const name = parts.pop() ?? '';
  return { entry: `code/${parts.join('/')}.py`, name };
}
