/** The lists of rules that are generated: in README.md between two markers, and the whole index of docs/rules. */

const row = (rule, link) => `| [${rule.id}](${link}) | ${rule.severity} | ${rule.title.replaceAll('|', '\\|')} |`;
const HEAD = ['| rule | default | what it finds |', '| --- | --- | --- |'];

export function ruleTable(rules, linkTo) {
  return [...HEAD, ...[...rules].sort((a, b) => (a.id < b.id ? -1 : 1)).map((rule) => row(rule, linkTo(rule.id)))].join(
    '\n',
  );
}

const DANGERS = [
  ['fails', 'Fails', 'PostgreSQL or the tool refuses it, or it works only the first time.'],
  ['blocks-reads', 'Blocks reads and writes', 'Everybody who needs the table waits.'],
  ['blocks-writes', 'Blocks writes', 'Reads go on, writes wait.'],
  ['rewrites', 'Rewrites the table', 'Under a lock that keeps everybody out.'],
  ['loses-data', 'Loses data', 'Rows or values are gone, or were never seen.'],
  ['breaks-clients', 'Breaks running code', 'What runs while the migration is applied still expects the old schema.'],
  ['irreversible', 'No way back', 'The migration cannot be rolled back, or not to what was before.'],
  ['style', 'Style', 'Hints that cost nothing now and something later.'],
];

/** docs/rules/README.md: every rule under the danger that it is about. */
export function ruleIndex(rules) {
  const sections = DANGERS.flatMap(([danger, title, text]) => {
    const of = rules.filter((rule) => rule.danger === danger);
    return of.length === 0 ? [] : [`## ${title}`, '', text, '', ruleTable(of, (id) => `${id}.md`), ''];
  });
  return [
    '# Rules',
    '',
    'Each page says what the rule finds, why it matters, what to write instead, and when to ignore it. The severity of each rule can be set',
    'in `lockstep.json` or in the editor (`lockstep.rules`): `error`, `warning`, `information`, `hint` or `off`. One place is excused with',
    '`-- lockstep:ignore rule-id -- reason` on or above the statement (inside it, behind or above a column, for that column alone), a file with `-- lockstep:ignore-file rule-id -- reason`.',
    '',
    'Statements in a `DO` block are judged as if they stood in the file, loops apart; a fix for them is left to a person.',
    '',
    'Two findings come from no rule, and neither a comment nor a setting silences them: `syntax-error`, because the rules see nothing of a',
    'statement that PostgreSQL cannot read, and `layout`, because a file whose name does not fit its folder never runs. Correct the file,',
    'move it, or leave it out with `exclude` in `lockstep.json`.',
    '',
    '<!-- Written by `npm run readme`. -->',
    '',
    ...sections,
  ].join('\n');
}
