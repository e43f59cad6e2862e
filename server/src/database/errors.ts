import { type ConnectTarget, displayTarget } from './target.js';

/** What a server's error carries beyond its text. */
export interface ServerFields {
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** 1-based, in characters, into the text that was sent. */
  readonly position: number | undefined;
}

/** A failure that a person can act on: its message is a clear sentence and never holds the password. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly fields: ServerFields;

  constructor(message: string, fields: ServerFields = NO_FIELDS) {
    super(message);
    this.fields = fields;
  }
}

const NO_FIELDS: ServerFields = { code: undefined, detail: undefined, hint: undefined, position: undefined };

/** Errors of a server have a five-character SQLSTATE; those of the system look like `ECONNREFUSED`. */
export function serverFields(error: unknown): ServerFields {
  if (error instanceof DatabaseError) return error.fields;
  if (typeof error !== 'object' || error === null) return NO_FIELDS;
  const { code, detail, hint, position } = error as Record<string, unknown>;
  const at = Number(position);
  return {
    code: typeof code === 'string' ? code : undefined,
    detail: typeof detail === 'string' ? detail : undefined,
    hint: typeof hint === 'string' ? hint : undefined,
    position: Number.isInteger(at) && at > 0 ? at : undefined,
  };
}

/** What an error says of itself; of several at once (one an address of a host), the first. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

/** The sentence for a connection that could not be made, or that broke. */
export function connectionProblem(error: unknown, target: ConnectTarget): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const cause = error instanceof AggregateError ? error.errors[0] : error;
  const fields = serverFields(cause);
  return new DatabaseError(sentenceFor(fields.code, withoutSecret(messageOf(cause), target), target), fields);
}

/**
 * Takes the password out of what a server or a library said. A password that equals a name which is shown anyway is left:
 * three stars in the place of that name would give it away.
 */
export function withoutSecret(
  text: string,
  { password, user, database, host }: Pick<ConnectTarget, 'password' | 'user' | 'database' | 'host'>,
): string {
  if (!password || password.length < 4 || [user, database, host].includes(password)) return text;
  return text.replaceAll(password, '***').replaceAll(encoded(password), '***');
}

function encoded(password: string): string {
  try {
    return encodeURIComponent(password);
  } catch {
    // Half of a surrogate pair cannot be encoded.
    return password;
  }
}

function sentenceFor(code: string | undefined, message: string, target: ConnectTarget): string {
  const place = displayTarget(target);
  const server = place.slice(0, -(target.database.length + 1));
  switch (code) {
    case 'ECONNREFUSED':
      return `No server listens at ${server}. Start PostgreSQL there, or correct host and port.`;
    case 'ENOENT':
      return `There is no PostgreSQL socket for port ${target.port} in ${target.host}. Start PostgreSQL, or correct the folder.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host name ${target.host} is not known. Correct the name, or check the network.`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return `${server} cannot be reached from this machine. Check the network, a VPN or a firewall.`;
    case 'EACCES':
      return `This account may not open the socket at ${server}. Check its permissions.`;
    case '28P01':
      return `The password for user ${target.user} at ${place} is wrong. Enter the right one and connect again.`;
    case '28000':
      return /encryption|SSL/i.test(message)
        ? `The server at ${server} refuses this connection without other SSL settings: ${message}. Change the SSL mode or pg_hba.conf.`
        : `The server at ${server} does not let user ${target.user} in: ${message}. Check the user and pg_hba.conf.`;
    case '3D000':
      return `There is no database ${target.database} at ${server}. Create it, or correct the name.`;
    case '42501':
      return `User ${target.user} may not connect to ${place}. Grant it CONNECT on the database.`;
    case '53300':
      return `The server at ${server} has no connection left. Close some, or raise max_connections.`;
    case '57P03':
      return `The server at ${server} is starting up or shutting down. Try again in a moment.`;
    case '57P01':
      return `The connection to ${place} was ended by the server: it was shut down, or an administrator or DROP DATABASE ended the session. Connect again.`;
    case '57P02':
      return `The connection to ${place} was lost because the server crashed. Connect again when it is up.`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `The connection to ${place} was lost. Check that the server is up, and connect again.`;
    default:
      return byMessage(message, place, server);
  }
}

/** The server asked for a password and none was found; `why` says what was wrong with a place where one might have been. */
export function noPassword(target: ConnectTarget, why: string | undefined): DatabaseError {
  const place = displayTarget(target);
  const advice = why ?? 'Add it to the connection, PGPASSWORD or the password file.';
  return new DatabaseError(
    `The server at ${place} wants a password for user ${target.user}, and none is at hand. ${advice}`,
    { ...NO_FIELDS, code: WRONG_PASSWORD },
  );
}

/** Whether another password may help. */
export const isAboutPassword = (error: unknown): boolean => serverFields(error).code === WRONG_PASSWORD;

/** invalid_password */
const WRONG_PASSWORD = '28P01';

function byMessage(message: string, place: string, server: string): string {
  if (/does not support SSL/i.test(message)) {
    return `The server at ${server} does not offer SSL, which the connection demands. Set the SSL mode to prefer or disable, or turn SSL on there.`;
  }
  if (/certificate|self.signed|altname/i.test(message)) {
    return `The certificate of ${server} cannot be verified: ${message}. Install its authority, or use the SSL mode require.`;
  }
  if (/timeout expired|timed? ?out/i.test(message)) {
    return `${server} did not answer in time. Check host, port, network and firewall.`;
  }
  if (/terminated|not queryable|Connection ended/i.test(message)) {
    return `The connection to ${place} was lost. Check that the server is up, and connect again.`;
  }
  return `Could not work with ${place}: ${message}.`;
}
