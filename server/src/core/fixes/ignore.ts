/** A suppression with its reason, as a line of its own above a statement. */
export function ignoring(rule: string, reason: string): string {
  return `-- lockstep:ignore ${rule} -- ${reason.replace(/\s+/g, ' ')}`;
}
