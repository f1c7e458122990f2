import { createMemoryPair } from './memory-transport.ts';
import { transportSuite } from './transport-suite.ts';

transportSuite('memory', async () => {
  const pair = createMemoryPair();
  return {
    ...pair,
    async dispose() {
      pair.core.close();
    },
  };
});
