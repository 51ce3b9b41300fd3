/** `output=a&output=b`, ready to be pasted into the query of an import; what means something there is escaped. */
export function formatQueryParameters(name: string, values: readonly string[]): string {
  return values.map((value) => `${name}=${escaped(value)}`).join('&');
}

/** Letters of other scripts are escaped too: not every bundler hands them on as they are. */
function escaped(value: string): string {
  return value.replace(/[^\w.,:;/@$~*()+=-]/gu, (sign) =>
    // Quotes end the string in which an import stands, and `!` is what webpack parts loaders by.
    sign === "'" || sign === '!' ? `%${sign.charCodeAt(0).toString(16)}` : encodeURIComponent(sign),
  );
}
