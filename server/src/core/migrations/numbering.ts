/** How new versions of a folder are written, taken from what is there. */
export type Numbering =
  | {
      readonly kind: 'sequence';
      readonly last: bigint;
      readonly width: number;
      readonly step: bigint;
      readonly head?: string;
    }
  | { readonly kind: 'clock'; readonly last: string; readonly format: ClockFormat };

type ClockFormat = 'stamp' | 'dashes' | 'dashes-counter' | 'unix' | 'unix-ms';

/** `written`: versions as in the file names, in the tool's order; `beginning`: where there are none yet. */
export function numberingOf(beginning: Numbering, written: readonly string[]): Numbering {
  const last = written.at(-1);
  if (last === undefined) return beginning;
  const format = clockFormat(last);
  if (format) return { kind: 'clock', last, format };
  const dotted = /^(\d[\d._]*[._])(\d+)$/.exec(last);
  if (dotted) {
    const [, head = '', digits = ''] = dotted;
    return { kind: 'sequence', last: BigInt(digits), width: digits.length, step: 1n, head };
  }
  const digits = last.replace(/\D/g, '') || '0';
  return { kind: 'sequence', last: BigInt(digits), width: digits.length, step: stepOf(written) };
}

/** `nth` counts from 0: several migrations made at once. */
export function nextVersion(numbering: Numbering, now: Date, nth: number): string {
  if (numbering.kind === 'sequence') {
    const { last, step, width, head = '' } = numbering;
    return head + String((last / step) * step + step * BigInt(nth + 1)).padStart(width, '0');
  }
  const { format, last } = numbering;
  const unit = format === 'unix-ms' ? 1 : 1000;
  const floor = last === '' ? 0 : timeOf(last, format) + unit;
  const time = Math.max(Math.floor(now.getTime() / unit) * unit, floor) + nth * unit;
  return writeTime(time, format);
}

function clockFormat(version: string): ClockFormat | undefined {
  if (/^\d{4}-\d\d-\d\d-\d{6}-\d{4}$/.test(version)) return 'dashes-counter';
  if (/^\d{4}-\d\d-\d\d-\d{6}$/.test(version)) return 'dashes';
  if (/^(19|2\d)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{6}$/.test(version)) return 'stamp';
  if (/^[1-3]\d{9}$/.test(version)) return 'unix';
  if (/^[1-3]\d{12}$/.test(version)) return 'unix-ms';
  return undefined;
}

/** Folders that leave room count in tens or hundreds. */
function stepOf(written: readonly string[]): bigint {
  const numbers = written.map((version) => BigInt(version.replace(/\D/g, '') || '0'));
  if (numbers.length < 2) return 1n;
  return [100n, 10n].find((step) => numbers.every((n) => n > 0n && n % step === 0n)) ?? 1n;
}

/** Hand-made stamps may hold a 61st second or a 31st of June: the clock carries it over. */
function timeOf(version: string, format: ClockFormat): number {
  if (format === 'unix') return Number(version) * 1000;
  if (format === 'unix-ms') return Number(version);
  const digits = version.replaceAll('-', '');
  const part = (start: number, length: number) => Number(digits.slice(start, start + length));
  return Date.UTC(part(0, 4), part(4, 2) - 1, part(6, 2), part(8, 2), part(10, 2), part(12, 2));
}

function writeTime(time: number, format: ClockFormat): string {
  if (format === 'unix') return String(time / 1000);
  if (format === 'unix-ms') return String(time);
  const iso = new Date(time).toISOString();
  const [date, clock] = [iso.slice(0, 10), iso.slice(11, 19).replaceAll(':', '')];
  if (format === 'stamp') return date.replaceAll('-', '') + clock;
  return `${date}-${clock}${format === 'dashes-counter' ? '-0000' : ''}`;
}
