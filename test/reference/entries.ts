// The entries of the package and their exports.
import { existsSync, readFileSync } from 'node:fs';
import { code, firstSentence, type Row, table } from './markdown.js';
import { isOptions, linkTo } from './options.js';
import type { Exported, Program } from './program.js';

export interface Entry {
  /** What an app imports from: `passport-modica-2fa/redis`. */
  readonly name: string;
  readonly exports: ReadonlyMap<string, Exported>;
}

export interface Page {
  readonly title: string;
  readonly blocks: readonly string[];
}

/** Every entry of package.json that is code. */
export function entriesOf(program: Program): readonly Entry[] {
  const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  return Object.keys(exports)
    .filter((entry) => !entry.endsWith('.json'))
    .map((entry) => {
      const own = entry.slice(2) || 'index';
      const file = [`lib/${own}.ts`, `lib/${own}/index.ts`].find((each) => existsSync(each));
      if (file === undefined) throw new Error(`The entry ${entry} has no file in lib`);
      return { name: name + entry.slice(1), exports: program.exportsOf(file) };
    });
}

/** Every export of every entry, with what it is for. */
export function exportPages([main, ...others]: readonly Entry[]): ReadonlyMap<string, Page> {
  const page = (title: string, entries: readonly (Entry | undefined)[]) => ({
    title,
    blocks: entries.flatMap((entry) => (entry ? exportBlocks(entry) : [])),
  });
  return new Map([
    ['exports.md', page('Exports', [main])],
    ['other-entries.md', page('Exports of other entries', others)],
  ]);
}

function exportBlocks({ name, exports }: Entry): readonly string[] {
  const rows = [...exports].flatMap(([as, exported]) => rowsOf(as, exported));
  const isType = ([, kind]: Row) => kind === 'type' || kind === 'method of a type';
  return [
    `## ${code(name)}`,
    table(
      ['export', 'kind', 'what'],
      [...rows.filter((row) => !isType(row)), ...rows.filter(isType)],
    ),
  ];
}

function rowsOf(as: string, exported: Exported): readonly Row[] {
  const { name, kind, parameters, doc, members } = exported;
  if (as !== name) return [[code(as), kind, `Another name for ${code(name)}.`]];
  // Of a class also what can be read: the URL of an emulator, the hint of an error.
  const listed = members.filter(
    (member) =>
      (member.isMethod || kind === 'class') && member.owner === name && member.doc.text.length > 0,
  );
  return [
    [
      isOptions(exported) ? linkTo(exported) : code(name + parameters),
      kind,
      firstSentence(doc, name),
    ],
    ...(isOptions(exported) ? [] : listed).map((member) => [
      code(`${name}.${member.name}${member.parameters}`),
      `${member.isMethod ? 'method' : 'property'}${kind === 'type' ? ' of a type' : ''}`,
      firstSentence(member.doc, member.name),
    ]),
  ];
}
