import { closest } from '../../diagnostics/closest.ts';
import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import { emitters } from '../../emit/index.ts';
import type { VerifySettings } from '../../options/convertOptions.ts';
import { type ModelOptions, modelOptionNames, type NativeOptions, type Options, optionNames } from './options.ts';

const verifySettingNames: Readonly<Record<keyof VerifySettings, true>> = { seed: true, rtol: true, atol: true, against: true };
const nativeOptionNames: Readonly<Record<keyof NativeOptions, true>> = { dir: true, forms: true };

/** Rejects options that do not exist, which JavaScript would ignore. Throws `NcnnError` (`option-invalid`). */
export function checkOptions(options: Options): void {
  const diagnostics = [
    ...unknownNames(options, optionNames, 'plugin option'),
    ...checkVerify(options, 'verify'),
    ...Object.entries(options.models ?? {}).flatMap(([glob, entry]) => [
      ...unknownNames(entry, modelOptionNames, `option of models["${glob}"]`),
      ...checkVerify(entry, `models["${glob}"].verify`),
    ]),
    ...(options.native === undefined ? [] : checkNative(options.native)),
  ];
  if (diagnostics.length > 0) throw new NcnnError(diagnostics);
}

function checkVerify({ verify }: ModelOptions, name: string): readonly Diagnostic[] {
  return typeof verify === 'object' ? unknownNames(verify, verifySettingNames, `option of ${name}`) : [];
}

function checkNative(native: NativeOptions): readonly Diagnostic[] {
  const unknown = unknownNames(native, nativeOptionNames, 'option of native');
  if (typeof native.dir !== 'string' || !Array.isArray(native.forms)) {
    const hint = "Write `native: { dir: 'native', forms: ['id.h'] }`.";
    return [...unknown, diagnostic('option-invalid', '`native` lacks its folder or its forms', hint)];
  }
  const known = Object.fromEntries([...emitters.keys()].map((form) => [form, true]));
  const forms = Object.fromEntries(native.forms.map((form) => [form, true]));
  return [...unknown, ...unknownNames(forms, known, 'form of native')];
}

function unknownNames(value: object, known: object, kind: string): readonly Diagnostic[] {
  const unknown = Object.keys(value).filter((name) => !Object.hasOwn(known, name));
  return unknown.map((name) => {
    const [suggestion] = closest(name, Object.keys(known));
    const hint = suggestion === undefined ? `There are ${Object.keys(known).join(', ')}.` : `Did you mean \`${suggestion}\`?`;
    return diagnostic('option-invalid', `there is no ${kind} "${name}"`, hint);
  });
}
