import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const lib = path.resolve('lib');

/** The rooms of lib, from the roof to the ground: each knows only the rooms below it. */
const rooms = [
  ['index', 'cli', 'redis', 'nestjs', 'infobip', 'nexmo'],
  ['after'],
  ['emulator', 'testing'],
  ['strategy'],
  ['flow'],
  ['options'],
  ['stores', 'limits', 'providers'],
  ['segments', 'refusal', 'pointer', 'clock'],
  ['message'],
  ['words', 'verified', 'device', 'events'],
  ['outcome'],
  ['challenge', 'binding'],
  ['fingerprint', 'parse', 'deadline', 'user-version'],
  ['destination', 'errors', 'shown-text'],
  ['timers', 'scrub'],
] as const;

const floorOf = new Map<string, number>(
  rooms.flatMap((floor, level) => floor.map((room) => [room, level] as const)),
);

const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.m?ts$/.test(file),
);

const roomOf = (file: string) => file.split(path.sep)[0]?.replace(/\.m?[jt]s$/, '') ?? '';

/** The files of lib that a file imports, dynamic imports and types included. */
function importsOf(file: string): string[] {
  const source = readFileSync(path.join(lib, file), 'utf8');
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target = '']) =>
    path.relative(lib, path.resolve(lib, path.dirname(file), target)),
  );
}

describe('The rooms of lib', () => {
  it('are all on the plan', () => {
    const unknown = files.map(roomOf).filter((room) => !floorOf.has(room));
    expect(unknown).toEqual([]);
  });

  it.each(files)('%s imports only from its own room and from below', (file) => {
    const own = floorOf.get(roomOf(file)) ?? Number.NaN;
    const upward = importsOf(file).filter((target) => {
      const theirs = floorOf.get(roomOf(target)) ?? Number.NaN;
      return roomOf(target) !== roomOf(file) && !(theirs > own);
    });
    expect(upward).toEqual([]);
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
    expect(forbidden).toEqual([path.join('after', 'return-path.ts')]);
  });
});
