// The pages of codes: refusals with their messages, errors with what to do, events with their fields; and the infos.
import { errorStatus } from '../../lib/error-codes.js';
import { english, type RefusalText } from '../../lib/message/english.js';
import { spanish } from '../../lib/message/spanish.js';
import { isRefusalCode, type Refusal, refusals } from '../../lib/refusal.js';
import type { Page } from './entries.js';
import { code, type Row, table, tagOf, textOf } from './markdown.js';
import type { Exported, Member, Program } from './program.js';

function exportOf(program: Program, file: string, name: string): Exported {
  const found = program.exportsOf(file).get(name);
  if (!found) throw new Error(`${file} does not export ${name}`);
  return found;
}

const hintOf = ({ name, doc }: Member) => `- What to do: ${tagOf(doc, 'hint', name)}`;

export function refusalsPage(program: Program): Page {
  const { members } = exportOf(program, 'lib/refusal.ts', 'refusals');
  return {
    title: 'Refusals',
    blocks: [
      "A refusal is an outcome that the user can do something about, such as an incorrect code. The request ends in `fail(info, status)`, or with `failWithError` in a `TwoFactorRefusal`. `info.code` is one of the codes below, and `info.message` is the text in the user's language; numbers in these texts are examples. `info.retryAfter`, in seconds, is also the header `Retry-After` of a `TwoFactorRefusal`. `owasp` is the name in OWASP's logging vocabulary, which the [event](events.md) has too.",
      ...members.flatMap((member) => refusalBlocks(member)),
    ],
  };
}

function refusalBlocks(member: Member): readonly string[] {
  const { name, doc } = member;
  if (!isRefusalCode(name)) throw new Error(`${name} is no code of a refusal`);
  const { status, owasp, isOver } = refusals[name];
  const sample: Refusal = { code: name, attemptsRemaining: 3, retryAfter: 30 };
  const shown = (text: RefusalText) => (typeof text === 'function' ? text(sample) : text);
  return [
    `## ${code(name)}`,
    [
      `Status ${status}`,
      owasp && `owasp: ${code(owasp)}`,
      isOver && 'the challenge can no longer be answered or resent',
    ]
      .filter(Boolean)
      .join(' · '),
    ...textOf(doc, name),
    [
      hintOf(member),
      `- English: ${shown(english.refusals[name])}`,
      `- Spanish: ${shown(spanish.refusals[name])}`,
    ].join('\n'),
  ];
}

export function errorsPage(program: Program): Page {
  const classes = [...program.exportsOf('lib/errors.ts').values()];
  const { members } = exportOf(program, 'lib/error-codes.ts', 'errorStatus');
  const statuses = new Map<string, number>(Object.entries(errorStatus));
  return {
    title: 'Errors',
    blocks: [
      'An error is a failure of the configuration, the storage, the provider or a callback. The request ends in `error(err)`. The error is for you and not for users, so `err.expose` is false. `err.message` says what went wrong and how to fix it, `err.hint` says only how to fix it, and `err.cause` is the underlying error, without credentials. `err.retryAfter`, in seconds, is also in `err.headers` as `Retry-After`. `isTwoFactorError(err)` recognises all of these errors.',
      ...members.flatMap((member) => {
        const { name, doc } = member;
        const owner = classes.find(({ heritage }) => heritage.includes(`'${name}'`));
        if (!owner) throw new Error(`The code ${name} belongs to no class`);
        return [
          `## ${code(name)}`,
          `${code(owner.name)} · status ${statuses.get(name)}`,
          ...textOf(doc, name),
          hintOf(member),
        ];
      }),
    ],
  };
}

/** The unions of events, and the title of their section. */
const groups = [
  ['PhaseEvent', 'Requests for a code and answers'],
  ['ProviderEvent', 'Calls to a provider'],
  ['DeviceEvent', 'Trusted devices'],
  ['TwoFactorEvent', 'What needs attention'],
] as const;

export function eventsPage(program: Program): Page {
  const seen = new Set<string>();
  return {
    title: 'Events',
    blocks: [
      ...textOf(exportOf(program, 'lib/events.ts', 'TwoFactorEvent').doc, 'TwoFactorEvent'),
      ...groups.flatMap(([name, title]) => {
        const { doc, alternatives } = exportOf(program, 'lib/events.ts', name);
        const events = alternatives.filter((fields) => !seen.has(nameOf(fields).type));
        for (const fields of events) seen.add(nameOf(fields).type);
        const common = fieldsOf(events[0] ?? []).filter((field) =>
          events.every((fields) => fields.some((same) => isSame(same, field))),
        );
        return [
          `## ${title}`,
          ...(name === 'TwoFactorEvent' ? [] : textOf(doc, name)),
          ...(common.length === 0 ? [] : [`All have these fields:\n\n${listOf(common)}`]),
          ...events.flatMap((fields) => eventBlocks(fields, common)),
        ];
      }),
    ],
  };
}

function nameOf(fields: readonly Member[]): Member {
  const found = fields.find(({ name }) => name === 'name');
  if (!found) throw new Error('An event has no name');
  return found;
}

const isSame = (one: Member, other: Member) => one.name === other.name && one.type === other.type;

const fieldsOf = (fields: readonly Member[]) => fields.filter(({ name }) => name !== 'name');

function eventBlocks(fields: readonly Member[], common: readonly Member[]): readonly string[] {
  const { type, doc } = nameOf(fields);
  const names = type.split(' | ').map((each) => code(each.replaceAll("'", '')));
  const own = fieldsOf(fields).filter(({ name }) => common.every((field) => field.name !== name));
  return [
    `### ${names.join(', ')}`,
    ...textOf(doc, `The event ${type}`),
    ...(own.length === 0 ? [] : [listOf(own)]),
  ];
}

function listOf(fields: readonly Member[]): string {
  const items = fields.map(({ name, type, doc: { text } }) =>
    [`- ${code(name)}: ${code(type)}`, ...text].join('. '),
  );
  return items.join('\n');
}

/** What apps get. */
const infos = [
  'VerifiedInfo',
  'TrustedDeviceInfo',
  'NotRequiredInfo',
  'RefusalInfo',
  'ChallengeInfo',
] as const;

export function outcomesPage(program: Program): Page {
  return {
    title: 'Outcomes',
    blocks: infos.flatMap((name) => {
      const info = exportOf(program, 'lib/index.ts', name);
      return [
        `## ${code(name)}`,
        ...textOf(info.doc, name),
        table(['field', 'type', 'meaning'], fieldRows(info)),
      ];
    }),
  };
}

/** A row for each field, with its types in all alternatives. */
function fieldRows({ members, alternatives }: Exported): readonly Row[] {
  const all = alternatives.length === 0 ? members : alternatives.flat();
  return [...new Set(all.map(({ name }) => name))].map((name) => {
    const same = all.filter((member) => member.name === name);
    const types = [...new Set(same.map(({ type }) => type))];
    return [code(name), types.map(code).join(' or '), same[0]?.doc.text.join(' ') ?? ''];
  });
}
