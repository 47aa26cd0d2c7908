// Makes the tables of docs that repeat the source: options with their TSDoc, refusals with their texts, errors.
// A page marks them: `<!-- table: options Limits -->`, the table, `<!-- end of table -->`.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { english } from '../../lib/message/english.js';
import { isRefusalCode, refusals } from '../../lib/refusal.js';
import { textOf } from './pages.js';

const sources = readdirSync('lib', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(path.join('lib', file), 'utf8'));

/** A comment in front of a declaration. */
const comment = String.raw`\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n\s*`;

/** The page, with its tables as the source has them now. */
export function withTables(page: string): string {
  return textOf(page).replaceAll(
    /(<!-- table: (\w+)(.*?) -->\n)[\s\S]*?(<!-- end of table -->)/g,
    (_all, begin: string, kind: string, names: string, end: string) => {
      const lines = tableOf(kind, names.trim().split(' '));
      return `${begin}\n${lines.join('\n')}\n\n${end}`;
    },
  );
}

/** The interfaces whose members a page has in a table. */
export function interfacesIn(page: string): readonly string[] {
  return [...textOf(page).matchAll(/<!-- table: options (.*?) -->/g)].flatMap(([, names = '']) =>
    names.split(' '),
  );
}

function tableOf(kind: string, names: readonly string[]): readonly string[] {
  if (kind === 'options') return table(['option', 'default', 'meaning'], names.flatMap(optionRows));
  if (kind === 'refusals') return table(['code', 'status', 'when', 'text'], refusalRows());
  if (kind === 'errors') return table(['code', 'class', 'status', 'cause and cure'], errorRows());
  throw new Error(`There is no table of ${kind}`);
}

type Row = readonly string[];

function table(head: Row, rows: readonly Row[]): readonly string[] {
  const line = (cells: Row) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)];
}

/** A row for each member of an interface. */
function optionRows(name: string): readonly Row[] {
  const declaration = new RegExp(`^export interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}`, 'm');
  const [body = ''] = sources.flatMap((source) => declaration.exec(source)?.[1] ?? []);
  const member = /^ {2}(?:readonly )?(\w+)(\??)(\([^)]*\))?[:(]/gm;
  const rows = [...body.matchAll(new RegExp(`${comment}(?:readonly )?(\\w+)`, 'g'))];
  return [...body.matchAll(member)].map(([, option = '', optional, parameters = '']) => {
    const text = rows.find(([, , documented]) => documented === option)?.[1];
    if (text === undefined) throw new Error(`${name}.${option} has no TSDoc`);
    const { prose, preset, example } = tagsOf(text);
    const shown = `\`${option}${parameters.replaceAll(/: \w+/g, '')}\``;
    const meaning = example === undefined ? prose : `${prose} Example: \`${example}\``;
    return [shown, optional === '?' ? defaultOf(preset) : 'required', meaning.trim()];
  });
}

function tagsOf(text: string) {
  const plain = text.replaceAll(/^\s*\* ?/gm, '').trim();
  const [prose = '', ...tags] = plain.split(/^@(?=default|example)/m);
  const tag = (name: string) => {
    const found = tags.find((each) => each.startsWith(name));
    return found === undefined ? undefined : oneLine(found.slice(name.length));
  };
  return { prose: oneLine(prose), preset: tag('default'), example: tag('example') };
}

const oneLine = (text: string) =>
  text
    .replaceAll(/\{@link (\w+)\}/g, '`$1`')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** Code as code: `'session'`, `30`, `(user) => user.id`; in prose the strings alone. */
function defaultOf(preset = '–'): string {
  if (/^(–|none)/.test(preset)) return preset;
  if (/^(?:'[^' ]*'|\d+|true|false|[\w.]+\.now|\/.*\/|[[{].*[\]}]|\([^)]*\) => .*)$/.test(preset)) {
    return `\`${preset}\``;
  }
  return preset.replaceAll(/(?<!\w)'[^' ]+'/g, '`$&`');
}

/** The codes of an object in the source, with the comment in front of each. */
function commented(file: string): readonly (readonly [code: string, text: string])[] {
  const found = readFileSync(file, 'utf8').matchAll(
    new RegExp(`${comment}(\\w+): (?:true|\\{)`, 'g'),
  );
  return [...found].map(([, text = '', code = '']) => [code, tagsOf(text).prose] as const);
}

function refusalRows(): readonly Row[] {
  const details = { attemptsRemaining: 4, retryAfter: 26 };
  const meanings = new Map(commented('lib/refusal.ts'));
  return Object.entries(refusals).map(([code, { status }]) => {
    const text = isRefusalCode(code) ? english.refusals[code] : '';
    const shown = typeof text === 'function' ? text({ code: 'code_incorrect', ...details }) : text;
    return [`\`${code}\``, String(status), meanings.get(code) ?? '', shown];
  });
}

function errorRows(): readonly Row[] {
  const source = readFileSync('lib/errors.ts', 'utf8');
  const classes = [
    ...source.matchAll(
      /^export class (\w+) extends TwoFactorError<([^>]*)>[\s\S]*?super\([^,]*, (\d+)/gm,
    ),
  ];
  return commented('lib/errors.ts').map(([code, text]) => {
    const [, name = '', , status = ''] =
      classes.find(([, , codes = '']) => codes.includes(`'${code}'`)) ?? [];
    if (name === '') throw new Error(`${code} belongs to no class`);
    return [`\`${code}\``, `\`${name}\``, status, text];
  });
}
