import { afterEach, describe, expect, it, vi } from 'vitest';
import { api, ApiError } from '../src/api';
import { credentials, keepToken, tokenWanted } from '../src/token';

/** A server that takes one token. */
function serve(token: string) {
  const seen: (string | undefined)[] = [];
  vi.stubGlobal('fetch', (_path: string, options: { headers: Record<string, string> }) => {
    const shown = options.headers.Authorization;
    seen.push(shown);
    const body = shown === `Bearer ${token}` ? { status: 'success', data: [] } : { status: 'error', errorType: 'unauthorized', error: 'a token is wanted' };
    return Promise.resolve(new Response(JSON.stringify(body), { status: body.status === 'success' ? 200 : 401 }));
  });
  return seen;
}

describe('the token of a cluster', () => {
  afterEach(() => {
    keepToken('');
    vi.unstubAllGlobals();
  });

  it('is asked for when the server wants one, and sent from then on', async () => {
    const seen = serve('a-token-of-16-chars');
    expect(tokenWanted.value).toBe('');
    await expect(api.metricNames()).rejects.toThrow(ApiError);
    expect(tokenWanted.value).toBe('a token is wanted');

    keepToken('  a-token-of-16-chars\n');
    expect(tokenWanted.value).toBe('');
    expect((await api.metricNames()).data).toEqual([]);
    expect(tokenWanted.value).toBe('');
    expect(seen).toEqual([undefined, 'Bearer a-token-of-16-chars']);
  });

  it('is not sent where none was given', () => {
    expect(credentials()).toEqual({});
  });
});
