import type { TextPosition } from '../../bytes/textProto.ts';
import type { enums } from './schema/enums.ts';
import type { EnumName, FieldKind, MessageName, messages } from './schema/index.ts';

type Messages = typeof messages;

interface Scalars {
  readonly int32: number;
  readonly uint32: number;
  readonly int64: number;
  readonly float: number;
  readonly bool: boolean;
  readonly string: string;
  readonly bytes: Uint8Array;
  /** Little-endian elements, in one or more pieces. */
  readonly 'packed-float': readonly Uint8Array[];
  readonly 'packed-double': readonly Uint8Array[];
}

type One<F> = F extends { readonly kind: 'message'; readonly of: infer M extends MessageName }
  ? MessageOf<M>
  : F extends { readonly kind: 'enum'; readonly of: infer E extends EnumName }
    ? keyof (typeof enums)[E] | UnknownValue
    : F extends { readonly kind: infer K extends keyof Scalars }
      ? Scalars[K]
      : never;

/** An enum value without a name in the table. */
export type UnknownValue = `#${number}`;

type ValueOf<F> = F extends { readonly repeated: true }
  ? readonly One<F>[]
  : F extends { readonly kind: 'packed-float' | 'packed-double' } | { readonly default: unknown }
    ? One<F>
    : One<F> | undefined;

/** A decoded message. An absent field has its default if the table gives one; otherwise it is an empty list (repeated) or `undefined`. */
export type MessageOf<M extends MessageName> = { readonly [K in keyof Messages[M]]: ValueOf<Messages[M][K]> } & {
  /** Position in the file, for text files. */
  readonly position?: TextPosition;
};

/** One list shared by all absent fields: separate lists would take most of the memory of a layer. */
const none: readonly never[] = Object.freeze([]);

/** The value of an absent field. */
export function absentValue(facts: {
  readonly kind: FieldKind;
  readonly repeated?: true;
  readonly default?: number | string | boolean;
}): unknown {
  if (facts.repeated || facts.kind === 'packed-float' || facts.kind === 'packed-double') return none;
  return facts.default;
}
