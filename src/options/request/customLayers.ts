import type { ConvertOptions, CustomOperator } from '../convertOptions.ts';

/** The layer types in the `customLayers` option, which the user's runtime registers. */
export function customTypes({ customLayers = [] }: ConvertOptions): readonly string[] {
  return isTypeList(customLayers) ? customLayers : Object.values(customLayers).map(({ type }) => type);
}

/** The operators of a model that become custom layers, by name: `Foo`, or `my.domain:Foo`. */
export function customOperators({ customLayers = [] }: ConvertOptions): ReadonlyMap<string, CustomOperator> {
  return new Map(isTypeList(customLayers) ? [] : Object.entries(customLayers));
}

function isTypeList(customLayers: NonNullable<ConvertOptions['customLayers']>): customLayers is readonly string[] {
  return Array.isArray(customLayers);
}
