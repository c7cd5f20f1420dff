/** The token of a cluster that wants one, as its user gave it. */
import { signal } from '@preact/signals';

const KEY = 'pharos-token';

/** Why the server wants a token now; empty while it does not. */
export const tokenWanted = signal('');

/** What each request carries. A browser that keeps nothing asks again on every visit. */
export function credentials(): Record<string, string> {
  const token = stored();
  return token === '' ? {} : { Authorization: `Bearer ${token}` };
}

/** Keeps a token in this browser, for this server; the empty string forgets it. */
export function keepToken(token: string): void {
  const bare = token.trim();
  held = bare;
  tokenWanted.value = '';
  try {
    if (bare === '') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, bare);
  } catch {
    // Private windows may refuse; the page itself remembers it.
  }
}

let held: string | undefined;

function stored(): string {
  if (held === undefined) {
    try {
      held = localStorage.getItem(KEY) ?? '';
    } catch {
      held = '';
    }
  }
  return held;
}
