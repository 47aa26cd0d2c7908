// Markdown of what a declaration's TSDoc says.
import { Script } from 'node:vm';
import type { Doc } from './program.js';

export const code = (text: string): string => `\`${text}\``;

export const link = (text: string, file: string, heading = text): string =>
  `[${code(text)}](${file}#${anchorOf(heading)})`;

/** The anchor of a heading by GitHub's rules, for headings of words and code. */
function anchorOf(heading: string): string {
  const kept = heading.toLowerCase().replaceAll(/[^\w\s-]/g, '');
  return kept.replaceAll(' ', '-');
}

export type Row = readonly string[];

export function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** @throws where there is no TSDoc: the reference would have a gap. */
export function textOf({ text }: Doc, what: string): readonly string[] {
  if (text.length === 0) throw new Error(`${what} has no TSDoc`);
  return text;
}

export function firstSentence(doc: Doc, what: string): string {
  const [paragraph = ''] = textOf(doc, what);
  return /^.*?\.(?=\s|$)/.exec(paragraph)?.[0] ?? paragraph;
}

/** @throws where a tag is missing or empty. */
export function tagOf({ tags }: Doc, tag: string, what: string): string {
  const [text = ''] = tags.get(tag) ?? [];
  if (text === '') throw new Error(`${what} has no @${tag}`);
  return text;
}

/** A default as code: `30`, `'session'`, `Date.now`, `(user) => user.id`; words as they are: none, no limit. */
export function defaultOf(text: string): string {
  if (/^(?!true|false)\w*[a-z]\w*$/i.test(text)) return text;
  try {
    new Script(`(${text})`);
    return code(text);
  } catch {
    return text;
  }
}
