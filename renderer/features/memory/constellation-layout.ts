import type { MapLink, MapNode } from '#shared/memory/contract.ts';

/** A star of the map: its place in a frame of 1000 by `HEIGHT`, and how large it shines. */
export interface Star {
  readonly node: MapNode;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export const WIDTH = 1000;
export const HEIGHT = 640;
const MARGIN = 62;
/** Room that a star and its name take, as half axes of an ellipse: names are wide and low. */
const ROOM = { x: 62, y: 34 };
/** How far apart linked stars like to be. */
const REACH = 230;
const STEPS = 260;

/** Where each group's stars begin, as a turn of the circle: people above, places to the right, things below, topics to the left. */
const DIRECTION: Readonly<Record<Exclude<MapNode['group'], 'person' | 'companion'>, number>> = {
  people: -0.25,
  place: 0,
  thing: 0.25,
  topic: 0.5,
};

/**
 * Lays the stars out: the person and the companion in the middle, what belongs together near each other, nothing on top of
 * anything. The same map always looks the same.
 */
export function layOutConstellation(nodes: readonly MapNode[], links: readonly MapLink[]): Star[] {
  const places = nodes.map((node, index) => begin(node, index, nodes));
  const at = new Map(nodes.map((node, index) => [node.id, index]));
  const fixed = nodes.map(({ group }) => group === 'person' || group === 'companion');
  for (let step = 0; step < STEPS; step += 1) {
    const heat = 1 - step / STEPS;
    for (const { from, to } of links) pull(places, at.get(from), at.get(to), fixed, 0.035 * heat);
    for (let one = 0; one < places.length; one += 1) {
      for (let other = one + 1; other < places.length; other += 1) push(places, one, other, fixed);
    }
    for (const place of places) {
      place.x = Math.min(WIDTH - MARGIN, Math.max(MARGIN, place.x));
      place.y = Math.min(HEIGHT - MARGIN / 2, Math.max(MARGIN / 2, place.y));
    }
  }
  const most = Math.max(1, ...nodes.map(({ memoryIds }) => memoryIds.length));
  return nodes.map((node, index) => {
    const { x, y } = places[index] ?? { x: WIDTH / 2, y: HEIGHT / 2 };
    return { node, x, y, radius: 5 + 9 * Math.sqrt(node.memoryIds.length / most) };
  });
}

interface Place {
  x: number;
  y: number;
}

function begin(node: MapNode, index: number, nodes: readonly MapNode[]): Place {
  if (node.group === 'person' || node.group === 'companion') {
    const both = nodes.filter(({ group }) => group === 'person' || group === 'companion').length > 1;
    return { x: WIDTH / 2 + (both ? (node.group === 'person' ? -70 : 70) : 0), y: HEIGHT / 2 };
  }
  const group = nodes.filter((other) => other.group === node.group);
  const rank = group.indexOf(node);
  // A quarter of the sky for each group, filled from its middle outwards; odd and even take turns.
  const side = rank % 2 === 0 ? 1 : -1;
  const spread = (side * Math.ceil(rank / 2)) / Math.max(1, group.length);
  const angle = 2 * Math.PI * (DIRECTION[node.group] + spread * 0.24);
  const distance = 0.55 + 0.35 * ((index * 0.618_034) % 1);
  return {
    x: WIDTH / 2 + Math.cos(angle) * distance * (WIDTH / 2 - MARGIN),
    y: HEIGHT / 2 + Math.sin(angle) * distance * (HEIGHT / 2 - MARGIN / 2),
  };
}

/** Draws two linked stars towards a fair distance from each other. */
function pull(
  places: readonly Place[],
  one: number | undefined,
  other: number | undefined,
  fixed: readonly boolean[],
  strength: number,
): void {
  if (one === undefined || other === undefined) return;
  const [a, b] = [places[one], places[other]];
  if (a === undefined || b === undefined) return;
  const distance = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const share = ((distance - REACH) / distance) * strength;
  const dx = (b.x - a.x) * share;
  const dy = (b.y - a.y) * share;
  if (!fixed[one]) move(a, dx, dy);
  if (!fixed[other]) move(b, -dx, -dy);
}

/** Moves two stars apart as far as their rooms overlap. */
function push(places: readonly Place[], one: number, other: number, fixed: readonly boolean[]): void {
  const [a, b] = [places[one], places[other]];
  if (a === undefined || b === undefined || (fixed[one] && fixed[other])) return;
  const dx = (b.x - a.x) / ROOM.x || 0.01;
  const dy = (b.y - a.y) / ROOM.y || 0.01;
  const distance = Math.hypot(dx, dy);
  if (distance >= 2) return;
  const by = (2 - distance) / distance / 2;
  const share = fixed[one] || fixed[other] ? 1 : 0.5;
  if (!fixed[one]) move(a, -dx * ROOM.x * by * share, -dy * ROOM.y * by * share);
  if (!fixed[other]) move(b, dx * ROOM.x * by * share, dy * ROOM.y * by * share);
}

function move(place: Place, dx: number, dy: number): void {
  place.x += dx;
  place.y += dy;
}
