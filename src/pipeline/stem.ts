/**
 * The name of a model file without its extension, which output files are named after. MXNet's `-symbol` and the epoch are not part of it.
 *
 * @param name without its folder
 */
export function stemOfModel(name: string): string {
  const binary = /\.param\.bin$/i.exec(name);
  if (binary !== null) return name.slice(0, binary.index);
  const checkpoint = /(?:-symbol\.json|(?:-\d{4,})?\.params)$/i.exec(name);
  if (checkpoint !== null && checkpoint.index > 0) return name.slice(0, checkpoint.index);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}
