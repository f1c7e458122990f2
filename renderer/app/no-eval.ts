import { config } from 'zod';

// The page's policy forbids eval, with which zod would compile its schemas. Imported before anything that makes one, this keeps it
// from even trying: browsers report the attempt.
config({ jitless: true });
