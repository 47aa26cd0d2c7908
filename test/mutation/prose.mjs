/** Properties whose texts are for people: of faults, of refusals, of rejected replies and of zod's checks. */
const properties = new Set(['problem', 'hint', 'message', 'error', 'why']);

/** What takes such a text as its argument. */
const callees = new Set([
  'Error',
  'TypeError',
  'addIssue',
  'answeringAtOnce',
  'callable',
  'infoMissing',
  'sessionMissing',
  'tableOutdated',
  'unfit',
]);

/** Whether it describes an error: TypeScript does not let ours be empty, and zod has a text of its own. */
function isDescription(path) {
  if (!path.isObjectExpression()) return false;
  const names = path.node.properties.map(({ key }) => key?.name);
  return names.includes('problem') || (names.length === 1 && names[0] === 'error');
}

/**
 * Leaves the wording of messages alone. Codes, statuses, headers, keys and names of options are
 * promised; a wording is not, and a test that repeats one proves nothing. Only the literal itself
 * is left alone: whatever decides which text it is, is mutated.
 */
function shouldIgnore(path) {
  if (isDescription(path)) return 'a description for people';
  if (!path.isStringLiteral() && !path.isTemplateLiteral()) return undefined;
  let text = path;
  while (text.parentPath.isConditionalExpression() && text.key !== 'test') text = text.parentPath;
  const { node } = text.parentPath;
  const isText =
    (node.type === 'ObjectProperty' && text.key === 'value' && properties.has(node.key.name)) ||
    (text.listKey === 'arguments' && callees.has(node.callee.name ?? node.callee.property?.name));
  return isText ? 'a text for people' : undefined;
}

export const strykerPlugins = [{ kind: 'Ignore', name: 'prose', value: { shouldIgnore } }];
