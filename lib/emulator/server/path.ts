/** What stands in a path where its template has `{name}`, by name. */
export type PathParameters = Readonly<Record<string, string>>;

interface KnownPath<Path extends string> {
  readonly template: Path;
  readonly parameters: PathParameters;
}

/** The resource that a path is, or `undefined`. */
export function findPath<Path extends string>(
  templates: readonly Path[],
  path: string,
): KnownPath<Path> | undefined {
  for (const template of templates) {
    const groups = pattern(template).exec(path);
    if (groups !== null) return { template, parameters: { ...groups.groups } };
  }
  return undefined;
}

function pattern(template: string): RegExp {
  return new RegExp(`^${template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}
