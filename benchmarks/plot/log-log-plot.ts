import { type Point, slopeOfLogarithms } from "../runner/growth-exponent.ts";

/** One measured curve, and the power of x that it is held against. */
export interface Series {
  readonly name: string;
  /** Positive, by rising x. */
  readonly points: readonly Point[];
  readonly reference: number;
}

interface Axes {
  readonly title: string;
  readonly x: string;
  readonly y: string;
}

const WIDTH = 720;
const HEIGHT = 480;
const MARGIN = { left: 80, right: 190, top: 48, bottom: 56 };
/** Told apart without colour vision too: Okabe & Ito 2008. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];
const SUPERSCRIPTS = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];

/** An interval of logarithms mapped to one of the page. */
interface LogScale {
  readonly low: number;
  readonly high: number;
  at(value: number): number;
}

function logScale(values: readonly number[], from: number, to: number, whole: boolean): LogScale {
  const [least, most] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  const [low, high] = whole ? [Math.floor(least), Math.ceil(most)] : [least, most];
  return { low, high, at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from) };
}

/**
 * A plot with logarithmic axes as an SVG document: each series with its points and fitted exponent, and dashed below it, from
 * its middle point on, the power that it is held against: where the curve stays below, it grows no faster.
 */
export function logLogPlot(axes: Axes, series: readonly Series[]): string {
  const points = series.flatMap((one) => one.points);
  const xs = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  const x = logScale(xs, MARGIN.left, WIDTH - MARGIN.right, false);
  const y = logScale(
    points.map(({ y: value }) => value),
    HEIGHT - MARGIN.bottom,
    MARGIN.top,
    true,
  );
  const decades = Array.from({ length: y.high - y.low + 1 }, (_, i) => y.low + i);
  const frame = { left: MARGIN.left, right: WIDTH - MARGIN.right, top: MARGIN.top, bottom: HEIGHT - MARGIN.bottom };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    `<title>${escaped(axes.title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    text(frame.left, 28, axes.title, 'font-size="16"'),
    ...decades.flatMap((decade) => [
      line(
        [
          [frame.left, y.at(10 ** decade)],
          [frame.right, y.at(10 ** decade)],
        ],
        'stroke="#ddd"',
      ),
      text(frame.left - 8, y.at(10 ** decade) + 4, power(decade), 'text-anchor="end"'),
    ]),
    ...readable(xs, x).flatMap((value) => [
      line(
        [
          [x.at(value), frame.top],
          [x.at(value), frame.bottom],
        ],
        'stroke="#ddd"',
      ),
      text(x.at(value), frame.bottom + 20, String(value), 'text-anchor="middle"'),
    ]),
    line(
      [
        [frame.left, frame.top],
        [frame.left, frame.bottom],
        [frame.right, frame.bottom],
      ],
      'stroke="black"',
    ),
    text((frame.left + frame.right) / 2, HEIGHT - 14, axes.x, 'text-anchor="middle"'),
    text(0, 0, axes.y, `text-anchor="middle" transform="translate(22 ${(frame.top + frame.bottom) / 2}) rotate(-90)"`),
    ...series.flatMap((one, i) => drawn(one, COLOURS[i % COLOURS.length]!, x, y)),
    "</svg>",
    "",
  ].join("\n");
}

function drawn({ name, points, reference }: Series, colour: string, x: LogScale, y: LogScale): string[] {
  const place = (point: Point): readonly [number, number] => [x.at(point.x), y.at(point.y)];
  const from = points[Math.floor(points.length / 2)]!;
  const last = points.at(-1)!;
  const top = 10 ** y.high;
  // The reference ends where the page does.
  const reach = Math.min(last.x, from.x * (top / from.y) ** (1 / reference));
  const end = { x: reach, y: from.y * (reach / from.x) ** reference };
  const slope = slopeOfLogarithms(points).toFixed(2);
  const [labelX, labelY] = [WIDTH - MARGIN.right + 10, y.at(last.y)];
  return [
    line([place(from), place(end)], `stroke="${colour}" stroke-dasharray="5 4"`),
    text(
      place(end)[0] - 6,
      place(end)[1] + (end.y > valueAbout(points, reach) ? -6 : 16),
      `n${SUPERSCRIPTS[reference]}`,
      `fill="${colour}" text-anchor="end"`,
    ),
    line(points.map(place), `stroke="${colour}" stroke-width="2"`),
    ...points.map(place).map(([cx, cy]) => `<circle cx="${round(cx)}" cy="${round(cy)}" r="3.5" fill="${colour}"/>`),
    text(labelX, labelY, name, `fill="${colour}"`),
    text(labelX, labelY + 16, `grows like n^${slope}`, `fill="${colour}" font-size="11"`),
  ];
}

/** The measured value nearest to x. */
function valueAbout(points: readonly Point[], x: number): number {
  return points.reduce((a, b) => (Math.abs(b.x - x) < Math.abs(a.x - x) ? b : a)).y;
}

/** Of the sizes, from the last one down, those whose labels do not touch. */
function readable(xs: readonly number[], x: LogScale): number[] {
  const kept: number[] = [];
  for (const value of xs.toReversed()) {
    const next = kept.at(-1);
    if (next === undefined || x.at(next) - x.at(value) >= 36) kept.push(value);
  }
  return kept;
}

function power(decade: number): string {
  if (decade >= -3 && decade <= 4) return String(10 ** decade);
  return `10${decade < 0 ? "⁻" : ""}${[...String(Math.abs(decade))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("")}`;
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

function line(places: readonly (readonly [number, number])[], style: string): string {
  const path = places.map((place) => place.map(round).join(",")).join(" ");
  return `<polyline points="${path}" fill="none" ${style}/>`;
}

function text(x: number, y: number, words: string, style: string): string {
  return `<text x="${round(x)}" y="${round(y)}" ${style}>${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
