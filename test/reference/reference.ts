// The reference in docs/reference, made from the source.
import { errorsPage, eventsPage, outcomesPage, refusalsPage } from './codes.js';
import { entriesOf, exportPages, type Page } from './entries.js';
import { link } from './markdown.js';
import { optionPages } from './options.js';
import { Program } from './program.js';

/** Every page by its file name. */
export function makeReference(): ReadonlyMap<string, string> {
  const program = new Program('tsconfig.json', 'lib/browser/tsconfig.json');
  try {
    const entries = entriesOf(program);
    const pages = new Map<string, Page>([
      ...optionPages(entries),
      ['outcomes.md', outcomesPage(program)],
      ['refusals.md', refusalsPage(program)],
      ['errors.md', errorsPage(program)],
      ['events.md', eventsPage(program)],
      ...exportPages(entries),
    ]);
    const written = [...pages].map(([file, page]) => [file, write(page)] as const);
    return new Map([['README.md', write(contentsOf(pages))], ...written]);
  } finally {
    program.close();
  }
}

function contentsOf(pages: ReadonlyMap<string, Page>): Page {
  const lines = [...pages].map(([file, { title, blocks }]) => {
    const headings = blocks.flatMap((block) => /^## `(.*)`$/.exec(block)?.[1] ?? []);
    const sections = headings.map((heading) => link(heading, file)).join(', ');
    return `- [${title}](${file})${sections === '' ? '' : `: ${sections}`}`;
  });
  return {
    title: 'Reference',
    blocks: [
      'All options, outcomes, refusals, errors, events and exports. These pages are made from the source; edit its comments and run `npm run reference`.',
      lines.join('\n'),
    ],
  };
}

const write = ({ title, blocks }: Page): string => `${[`# ${title}`, ...blocks].join('\n\n')}\n`;
