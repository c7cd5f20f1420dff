/** How numbers, times and label sets are shown. Pure functions: nothing here knows the page. */

export type Unit = 'bytes' | 'seconds' | 'percent' | 'ratio' | 'none';

const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const LARGE = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/** Reads a sample value as the API writes it. */
export function parseValue(text: string): number {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  return Number(text);
}

/** The unit that an expression's metric names tell by their last words; rates of seconds and ratios have none. */
export function unitOf(expression: string): Unit {
  const names: string[] = expression.match(/[a-zA-Z_:][a-zA-Z0-9_:]*/g) ?? [];
  const isRate = names.some((name) => name === 'rate' || name === 'irate' || name === 'increase');
  if (/[a-z0-9_)\]}]\s*\/\s*[a-z(]/i.test(expression)) return 'none';
  for (const name of names) {
    const base = name.replace(/:(avg|sum|min|max|rate\w*)$/, '');
    if (/_bytes(_total)?$/.test(base)) return 'bytes';
    if (/_percent$/.test(base)) return 'percent';
    if (/_ratio$/.test(base)) return 'ratio';
    if (/_seconds$/.test(base) && !/start_time|timestamp/.test(base)) return 'seconds';
    if (/_seconds_bucket$/.test(base) && names.includes('histogram_quantile')) return 'seconds';
    if (/_seconds_(sum|total)$/.test(base)) return isRate ? 'none' : 'seconds';
  }
  return 'none';
}

/** A value for people: four significant digits, and a prefix or a unit where it shortens. */
export function formatValue(value: number, unit: Unit = 'none'): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return unit === 'bytes' ? '0 B' : unit === 'seconds' ? '0 s' : unit === 'percent' ? '0 %' : '0';
  const size = Math.abs(value);
  switch (unit) {
    case 'bytes': {
      const power = Math.min(BINARY.length - 1, Math.max(0, Math.floor(Math.log2(size) / 10)));
      return `${digits(value / 1024 ** power)} ${BINARY[power]}B`;
    }
    case 'seconds':
      if (size < 1e-3) return `${digits(value * 1e6)} µs`;
      if (size < 1) return `${digits(value * 1e3)} ms`;
      if (size < 120) return `${digits(value)} s`;
      return `${value < 0 ? '-' : ''}${formatDuration(size)}`;
    case 'percent':
      return `${digits(value)} %`;
    default:
      return scaled(value, size);
  }
}

function scaled(value: number, size: number): string {
  if (size < 1e-3 || size >= 1e21) return value.toExponential(3).replace(/\.?0+e/, 'e');
  if (size < 1e4) return digits(value);
  const power = Math.min(LARGE.length - 1, Math.floor(Math.log10(size) / 3));
  return `${digits(value / 1000 ** power)}${LARGE[power]}`;
}

function digits(value: number): string {
  const text = value.toPrecision(4);
  return text.includes('e') ? String(Math.round(value)) : text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

const UNITS: [string, number][] = [['d', 86_400], ['h', 3600], ['m', 60], ['s', 1]];

/** Seconds as Prometheus writes durations, two units at most: 1h30m. */
export function formatDuration(seconds: number): string {
  let rest = Math.round(seconds);
  let text = '';
  let parts = 0;
  for (const [name, length] of UNITS) {
    if (rest >= length && parts < 2) {
      text += `${Math.floor(rest / length)}${name}`;
      rest %= length;
      parts++;
    } else if (parts > 0) {
      parts++;
    }
  }
  return text === '' ? '0s' : text;
}

/** Reads a duration such as 90, 1.5, 1h30m or 2w; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) > 0 ? Number(trimmed) : undefined;
  const found = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(trimmed);
  if (trimmed === '' || !found) return undefined;
  const lengths = [31_536_000, 604_800, 86_400, 3600, 60, 1, 0.001];
  const seconds = lengths.reduce((sum, length, i) => sum + Number(found[i + 1] ?? 0) * length, 0);
  return seconds > 0 ? seconds : undefined;
}

const two = (n: number) => String(n).padStart(2, '0');

/** The hour of day by the browser's clock, always of 24 hours. */
export function formatClock(seconds: number, withSeconds = true): string {
  const at = new Date(seconds * 1000);
  return `${two(at.getHours())}:${two(at.getMinutes())}${withSeconds ? `:${two(at.getSeconds())}` : ''}`;
}

/** The date by the browser's clock, year first. */
export function formatDate(seconds: number): string {
  const at = new Date(seconds * 1000);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** How long ago, in one word or two. */
export function formatAgo(seconds: number): string {
  return seconds < 1 ? 'now' : `${formatDuration(seconds)} ago`;
}

export type LabelSet = Record<string, string>;

/** A label set as a selector writes it, without the labels that all sets shown share. */
export function formatLabels(labels: LabelSet, without: ReadonlySet<string> = new Set()): string {
  const name = without.has('__name__') ? '' : (labels['__name__'] ?? '');
  const rest = Object.entries(labels)
    .filter(([key]) => key !== '__name__' && !without.has(key))
    .map(([key, value]) => `${/^[a-zA-Z_]\w*$/.test(key) ? key : JSON.stringify(key)}=${JSON.stringify(value)}`);
  if (rest.length === 0) return name === '' ? '{}' : name;
  return `${name}{${rest.join(', ')}}`;
}

/** The names of labels that every set has with the same value; of a single set, none. */
export function commonLabels(sets: LabelSet[]): Set<string> {
  const [first, ...others] = sets;
  if (!first || others.length === 0) return new Set();
  return new Set(Object.keys(first).filter((key) => others.every((set) => set[key] === first[key])));
}

export interface Position {
  line: number;
  column: number;
}

/** Where in the expression an error lies, when its message says so. */
export function errorPosition(message: string): Position | undefined {
  const found = /(?:^|[\s"(])(\d+):(\d+):? /.exec(message) ?? /\((\d+):(\d+)\)/.exec(message);
  return found ? { line: Number(found[1]), column: Number(found[2]) } : undefined;
}
