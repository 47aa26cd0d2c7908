// Injects what the app provides into guards. Decorators are called as functions: this package is compiled without.
import { Inject, type InjectionToken, Optional, type Type } from '@nestjs/common';

/** Injects each token into the property of that name. Without a provider the property stays undefined. */
export function injectIfProvided(
  guard: Type,
  tokens: Readonly<Record<string, InjectionToken>>,
): void {
  for (const [property, token] of Object.entries(tokens)) {
    Inject(token)(guard.prototype, property);
    Optional()(guard.prototype, property);
  }
}

const noModule = {};

/** Computes a value once for each module, and once for guards without one. A guard outlives the apps of a test. */
export function onceForEach<Key extends object, Value>(
  compute: (key: Key | undefined) => Value,
): (key: Key | undefined) => Value {
  const values = new WeakMap<object, Value>();
  return (key) => {
    const known = values.get(key ?? noModule);
    if (known !== undefined) return known;
    const value = compute(key);
    values.set(key ?? noModule, value);
    return value;
  };
}
