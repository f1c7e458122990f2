import { expect, test } from 'vitest';
import { timeOfDayAt } from './time-of-day.ts';

test('the light of the room follows the hour', () => {
  const hours = [0, 4.99, 5, 7.99, 8, 12, 16.49, 16.5, 18.99, 19, 23.9];
  expect(hours.map(timeOfDayAt)).toEqual([
    'night',
    'night',
    'dawn',
    'dawn',
    'day',
    'day',
    'day',
    'dusk',
    'dusk',
    'night',
    'night',
  ]);
});
