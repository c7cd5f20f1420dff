import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { MatrixElement, SeriesExemplars } from './api';
import { heightOf, marks, type Mark } from './exemplars';
import { formatClock, formatDate, formatLabels, formatValue, unitOf, type Unit } from './format';
import type { Window } from './range';
import { colour, drawing, lastValue, type Drawing } from './series';
import { change, graphWidth } from './state';

const HEIGHT = 340;

interface Props {
  result: MatrixElement[];
  window: Window;
  expression: string;
  exemplars: SeriesExemplars[];
}

/** Lines over time; dragging zooms, a click in the legend shows one line alone. */
export function Chart({ result, window, expression, exemplars }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const cursor = useSignal<number | undefined>(undefined);
  const alone = useSignal<string | undefined>(undefined);
  const drawn = useMemo(() => drawing(result, window), [result, window]);
  const unit = unitOf(expression);
  const diamonds = useRef<Mark[]>([]);
  const shownMarks = useMemo(() => marks(exemplars, window, unit), [exemplars, window, unit]);
  const shape = drawn.lines.map((line) => line.title).join('\n');

  // A new plot only for other lines: a refresh with the same ones gives it new data and keeps cursor and zoom.
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const created = new uPlot(options(drawn, unit, element.clientWidth, (index) => (cursor.value = index), () => diamonds.current), data(drawn), element);
    plot.current = created;
    const resized = new ResizeObserver(() => {
      const width = element.clientWidth;
      if (width > 0 && Math.abs(width - created.width) > 1) {
        created.setSize({ width, height: HEIGHT });
        graphWidth.value = width;
      }
    });
    resized.observe(element);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const redraw = () => created.redraw();
    scheme.addEventListener('change', redraw);
    return () => {
      resized.disconnect();
      scheme.removeEventListener('change', redraw);
      created.destroy();
      plot.current = null;
    };
  }, [shape, unit]);

  useEffect(() => {
    const current = plot.current;
    if (!current) return;
    current.setData(data(drawn), false);
    current.setScale('x', { min: window.start, max: window.end });
  }, [drawn]);

  useEffect(() => {
    diamonds.current = shownMarks;
    plot.current?.redraw(false, false);
  }, [shownMarks, shape, unit]);

  useEffect(() => {
    const current = plot.current;
    if (!current) return;
    const chosen = drawn.lines.some((line) => line.title === alone.value) ? alone.value : undefined;
    drawn.lines.forEach((line, i) => current.setSeries(i + 1, { show: chosen === undefined || line.title === chosen }));
  }, [alone.value, shape]);

  const at = useComputed(() => cursor.value).value;
  const when = at === undefined ? undefined : drawn.times[at];
  const common = Object.keys(drawn.common).length > 0 ? formatLabels(drawn.common) : '';
  return (
    <div class="chart">
      <div ref={holder} class="plot" />
      <div class="legend-head quiet">
        <span>{when === undefined ? 'last value' : `${formatDate(when)} ${formatClock(when)}`}</span>
        {common ? <code>{common}</code> : null}
        {drawn.omitted > 0 ? <span class="note">{drawn.omitted} more series are not drawn: aggregate, or use topk</span> : null}
      </div>
      <ul class="legend">
        {drawn.lines.map((line, i) => {
          const value = at === undefined ? lastValue(line) : line.values[at];
          const dimmed = alone.value !== undefined && alone.value !== line.title && drawn.lines.some((other) => other.title === alone.value);
          return (
            <li key={line.title} class={dimmed ? 'dimmed' : ''}>
              <button
                type="button"
                title={formatLabels(line.labels)}
                onClick={() => (alone.value = alone.value === line.title ? undefined : line.title)}
              >
                <i style={{ background: colour(i) }} />
                <span>{line.title === '{}' ? expression : line.title}</span>
                <b>{value === null || value === undefined ? '–' : formatValue(value, unit)}</b>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function data(drawn: Drawing): uPlot.AlignedData {
  return [drawn.times, ...drawn.lines.map((line) => line.values)];
}

function style(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Lays a diamond over the plot for each mark; the browser shows its title. */
function layMarks(plot: uPlot, all: Mark[]): void {
  plot.over.querySelectorAll('.exemplar').forEach((old) => old.remove());
  const { min, max } = plot.scales['y'] ?? {};
  for (const mark of all) {
    const left = plot.valToPos(mark.time, 'x');
    if (!Number.isFinite(left) || left < 0 || left > plot.over.clientWidth) continue;
    const element = document.createElement('i');
    element.className = 'exemplar';
    element.title = mark.title;
    element.style.left = `${left}px`;
    element.style.top = `${heightOf(mark.value, min ?? 0, max ?? 0) * plot.over.clientHeight}px`;
    plot.over.append(element);
  }
}

function options(
  drawn: Drawing,
  unit: Unit,
  width: number,
  onCursor: (index: number | undefined) => void,
  diamonds: () => Mark[],
): uPlot.Options {
  const font = '12px system-ui, sans-serif';
  const axis: uPlot.Axis = {
    stroke: () => style('--text-quiet'),
    grid: { stroke: () => style('--grid'), width: 1 },
    ticks: { stroke: () => style('--grid'), width: 1, size: 5 },
    font,
  };
  return {
    width: Math.max(200, width),
    height: HEIGHT,
    legend: { show: false },
    cursor: { points: { size: 6 }, drag: { x: true, y: false, setScale: false }, focus: { prox: 24 } },
    focus: { alpha: 0.35 },
    scales: {
      x: { time: true, range: (_plot, min, max) => [min, max === min ? min + 1 : max] },
      y: { range: (_plot, min, max) => bounds(min, max) },
    },
    axes: [
      { ...axis, space: 80, values: (_plot, splits, _index, _space, increment) => timeLabels(splits, increment) },
      { ...axis, size: 72, values: (_plot, splits) => splits.map((value) => formatValue(value, unit)) },
    ],
    series: [
      {},
      ...drawn.lines.map((line, i) => ({
        label: line.title,
        stroke: colour(i),
        width: 1.5,
        // A lone sample between gaps would be no line at all.
        points: { show: (_plot: uPlot, index: number) => isolated(drawn, index), size: 5 },
      })),
    ],
    hooks: {
      draw: [(plot) => layMarks(plot, diamonds())],
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? undefined)],
      setSelect: [
        (plot) => {
          if (plot.select.width < 8) return;
          const start = plot.posToVal(plot.select.left, 'x');
          const end = plot.posToVal(plot.select.left + plot.select.width, 'x');
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          change({ range: Math.max(10, Math.round(end - start)), end: Math.round(end) });
        },
      ],
    },
  };
}

function isolated(drawn: Drawing, series: number): boolean {
  const values = drawn.lines[series - 1]?.values ?? [];
  return values.filter((value) => value !== null).length === 1;
}

/** From zero where that costs little, with room above and below, and never a range of no height. */
function bounds(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  if (min === max) {
    const room = min === 0 ? 1 : Math.abs(min) * 0.5;
    return min > 0 ? [0, min + room] : [min - room, min === 0 ? 1 : Math.max(0, min + room)];
  }
  const room = (max - min) * 0.08;
  const low = min >= 0 && min < max * 0.5 ? 0 : min - room;
  return [min >= 0 ? Math.max(0, low) : low, max <= 0 && max > min * 0.5 ? 0 : max + room];
}

/** Clock times of 24 hours; the date stands under the first label and where the day changes. */
function timeLabels(splits: number[], increment: number): string[] {
  let day = '';
  return splits.map((seconds) => {
    const date = formatDate(seconds);
    const isNew = date !== day;
    day = date;
    if (increment >= 86_400) return date;
    const clock = formatClock(seconds, increment < 60);
    return isNew ? `${clock}\n${date}` : clock;
  });
}
