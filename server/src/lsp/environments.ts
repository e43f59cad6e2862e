import { fileURLToPath } from 'node:url';
import { discoverTargets } from '../database/discover.js';
import { connectionFault, nameProblem } from '../database/names.js';
import { osUser } from '../database/osUser.js';
import { type ConnectTarget, displayTarget, isLocal, withMarks } from '../database/target.js';
import { readDotenv } from '../files/dotenv.js';
import type { ConnectionDto, ConnectionsParams, EnvironmentDto } from './protocol.js';
import type { Root } from './workspace.js';

/** A database that a folder can be compared with, and how to reach it. */
export interface Environment {
  readonly dto: EnvironmentDto;
  readonly target: ConnectTarget;
}

type Marks = NonNullable<ConnectionsParams['marks']>;

/** The environments of one workspace folder: those of the settings first, then what the surroundings offer. Connects to nothing. */
export async function environmentsOf(
  root: Root,
  connections: readonly ConnectionDto[],
  marks: Marks,
  env: Readonly<Record<string, string | undefined>>,
  onProblem: (message: string) => void,
): Promise<readonly Environment[]> {
  const all = [...connections, ...marks];
  const configured = connections.flatMap((connection, i) => {
    const fault = connectionFault(connection);
    if (fault === undefined)
      return [environmentOf(connection.id, judged(targetOfConnection(connection), all, root.config.localHosts))];
    // What stands in a wrong field may be a secret, and so may be the label that was made of it.
    const name = nameProblem('database', connection.label) === undefined ? connection.label : `number ${i + 1}`;
    onProblem(`The connection ${name} of the setting lockstep.connections is left out. ${fault}`);
    return [];
  });
  const dotenv = await readDotenv(fileURLToPath(root.uri));
  const found: Environment[] = [];
  for (const result of discoverTargets({ env, dotenv, osUser: osUser(), localHosts: root.config.localHosts })) {
    if (!result.ok) onProblem(result.problem);
    else {
      const target = withMarks(result.target, all);
      found.push(environmentOf(`${target.source}:${target.label}`, target));
    }
  }
  return [...configured, ...found];
}

/** A connection that calls itself local and is not is shared: so it is shown, and not asked unasked. */
function judged(connection: ConnectTarget, marks: Marks, localHosts: readonly string[]): ConnectTarget {
  const target = withMarks(connection, marks);
  return target.kind === 'local' && !isLocal(target, localHosts) ? { ...target, kind: 'shared' } : target;
}

/** A connection of the settings as the database layer takes it. */
export function targetOfConnection(connection: ConnectionDto): ConnectTarget {
  const { label, kind, host, port, database, user, ssl, password } = connection;
  return { label, kind, host, port, database, user, ssl, password, source: 'setting' };
}

function environmentOf(id: string, target: ConnectTarget): Environment {
  const { label, kind, user, source, password } = target;
  const place = displayTarget(target);
  return {
    target,
    dto: {
      id,
      label,
      kind,
      target: place,
      title: `${kind}/${target.database}`,
      sentence: `${place} as ${user} (${kind})`,
      user,
      source,
      hasPassword: password !== undefined,
    },
  };
}
