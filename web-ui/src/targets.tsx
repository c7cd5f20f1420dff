import type { Target } from './api';
import { formatAgo, formatLabels, formatValue } from './format';
import { targets } from './state';

const ORDER = { down: 0, unknown: 1, up: 2 };
const ROWS_MAX = 100;

/** The scrape targets of the cluster, the broken ones first. */
export function Targets() {
  const all = targets.value;
  const pools = new Map<string, Target[]>();
  for (const target of all ?? []) pools.set(target.scrapePool, [...(pools.get(target.scrapePool) ?? []), target]);
  const up = all?.filter((target) => target.health === 'up').length ?? 0;
  return (
    <section id="targets">
      <h2>
        Targets <small>{all && all.length > 0 ? `${up} of ${all.length} up` : ''}</small>
      </h2>
      {all === undefined ? <p class="quiet">Asking…</p> : null}
      {all?.length === 0 ? (
        <p class="quiet">
          Nothing is scraped. Samples may still be pushed to <code>/api/v1/write</code>.
        </p>
      ) : null}
      {[...pools].map(([pool, members]) => (
        <details key={pool} open={members.some((target) => target.health === 'down') || pools.size < 6}>
          <summary>
            <b>{pool}</b>{' '}
            <span class={members.every((target) => target.health === 'up') ? 'quiet' : 'error-text'}>
              {members.filter((target) => target.health === 'up').length} of {members.length} up
            </span>
          </summary>
          <div class="scroll">
            <table>
              <tbody>
                {[...members]
                  .sort((a, b) => ORDER[a.health] - ORDER[b.health] || a.scrapeUrl.localeCompare(b.scrapeUrl))
                  .slice(0, ROWS_MAX)
                  .map((target) => (
                    <tr key={target.scrapeUrl + formatLabels(target.labels)}>
                      <td class="fit">
                        <span class={`state ${target.health}`}>{target.health}</span>
                      </td>
                      <td>
                        <code>{target.scrapeUrl}</code>
                        {target.lastError ? <div class="error-text">{target.lastError}</div> : null}
                      </td>
                      <td class="quiet fit">{scraped(target)}</td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </div>
          {members.length > ROWS_MAX ? <p class="quiet">and {members.length - ROWS_MAX} more</p> : null}
        </details>
      ))}
    </section>
  );
}

function scraped(target: Target): string {
  const at = Date.parse(target.lastScrape);
  // A target that was never scraped carries the year 1.
  if (!Number.isFinite(at) || at <= 0) return 'not scraped yet';
  const ago = formatAgo(Math.max(0, (Date.now() - at) / 1000));
  return `${ago}, took ${formatValue(target.lastScrapeDuration, 'seconds')}`;
}
