import { describe, expect, it } from 'vitest';
import type { MapLink, MapNode } from '#shared/memory/contract.ts';
import { HEIGHT, layOutConstellation, WIDTH } from './constellation-layout.ts';

const GROUPS: readonly MapNode['group'][] = ['people', 'place', 'thing', 'topic'];

function sky(count: number): { nodes: MapNode[]; links: MapLink[] } {
  const nodes: MapNode[] = [
    { id: 'person', group: 'person', label: '', memoryIds: [] },
    { id: 'companion', group: 'companion', label: '', memoryIds: [] },
  ];
  for (let index = 0; index < count; index += 1) {
    nodes.push({ id: `n${index}`, group: GROUPS[index % 4] ?? 'topic', label: `名前${index}`, memoryIds: [] });
  }
  const links = nodes.slice(2).map(({ id }) => ({ from: 'person', to: id, memoryIds: [] }));
  return { nodes, links };
}

describe('the map of what is remembered', () => {
  it.each([0, 1, 7, 24, 40])('keeps %i stars in the frame and apart', (count) => {
    const { nodes, links } = sky(count);
    const stars = layOutConstellation(nodes, links);
    expect(stars).toHaveLength(nodes.length);
    for (const { x, y } of stars) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(WIDTH);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(HEIGHT);
    }
    for (const [index, one] of stars.entries()) {
      for (const other of stars.slice(index + 1)) {
        expect(Math.hypot((one.x - other.x) / 62, (one.y - other.y) / 34)).toBeGreaterThan(1.2);
      }
    }
  });

  it('looks the same each time', () => {
    const { nodes, links } = sky(20);
    expect(layOutConstellation(nodes, links)).toEqual(layOutConstellation(nodes, links));
  });

  it('has the person and the companion in the middle, and people above places below', () => {
    const { nodes, links } = sky(12);
    const stars = layOutConstellation(nodes, links);
    const mean = (group: MapNode['group']) => {
      const own = stars.filter(({ node }) => node.group === group);
      return own.reduce((sum, { y }) => sum + y, 0) / own.length;
    };
    expect(mean('people')).toBeLessThan(mean('thing'));
    expect(stars[0]).toMatchObject({ x: WIDTH / 2 - 70, y: HEIGHT / 2 });
  });
});
