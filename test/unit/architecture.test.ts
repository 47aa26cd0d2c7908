import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const lib = path.resolve('lib');

/** The folders of lib from top to bottom, and the files beside them: each imports only what is further down. */
const layers = [
  ['index', 'redis', 'postgres', 'mysql', 'sqlite', 'infobip', 'nexmo', 'nestjs', 'cli', 'browser'],
  ['step-up', 'trusted-devices', 'testing', 'emulator'],
  ['strategy'],
  ['flow'],
  ['providers'],
  ['message', 'recovery-codes', 'clock-skew'],
  ['storage', 'refusal-error'],
  ['events'],
  ['limits', 'outcome'],
  ['refusal'],
  ['challenge'],
  ['options'],
  ['timers'],
  ['errors'],
  ['phone-number', 'redact', 'typed-code', 'error-codes'],
  ['ascii-digits', 'fingerprint'],
] as const;

const layerOf = new Map<string, number>(
  layers.flatMap((names, layer) => names.map((name) => [name, layer] as const)),
);

const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.m?ts$/.test(file),
);

const folderOf = (file: string) => file.split(path.sep)[0]?.replace(/\.m?[jt]s$/, '') ?? '';

/** The files of lib that a file imports, dynamic imports and types included. */
function importsOf(file: string): string[] {
  const source = readFileSync(path.join(lib, file), 'utf8');
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target = '']) =>
    path.join(path.dirname(file), target).replace(/js$/, 'ts'),
  );
}

const imports = new Map(files.map((file) => [file, importsOf(file)] as const));

/** What a file loads, directly or not. */
function loadedBy(file: string): readonly string[] {
  const loaded = new Set(imports.get(file));
  for (const each of loaded) for (const target of imports.get(each) ?? []) loaded.add(target);
  return [...loaded];
}

/** The way back to a file that imports itself, over others or not; empty where there is none. */
function circleFrom(file: string): readonly string[] {
  const ways = [[file]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const target of imports.get(way.at(-1) ?? '') ?? []) {
      if (target === file) return [...way, file];
      if (!seen.has(target)) ways.push([...way, target]);
      seen.add(target);
    }
  }
  return [];
}

describe('The files of lib', () => {
  it.each(files)('%s imports only files that there are, and is in no circle of imports', (file) => {
    expect(imports.get(file)?.filter((target) => !files.includes(target))).toEqual([]);
    expect(circleFrom(file)).toEqual([]);
  });

  it('are each in a folder that has its layer', () => {
    expect(files.map(folderOf).filter((folder) => !layerOf.has(folder))).toEqual([]);
  });

  it.each(files)('%s imports only from its own folder and from the layers below', (file) => {
    const own = layerOf.get(folderOf(file)) ?? Number.NaN;
    const upward = (imports.get(file) ?? [])
      .map(folderOf)
      .filter((folder) => folder !== folderOf(file) && !(Number(layerOf.get(folder)) > own));
    expect(upward).toEqual([]);
  });

  it('for browsers import only each other and ascii-digits.ts, which imports nothing: no package and no module of Node runs there', () => {
    const browser = files.filter((file) => folderOf(file) === 'browser');
    const foreign = [...browser, 'ascii-digits.ts'].filter((file) =>
      /(?:from|import)\s*\(?\s*'(?!\.\/|\.\.\/ascii-digits\.js')/.test(
        readFileSync(path.join(lib, file), 'utf8'),
      ),
    );
    expect(browser.length).toBeGreaterThan(1);
    expect(foreign).toEqual([]);
  });

  it('index.ts loads no emulator, no provider but Modica, no database, no NestJS and no tests', () => {
    const loaded = loadedBy('index.ts');
    const foreign = loaded.filter((file) =>
      /^(?:emulator|testing|cli|nestjs|providers.(?:infobip|nexmo)|storage.(?:redis|postgres|mysql|sqlite|sql))\b/.test(
        file,
      ),
    );
    expect(loaded).toContain(path.join('providers', 'modica', 'provider.ts'));
    expect(foreign).toEqual([]);
  });

  it('got is imported at the first request only', () => {
    const eager = files.filter((file) =>
      /^import [^;]*from 'got'/m.test(readFileSync(path.join(lib, file), 'utf8')),
    );
    expect(eager).toEqual([]);
  });

  it('nothing calls pass(), nor saves or regenerates a session, but a guard before its redirect', () => {
    const forbidden = files.filter((file) =>
      /\.(pass|save|regenerate)\(/.test(readFileSync(path.join(lib, file), 'utf8')),
    );
    expect(forbidden).toEqual([path.join('step-up', 'return-path.ts')]);
  });
});
