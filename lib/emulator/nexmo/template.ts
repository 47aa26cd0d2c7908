import type { Parameters } from './signature.js';

/** `${name}`, where the text of a short code takes a parameter. */
const placeholder = /\$\{([^}]+)\}/g;

/** The first parameter that the text needs and does not get. */
export function missingParameter(template: string, parameters: Parameters): string | undefined {
  const names = [...template.matchAll(placeholder)].map(([, name]) => String(name));
  return names.find((name) => !parameters.has(name));
}

export function writeText(template: string, parameters: Parameters): string {
  return template.replaceAll(placeholder, (_, name) => String(parameters.get(name)));
}
