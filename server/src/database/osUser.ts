import { userInfo } from 'node:os';

/** Name of the operating system's user, which libpq takes as the role when none is named; `postgres` where the system has no entry for the user. */
export function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER ?? 'postgres';
  }
}
