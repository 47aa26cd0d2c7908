/** Properties whose texts are for people: of faults, of refusals, of rejected replies and of zod's checks. */
const properties = new Set(['problem', 'hint', 'message', 'error', 'why']);

/** What takes such a text as its argument. */
const callees = new Set(['Error', 'TypeError', 'addIssue', 'sessionMissing', 'infoMissing']);

/** Whether it is the description of an error, which TypeScript does not let be empty. */
const isDescription = (path) =>
  path.isObjectExpression() && path.node.properties.some(({ key }) => key?.name === 'problem');

/**
 * Leaves the wording of messages alone. Codes, statuses, headers, keys and names of options are
 * promised; a wording is not, and a test that repeats one proves nothing. Only the literal itself
 * is left alone: whatever decides which text it is, is mutated.
 */
function shouldIgnore(path) {
  if (isDescription(path)) return 'a description that the compiler asks for';
  if (!path.isStringLiteral() && !path.isTemplateLiteral()) return undefined;
  let text = path;
  while (text.parentPath.isConditionalExpression() && text.key !== 'test') text = text.parentPath;
  const { node } = text.parentPath;
  const told =
    (node.type === 'ObjectProperty' && text.key === 'value' && properties.has(node.key.name)) ||
    (text.listKey === 'arguments' && callees.has(node.callee.name ?? node.callee.property?.name));
  return told ? 'a text for people' : undefined;
}

export const strykerPlugins = [{ kind: 'Ignore', name: 'prose', value: { shouldIgnore } }];
