// The pages of options: every exported interface of options, with the default and the TSDoc of each option.
import type { Entry, Page } from './entries.js';
import { code, defaultOf, link, tagOf, textOf } from './markdown.js';
import type { Exported, Member } from './program.js';

/** Folders of lib and the page of their options. Any other folder is a page of its own. */
const pageOfFolder: ReadonlyMap<string, readonly [file: string, title: string]> = new Map([
  ['strategy', ['options.md', 'Options of strategies and routes']],
  ['recovery-codes', ['options.md', 'Options of strategies and routes']],
  ['limits', ['limits.md', 'Limits']],
  ['step-up', ['guards.md', 'Options of guards and trusted devices']],
  ['trusted-devices', ['guards.md', 'Options of guards and trusted devices']],
  ['providers/modica', ['modica.md', 'Options of Modica']],
  ['providers/infobip', ['infobip.md', 'Options of Infobip']],
  ['providers/nexmo', ['nexmo.md', 'Options of Nexmo']],
  ['storage', ['storage.md', 'Options of storage']],
  ['nestjs', ['nestjs.md', 'Options of NestJS']],
  ['emulator', ['testing.md', 'Options of emulators and tests']],
  ['testing', ['testing.md', 'Options of emulators and tests']],
  ['browser', ['browser.md', 'Options in the browser']],
]);

const folders = [...pageOfFolder.keys()];

function folderOf({ file }: Exported): string {
  const [folder = '', below = ''] = file.split(/[\\/]/);
  return folder === 'providers' ? `${folder}/${below}` : folder;
}

function placeOf(options: Exported): readonly [file: string, title: string] {
  const folder = folderOf(options);
  const name = folder.replace(/.*\//, '');
  return pageOfFolder.get(folder) ?? [`${name}.md`, `Options of ${name}`];
}

/** An app's options; those of `LimiterOptions` are passed to the app. */
export function isOptions({ name, kind }: Exported): boolean {
  return kind === 'type' && /(?<!Limiter)(?:Options|Limits|Configuration)$/.test(name);
}

export function optionPages(entries: readonly Entry[]): ReadonlyMap<string, Page> {
  const all = entries.flatMap(({ exports }) => [...exports.values()].filter(isOptions));
  const order = (options: Exported) => (folders.indexOf(folderOf(options)) + 99) % 99;
  const sorted = [...new Set(all)].sort((one, other) => order(one) - order(other));
  const known: Known = new Map(sorted.map((options) => [options.name, options]));
  const pages = new Map<string, Page>();
  for (const options of sorted) {
    const [file, title] = placeOf(options);
    const before = pages.get(file)?.blocks ?? [];
    pages.set(file, { title, blocks: [...before, ...optionsBlocks(options, known)] });
  }
  return pages;
}

/** The interfaces that have a section. */
type Known = ReadonlyMap<string, Exported>;

/** Its own options in full; those that it takes from an interface with a section by their names. */
function optionsBlocks(options: Exported, known: Known): readonly string[] {
  const { name, doc, members } = options;
  const bases = [...new Set(members.map(({ owner }) => owner))].flatMap((owner) =>
    owner === name ? [] : (known.get(owner) ?? []),
  );
  const baseOf = (member: Member) =>
    bases.find((base) =>
      base.members.some((same) => same.owner === member.owner && same.name === member.name),
    );
  const lists = bases.map((base) => {
    const names = members
      .filter((member) => baseOf(member) === base)
      .map((each) => code(each.name));
    return `- of ${linkTo(base)}: ${names.join(', ')}`;
  });
  return [
    `## ${code(name)}`,
    ...textOf(doc, name),
    ...(lists.length === 0 ? [] : [`It also has these options:\n\n${lists.join('\n')}`]),
    ...members.filter((own) => !baseOf(own)).flatMap((own) => optionBlocks(own, name, known)),
  ];
}

export const linkTo = (options: Exported) => link(options.name, placeOf(options)[0]);

/** A heading to link to; the type, the default and an example in one line; and what the TSDoc says. */
function optionBlocks(member: Member, owner: string, known: Known): readonly string[] {
  const { name, type, isMethod, isOptional, doc } = member;
  const what = `${owner}.${name}`;
  const text = textOf(doc, what);
  const nested = known.get(type.replace(/<[^>]*>$/, ''));
  const [unit] = type === 'number' ? (/\b(?:milli)?seconds\b/i.exec(text[0] ?? '') ?? []) : [];
  const [example] = doc.tags.get('example') ?? [];
  const facts = [
    nested ? linkTo(nested) : code(isMethod ? name + type : type),
    unit && `in ${unit.toLowerCase()}`,
    isOptional || 'required',
    isOptional && !nested && `default ${defaultOf(tagOf(doc, 'default', what))}`,
    example && `example ${code(example)}`,
  ];
  const shown = facts.filter((fact) => typeof fact === 'string');
  return [`### ${code(name)}`, shown.join(' · '), ...text];
}
