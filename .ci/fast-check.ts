import { configureGlobal } from 'fast-check';

// A counterexample in a large structure can be shrunk for minutes; what was found by then is small enough to read.
configureGlobal({ interruptAfterTimeLimit: 20_000 });
