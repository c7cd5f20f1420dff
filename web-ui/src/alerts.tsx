import { signal } from '@preact/signals';
import type { Alert, Rule } from './api';
import { formatAgo, formatClock, formatDate, formatDuration, formatValue, parseValue, unitOf } from './format';
import { change, groups } from './state';

interface Row {
  rule: Rule;
  alert: Alert;
}

const RANK = { firing: 0, pending: 1, inactive: 2 };
const ROWS_MAX = 200;
const showAll = signal(false);

/** Alerts that are active, the worst and newest first, and the rules that watch. */
export function Alerts() {
  const all = groups.value?.flatMap((group) => group.rules);
  const alerting = all?.filter((rule) => rule.type === 'alerting') ?? [];
  const rows: Row[] = alerting
    .flatMap((rule) => (rule.alerts ?? []).map((alert) => ({ rule, alert })))
    .sort((a, b) => RANK[a.alert.state] - RANK[b.alert.state] || b.alert.activeAt.localeCompare(a.alert.activeAt));
  const shown = showAll.value ? rows : rows.slice(0, ROWS_MAX);
  return (
    <section id="alerts">
      <h2>
        Alerts <small>{summary(alerting, rows)}</small>
      </h2>
      {all === undefined ? <p class="quiet">Asking…</p> : null}
      {rows.length > 0 ? (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th>State</th>
                <th>Alert</th>
                <th>Labels</th>
                <th>Active since</th>
                <th class="number">Value</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ rule, alert }) => (
                <AlertRow key={JSON.stringify(alert.labels)} rule={rule} alert={alert} />
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {rows.length > shown.length ? (
        <button type="button" onClick={() => (showAll.value = true)}>
          show all {rows.length}
        </button>
      ) : null}
      {all !== undefined && alerting.length === 0 ? (
        <p class="quiet">No alerting rule is configured: name rule files in the Prometheus configuration and reload.</p>
      ) : null}
      {alerting.length > 0 ? (
        <details open={alerting.some((rule) => rule.health === 'err')}>
          <summary>{alerting.length} alerting rules</summary>
          <ul class="rules">
            {alerting.map((rule) => (
              <li key={rule.name + rule.query}>
                <span class={`state ${rule.health === 'err' ? 'bad' : (rule.state ?? 'inactive')}`}>
                  {rule.health === 'err' ? 'fails' : (rule.state ?? 'inactive')}
                </span>
                <b>{rule.name}</b>
                <button type="button" class="code" title="draw this expression" onClick={() => draw(rule)}>
                  {rule.query}
                </button>
                {rule.duration ? <span class="quiet">for {formatDuration(rule.duration)}</span> : null}
                {rule.lastError ? <span class="error-text">{rule.lastError}</span> : null}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </section>
  );
}

function AlertRow({ rule, alert }: Row) {
  const active = Date.parse(alert.activeAt) / 1000;
  const labels = Object.entries(alert.labels).filter(([key]) => key !== 'alertname');
  const text = alert.annotations['summary'] ?? alert.annotations['description'];
  return (
    <tr>
      <td>
        <span class={`state ${alert.state}`}>{alert.state}</span>
      </td>
      <td>
        <button type="button" class="link" title="draw this rule's expression" onClick={() => draw(rule)}>
          {rule.name}
        </button>
        {text ? <div class="quiet">{text}</div> : null}
      </td>
      <td>
        {labels.map(([key, value]) => (
          <span class="label" key={key}>
            {key}=<b>{value}</b>
          </span>
        ))}
      </td>
      <td title={new Date(active * 1000).toISOString()}>
        {formatDate(active)} {formatClock(active)}
        <div class="quiet">{formatAgo(Math.max(0, Date.now() / 1000 - active))}</div>
      </td>
      <td class="number">{formatValue(parseValue(alert.value), unitOf(rule.query))}</td>
    </tr>
  );
}

/** A comparison hides the series while all is well; its left side shows it always. */
function draw(rule: Rule): void {
  const threshold = /^(.*\S)\s*(?:==|!=|>=?|<=?)\s*-?[\d.]+(?:e[+-]?\d+)?\s*$/s.exec(rule.query);
  change({ expression: threshold?.[1] ?? rule.query, view: 'graph' });
  scrollTo({ top: 0, behavior: 'smooth' });
}

function summary(rules: Rule[], rows: Row[]): string {
  const firing = rows.filter((row) => row.alert.state === 'firing').length;
  const pending = rows.filter((row) => row.alert.state === 'pending').length;
  if (rules.length === 0) return '';
  if (firing + pending === 0) return 'none active';
  return [firing ? `${firing} firing` : '', pending ? `${pending} pending` : ''].filter(Boolean).join(', ');
}
