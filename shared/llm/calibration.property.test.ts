import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTokenCalibration } from './calibration.ts';

const ratio = fc.double({ min: 0.45, max: 1.9, noNaN: true });

test('comes within a tenth of what a model counts, and stays there', () => {
  fc.assert(
    fc.property(
      ratio,
      fc.array(fc.integer({ min: 400, max: 8000 }), { minLength: 12, maxLength: 20 }),
      (real, estimates) => {
        const calibration = createTokenCalibration();
        for (const estimate of estimates)
          calibration.learn(estimate * calibration.ratio() + 300, estimate * real + 300 * (real / calibration.ratio()));
        expect(Math.abs(calibration.ratio() - real)).toBeLessThan(0.1 * Math.max(1, real));
      },
    ),
  );
});

test('a count of something else, a short prompt and noise below a twentieth change nothing', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.96, max: 1.04, noNaN: true }), (noise) => {
      const calibration = createTokenCalibration();
      calibration.learn(1000, 3);
      calibration.learn(1000, 90_000);
      calibration.learn(1000, Number.NaN);
      calibration.learn(20, 10);
      calibration.learn(1000, 1000 * noise);
      expect(calibration.ratio()).toBe(1);
    }),
  );
});
