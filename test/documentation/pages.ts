// Reads the Markdown of the documentation: pages, headings, links.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What npm shows and installs. */
export const shipped = [
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll(path.sep, '/')}`),
];

export const pages = [...shipped, 'CONTRIBUTING.md'];

export const textOf = (page: string): string => readFileSync(page, 'utf8');

/** Without fenced code. */
const proseOf = (page: string): string => textOf(page).replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');

/** The anchors of a page, by GitHub's rules: lower case, no punctuation, a hyphen for each space. */
export function anchorsOf(page: string): readonly string[] {
  const titles = [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return titles.map((title, index) => {
    const earlier = titles.slice(0, index).filter((other) => other === title).length;
    return earlier === 0 ? title : `${title}-${earlier}`;
  });
}

export interface Link {
  /** As it is written. */
  readonly target: string;
  /** The file that it leads to, relative to the repository. */
  readonly file: string;
  readonly anchor: string | undefined;
  readonly isImage: boolean;
}

/** The links of a page to other pages, and those to its own headings. */
export function linksOf(page: string): readonly Link[] {
  return [...proseOf(page).matchAll(/(!?)\[[^\]]*\]\(([^)\s]+)[^)]*\)/g)]
    .map(([, mark, target = '']) => {
      const [name = '', anchor] = target.split('#');
      const file = name === '' ? page : path.posix.join(path.posix.dirname(page), name);
      return { target, file, anchor, isImage: mark === '!' };
    })
    .filter(({ target }) => !/^[a-z]+:/.test(target));
}

/** The links of a page that lead nowhere. */
export function brokenLinks(page: string): readonly string[] {
  return linksOf(page)
    .filter(({ file, anchor }) => {
      if (!existsSync(file)) return true;
      return anchor !== undefined && !anchorsOf(file).includes(anchor);
    })
    .map(({ target }) => target);
}

/** The files and folders of the repository that a page names as code. */
export function pathsNamedIn(page: string): readonly string[] {
  const named = /`((?:lib|test|docs|example-app)\/[\w./-]+\w)\/?`/g;
  return [...proseOf(page).matchAll(named)].map(([, file = '']) => file);
}

/** Lines that end in the middle of a paragraph although the next word would have fitted, as after an edit. */
export function brokenLines(page: string): readonly string[] {
  const lines = proseOf(page).split('\n');
  return lines.filter((line, index) => {
    const next = lines[index + 1] ?? '';
    const isParagraph = /^ *[^|#\s]/.test(line) && /^ *(?![-*] |\d+\. )[^|#\s]/.test(next);
    // A span of code is not broken.
    const [word = ''] = /`[^`]*`\S*|\S+/.exec(next) ?? [];
    return isParagraph && line.length + 1 + word.length <= 70;
  });
}
